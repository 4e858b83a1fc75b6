//! One call makes a tenant's whole world; the same call again goes on where it stopped, and answers the same.

use std::{pin::Pin, task::Poll};

use api::{Provision, Provisioned, provision};
use commands::{people::FirstAdmin, tenants::NewTenant};
use domain::{
    tenant::Plan,
    text::{Email, Name},
};
use event_store::TenantStatus;
use serde_json::{Value, json};
use tests::World;

fn body(tenant: &str) -> Value {
    json!({
        "tenant_id": tenant, "name": "Initech", "plan": "professional", "time_zone": "America/New_York",
        "business_hours": "9:00-17:00 EST", "admin": {"email": "bill@initech.example", "name": "Bill"},
    })
}

fn wish(tenant: &str) -> Provision {
    let name = |text: &str| Name::try_new(text).unwrap();
    let new = NewTenant {
        name: name("Initech"),
        plan: Plan::Professional,
        time_zone: chrono_tz::UTC,
        domain: None,
        business_hours: None,
        teams: [name("First line")].into(),
    };
    let admin = Some(FirstAdmin { email: Email::try_new("bill@initech.example").unwrap(), name: name("Bill") });
    Provision { tenant: tenant.parse().unwrap(), new, admin }
}

fn token(made: &Provisioned) -> Option<&str> {
    made.admin.as_ref()?.invitation.as_ref().map(|(_, token)| token.reveal())
}

#[tokio::test]
async fn one_call_makes_a_world_that_its_admin_can_go_to_work_in() {
    let world = World::new().await;
    let alice = world.operator("alice").await;
    let made = alice.post("/tenants", body("initech")).await.expect(201);
    assert_eq!(made.header("location"), Some("/tenants/initech"));
    for (field, expected) in [("status", "active"), ("plan", "professional"), ("domain", "initech.localhost")] {
        assert_eq!(made[field], expected, "{field}");
    }
    let anonymous = world.acme().anonymous();
    let accept = json!({"tenant": "initech", "token": made["admin"]["token"], "password": "twelve or more characters"});
    let joined = anonymous.post("/api/invitations/accept", accept).await.expect(201);
    let bill = anonymous.with_key(joined["access_token"].as_str().unwrap());
    let key = bill.post("/api/keys", json!({"name": "CRM", "scopes": ["*"]})).await.expect(201);
    let program = bill.with_key(key["key"].as_str().unwrap());
    let ticket = json!({"title": "Printer on fire", "customer": {"email": "ann@example.com"}});
    assert_eq!(program.post("/api/tickets", ticket).await.expect(201)["ticket_id"], "T-001");
    assert_eq!(program.get("/api/teams?sort=name").await.expect(200).column("name"), ["First line", "Second line"]);
    assert_eq!(program.get("/api/tenant").await.expect(200)["settings"]["business_hours"], "9:00-17:00 EST");
    let policies = program.get("/api/sla-policies").await.expect(200);
    let calendars = program.get("/api/calendars").await.expect(200);
    assert_eq!(policies["data"][0]["calendar_id"], calendars["data"][1]["id"], "in business hours on this plan");
    let trail = program.get("/api/audit?filter[action]=tenant.provisioned").await.expect(200);
    assert_eq!(trail["data"][0]["actor"], json!({"kind": "system", "id": "operator:alice"}));

    // Once the admin has joined there is no token any more.
    let again = alice.post("/tenants", body("initech")).await.expect(201);
    assert_eq!((&again["admin"]["token"], &again["admin"]["agent_id"]), (&Value::Null, &made["admin"]["agent_id"]));
}

#[tokio::test]
async fn the_same_call_again_answers_the_same_and_another_of_the_same_id_is_refused() {
    let world = World::new().await;
    let (alice, bob) = (world.operator("alice").await, world.operator("bob").await);
    let made = alice.post("/tenants", body("initech")).await.expect(201);
    world.pass(chrono::TimeDelta::days(2));
    let again = bob.post("/tenants", body("initech")).await.expect(201);
    assert_eq!(again.body, made.body);
    for (field, value) in [
        ("name", json!("Umbrella")),
        ("plan", json!("starter")),
        ("time_zone", json!("UTC")),
        ("domain", json!("other.localhost")),
        ("business_hours", json!("8:00-12:00")),
    ] {
        let mut other = body("initech");
        other[field] = value;
        let refused = alice.post("/tenants", other).await.refused(409, "tenant_already_exists");
        assert!(refused["detail"].as_str().unwrap().contains("another id"), "{}", refused.text);
    }
    let mut other = body("initech");
    other["admin"] = json!({"email": "eve@initech.example", "name": "Eve"});
    let _ = alice.post("/tenants", other).await.refused(409, "tenant_already_exists");
    assert_eq!(alice.get("/tenants?limit=9").await.expect(200).column("tenant_id"), ["acme", "globex", "initech"]);
}

#[tokio::test]
async fn every_field_of_a_new_tenant_says_why_it_is_not_taken() {
    let world = World::new().await;
    let alice = world.operator("alice").await;
    for (field, value, pointer, code) in [
        ("tenant_id", json!("Initech!"), "/tenant_id", "invalid_value"),
        ("name", json!(""), "/name", "invalid_value"),
        ("plan", json!("free"), "/plan", "invalid_value"),
        ("time_zone", json!("EST5"), "/time_zone", "invalid_value"),
        ("domain", json!("initech.com"), "/domain", "invalid_value"),
        ("business_hours", json!("9:00-17:00 CST"), "/business_hours", "ambiguous_time_zone"),
        ("teams", json!([""]), "/teams/0", "invalid_value"),
        ("admin", json!({"email": "bill", "name": "Bill"}), "/admin/email", "invalid_value"),
        ("admin", json!({"email": "bill@initech.example"}), "/admin/name", "required"),
        ("owner", json!("Bill"), "/owner", "unknown_field"),
    ] {
        let mut wrong = body("initech");
        wrong[field] = value;
        let refused = alice.post("/tenants", wrong).await.refused(422, "validation_failed");
        assert!(refused.names(pointer, code), "{}", refused.text);
    }
    let mut taken = body("initech");
    taken["domain"] = json!("acme.localhost");
    let refused = alice.post("/tenants", taken).await.refused(409, "taken");
    assert!(refused.names("/domain", "taken"), "{}", refused.text);
}

/// Drives `work` up to so many times that it waits, and then drops it, as a kill would.
async fn killed_after<T>(polls: usize, mut work: Pin<Box<impl Future<Output = T>>>) -> Option<T> {
    let mut left = polls;
    std::future::poll_fn(move |context| match (work.as_mut().poll(context), left) {
        (Poll::Ready(done), _) => Poll::Ready(Some(done)),
        (Poll::Pending, 0) => Poll::Ready(None),
        (Poll::Pending, _) => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}

#[tokio::test]
async fn wherever_it_is_killed_the_same_call_goes_on_and_nothing_is_there_twice() {
    let world = World::new().await;
    let mut killed = 0;
    for (turn, polls) in [0, 1, 3, 6, 10, 16, 24, 40, 60, 90, 120, 160].into_iter().enumerate() {
        let tenant = format!("killed-{turn}");
        let first = killed_after(polls, Box::pin(provision(&world.app, wish(&tenant), "operator"))).await;
        if first.is_none() {
            killed += 1;
            let status = world.app.desk.store().tenant(&tenant.parse().unwrap()).await.unwrap();
            assert!(status.is_none_or(|found| found.status != TenantStatus::Active), "after {polls}");
        }
        // Another process goes on: nothing of the first is left but what it wrote.
        let other = world.another_process().await;
        let made = provision(&other.app, wish(&tenant), "operator").await.unwrap();
        let again = provision(&world.app, wish(&tenant), "operator").await.unwrap();
        assert!(token(&made).is_some() && token(&made) == token(&again), "after {polls}");
        other.app.projector.catch_up(&made.log).await.unwrap();
        let tx = made.log.begin().await.unwrap();
        let counted = "SELECT event_type, count(*) FROM events GROUP BY event_type ORDER BY event_type";
        let found: Vec<(String, i64)> =
            tx.query(counted, &[]).await.unwrap().iter().map(|row| (row.get(0), row.get(1))).collect();
        let expected = ["agent.created", "agent.invited", "team.created", "tenant.provisioned", "tenant.seat_taken"];
        assert_eq!(found, expected.map(|name| (name.to_owned(), 1)), "after {polls}");
        let rows: i64 = tx.query_one("SELECT count(*) FROM invitations", &[]).await.unwrap().get(0);
        assert_eq!(rows, 1, "after {polls}");
    }
    assert!(killed >= 6, "only {killed} were killed: let it wait less often");
}

#[tokio::test]
async fn several_operators_at_once_make_one_tenant() {
    let world = World::new().await;
    let other = world.another_process().await;
    let (first, second, third) = tokio::join!(
        provision(&world.app, wish("initech"), "operator:alice"),
        provision(&other.app, wish("initech"), "operator:bob"),
        provision(&world.app, wish("initech"), "operator:carol"),
    );
    let all = [first.unwrap(), second.unwrap(), third.unwrap()];
    assert!(all.iter().all(|made| token(made).is_some() && token(made) == token(&all[0])));
    assert_eq!(all[0].log.head().await.unwrap().position, 5);
}
