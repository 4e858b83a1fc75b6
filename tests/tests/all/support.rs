//! The operator's staff in a tenant: by its grant, for a while, and seen.

use api::App;
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, Api, World};

use crate::operations::operations;

fn instant(at: DateTime<Utc>) -> Value {
    json!(at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
}

async fn grant(world: &World, minutes: i64, role: Option<&str>) -> Answer {
    let until = instant(world.now() + TimeDelta::minutes(minutes));
    let mut body = json!({"until": until, "reason": "webhooks do not arrive"});
    if let Some(role) = role {
        body["role"] = json!(role);
    }
    world.acme().post("/api/support-access", body).await.expect(201)
}

async fn knock(operator: &Api) -> Answer {
    operator.post("/tenants/acme/support-sessions", json!({"reason": "case 4711"})).await
}

/// The API of acme as a visit sees it.
async fn enter(world: &World, operator: &Api) -> Api {
    let visit = knock(operator).await.expect(201);
    world.acme().with_key(visit["token"].as_str().unwrap())
}

async fn trail(world: &World, action: &str) -> Vec<Value> {
    world.settle().await;
    world.acme().all(&format!("/api/audit?filter[action]={action}")).await
}

#[tokio::test]
async fn nobody_comes_without_a_grant_and_with_one_every_request_is_seen() {
    let world = World::new().await;
    let alice = world.operator("alice").await;
    let _ = knock(&alice).await.refused(403, "support_not_granted");
    let granted = grant(&world, 60, None).await;
    assert_eq!((&granted["role"], &granted["revoked_at"]), (&json!("auditor"), &Value::Null));
    let ticket = json!({"title": "x", "customer": {"email": "ann@example.com"}});
    let ticket = world.acme().post("/api/tickets", ticket).await.expect(201).id();

    let support = enter(&world, &alice).await;
    let path = format!("/api/tickets/{ticket}");
    let shown = support.get(&path).header("X-Request-ID", "case-4711").await.expect(200);
    assert_eq!(shown.header("helpdesk-support-access"), Some("alice"));
    let _ = support.get("/api/v1/customers?filter[email]=ann@example.com").await.expect(200);
    let refused = support.post(&format!("{path}/messages"), json!({"body": "hello"})).await;
    assert_eq!((refused.status, refused.header("helpdesk-support-access")), (403, Some("alice")));

    let seen = trail(&world, "support.viewed").await;
    assert_eq!(seen.len(), 3, "{seen:#?}");
    assert!(seen.iter().all(|act| act["actor"] == json!({"kind": "support", "id": "alice"})), "{seen:#?}");
    assert_eq!(seen[2]["request_id"], "case-4711");
    let text = seen.iter().map(Value::to_string).collect::<String>();
    assert!(text.contains(&path) && text.contains("/api/v1/customers") && !text.contains("ann@"), "{text}");
    let list = world.acme().get("/api/support-access").await.expect(200);
    let visit = &list["visits"][0];
    assert_eq!(
        (&visit["operator"], &visit["reason"], &visit["requests"]),
        (&json!("alice"), &json!("case 4711"), &json!(3))
    );
    assert_eq!(visit["grant_id"], granted["id"]);
    assert_eq!(list["grants"][0]["id"], granted["id"]);
}

#[tokio::test]
async fn a_visit_ends_at_once_with_its_grant_its_time_or_its_operator_on_every_process() {
    let world = World::new().await;
    let another = world.another_process().await;
    let alice = world.operator("alice").await;
    let gone = async |support: &Api| {
        for api in [support.clone(), support.at(another.acme().base())] {
            let refused = api.get("/api/tickets").await.refused(401, "unauthorized");
            assert_eq!(refused.header("helpdesk-support-access"), None);
        }
    };
    let granted = grant(&world, 600, None).await.id();
    let support = enter(&world, &alice).await;
    let _ = support.at(another.acme().base()).get("/api/tickets").await.expect(200);
    let revoke = format!("/api/support-access/{granted}");
    let _ = world.acme().delete(&revoke).await.expect(204);
    gone(&support).await;
    let _ = world.acme().delete(&revoke).await.refused(404, "not_found");
    let _ = knock(&alice).await.refused(403, "support_not_granted");

    let _ = grant(&world, 10, None).await;
    let support = enter(&world, &alice).await;
    world.pass(TimeDelta::minutes(10));
    gone(&support).await;

    let _ = grant(&world, 600, None).await;
    let support = enter(&world, &alice).await;
    assert!(world.app.desk.store().revoke_operator("alice").await.unwrap());
    gone(&support).await;
    let bob = world.operator("bob").await;
    let support = enter(&world, &bob).await;
    world.pass(TimeDelta::hours(1));
    gone(&support).await;
}

#[tokio::test]
async fn support_acts_within_the_grant_and_never_lets_anybody_in() {
    let world = World::new().await;
    let alice = world.operator("alice").await;
    let _ = grant(&world, 600, Some("admin")).await;
    let support = enter(&world, &alice).await;
    let ticket = json!({"title": "x", "customer": {"email": "ann@example.com"}});
    let made = support.post("/api/tickets", ticket).await.expect(201).id();
    let opened = &trail(&world, "ticket.created").await[0];
    assert_eq!((&opened["target"]["id"], &opened["actor"]["kind"]), (&json!(made), &json!("support")));
    for (path, body) in [
        ("/api/support-access", json!({"until": instant(world.now() + TimeDelta::days(1)), "reason": "more"})),
        ("/api/keys", json!({"name": "x", "scopes": ["tickets:read"]})),
        ("/api/invitations", json!({"email": "alice@operator.example", "name": "Alice"})),
        ("/api/webhooks", json!({"url": "https://operator.example.com/hook", "events": ["*"]})),
    ] {
        let _ = support.post(path, body).await.refused(403, "insufficient_scope");
    }
    let addresses = json!({"allowed_addresses": []});
    let _ = support.patch("/api/access-policy", addresses).await.refused(403, "insufficient_scope");
    // Nobody grants what they may not.
    let reader = world.acme().post("/api/keys", json!({"name": "r", "scopes": ["support:write"]})).await.expect(201);
    let reader = world.acme().with_key(reader["key"].as_str().unwrap());
    let wish = json!({"until": instant(world.now() + TimeDelta::days(1)), "reason": "x", "role": "admin"});
    let _ = reader.post("/api/support-access", wish).await.refused(403, "insufficient_scope");
}

#[tokio::test]
async fn a_visitor_who_may_look_changes_nothing_by_any_operation() {
    let world = World::new().await;
    let alice = world.operator("alice").await;
    let _ = grant(&world, 600, None).await;
    let support = enter(&world, &alice).await;
    for operation in
        operations().into_iter().filter(|operation| operation.method != Method::GET && !operation.is_open())
    {
        let before = world.acme.log.head().await.unwrap().position;
        let answer = operation.call(&support, &operation.path_of("nothing")).await;
        // A question that is too long for an address.
        let asks = operation.id == "previewRetention";
        assert!(asks || answer.status >= 400, "{} answered {}", operation.id, answer.status);
        let events = world.acme.log.read(before, 100).await.unwrap();
        let others: Vec<_> = events.iter().filter(|event| event.event_type != "support.viewed").collect();
        assert!(others.is_empty(), "{}: {others:?}", operation.id);
        assert_eq!(events.len(), 1, "{} was not seen once", operation.id);
    }
}

#[tokio::test]
async fn in_an_emergency_an_operator_comes_to_look_where_the_installation_allows_it() {
    let world = World::new().await;
    let alice = world.operator("alice").await;
    let wish = json!({"reason": "the tenant cannot log in", "break_glass": true});
    let path = "/tenants/acme/support-sessions";
    let _ = alice.post(path, wish.clone()).await.refused(403, "break_glass_not_allowed");
    let app: App = world.app.clone().allowing_break_glass();
    let alice = alice.at(&world.serve_operators(app).await);
    let longer = json!({"reason": "x", "break_glass": true, "minutes": 61});
    assert!(alice.post(path, longer).await.refused(422, "validation_failed").names("/minutes", "invalid_value"));
    let visit = alice.post(path, wish).await.expect(201);
    assert_eq!((&visit["grant_id"], &visit["role"]), (&Value::Null, &json!("auditor")));
    let support = world.acme().with_key(visit["token"].as_str().unwrap());
    let _ = support.get("/api/tickets").await.expect(200);
    let ticket = json!({"title": "x", "customer": {"email": "ann@example.com"}});
    let _ = support.post("/api/tickets", ticket).await.refused(403, "insufficient_scope");
    let told = trail(&world, "support.break_glass").await;
    assert_eq!(told.len(), 1);
    let list = world.acme().get("/api/support-access").await.expect(200);
    assert_eq!((&list["visits"][0]["grant_id"], &list["visits"][0]["requests"]), (&Value::Null, &json!(2)));
    world.pass(TimeDelta::hours(1));
    let _ = support.get("/api/tickets").await.refused(401, "unauthorized");
}

#[tokio::test]
async fn a_grant_counts_for_its_tenant_alone_and_not_while_that_is_suspended() {
    let world = World::new().await;
    let alice = world.operator("alice").await;
    let _ = grant(&world, 600, None).await;
    let support = enter(&world, &alice).await;
    let _ = support.get("/api/tickets").header("X-Tenant-ID", "globex").await.refused(401, "unauthorized");
    let other = alice.post("/tenants/globex/support-sessions", json!({"reason": "x"})).await;
    let _ = other.refused(403, "support_not_granted");
    let _ = alice.post("/tenants/nobody/support-sessions", json!({"reason": "x"})).await.refused(404, "not_found");
    let forged = support.key().replace("_acme_", "_globex_");
    let _ = support.with_key(&forged).get("/api/tickets").await.refused(401, "unauthorized");
    let _ = alice.with_key(support.key()).get("/tenants").await.refused(401, "unauthorized");
    let _ = support.with_key(alice.key()).get("/api/tickets").await.refused(401, "unauthorized");
    let _ = alice.post("/tenants/acme/suspend", json!({})).await.expect(200);
    let _ = support.get("/api/tickets").await.refused(403, "tenant_suspended");
    let _ = knock(&alice).await.refused(403, "tenant_suspended");
}
