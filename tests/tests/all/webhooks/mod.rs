//! Webhooks: a real receiver on this machine, and a clock that stands until it is moved.

mod breaker;
mod delivery;
mod documented;
mod failures;
mod isolated;
mod leases;
mod libraries;
mod order;
mod parked;
mod replay;
mod resource;
mod rotation;
mod workers;

use serde_json::{Value, json};
use tests::{Answer, Receiver, World};

/// A webhook of acme that goes to this receiver.
pub async fn webhook(world: &World, receiver: &Receiver, events: &[&str]) -> Answer {
    let body = json!({"url": receiver.url(), "events": events});
    world.acme().post("/api/webhooks", body).await.expect(201)
}

/// Delivers whatever is due for acme; gives how many attempts that took.
pub async fn settle(world: &World) -> u64 {
    world.app.webhooks.settle(&world.acme.log).await.unwrap()
}

/// The deliveries of a webhook, the newest first.
pub async fn deliveries(world: &World, webhook: &Answer) -> Vec<Value> {
    world.acme().all(&format!("/api/webhooks/{}/deliveries", webhook.id())).await
}

/// A reply by the customer; gives the ticket.
pub async fn reply(world: &World, ticket: &Answer, text: &str) -> Answer {
    world.acme().post(&format!("/api/tickets/{}/messages", ticket.id()), json!({"body": text})).await.expect(201)
}
