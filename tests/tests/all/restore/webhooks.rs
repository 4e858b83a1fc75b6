//! Receivers get nothing of the past twice, and everything that comes.

use serde_json::json;
use tests::{Receiver, Reply, World};

use super::{Until, acme, log, now, restore, wish};
use crate::webhooks::{settle, webhook};

#[tokio::test]
async fn nothing_of_the_past_is_sent_again_and_what_comes_is() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let hook = webhook(&world, &receiver, &["ticket.created"]).await;
    world.acme.ticket("Sent").await;
    settle(&world).await;
    receiver.answer_always(Reply::Status(500));
    world.acme.ticket("On its way").await;
    settle(&world).await;
    let instant = now(&world);
    world.acme.ticket("Discarded").await;
    receiver.take();

    restore(&world, wish(Until::Instant(instant))).await;
    receiver.answer_always(Reply::Status(204));
    let log = log(&world, &acme()).await;
    world.app.webhooks.settle(&log).await.unwrap();
    assert_eq!(receiver.take().len(), 0);
    let listed = world.acme().all(&format!("/api/webhooks/{}/deliveries", hook.id())).await;
    let statuses: Vec<_> = listed.iter().map(|delivery| delivery["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["failed", "delivered"]);
    world.acme.ticket("After").await;
    world.app.webhooks.settle(&log).await.unwrap();
    let received = receiver.take();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].body["data"]["title"], "After");
}

#[tokio::test]
async fn endpoints_are_as_they_were_at_the_instant() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let hook = webhook(&world, &receiver, &["ticket.created"]).await;
    let path = format!("/api/webhooks/{}", hook.id());
    settle(&world).await;
    let instant = now(&world);
    let _ = world.acme().patch(&path, json!({"description": "later"})).await.expect(200);
    let later = webhook(&world, &receiver, &["*"]).await;
    settle(&world).await;
    restore(&world, wish(Until::Instant(instant))).await;
    assert_eq!(world.acme().get(&path).await.expect(200)["description"], json!(null));
    let _ = world.acme().get(&format!("/api/webhooks/{}", later.id())).await.refused(404, "not_found");
}
