//! Whoever is erased is gone: from the log's readable form, the read models, the delivery logs, the memory of every
//! process, and from a copy that is restored later.

mod certificate;
mod export;
pub mod gone;
mod messages;
mod resumed;
mod rules;
mod tickets;

use reactions::erasure::Erasures;
use serde_json::{Value, json};
use tests::{Answer, Receiver, Reply, Tenant, World};

/// Words that are about the two who will be erased, and about nobody else. In lower case, as search keeps them.
pub const CUSTOMER: &[&str] =
    &["zebediah", "quackenbush", "5550199", "zirconium", "flamingo", "wombat", "marmalade", "obadiah", "kumquat"];
/// The same, of the agent.
pub const AGENT: &[&str] = &["xanthippe", "underbridge", "pangolin"];

pub const EMAIL: &str = "zebediah@quackenbush.example";
pub const AGENT_EMAIL: &str = "xanthippe@underbridge.example";

/// Two people, and what they left behind.
pub struct Life {
    pub customer: String,
    pub agent: String,
    pub ticket: String,
    pub tickets: Vec<String>,
    pub receiver: Receiver,
    pub webhook: String,
}

/// A customer who wrote, was written to and about, renamed, told to webhooks that took it and that did not; and the
/// agent who helped.
pub async fn live(world: &World) -> Life {
    let api = world.acme();
    let receiver = Receiver::start().await;
    receiver.answer_always(Reply::Echo(200));
    let hook = json!({"url": receiver.url(), "events": ["*"]});
    let webhook = api.post("/api/webhooks", hook).await.expect(201).id();
    let agent = agent(&world.acme).await;
    let created = json!({
        "name": "Obadiah Quackenbush", "email": "kumquat@quackenbush.example", "phone": "+41 79 5550199",
    });
    let customer = api.post("/api/customers", created).await.expect(201).id();
    let path = format!("/api/customers/{customer}");
    let _ = api.patch(&path, json!({"name": "Zebediah Quackenbush", "email": EMAIL})).await.expect(200);
    let first = ticket(&world.acme, &agent, json!({"email": EMAIL})).await;
    let second = ticket(&world.acme, &agent, json!({"email": EMAIL})).await;
    // A ticket that was theirs is another's now: what was said before stays theirs.
    let other = world.acme.customer("Ann Other").await.id();
    let path = format!("/api/tickets/{}", second.id());
    let _ = api.patch(&path, json!({"customer_id": other, "title": "Kettle"})).await.expect(200);
    assert!(world.app.webhooks.settle(&world.acme.log).await.unwrap() > 0);
    receiver.answer_always(Reply::Echo(500));
    let path = format!("/api/tickets/{}/messages", first.id());
    let _ = api.post(&path, json!({"body": "And the marmalade, too."})).await.expect(201);
    assert!(world.app.webhooks.settle(&world.acme.log).await.unwrap() > 0);
    receiver.answer_always(Reply::Status(204));
    let tickets = vec![first.id(), second.id()];
    Life { customer, agent, ticket: first.id(), tickets, receiver, webhook }
}

/// An agent who joined, mistyped their password, and logged in.
async fn agent(tenant: &Tenant) -> String {
    let api = &tenant.api;
    let invite = json!({"email": AGENT_EMAIL, "name": "Xanthippe Underbridge"});
    let invited = api.post("/api/invitations", invite).await.expect(201);
    let name = tenant.log.tenant().as_str();
    let accept = json!({"tenant": name, "token": invited["token"], "password": "a long secret"});
    let anonymous = api.anonymous();
    let joined = anonymous.post("/api/invitations/accept", accept).header("user-agent", "Pangolin/3").await.expect(201);
    for (password, status) in [("wrong", 401), ("a long secret", 201)] {
        let body = json!({"tenant": name, "email": AGENT_EMAIL, "password": password});
        let _ = anonymous.post("/api/sessions", body).header("user-agent", "Pangolin/3").await.expect(status);
    }
    joined["agent"]["id"].as_str().unwrap().to_owned()
}

async fn ticket(tenant: &Tenant, agent: &str, customer: Value) -> Answer {
    let api = &tenant.api;
    let body = json!({
        "title": "Zirconium exploded", "body": "My flamingo dissolved.", "customer": customer, "assignee_id": agent,
    });
    let ticket = api.post("/api/tickets", body).await.expect(201);
    let path = format!("/api/tickets/{}", ticket.id());
    let _ = api.patch(&path, json!({"title": "Zirconium kettle exploded", "priority": "high"})).await.expect(200);
    for (text, visibility) in [("Dear Zebediah, was it hot?", "public"), ("Suspect wombat fraud.", "internal")] {
        let message = json!({"body": text, "visibility": visibility, "agent_id": agent});
        let _ = api.post(&format!("{path}/messages"), message).await.expect(201);
    }
    let _ = api.post(&format!("{path}/messages"), json!({"body": "Marmalade on it."})).await.expect(201);
    ticket
}

/// Erases both, and waits until nothing is left to be cleaned.
pub async fn erase(world: &World, life: &Life) -> [Answer; 2] {
    let customer = world.acme().post(&format!("/api/customers/{}/erase", life.customer), json!({})).await.expect(200);
    let agent = world.acme().post(&format!("/api/agents/{}/erase", life.agent), json!({})).await.expect(200);
    [customer, agent]
}

/// The cleaning of one process.
pub fn erasures(world: &World) -> &Erasures {
    &world.app.erasures
}
