//! Who may erase whom, and what can be done with somebody who was erased.

use serde_json::{Value, json};
use tests::World;

use super::{EMAIL, erase, live};

#[tokio::test]
async fn an_erased_customer_is_shown_as_a_marker_and_cannot_be_changed_or_spoken_to() {
    let world = World::new().await;
    let (api, life) = (world.acme(), live(&world).await);
    let _ = erase(&world, &life).await;
    let path = format!("/api/customers/{}", life.customer);
    let shown = api.get(&path).await.expect(200);
    for field in ["name", "email", "phone", "external_id"] {
        assert_eq!(shown[field], Value::Null, "{field}");
    }
    assert!(shown["erased_at"].is_string(), "{}", shown.text);
    let listed = api.all("/api/customers").await;
    assert!(listed.contains(&shown.body));
    let _ = api.patch(&path, json!({"name": "Zebediah"})).await.refused(409, "customer_erased");
    let ticket = json!({"title": "Once more", "customer_id": life.customer});
    let refused = api.post("/api/tickets", ticket).await.refused(422, "validation_failed");
    assert!(refused.names("/customer_id", "customer_erased"), "{}", refused.text);

    let path = format!("/api/tickets/{}", life.ticket);
    let shown = api.get(&path).await.expect(200);
    assert_eq!((&shown["title"], &shown["customer"]["name"]), (&Value::Null, &Value::Null));
    let messages = format!("{path}/messages");
    let _ = api.post(&messages, json!({"body": "Hello?"})).await.refused(409, "subject_erased");
    let _ = api.patch(&path, json!({"title": "About Zebediah"})).await.refused(409, "subject_erased");
    let closed = api.patch(&path, json!({"status": "closed"})).await.expect(200);
    assert_eq!(closed["status"], "closed", "work that says nothing about them goes on");

    let anew = api.post("/api/tickets", json!({"title": "Hello", "customer": {"email": EMAIL}})).await.expect(201);
    assert_ne!(anew["customer"]["id"], life.customer.as_str());
    assert_eq!(anew["customer"]["email"], EMAIL);
}

#[tokio::test]
async fn an_erased_agent_gets_no_work_and_nothing_lets_them_in() {
    let world = World::new().await;
    let (api, life) = (world.acme(), live(&world).await);
    let credentials = json!({"tenant": "acme", "email": super::AGENT_EMAIL, "password": "a long secret"});
    let session = api.anonymous().post("/api/sessions", credentials.clone()).await.expect(201);
    let person = api.with_key(session["access_token"].as_str().unwrap());
    let _ = person.get("/api/tickets").await.expect(200);
    let _ = erase(&world, &life).await;
    let _ = person.get("/api/tickets").await.refused(401, "unauthorized");
    assert_eq!(api.anonymous().post("/api/sessions", credentials).await.status, 401);
    let shown = api.get(&format!("/api/agents/{}", life.agent)).await.expect(200);
    assert_eq!((&shown["name"], &shown["email"], &shown["active"]), (&Value::Null, &Value::Null, &json!(false)));
    let _ =
        api.patch(&format!("/api/agents/{}", life.agent), json!({"active": true})).await.refused(409, "agent_erased");
    let ticket = world.acme.ticket("Printer").await;
    let path = format!("/api/tickets/{}", ticket.id());
    let refused = api.patch(&path, json!({"assignee_id": life.agent})).await.refused(422, "validation_failed");
    assert!(refused.names("/assignee_id", "agent_erased"), "{}", refused.text);
    let again = json!({"email": super::AGENT_EMAIL, "name": "Somebody"});
    let invited = api.post("/api/invitations", again).await.expect(201);
    assert_ne!(invited["agent_id"], life.agent.as_str());
}

#[tokio::test]
async fn erasing_takes_a_right_of_its_own_and_a_repeat_answers_the_same() {
    let world = World::new().await;
    let customer = world.acme.customer("Ann").await.id();
    let path = format!("/api/customers/{customer}/erase");
    let everyday = world.acme.with_scopes(&["customers:*", "tickets:*", "agents:*", "settings:*"]).await;
    let _ = everyday.post(&path, json!({})).await.refused(403, "insufficient_scope");
    let privileged = world.acme.with_scopes(&["privacy:erase"]).await;
    let first = privileged.post(&path, json!({})).await.expect(200);
    let again = privileged.post(&path, json!({})).await.expect(200);
    assert_eq!(first.body, again.body);
    assert_eq!(world.acme().get(&format!("/api/erasures/{customer}")).await.expect(200).body, first.body);
    assert_eq!(world.acme().all("/api/erasures?limit=1").await, std::slice::from_ref(&first.body));
    let _ = privileged.get("/api/erasures").await.refused(403, "insufficient_scope");
    assert_eq!(world.globex().all("/api/erasures").await, Vec::<Value>::new());
}
