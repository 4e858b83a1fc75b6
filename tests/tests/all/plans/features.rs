//! Features: what a plan does not have is refused by name, and what is there stays.

use chrono::TimeDelta;
use event_store::Clock;
use serde_json::{Value, json};
use tests::World;

use super::agree;

/// Every operation that the document says takes a feature, with its path.
async fn gated(world: &World) -> Vec<(String, String, String, Vec<String>)> {
    let document = world.acme().get("/api/openapi.json").await.expect(200);
    let mut found = vec![];
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Some(feature) = operation["x-required-feature"].as_str() else { continue };
            let fields = operation["x-required-feature-fields"].as_array().into_iter().flatten();
            let fields = fields.map(|field| field.as_str().unwrap().to_owned()).collect();
            found.push((method.to_uppercase(), path.clone(), feature.to_owned(), fields));
        }
    }
    found
}

#[tokio::test]
async fn whatever_the_document_says_takes_a_feature_is_refused_without_it_and_only_that() {
    let world = World::new().await;
    let alice = world.operator("alice").await;
    let webhook = json!({"url": "http://127.0.0.1:9/hook", "events": ["*"]});
    let hook = world.acme().post("/api/webhooks", webhook.clone()).await.expect(201).id();
    let _ = world.acme().patch(&format!("/api/webhooks/{hook}"), json!({"active": false})).await.expect(200);
    let siem = json!({"name": "SIEM", "url": "http://127.0.0.1:9/ingest"});
    let stream = world.acme().post("/api/log-streams", siem.clone()).await.expect(201).id();
    for feature in ["webhooks", "advanced_reporting", "white_label", "custom_integrations"] {
        let _ = agree(&alice, feature, json!({"included": false})).await;
    }
    let all = gated(&world).await;
    assert!(all.len() >= 10, "{all:?}");
    for (method, path, feature, fields) in all.iter().filter(|(_, _, feature, _)| feature != "api_access") {
        let id = if path.contains("log-streams") { stream.as_str() } else { hook.as_str() };
        for path in [path.replace("{id}", id), path.replace("{id}", id).replacen("/api/", "/api/v1/", 1)] {
            let bodies: Vec<Value> = match (fields.as_slice(), path.as_str()) {
                ([], "/api/webhooks") => vec![webhook.clone()],
                ([], "/api/log-streams") => vec![siem.clone()],
                ([], _) => vec![json!({})],
                (fields, _) => fields.iter().map(|field| body_with(field)).collect(),
            };
            for body in bodies {
                let call = world.acme().call(method.parse().unwrap(), &path);
                let call = if method == "GET" { call } else { call.json(&body) };
                let refused = call.await.refused(403, "feature_not_in_plan");
                assert_eq!(refused["feature"], json!(feature), "{path}");
                assert!(["professional", "enterprise"].contains(&refused["required_plan"].as_str().unwrap()));
            }
        }
    }
    // What is there can be looked at, changed otherwise and deleted; and other settings are as before.
    let _ = world.acme().get("/api/webhooks").await.expect(200);
    let paused = world.acme().get(&format!("/api/log-streams/{stream}")).await.expect(200);
    assert_eq!(paused["status"]["audit"]["state"], "paused");
    assert_eq!(world.app.log_streams.settle(&world.acme.log).await.unwrap(), 0);
    let _ = world.acme().patch("/api/tenant", json!({"settings": {"auto_assignment": true}})).await.expect(200);
    let _ = world.acme().delete(&format!("/api/webhooks/{hook}")).await.expect(204);
    let _ = world.globex().post("/api/webhooks", webhook).await.expect(201);
}

fn body_with(field: &str) -> Value {
    match field {
        "/active" => json!({"active": true}),
        "/custom_domain" => json!({"custom_domain": "help.acme.example"}),
        "/branding" => json!({"branding": {"company_name": "Acme"}}),
        other => panic!("say in this test how {other} is set"),
    }
}

#[tokio::test]
async fn a_smaller_plan_closes_keys_says_before_what_would_stop_and_a_trial_opens_them_until_it_is_over() {
    let world = World::new().await;
    let alice = world.operator("alice").await;
    for name in ["Ann", "Bob", "Eve", "Joe"] {
        let _ = world.acme.agent(name).await;
    }
    let preview = world.acme().get("/api/entitlements/preview?plan=starter").await.expect(200);
    assert_eq!(preview["over"][0]["limit"], "agents");
    assert_eq!((&preview["over"][0]["used"], &preview["over"][0]["allowed"]), (&json!(4), &json!(3)));
    let stops: Vec<_> = preview["stops"].as_array().unwrap().iter().map(|stop| stop["feature"].clone()).collect();
    let theirs = alice.get("/tenants/acme/plan-preview?plan=starter").await.expect(200);
    assert_eq!((stops.len(), &theirs["stops"]), (7, &preview["stops"]));

    let order = json!({"plan": "starter", "reason": "order 4711"});
    let now = alice.put("/tenants/acme/plan", order.clone()).await.expect(200);
    assert_eq!(now["limits"]["agents"], json!({"limit": 3, "source": "plan", "until": null}));
    let refused = world.acme().get("/api/tickets").await.refused(403, "feature_not_in_plan");
    assert_eq!((&refused["feature"], &refused["required_plan"]), (&json!("api_access"), &json!("professional")));
    let _ = world.globex().get("/api/tickets").await.expect(200);

    let until = world.clock.now() + TimeDelta::days(7);
    let trial = json!({"plan": "professional", "until": until, "reason": "to see"});
    let _ = alice.put("/tenants/acme/trial", trial).await.expect(200);
    let seen = world.acme().get("/api/entitlements").await.expect(200);
    assert_eq!((&seen["plan"], &seen["features"]["webhooks"]["source"]), (&json!("starter"), &json!("trial")));
    world.pass(TimeDelta::days(7));
    let _ = world.acme().get("/api/tickets").await.refused(403, "feature_not_in_plan");
    let again = alice.put("/tenants/acme/plan", order).await.expect(200);
    assert_eq!(again["features"]["api_access"], json!({"included": false, "source": "plan", "until": null}));
    let _ = alice
        .put("/tenants/acme/overrides/sso", json!({"limit": 1, "reason": "x"}))
        .await
        .refused(422, "validation_failed");
    let _ =
        alice.put("/tenants/acme/overrides/chairs", json!({"limit": 1, "reason": "x"})).await.refused(404, "not_found");
    let _ = alice.delete("/tenants/acme/overrides/sso").await.refused(400, "invalid_parameter");
}
