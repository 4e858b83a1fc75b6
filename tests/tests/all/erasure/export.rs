//! A copy of everything that is known about one person, and of nobody else.

use serde_json::{Value, json};
use tests::World;

use super::{AGENT, CUSTOMER, erase, gone::found, live};

#[tokio::test]
async fn a_customers_copy_has_all_that_is_about_them_and_nothing_about_others() {
    let world = World::new().await;
    let life = live(&world).await;
    let path = format!("/api/customers/{}/export", life.customer);
    let copy = world.acme().post(&path, json!({})).await.expect(200);
    assert_eq!(found(&copy.text, CUSTOMER).len(), CUSTOMER.len(), "{}", copy.text);
    assert!(found(&copy.text, AGENT).is_empty() && !copy.text.contains("Ann Other"), "{}", copy.text);
    assert_eq!((&copy["profile"]["email"], &copy["files"]), (&json!(super::EMAIL), &json!([])));
    let before = copy["history"].as_array().unwrap().iter().map(|event| &event["data"]["name"]);
    assert_eq!(before.filter(|name| name.is_string()).count(), 2, "what they were called, and are");
    let tickets = copy["tickets"].as_array().unwrap();
    assert_eq!(tickets.len(), 2);
    let note = json!("Suspect wombat fraud.");
    for ticket in tickets {
        let events = ticket["events"].as_array().unwrap();
        assert!(events.iter().any(|event| event["data"]["body"] == note), "a note is about them, too: {ticket}");
    }

    let page = world.acme().post(&format!("{path}?format=html"), json!({})).await.expect(200);
    assert_eq!(found(&page.text, CUSTOMER).len(), CUSTOMER.len(), "{}", page.text);
    assert!(page.text.starts_with("<!doctype html>") && page.text.trim_end().ends_with("</html>"));
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    let audit = world.acme().all(&format!("/api/audit?filter[target_id]={}", life.customer)).await;
    let taken: Vec<&Value> = audit.iter().filter(|entry| entry["action"] == "customer.exported").collect();
    assert_eq!(taken.len(), 2);
    assert_eq!(taken[0]["actor"]["kind"], "api_key");
}

#[tokio::test]
async fn an_agents_copy_tells_whence_they_came_and_not_what_customers_were_told() {
    let world = World::new().await;
    let life = live(&world).await;
    let path = format!("/api/agents/{}/export", life.agent);
    for format in ["json", "html"] {
        let copy = world.acme().post(&format!("{path}?format={format}"), json!({})).await.expect(200);
        assert_eq!(found(&copy.text, AGENT).len(), AGENT.len(), "{}", copy.text);
        assert!(found(&copy.text, CUSTOMER).is_empty(), "{}", copy.text);
    }
    let copy = world.acme().post(&path, json!({})).await.expect(200);
    let acts = copy["acts"].as_array().unwrap();
    assert!(acts.iter().any(|act| act["client"]["user_agent"] == "Pangolin/3"), "{acts:?}");
}

#[tokio::test]
async fn a_customer_who_wrote_on_anothers_ticket_gets_what_they_wrote_and_not_the_rest() {
    let world = World::new().await;
    let ticket = world.acme.ticket("Flamingo").await.id();
    let writer = world.acme.customer("Bob").await.id();
    let path = format!("/api/tickets/{ticket}/messages");
    let _ = world.acme().post(&path, json!({"body": "Zirconium.", "customer_id": writer})).await.expect(201);
    let _ = world.acme().post(&path, json!({"body": "Wombat."})).await.expect(201);
    let copy = world.acme().post(&format!("/api/customers/{writer}/export"), json!({})).await.expect(200);
    assert!(copy.text.contains("Zirconium") && !copy.text.contains("Flamingo") && !copy.text.contains("Wombat"));
}

#[tokio::test]
async fn a_copy_takes_a_right_of_its_own_and_somebody_who_is_there() {
    let world = World::new().await;
    let life = live(&world).await;
    let path = format!("/api/customers/{}/export", life.customer);
    let everyday = world.acme.with_scopes(&["customers:*", "tickets:*", "agents:*", "audit:*"]).await;
    let _ = everyday.post(&path, json!({})).await.refused(403, "insufficient_scope");
    let privileged = world.acme.with_scopes(&["privacy:export"]).await;
    let _ = privileged.post(&path, json!({})).await.expect(200);
    let _ = privileged.post(&format!("{path}?format=pdf"), json!({})).await.refused(400, "invalid_parameter");
    let _ = erase(&world, &life).await;
    let _ = privileged.post(&path, json!({})).await.refused(409, "customer_erased");
    let agent = format!("/api/agents/{}/export", life.agent);
    let _ = privileged.post(&agent, json!({})).await.refused(409, "agent_erased");
}
