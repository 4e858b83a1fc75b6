//! Lists over HTTP: pages, order, filters, search.

mod filters;
mod pages;
mod parameters;

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::World;

/// Tickets of every kind, some of them of one instant.
async fn filled() -> World {
    let world = World::new().await;
    let acme = world.acme();
    let (eve, max) = (world.acme.agent("Eve").await.id(), world.acme.agent("Max").await.id());
    let team = world.acme.team("Second line").await.id();
    let statuses = ["open", "in_progress", "pending", "resolved", "closed"];
    let bodies = ["The toner is empty", "Das Papier fehlt", "紙がない"];
    let priorities = ["low", "medium", "high", "critical"];
    for number in 0..24_usize {
        if number % 3 == 0 {
            world.pass(TimeDelta::hours(7));
        }
        let mut body = json!({
            "title": format!("Ticket {} of the printer", number % 5),
            "body": bodies[number % 3],
            "customer": {"name": format!("Customer {}", number % 4), "email": format!("c{}@company.com", number % 4)},
            "priority": priorities[number % 4],
            "status": statuses[number % 5],
            "tags": [format!("tag{}", number % 3), format!("group{}", number % 2)],
        });
        if number % 2 == 0 {
            body["assignee_id"] = json!([&eve, &max][number % 4 / 2]);
        }
        if number % 3 == 0 {
            body["team_id"] = json!(team);
            body["type"] = json!("incident");
            body["external_id"] = json!(format!("X-{number}"));
        }
        let made = acme.post("/api/tickets", body).await.expect(201);
        if number % 4 == 1 {
            world.pass(TimeDelta::minutes(1));
            let reply = json!({"body": "We look into it.", "agent_id": eve});
            let path = format!("/api/tickets/{}/messages", made.id());
            let answer = acme.post(&path, reply).await;
            assert!(answer.status == 201 || answer["code"] == "ticket_closed");
        }
    }
    world.globex.ticket("Ticket 1 of the printer").await;
    world
}

fn ids(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["id"].as_str().unwrap()).collect()
}
