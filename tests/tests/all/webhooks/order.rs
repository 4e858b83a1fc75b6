//! The events of one ticket arrive in order, whatever fails.

use chrono::TimeDelta;
use serde_json::json;
use tests::{Receiver, Reply, World};

use super::{reply, settle, webhook};

#[tokio::test]
async fn later_events_of_a_ticket_wait_for_one_that_fails_and_other_tickets_do_not() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    webhook(&world, &receiver, &["ticket.*"]).await;
    receiver.answer([Reply::Status(500)]);
    let first = world.acme.ticket("First").await;
    settle(&world).await;
    reply(&world, &first, "One").await;
    reply(&world, &first, "Two").await;
    let second = world.acme.ticket("Second").await;
    reply(&world, &second, "Three").await;
    settle(&world).await;
    let told = |received: Vec<tests::Received>, ticket: &tests::Answer| -> Vec<u64> {
        let about = received.iter().filter(|one| one.body["data"]["id"] == ticket["id"]);
        about.map(|one| one.body["sequence"].as_u64().unwrap()).collect()
    };
    let received = receiver.take();
    assert_eq!(told(received.clone(), &first), [1], "the second waits");
    assert_eq!(told(received, &second), [1, 2]);
    world.pass(TimeDelta::seconds(6));
    settle(&world).await;
    assert_eq!(told(receiver.take(), &first), [1, 2, 3]);
}

#[tokio::test]
async fn a_whole_day_of_failures_keeps_the_order_of_every_ticket() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    webhook(&world, &receiver, &["ticket.*"]).await;
    let mut tickets = vec![];
    for number in 0..5 {
        tickets.push(world.acme.ticket(&format!("Ticket {number}")).await);
    }
    let moods = (0..60).map(|_| Reply::Status(*world.random.pick(&[200, 200, 500, 503, 302])));
    receiver.answer(moods.collect::<Vec<_>>());
    for turn in 0..40 {
        reply(&world, world.random.pick(&tickets), &format!("Turn {turn}")).await;
        settle(&world).await;
        world.pass(TimeDelta::minutes(7));
    }
    for _ in 0..60 {
        settle(&world).await;
        world.pass(TimeDelta::hours(3));
    }
    let received = receiver.take();
    for ticket in &tickets {
        let mut taken: Vec<u64> = vec![];
        for one in received.iter().filter(|one| one.body["data"]["id"] == ticket["id"]) {
            let sequence = one.body["sequence"].as_u64().unwrap();
            if taken.last() != Some(&sequence) {
                taken.push(sequence);
            }
        }
        let expected: Vec<u64> = (1..=taken.len() as u64).collect();
        assert_eq!(taken, expected, "each again and again until it is taken, and then the next");
    }
}

#[tokio::test]
async fn an_endpoint_without_an_order_does_not_wait() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let body = json!({"url": receiver.url(), "events": ["ticket.*"], "ordering": "none"});
    let _ = world.acme().post("/api/webhooks", body).await.expect(201);
    receiver.answer([Reply::Status(500)]);
    let ticket = world.acme.ticket("First").await;
    settle(&world).await;
    reply(&world, &ticket, "One").await;
    settle(&world).await;
    let told: Vec<u64> = receiver.take().iter().map(|one| one.body["sequence"].as_u64().unwrap()).collect();
    assert_eq!(told, [1, 2]);
}
