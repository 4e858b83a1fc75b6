//! A restore is killed at each step, and the same call goes on.
//!
//! At every third of them, as long as `LEDGERDESK_RESTORE_STRIDE` asks for no other share: 1 is all.

use std::sync::atomic::{AtomicUsize, Ordering};

use api::restore::{Source, begin, run};
use tests::World;
use tokio::sync::Notify;

use super::{Until, acme, log, restore, save, try_restore, wish};

/// Runs it until the `n`-th time that it says what it does, and drops it there; gives whether it came to its end before.
async fn killed_at(world: &World, n: usize) -> bool {
    let (said, killed) = (AtomicUsize::new(0), Notify::new());
    let progress = |_: &str| {
        if said.fetch_add(1, Ordering::Relaxed) + 1 == n {
            killed.notify_one();
        }
    };
    let begun = begin(&world.app, wish(Until::End), Source::own(&world.app), "operator").await.unwrap();
    tokio::select! {
        biased;
        () = killed.notified() => false,
        done = run(&world.app, begun, &progress) => {
            done.unwrap();
            true
        }
    }
}

/// From one step that it is killed at to the next.
fn stride() -> usize {
    std::env::var("LEDGERDESK_RESTORE_STRIDE").map_or(3, |stride| stride.parse().expect("a number of steps"))
}

#[tokio::test]
async fn killed_at_any_step_the_same_call_succeeds() {
    let world = World::new().await;
    let ticket = world.acme.ticket("Printer").await;
    let path = format!("/api/tickets/{}", ticket.id());
    for (restores, n) in (1..).step_by(stride()).enumerate() {
        let restores = restores + 1;
        save(&world).await;
        if killed_at(&world, n).await {
            assert!(n > 5, "it says what it does");
            return;
        }
        let record = restore(&world, wish(Until::End)).await;
        assert_eq!(u64::from(record.epoch), restores as u64 + 1, "killed at step {n}");
        let _ = world.acme().get(&path).await.expect(200);
        let events = log(&world, &acme()).await.read(0, 1000).await.unwrap();
        let restored = events.iter().filter(|event| event.event_type == "tenant.restored").count();
        assert_eq!(restored, restores, "each is recorded once");
    }
}

#[tokio::test]
async fn another_restore_is_refused_while_one_is_unfinished_and_that_one_can_be_given_up() {
    let world = World::new().await;
    let ticket = world.acme.ticket("Printer").await;
    save(&world).await;
    assert!(!killed_at(&world, 3).await);
    let path = format!("/api/tickets/{}", ticket.id());
    let _ = world.acme().get(&path).await.refused(403, "tenant_suspended");
    let refused = try_restore(&world, wish(Until::Position(5))).await.unwrap_err().to_string();
    assert!(refused.contains("is not finished"), "{refused}");
    api::restore::give_up(&world.app, &acme()).await.unwrap();
    let _ = world.acme().get(&path).await.expect(200);
    let left = "SELECT count(*) FROM pg_namespace WHERE nspname ~ '^(filling|gone)_'";
    assert_eq!(world.superuser().await.query_one(left, &[]).await.unwrap().get::<_, i64>(0), 0);
    restore(&world, wish(Until::Position(ticket.position()))).await;
}
