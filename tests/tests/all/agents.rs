//! Agents over HTTP.

use serde_json::{Value, json};
use tests::{Api, World, totp};

use crate::reach::Person;

#[tokio::test]
async fn an_agent_joins_changes_leaves_and_comes_back() {
    let world = World::new().await;
    let acme = world.acme();
    let body = json!({"name": "Eve Miller", "email": "eve@acme.example", "external_id": "hr-1"});
    let made = acme.post("/api/agents", body).await.expect(201);
    assert_eq!(made["active"], true);
    let path = format!("/api/agents/{}", made.id());
    for name in [path.as_str(), "/api/agents/external:hr-1"] {
        let shown = acme.get(name).await.expect(200);
        assert_eq!((&shown.body, shown.etag()), (&made.body, made.etag()));
        let _ = acme.get(name).header("if-none-match", &made.etag()).await.expect(304);
    }
    let left = acme.patch("/api/agents/external:hr-1", json!({"active": false, "email": null})).await.expect(200);
    assert_eq!((&left["active"], &left["email"], &left["name"]), (&json!(false), &Value::Null, &json!("Eve Miller")));
    let answer =
        acme.put(&path, json!({"name": "X"})).header("if-match", &made.etag()).await.refused(412, "version_mismatch");
    assert_eq!(answer["changed_fields"], json!(["email", "active"]));
    let same = acme.patch(&path, json!({"active": false})).await.expect(200);
    assert_eq!(same["version"], left["version"]);
    let back = acme.put(&path, json!({"active": true})).await.expect(200);
    assert_eq!(back["active"], true);
}

#[tokio::test]
async fn an_agent_s_address_and_external_id_are_theirs_only() {
    let world = World::new().await;
    let acme = world.acme();
    let body = json!({"name": "Eve", "email": "eve@acme.example", "external_id": "1"});
    let _ = acme.post("/api/agents", body).await.expect(201);
    for (field, value) in [("email", "EVE@acme.example"), ("external_id", "1")] {
        let answer = acme.post("/api/agents", json!({"name": "B", field: value})).await.refused(409, "taken");
        assert!(answer.names(&format!("/{field}"), "taken"));
        let _ = world.globex().post("/api/agents", json!({"name": "B", field: value})).await.expect(201);
        // A customer is somebody else than an agent, also under the same address.
        let _ = acme.post("/api/customers", json!({"name": "B", field: value})).await.expect(201);
    }
}

#[tokio::test]
async fn agents_are_listed_by_whether_they_get_work() {
    let world = World::new().await;
    let acme = world.acme();
    let (eve, max) = (world.acme.agent("Eve").await, world.acme.agent("Max").await);
    let _ = acme.patch(&format!("/api/agents/{}", max.id()), json!({"active": false})).await.expect(200);
    for (query, expected) in [
        ("filter[active]=true", vec![eve.id()]),
        ("filter[active]=false", vec![max.id()]),
        ("sort=name", vec![eve.id(), max.id()]),
        ("sort=-name", vec![max.id(), eve.id()]),
        ("q=max", vec![max.id()]),
    ] {
        let found = acme.get(&format!("/api/agents?{query}")).await.expect(200);
        assert_eq!(found.column("id"), expected, "{query}");
    }
}

#[tokio::test]
async fn whoever_looks_after_people_is_told_who_has_a_second_factor() {
    let world = World::new().await;
    let acme = world.acme();
    let eve = Person::joined(&world, "eve").await;
    let (path, viewer) = (format!("/api/agents/{}", eve.id), world.acme.with_scopes(&["agents:read"]).await);
    let counts = async |api: &Api| -> Vec<Value> {
        let one = api.get(&path).await.expect(200)["second_factors"].clone();
        let listed = api.get("/api/agents").await.expect(200);
        vec![one, listed["data"][0]["second_factors"].clone()]
    };
    assert_eq!(counts(acme).await, [0, 0]);

    let options = eve.api.post("/api/me/factors/totp/options", json!({})).await.expect(200);
    let code = totp(options["secret"].as_str().unwrap(), world.now(), 0);
    let body = json!({"enrolment": options["enrolment"], "code": code, "name": "Phone"});
    let added = eve.api.post("/api/me/factors/totp", body).await.expect(201);
    world.settle().await;
    assert_eq!(counts(acme).await, [1, 1]);
    assert_eq!(counts(&viewer).await, [Value::Null, Value::Null]);
    let changed = acme.patch(&path, json!({"name": "Eva"})).header("idempotency-key", "one").await.expect(200);
    let _ = eve.api.delete(&format!("/api/me/factors/{}", added.id())).await.expect(204);
    assert_eq!(counts(acme).await, [0, 0]);
    let again = acme.patch(&path, json!({"name": "Eva"})).header("idempotency-key", "one").await.expect(200);
    assert_eq!((&again.body, &again["second_factors"]), (&changed.body, &json!(1)), "as of then");
}
