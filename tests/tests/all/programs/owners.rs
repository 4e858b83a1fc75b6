//! A key may what its owner may, at every request.

use chrono::TimeDelta;
use commands::api_keys::AUTHENTICATE;
use serde_json::json;
use tests::World;

use super::{account, key, person};

#[tokio::test]
async fn a_key_of_a_service_account_may_what_both_its_scopes_and_its_role_say() {
    let world = World::new().await;
    let acme = world.acme();
    let owner = account(acme, "agent").await;
    let (id, crm) = key(acme, json!({"owner": owner})).await;
    let _ = crm.get("/api/tickets").await.expect(200);
    let _ = crm.get("/api/audit").await.refused(403, "insufficient_scope");
    let shown = acme.get(&format!("/api/keys/{id}")).await.expect(200);
    assert_eq!((&shown["owner"], &shown["state"]), (&json!(owner), &json!("live")));

    let path = format!("/api/service-accounts/{owner}");
    let _ = acme.patch(&path, json!({"role": "analyst"})).await.expect(200);
    let _ = crm.get("/api/tickets").await.refused(403, "insufficient_scope");
    let _ = crm.get("/api/analytics?from=2026-01-01&to=2026-02-01").await;
    let _ = acme.patch(&path, json!({"role": "admin"})).await.expect(200);
    let _ = crm.get("/api/audit").await.expect(200);
    let _ = acme.patch(&path, json!({"active": false})).await.expect(200);
    let _ = crm.get("/api/tickets").await.refused(401, "unauthorized");
    let _ = acme.patch(&path, json!({"active": true})).await.expect(200);
    let _ = crm.get("/api/tickets").await.expect(200);
}

#[tokio::test]
async fn what_changes_on_one_process_holds_at_once_on_another() {
    let world = World::new().await;
    let other = world.another_process().await;
    let owner = account(world.acme(), "agent").await;
    let (id, crm) = key(world.acme(), json!({"owner": owner})).await;
    let elsewhere = crm.at(other.acme().base());
    let path = format!("/api/service-accounts/{owner}");
    let _ = elsewhere.get("/api/tickets").await.expect(200);
    let _ = world.acme().patch(&path, json!({"role": "analyst"})).await.expect(200);
    let _ = elsewhere.get("/api/tickets").await.refused(403, "insufficient_scope");
    let _ = world.acme().patch(&path, json!({"role": "agent", "active": false})).await.expect(200);
    let _ = elsewhere.get("/api/tickets").await.refused(401, "unauthorized");
    let _ = world.acme().patch(&path, json!({"active": true})).await.expect(200);
    let _ = elsewhere.get("/api/tickets").await.expect(200);
    let _ = world.acme().delete(&format!("/api/keys/{id}")).await.expect(204);
    let _ = elsewhere.get("/api/tickets").await.refused(401, "unauthorized");
}

#[tokio::test]
async fn the_key_that_a_person_makes_is_theirs_and_goes_with_them() {
    let world = World::new().await;
    let (root, admin) = person(&world.acme, "admin").await;
    let (id, own) = key(&admin, json!({})).await;
    let shown = admin.get(&format!("/api/keys/{id}")).await.expect(200);
    assert_eq!((&shown["owner"], &shown["created_by"]["id"]), (&json!(root), &json!(root)));
    // A key that a key makes is its owner's, too.
    let (second, _) = key(&own, json!({"scopes": ["tickets:read", "keys:read"]})).await;
    let shown = own.get(&format!("/api/keys/{second}")).await.expect(200);
    assert_eq!((&shown["owner"], &shown["created_by"]["id"]), (&json!(root), &json!(id)));
    // One of the tenant's keys makes keys of the tenant, as it always did.
    let (third, _) = key(world.acme(), json!({})).await;
    assert!(world.acme().get(&format!("/api/keys/{third}")).await.expect(200)["owner"].is_null());

    let (other, _) = person(&world.acme, "agent").await;
    let refused = admin.post("/api/keys", json!({"name": "x", "scopes": ["tickets:read"], "owner": other})).await;
    assert!(refused.refused(422, "validation_failed").names("/owner", "invalid_value"));

    let _ = world.acme().patch(&format!("/api/agents/{root}"), json!({"role": "agent"})).await.expect(200);
    let _ = own.get("/api/keys").await.refused(403, "insufficient_scope");
    let _ = own.get("/api/tickets").await.expect(200);
    let _ = world.acme().patch(&format!("/api/agents/{root}"), json!({"active": false})).await.expect(200);
    let _ = own.get("/api/tickets").await.refused(401, "unauthorized");
}

#[tokio::test]
async fn nobody_makes_or_rotates_a_key_that_may_more_than_they() {
    let world = World::new().await;
    let acme = world.acme();
    let (strong, weak) = (account(acme, "admin").await, account(acme, "analyst").await);
    let (id, _) = key(acme, json!({"owner": strong})).await;
    let (_, caller) = key(acme, json!({"owner": strong, "scopes": ["keys:*", "tickets:read"]})).await;
    for (owner, scopes) in [(&strong, "*"), (&strong, "tickets:write"), (&weak, "*"), (&weak, "analytics:read")] {
        let body = json!({"name": "x", "scopes": [scopes], "owner": owner});
        let _ = caller.post("/api/keys", body).await.refused(403, "insufficient_scope");
    }
    let _ = caller.post(&format!("/api/keys/{id}/rotate"), json!({})).await.refused(403, "insufficient_scope");
    let _ = key(&caller, json!({"owner": weak, "scopes": ["tickets:read"]})).await;
}

#[tokio::test]
async fn an_owner_has_at_most_a_hundred_keys_that_open() {
    let world = World::new().await;
    let owner = account(world.acme(), "agent").await;
    let body = json!({"name": "x", "scopes": ["tickets:read"], "owner": owner,
        "expires_at": world.app.desk.store().clock().now() + TimeDelta::hours(1)});
    for _ in 0..100 {
        let _ = world.acme().post("/api/keys", body.clone()).await.expect(201);
    }
    let _ = world.acme().post("/api/keys", body.clone()).await.refused(409, "too_many_keys");
    world.pass(TimeDelta::hours(1));
    let _ = key(world.acme(), json!({"owner": owner, "scopes": ["tickets:read"]})).await;
}

#[tokio::test]
async fn what_a_request_asks_of_the_log_does_not_grow_with_it() {
    let world = World::new().await;
    let database = world.superuser().await;
    let schema = format!("tenant_{}", world.acme.log.tenant());
    let prepare = format!("PREPARE asked (text[], text) AS {AUTHENTICATE}");
    // Of a few rows the planner would read all, whatever index there is.
    let settings = format!("SET search_path TO {schema}; SET enable_seqscan = off");
    database.batch_execute(&format!("{settings}; {prepare}")).await.unwrap();
    let plan = database.query("EXPLAIN EXECUTE asked ('{00}', 'a')", &[]).await.unwrap();
    let plan: Vec<String> = plan.iter().map(|row| row.get(0)).collect();
    let found = plan.iter().filter(|line| line.contains("Index Cond") && line.contains("aggregate_id"));
    assert_eq!(found.count(), 3, "one stream by its name in the index, three times: {plan:#?}");
}
