//! The evidence pack: as of a date, and every number with the question that gives it again.

use chrono::{SecondsFormat, TimeDelta};
use serde_json::{Value, json};
use tests::{Answer, World};

use crate::roles::Person;

fn control<'a>(evidence: &'a Answer, id: &str) -> &'a Value {
    let found = evidence["controls"].as_array().unwrap().iter().find(|control| control["id"] == id);
    &found.unwrap_or_else(|| panic!("no control {id}"))["value"]
}

/// Asks everything again that the pack says it was made from.
async fn ask_again(world: &World, evidence: &Answer) {
    let mut asked = 0;
    for control in evidence["controls"].as_array().unwrap() {
        for query in control["queries"].as_array().unwrap() {
            let path = query["call"].as_str().unwrap().strip_prefix("GET ").unwrap();
            let found = match query["pointer"].as_str() {
                Some(pointer) => world.acme().get(path).await.expect(200).body.pointer(pointer).unwrap().clone(),
                None => json!(world.acme().all(path).await.len()),
            };
            assert_eq!(found, query["count"], "{}: {path}", control["id"]);
            asked += query["count"].as_u64().unwrap();
        }
    }
    assert!(asked > 0, "there is something to ask");
}

#[tokio::test]
async fn evidence_is_as_of_a_date_and_each_number_can_be_asked_for_again() {
    let world = World::new().await;
    let owner = Person::joined(&world, world.acme(), "ann", "owner").await;
    world.pass(TimeDelta::minutes(1));
    let then = world.now().to_rfc3339_opts(SecondsFormat::Secs, true);
    world.pass(TimeDelta::minutes(1));
    let late = Person::joined(&world, &owner.api, "late", "agent").await;
    let _ = world.acme().patch(&late.path(), json!({"role": "admin"})).await.expect(200);
    let _ = world.acme().post("/api/keys", json!({"name": "late", "scopes": ["tickets:read"]})).await.expect(201);
    let _ = world.acme().patch("/api/access-policy", json!({"origins": ["https://a.example"]})).await.expect(200);

    let before = world.acme().get(&format!("/api/evidence?as_of={then}")).await.expect(200);
    let after = world.acme().get("/api/evidence").await.expect(200);
    let people = |evidence: &Answer| control(evidence, "people")["people"].to_string();
    assert!(people(&after).contains(&late.id.to_string()) && !people(&before).contains(&late.id.to_string()));
    assert!(people(&before).contains("\"ann\""));
    for (id, member) in [("people", "active"), ("second_factors", "joined"), ("keys", "open")] {
        let count = |evidence: &Answer| control(evidence, id)[member].as_u64().unwrap();
        assert_eq!(count(&before) + 1, count(&after), "{id}");
    }
    let changed = |evidence: &Answer| control(evidence, "configuration_changes")["access_policy.*"].clone();
    assert_ne!(changed(&before), changed(&after));
    ask_again(&world, &before).await;
    ask_again(&world, &after).await;

    let ahead = (world.now() + TimeDelta::days(1)).to_rfc3339_opts(SecondsFormat::Secs, true);
    let _ = world.acme().get(&format!("/api/evidence?as_of={ahead}")).await.refused(400, "invalid_parameter");
    let _ =
        world.acme().get(&format!("/api/evidence?as_of={then}&from={then}")).await.refused(400, "invalid_parameter");
    let audit = world.acme.with_scopes(&["audit:read"]).await;
    assert_eq!(audit.get("/api/evidence").await.refused(403, "insufficient_scope")["required_scope"], "security:read");
}
