//! A webhook cannot be made to look around in our own network.

use std::{net::IpAddr, sync::Arc};

use futures_util::future::BoxFuture;
use reactions::webhooks::{Names, WebhookSettings, Webhooks};
use serde_json::json;
use tests::{Receiver, World};

use super::{deliveries, webhook};

/// Names whose addresses change from question to question: `DNS` rebinding.
#[derive(Debug)]
struct Rebinding(Vec<IpAddr>);

impl Names for Rebinding {
    fn addresses(&self, _: String) -> BoxFuture<'static, std::io::Result<Vec<IpAddr>>> {
        let found = self.0.clone();
        Box::pin(async move { Ok(found) })
    }
}

fn strict(world: &World, addresses: &[&str]) -> Webhooks {
    let addresses = addresses.iter().map(|text| text.parse().unwrap()).collect();
    let settings =
        WebhookSettings { allow_loopback: false, names: Arc::new(Rebinding(addresses)), ..WebhookSettings::default() };
    Webhooks::new(world.app.desk.clone(), world.random.clone(), settings)
}

#[tokio::test]
async fn a_name_that_stands_for_a_private_address_is_refused_at_each_attempt() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let port = receiver.url().rsplit(':').next().unwrap().split('/').next().unwrap().to_owned();
    let body = json!({"url": format!("https://crm.example.com:{port}/"), "events": ["ticket.created"]});
    let hook = world.acme().post("/api/webhooks", body).await.expect(201);
    for addresses in [&["127.0.0.1"][..], &["10.0.0.1", "::1"], &["::ffff:127.0.0.1"], &["169.254.169.254"], &[]] {
        world.acme.ticket("Printer").await;
        strict(&world, addresses).settle(&world.acme.log).await.unwrap();
        let delivery = &deliveries(&world, &hook).await[0];
        assert_eq!(delivery["status"], "pending");
        let error = delivery["last_error"].as_str().unwrap();
        assert!(error.starts_with("this host has no address on the public Internet"), "{addresses:?}: {error}");
    }
    assert!(receiver.received().is_empty());
}

#[tokio::test]
async fn an_address_that_was_allowed_when_the_webhook_was_made_is_checked_again() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let hook = webhook(&world, &receiver, &["ticket.created"]).await;
    world.acme.ticket("Printer").await;
    strict(&world, &["127.0.0.1"]).settle(&world.acme.log).await.unwrap();
    assert!(receiver.received().is_empty());
    assert!(deliveries(&world, &hook).await[0]["last_error"].as_str().unwrap().starts_with("expected https"));
}
