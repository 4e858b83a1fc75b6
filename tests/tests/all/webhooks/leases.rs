//! Several processes, and one that dies in the middle.

use chrono::TimeDelta;
use tests::{Receiver, Reply, World};

use super::{deliveries, reply, settle, webhook};

#[tokio::test]
async fn a_delivery_in_the_hand_of_a_process_that_died_is_sent_by_another_and_nothing_overtakes_it() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let hook = webhook(&world, &receiver, &["ticket.*"]).await;
    let ticket = world.acme.ticket("Printer").await;
    reply(&world, &ticket, "Hello?").await;
    receiver.answer([Reply::Silence]);
    let dying = tokio::spawn({
        let (webhooks, log) = (world.app.webhooks.clone(), world.acme.log.clone());
        async move { webhooks.settle(&log).await }
    });
    receiver.wait_for(1).await;
    dying.abort();
    assert!(dying.await.unwrap_err().is_cancelled());

    let survivor = world.another_process().await;
    assert_eq!(settle(&survivor).await, 0, "the lease of the dead still counts");
    world.pass(TimeDelta::seconds(59));
    assert_eq!(settle(&survivor).await, 0);
    world.pass(TimeDelta::seconds(2));
    assert_eq!(settle(&survivor).await, 2);
    let told: Vec<u64> = receiver.take().iter().map(|one| one.body["sequence"].as_u64().unwrap()).collect();
    assert_eq!(told, [1, 1, 2], "at least once, and in order");
    assert!(deliveries(&world, &hook).await.iter().all(|one| one["status"] == "delivered"));
}

#[tokio::test]
async fn what_a_process_finds_after_its_lease_ran_out_does_not_count() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let hook = webhook(&world, &receiver, &["ticket.created"]).await;
    world.acme.ticket("Printer").await;
    receiver.answer([Reply::Silence]);
    let slow = tokio::spawn({
        let settings = reactions::webhooks::WebhookSettings {
            allow_loopback: true,
            timeout: std::time::Duration::from_secs(3),
            ..reactions::webhooks::WebhookSettings::default()
        };
        let webhooks = reactions::webhooks::Webhooks::new(world.app.desk.clone(), world.random.clone(), settings);
        let log = world.acme.log.clone();
        async move { webhooks.settle(&log).await }
    });
    receiver.wait_for(1).await;
    world.pass(TimeDelta::seconds(61));
    let other = world.another_process().await;
    assert_eq!(settle(&other).await, 1);
    slow.await.unwrap().unwrap();
    let delivery = &deliveries(&world, &hook).await[0];
    assert_eq!((delivery["status"].as_str(), delivery["attempts"].as_i64()), (Some("delivered"), Some(1)));
}

#[tokio::test]
async fn two_processes_share_the_work_and_send_nothing_twice() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    webhook(&world, &receiver, &["ticket.*"]).await;
    let other = world.another_process().await;
    let mut tickets = vec![];
    for number in 0..10 {
        tickets.push(world.acme.ticket(&format!("Ticket {number}")).await);
    }
    for turn in 0..40 {
        reply(&world, world.random.pick(&tickets), &format!("Turn {turn}")).await;
    }
    let ((), ()) = tokio::join!(drain(&world), drain(&other));
    let received = receiver.take();
    assert_eq!(received.len(), 50);
    for ticket in &tickets {
        let about = received.iter().filter(|one| one.body["data"]["id"] == ticket["id"]);
        let told: Vec<u64> = about.map(|one| one.body["sequence"].as_u64().unwrap()).collect();
        assert_eq!(told, (1..=told.len() as u64).collect::<Vec<_>>());
    }
}

/// Until nothing is pending: what the other process holds may be followed by more.
async fn drain(world: &World) {
    loop {
        settle(world).await;
        let tx = world.acme.log.begin().await.unwrap();
        let pending = "SELECT count(*) FROM webhook_deliveries WHERE status = 'pending'";
        let left: i64 = tx.query_one(pending, &[]).await.unwrap().get(0);
        tx.commit().await.unwrap();
        if left == 0 {
            return;
        }
    }
}
