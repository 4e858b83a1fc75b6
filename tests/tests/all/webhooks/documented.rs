//! The `webhooks` of the document are what receivers get.

use std::collections::BTreeSet;

use commands::files::ReportInfected;
use domain::PUBLIC_TYPES;
use serde_json::{Value, json};
use tests::{Received, Receiver, World, tools};

use super::{settle, webhook};
use crate::operations::document;

/// What one event is documented to send.
fn documented(finer: &str) -> &'static Value {
    &document()["webhooks"][finer]["post"]
}

fn body(finer: &str) -> &'static Value {
    &documented(finer)["requestBody"]["content"]["application/json"]
}

/// What does not fit, a line each.
async fn misfits(cases: Vec<Value>) -> String {
    let given = json!({"document": document(), "cases": cases});
    tools::output(tools::python("fits_schema.py"), &given.to_string()).await
}

fn case(name: &str, schema: &Value, value: &Value) -> Value {
    json!({"name": name, "schema": schema, "value": value})
}

#[tokio::test]
async fn every_public_event_is_documented_with_an_example_that_fits() {
    let listed: BTreeSet<&str> = document()["webhooks"].as_object().unwrap().keys().map(String::as_str).collect();
    let expected: BTreeSet<&str> = PUBLIC_TYPES.iter().flat_map(|name| [name.general, name.finer]).collect();
    assert_eq!(listed, expected);
    let cases = listed.iter().map(|name| case(name, &body(name)["schema"], &body(name)["example"])).collect();
    assert_eq!(misfits(cases).await, "");
}

/// Lets happen whatever can happen over the API.
async fn everything(world: &World, quiet: &str) {
    let acme = world.acme();
    let (eve, team) = (world.acme.agent("Eve").await, world.acme.team("Second line").await);
    let _ = acme.patch(&format!("/api/agents/{}", eve.id()), json!({"name": "Eve Miller"})).await.expect(200);
    let _ = acme.patch(&format!("/api/teams/{}", team.id()), json!({"member_ids": [eve.id()]})).await.expect(200);
    let bob = world.acme.customer("Bob").await;
    let _ = acme.patch(&format!("/api/customers/{}", bob.id()), json!({"phone": "+1 555 0100"})).await.expect(200);
    let invited = acme.post("/api/invitations", json!({"email": "eve@x.example", "name": "Eve"})).await.expect(201);
    let join = json!({"tenant": "acme", "token": invited["token"], "password": "a horse, a battery"});
    let _ = acme.post("/api/invitations/accept", join).await.expect(201);

    let ticket = world.acme.ticket("Printer").await;
    let path = format!("/api/tickets/{}", ticket.id());
    for changes in [
        json!({"title": "Scanner"}),
        json!({"assignee_id": eve.id()}),
        json!({"assignee_id": null}),
        json!({"team_id": team.id()}),
        json!({"customer_id": bob.id()}),
        json!({"priority": "critical"}),
        json!({"type": "incident"}),
        json!({"tags": ["vip"]}),
        json!({"tags": []}),
        json!({"external_id": "CRM-42"}),
        json!({"status": "in_progress"}),
        json!({"status": "resolved"}),
        json!({"status": "closed"}),
    ] {
        let _ = acme.patch(&path, changes).await.expect(200);
    }
    let _ = acme.put(&format!("{path}/rating"), json!({"score": 5})).await.expect(200);
    let _ = acme.call(reqwest::Method::POST, &format!("{path}/reopen")).await.expect(200);
    let note = json!({"body": "Known.", "visibility": "internal", "agent_id": eve.id()});
    let file = crate::files::upload(acme, "a.txt", "text/plain", "x").await.id();
    for message in [json!({"body": "Again!", "attachments": [file]}), note] {
        let _ = acme.post(&format!("{path}/messages"), message).await.expect(201);
    }
    let messages = acme.all(&format!("{path}/messages")).await;
    let with_file = messages.iter().find(|message| message["attachments"] != json!([])).unwrap();
    let found = ReportInfected {
        ticket: ticket.id().parse().unwrap(),
        message: with_file["id"].as_str().unwrap().parse().unwrap(),
        file: file.parse().unwrap(),
    };
    world.app.desk.run(&world.acme.log, &world.request(), &found).await.unwrap();
    let message = format!("{path}/messages/{}", messages.last().unwrap()["id"].as_str().unwrap());
    let _ = acme.put(&message, json!({"body": "It is known."})).await.expect(200);
    let _ = acme.call(reqwest::Method::POST, &format!("{message}/redact")).await.expect(200);
    let _ = acme.call(reqwest::Method::POST, &format!("{path}/erase")).await.expect(200);
    let _ = acme.delete(&path).await.expect(204);
    let _ = acme.call(reqwest::Method::POST, &format!("{path}/restore")).await.expect(200);
    let restriction = format!("/api/customers/{}/restriction", bob.id());
    let _ = acme.put(&restriction, json!({"ground": "objection"})).await.expect(200);
    let _ = acme.delete(&restriction).await.expect(200);
    for (kind, prefix) in [("customer", "customers"), ("agent", "agents")] {
        let passing = acme.post(&format!("/api/{prefix}"), json!({"name": kind})).await.expect(201);
        let erase = format!("/api/{prefix}/{}/erase", passing.id());
        let _ = acme.call(reqwest::Method::POST, &erase).await.expect(200);
    }

    let limit = json!({"limit": 1, "reason": "a test"});
    let _ = world.operator("alice").await.put("/tenants/acme/overrides/tickets_per_month", limit).await.expect(200);
    world.app.desk.say_thresholds(&world.acme.log).await.unwrap();

    let hook = json!({"url": quiet, "events": ["team.created"], "description": "CRM"});
    let hook = acme.post("/api/webhooks", hook).await.expect(201);
    let path = format!("/api/webhooks/{}", hook.id());
    for changes in [json!({"events": ["*"]}), json!({"active": false}), json!({"active": true})] {
        let _ = acme.patch(&path, changes).await.expect(200);
    }
    let _ = acme.delete(&path).await.expect(204);
}

/// None of what changes nothing.
fn changed_fields(payload: &Value) -> Option<BTreeSet<&String>> {
    Some(payload["data"]["changes"].as_object()?.keys().collect())
}

#[tokio::test]
async fn what_receivers_get_fits_what_is_documented_and_changes_what_the_examples_change() {
    // What only other help desks know of: imports bring it.
    const IMPORTED: [&str; 1] = ["ticket.activity_recorded"];
    let world = World::new().await;
    let (receiver, quiet) = (Receiver::start().await, Receiver::start().await);
    let _ = webhook(&world, &receiver, &["*"]).await;
    everything(&world, quiet.url()).await;
    settle(&world).await;

    // Lanes are sent beside each other; the first of each type is about something that is still there.
    let mut received = receiver.take();
    received.sort_by_key(|one| one.body["position"].as_u64());
    let mut missing: BTreeSet<&str> = PUBLIC_TYPES.iter().map(|name| name.finer).collect();
    let mut cases = vec![];
    for Received { headers, body: payload, .. } in &received {
        let finer = payload["finer_type"].as_str().unwrap();
        cases.push(case(finer, &body(finer)["schema"], payload));
        let parameters = documented(finer)["parameters"].as_array().unwrap();
        for required in parameters.iter().filter(|parameter| parameter["required"] == true) {
            let name = required["name"].as_str().unwrap();
            assert!(headers.contains_key(name), "{finer} came without {name}");
        }
        if missing.remove(finer) && finer != "webhook.updated" {
            assert_eq!(changed_fields(payload), changed_fields(&body(finer)["example"]), "{finer}: {payload}");
        }
    }
    assert_eq!(missing, BTreeSet::from(IMPORTED));
    assert_eq!(misfits(cases).await, "");
}
