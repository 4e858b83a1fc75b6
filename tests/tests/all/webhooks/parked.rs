//! An event that this program cannot read stops what comes after it, and nothing else.

use reactions::{
    ReactionError,
    webhooks::{backlog, parked_keys},
};
use serde_json::json;
use tests::{Receiver, World};
use tokio::sync::oneshot;

use super::{settle, webhook};

/// Makes the last event of acme's log one of a newer program, or ours again.
async fn version(world: &World, version: &str) {
    let sql = format!(
        "UPDATE tenant_acme.events SET event_version = '{version}' WHERE position = (SELECT position FROM tenant_acme.head)"
    );
    world.superuser().await.batch_execute(&sql).await.unwrap();
}

async fn reason(world: &World) -> Option<String> {
    backlog(&world.acme.log, chrono::DateTime::UNIX_EPOCH).await.unwrap().parked
}

#[tokio::test]
async fn what_an_older_program_parked_goes_on_without_a_restart_and_in_order() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    webhook(&world, &receiver, &["ticket.created"]).await;
    world.acme.ticket("First").await;
    world.acme.ticket("Second").await;
    version(&world, "99").await;
    let log = &world.acme.log;
    let error = world.app.webhooks.catch_up(log).await.unwrap_err();
    assert!(matches!(error, ReactionError::Poisoned { .. }), "{error}");
    let error = world.app.webhooks.catch_up(log).await.unwrap_err();
    assert!(error.to_string().contains("ticket.opened"), "it says which and why: {error}");
    assert!(world.app.webhooks.resume(log).await.is_err(), "as long as it cannot be read");
    assert!(reason(&world).await.is_some());

    // Now by a program that can read it: the worker tries by itself.
    version(&world, "1").await;
    let (stop, stopping) = oneshot::channel::<()>();
    let worker = tokio::spawn({
        let (webhooks, log) = (world.app.webhooks.clone(), log.clone());
        async move { webhooks.run(&log, async { drop(stopping.await) }).await }
    });
    receiver.wait_for(2).await;
    stop.send(()).unwrap();
    worker.await.unwrap();
    assert_eq!(reason(&world).await, None);
    let positions: Vec<u64> = receiver.take().iter().map(|one| one.body["position"].as_u64().unwrap()).collect();
    assert_eq!(positions.len(), 2);
    world.globex.ticket("Elsewhere").await;
    assert_eq!(world.app.webhooks.settle(&world.globex.log).await.unwrap(), 0, "another tenant never noticed");
}

#[tokio::test]
async fn while_it_is_parked_tests_and_replays_of_what_came_before_still_work() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let hook = webhook(&world, &receiver, &["ticket.created"]).await;
    world.acme.ticket("First").await;
    settle(&world).await;
    world.acme.ticket("Second").await;
    version(&world, "99").await;
    assert!(world.app.webhooks.catch_up(&world.acme.log).await.is_err());
    let path = format!("/api/webhooks/{}", hook.id());
    let _ = world.acme().post(&format!("{path}/test"), json!({})).await.expect(202);
    let replay = |from: u64| world.acme().post(&format!("{path}/replay"), json!({"from_position": from}));
    let refused = replay(1_000).await.refused(422, "validation_failed");
    assert!(refused.text.contains("webhooks have come to position"), "{}", refused.text);
    let _ = replay(1).await.expect(202);
    let (stop, stopping) = oneshot::channel::<()>();
    let worker = tokio::spawn({
        let (webhooks, log) = (world.app.webhooks.clone(), world.acme.log.clone());
        async move { webhooks.run(&log, async { drop(stopping.await) }).await }
    });
    receiver.wait_for(3).await;
    stop.send(()).unwrap();
    worker.await.unwrap();
    let titles: Vec<_> = receiver.take().iter().map(|one| one.body["data"]["title"].clone()).collect();
    assert_eq!(titles.iter().filter(|title| *title == "First").count(), 2);
    assert!(!titles.contains(&json!("Second")));
}

#[tokio::test]
async fn what_cannot_be_sent_of_one_ticket_parks_that_ticket_alone_until_it_is_resumed() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    webhook(&world, &receiver, &["ticket.*"]).await;
    let broken = world.acme.ticket("Broken").await;
    world.app.webhooks.catch_up(&world.acme.log).await.unwrap();
    version(&world, "99").await;
    settle(&world).await;
    // Read again only where somebody needs the event: the checkpoint is past it.
    let sound = world.acme.ticket("Sound").await;
    settle(&world).await;
    let titles = |receiver: &Receiver| -> Vec<_> {
        receiver.take().iter().map(|one| one.body["data"]["title"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(titles(&receiver), ["Sound"], "others go on");
    let parked = parked_keys(&world.acme.log, 9).await.unwrap();
    assert_eq!(parked.len(), 1);
    assert_eq!(parked[0].key, broken.id());
    assert!(parked[0].reason.contains("ticket.opened version 99"), "{}", parked[0].reason);
    world.app.webhooks.measure(&world.acme.log).await.unwrap();
    let ready = world.acme().get("/readyz").await.expect(200);
    assert_eq!((&ready["status"], &ready["parked"]), (&json!("ok"), &json!(1)));

    let webhooks = &world.app.webhooks;
    assert_eq!(webhooks.resume_keys(&world.acme.log, Some(&sound.id())).await.unwrap(), 0, "this one is not parked");
    assert_eq!(webhooks.resume_keys(&world.globex.log, None).await.unwrap(), 0);
    // Resumed before it is mended, it parks again.
    assert_eq!(webhooks.resume_keys(&world.acme.log, Some(&broken.id())).await.unwrap(), 1);
    settle(&world).await;
    assert_eq!(parked_keys(&world.acme.log, 9).await.unwrap(), parked);
    assert!(receiver.received().is_empty());

    let mend = "UPDATE tenant_acme.events SET event_version = '1' WHERE event_version = '99'";
    world.superuser().await.batch_execute(mend).await.unwrap();
    assert_eq!(settle(&world).await, 0, "it is not tried again at once by itself");
    assert_eq!(webhooks.resume_keys(&world.acme.log, None).await.unwrap(), 1);
    settle(&world).await;
    assert_eq!(titles(&receiver), ["Broken"]);
    assert!(parked_keys(&world.acme.log, 9).await.unwrap().is_empty());
    webhooks.measure(&world.acme.log).await.unwrap();
    assert_eq!(world.acme().get("/readyz").await.expect(200)["parked"], 0);
}
