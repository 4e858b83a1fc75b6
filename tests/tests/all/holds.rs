//! Legal holds: what is held stays, whoever would have it gone.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, World};

async fn place(world: &World, about: Value) -> String {
    let mut body = json!({"matter": "Case 4711", "reason": "a suit was announced"});
    body.as_object_mut().unwrap().extend(about.as_object().unwrap().clone());
    world.acme().post("/api/legal-holds", body).await.expect(201).id()
}

async fn release(world: &World, hold: &str) -> Answer {
    let path = format!("/api/legal-holds/{hold}/release");
    world.acme().post(&path, json!({"reason": "the suit is over"})).await.expect(200)
}

/// A ticket with a tag: its id, its message's, its customer's.
async fn ticket(world: &World) -> (String, String, String) {
    let ticket = world.acme.ticket("Printer").await;
    let _ = world.acme().patch(&format!("/api/tickets/{}", ticket.id()), json!({"tags": ["suit"]})).await.expect(200);
    let messages = world.acme().all(&format!("/api/tickets/{}/messages", ticket.id())).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (ticket.id(), text(&messages[0]["id"]), text(&ticket["customer"]["id"]))
}

#[tokio::test]
async fn what_is_held_is_neither_deleted_nor_redacted_nor_erased_until_it_is_released() {
    let world = World::new().await;
    let api = world.acme();
    let (id, message, customer) = ticket(&world).await;
    let other = world.acme.customer("Bob").await.id();
    let message = format!("/api/tickets/{id}/messages/{message}");
    let acts = [
        (Method::DELETE, format!("/api/tickets/{id}"), json!({})),
        (Method::PUT, message.clone(), json!({"body": "Another text."})),
        (Method::POST, format!("{message}/redact"), json!({})),
        (Method::POST, format!("/api/tickets/{id}/erase"), json!({})),
        (Method::POST, format!("/api/customers/{customer}/erase"), json!({})),
    ];
    let leaving = [
        ("tag", json!({"tags_remove": ["suit"]})),
        ("tag", json!({"tags": []})),
        ("customers", json!({"customer_id": other})),
    ];
    for about in [
        json!({"about": "tenant"}),
        json!({"about": "tag", "tag": "suit"}),
        json!({"about": "tickets", "ticket_ids": [id]}),
        json!({"about": "customers", "customer_ids": [customer]}),
    ] {
        let kind = about["about"].clone();
        let hold = place(&world, about).await;
        for (method, path, body) in &acts {
            let refused = api.call(method.clone(), path).json(body).await.refused(409, "on_legal_hold");
            assert_eq!(refused["legal_hold_id"], hold.as_str(), "{method} {path} {kind}");
            assert!(!refused.text.contains("4711") && !refused.text.contains("announced"), "{}", refused.text);
        }
        for (by, patch) in &leaving {
            let path = format!("/api/tickets/{id}");
            if kind == *by {
                let _ = api.patch(&path, patch.clone()).await.refused(409, "on_legal_hold");
            }
        }
        let _ = release(&world, &hold).await;
    }
    // Others are nobody's business, and work goes on.
    world.pass(TimeDelta::milliseconds(1));
    let hold = place(&world, json!({"about": "customers", "customer_ids": [other]})).await;
    let _ =
        api.patch(&format!("/api/tickets/{id}"), json!({"tags_add": ["more"], "status": "resolved"})).await.expect(200);
    for (method, path, body) in &acts {
        let answer = api.call(method.clone(), path).json(body).await;
        assert!((200..300).contains(&answer.status), "{method} {path}: {}", answer.text);
        if *method == Method::DELETE {
            let _ = api.post(&format!("{path}/restore"), json!({})).await.expect(200);
        }
    }
    // Who has it released finds that it was, and by whom.
    let again = [release(&world, &hold).await, release(&world, &hold).await];
    assert_eq!(again[0]["released_at"], again[1]["released_at"]);
    assert_eq!((&again[0]["version"], &again[0]["released_by"]["kind"]), (&json!(2), &json!("api_key")));
    assert_eq!(api.all("/api/legal-holds?limit=2").await.len(), 5);
    assert_eq!(api.get("/api/legal-holds").await.expect(200)["data"][0]["id"], hold.as_str());
}

#[tokio::test]
async fn of_a_hold_and_an_erasure_at_the_same_moment_one_comes_first_and_the_log_says_which() {
    let world = World::new().await;
    let api = world.acme();
    let beside = world.another_process().await;
    for turn in 0..8 {
        let (id, _, customer) = ticket(&world).await;
        let about = match turn % 4 {
            0 => json!({"about": "customers", "customer_ids": [customer]}),
            1 => json!({"about": "tickets", "ticket_ids": [id]}),
            2 => json!({"about": "tag", "tag": "suit"}),
            _ => json!({"about": "tenant"}),
        };
        let path = format!("/api/customers/{customer}/erase");
        let erase = async { beside.acme().post(&path, json!({})).await };
        let (hold, erased) = tokio::join!(place(&world, about), erase);
        let placed = api.get(&format!("/api/legal-holds/{hold}")).await.expect(200)["position"].as_u64().unwrap();
        match erased.status {
            200 => assert!(erased["position"].as_u64().unwrap() < placed, "{turn}: erased although it was held"),
            _ => assert_eq!(erased.refused(409, "on_legal_hold")["legal_hold_id"], hold.as_str()),
        }
        let _ = release(&world, &hold).await;
    }
}

#[tokio::test]
async fn a_tenant_with_a_hold_is_not_deleted_and_who_may_not_see_holds_learns_no_more_than_that() {
    let world = World::new().await;
    let operator = world.operator("alice").await;
    let (id, ..) = ticket(&world).await;
    let hold = place(&world, json!({"about": "tickets", "ticket_ids": [id]})).await;
    let refused = operator.delete("/tenants/acme?grace_days=0").await.refused(409, "on_legal_hold");
    assert_eq!(refused["legal_hold_id"], hold.as_str());
    let _ = world.acme().get("/api/tickets").await.expect(200);
    let _ = release(&world, &hold).await;
    // One that comes in the moment between: what is scheduled waits for it.
    let hold = place(&world, json!({"about": "tenant"})).await;
    let store = world.app.desk.store();
    let now = event_store::Interruption::Delete(world.now());
    let _ = store.interrupt(world.acme.log.tenant(), now).await.unwrap();
    world.pass(TimeDelta::seconds(1));
    assert!(!api::destroy(&world.app, world.acme.log.tenant()).await.unwrap());
    let _ = operator.post("/tenants/acme/restore", json!({})).await.expect(200);

    let path = format!("/api/legal-holds/{hold}");
    let worker = world.acme.with_scopes(&["tickets:*", "privacy:erase"]).await;
    let _ = worker.get(&path).await.refused(403, "insufficient_scope");
    let _ = worker.delete(&format!("/api/tickets/{id}")).await.refused(409, "on_legal_hold");
    let reader = world.acme.with_scopes(&["privacy:read"]).await;
    let _ = reader.get(&path).await.expect(200);
    let _ = reader.post(&format!("{path}/release"), json!({"reason": "x"})).await.refused(403, "insufficient_scope");
    let _ = world.globex().get(&path).await.refused(404, "not_found");

    let wrong = |body: Value| {
        let mut all = json!({"matter": "m", "reason": "r"});
        all.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        world.acme().post("/api/legal-holds", all)
    };
    let nobody = format!("tkt_{}", "0".repeat(32));
    for (body, pointer, code) in [
        (json!({"about": "tag"}), "/tag", "required"),
        (json!({"about": "tenant", "tag": "x"}), "/tag", "invalid_value"),
        (json!({"about": "tickets", "ticket_ids": [nobody]}), "/ticket_ids", "not_found"),
    ] {
        assert!(wrong(body).await.refused(422, "validation_failed").names(pointer, code), "{pointer} {code}");
    }
}
