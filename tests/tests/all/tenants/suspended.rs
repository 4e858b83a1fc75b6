//! A suspended tenant is closed, and loses nothing.

use serde_json::json;
use tests::World;

#[tokio::test]
async fn a_suspended_tenant_is_closed_for_everybody_and_opened_as_it_was() {
    let world = World::new().await;
    let alice = world.operator("alice").await;
    let ticket = world.acme.ticket("Printer").await;
    let suspended = alice.post("/tenants/acme/suspend", json!({})).await.expect(200);
    assert_eq!(suspended["status"], "suspended");
    let refused = world.acme().get("/api/tickets").await.refused(403, "tenant_suspended");
    assert!(refused["detail"].as_str().unwrap().contains("ask your operator"));
    let new = json!({"title": "x", "customer": {"email": "a@b.example"}});
    let _ = world.acme().post("/api/tickets", new).await.refused(403, "tenant_suspended");
    // Who is not known does not learn of it.
    let _ = world.acme().anonymous().get("/api/tickets").await.refused(401, "unauthorized");
    let _ = world.globex().get("/api/tickets").await.expect(200);
    let position = world.acme.log.head().await.unwrap().position;
    let _ = alice.post("/tenants/acme/suspend", json!({})).await.expect(200);
    assert_eq!(world.acme.log.head().await.unwrap().position, position, "a second time records nothing");

    let _ = alice.post("/tenants/acme/resume", json!({})).await.expect(200);
    let shown = world.acme().get(&format!("/api/tickets/{}", ticket.id())).await.expect(200);
    assert_eq!(shown["title"], "Printer");
    world.settle().await;
    let trail = world.acme().get("/api/audit?filter[action]=tenant.suspended").await.expect(200);
    assert_eq!(trail["data"][0]["actor"]["id"], "operator:alice");
    assert_eq!(trail["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn people_of_a_suspended_tenant_do_not_get_in() {
    let world = World::new().await;
    let alice = world.operator("alice").await;
    let invite = json!({"email": "eve@acme.example", "name": "Eve"});
    let invited = world.acme().post("/api/invitations", invite).await.expect(201);
    let anonymous = world.acme().anonymous();
    let password = "twelve or more characters";
    let accept = json!({"tenant": "acme", "token": invited["token"], "password": password});
    let _ = alice.post("/tenants/acme/suspend", json!({})).await.expect(200);
    let _ = anonymous.post("/api/invitations/accept", accept.clone()).await.refused(403, "tenant_suspended");
    let _ = alice.post("/tenants/acme/resume", json!({})).await.expect(200);
    let joined = anonymous.post("/api/invitations/accept", accept).await.expect(201);
    let _ = alice.post("/tenants/acme/suspend", json!({})).await.expect(200);
    let eve = anonymous.with_key(joined["access_token"].as_str().unwrap());
    let _ = eve.get("/api/tickets").await.refused(403, "tenant_suspended");
    let log_in = json!({"tenant": "acme", "email": "eve@acme.example", "password": password});
    let _ = anonymous.post("/api/sessions", log_in.clone()).await.refused(403, "tenant_suspended");
    let wrong = json!({"tenant": "acme", "email": "eve@acme.example", "password": "another password"});
    let _ = anonymous.post("/api/sessions", wrong).await.refused(401, "wrong_credentials");
}

#[tokio::test]
async fn another_process_learns_of_it_when_it_looks() {
    let world = World::new().await;
    let other = world.another_process().await;
    let alice = world.operator("alice").await;
    let _ = other.acme().get("/api/tickets").await.expect(200);
    let _ = alice.post("/tenants/acme/suspend", json!({})).await.expect(200);
    other.app.desk.store().tenants().await.unwrap();
    let _ = other.acme().get("/api/tickets").await.refused(403, "tenant_suspended");
    // One that starts knows it from the start.
    let third = world.another_process().await;
    let _ = third.acme().with_key(world.acme().key()).get("/api/tickets").await.refused(403, "tenant_suspended");
}
