//! Backups that do not come to their end, and several at once.

use std::{future::poll_fn, pin::pin, task::Poll};

use ::backups::{Keep, Kind, Newest};
use chrono::TimeDelta;

use super::{Kept, hold, ticket_with_file};

const KEEP: Keep = Keep { days: 30, keys_days: 7, newest: Newest::Stays };

/// What comes of `work` if it is dropped after so many steps, unless it has ended by then.
async fn dropped_after<F: Future>(steps: usize, work: F) -> Option<F::Output> {
    let (mut work, mut left) = (pin!(work), steps);
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        work.as_mut().poll(context).map(Some)
    })
    .await
}

#[tokio::test]
async fn a_backup_that_is_given_up_at_any_step_is_not_there_and_the_next_one_is_whole() {
    let kept = Kept::new("dropped").await;
    let (store, log) = (kept.world.app.desk.store(), &kept.world.acme.log);
    ticket_with_file(&kept.acme, "printer", "What it says.").await;
    ticket_with_file(&kept.acme, "scanner", "Something else.").await;
    let mut given_up = 0;
    for steps in (0..).step_by(3) {
        kept.world.pass(TimeDelta::seconds(1));
        let before = kept.archive().list(log.tenant()).await.unwrap();
        let attempt = async {
            let hold = store.hold(log.tenant()).await.unwrap();
            kept.world.app.backups.save(&hold, log, Kind::Manual).await.unwrap()
        };
        if dropped_after(steps, attempt).await.is_some() {
            break;
        }
        given_up += 1;
        // Given up behind its manifest, it is there, and whole.
        for backup in kept.archive().list(log.tenant()).await.unwrap() {
            if !before.contains(&backup) {
                let made = kept.archive().open(&store.installation_key(), log.tenant(), backup).await.unwrap();
                assert_eq!(kept.verify(&made).await.faults, [], "after {steps} steps");
            }
        }
    }
    assert!(given_up > 5, "it was interrupted {given_up} times only");
    let made = kept.save().await;
    assert_eq!(kept.verify(&made).await.faults, []);
    let records = store.backup_page(log.tenant(), None, 1000).await.unwrap();
    let failed = records.iter().filter(|record| record.failure.is_some()).count();
    assert!(records.iter().all(|record| record.finished_at.is_some()), "{records:?}");
    assert!(failed > 0, "those that were begun are told");
    // What they left goes.
    let hold = hold(&kept.world, &kept.world.acme).await;
    kept.world.app.backups.tidy(&hold, KEEP, &|_| {}).await.unwrap();
    drop(hold);
    let contents = &made.contents;
    assert_eq!((kept.folder("log").len(), kept.folder("files").len()), (contents.log.len(), contents.files.len()));
    let there = kept.archive().list(log.tenant()).await.unwrap().len();
    assert_eq!((kept.folder("states").len(), kept.folder("keys").len()), (there, there));
    assert_eq!(kept.verify(&made).await.faults, []);
}

#[tokio::test]
async fn two_processes_that_save_one_tenant_take_turns_and_others_do_not_wait() {
    let kept = Kept::new("turns").await;
    ticket_with_file(&kept.acme, "printer", "What it says.").await;
    let another = kept.world.another_process().await;
    let other = another.app.clone().with_backups(kept.archive().vault().clone());
    let other = other.with_files(kept.world.app.files.vault().clone(), commands::files::FileSettings::default());
    let tenant = kept.world.acme.log.tenant();
    let held = hold(&kept.world, &kept.world.acme).await;
    assert!(other.desk.store().try_hold(tenant).await.unwrap().is_none());
    assert!(other.desk.store().try_hold(kept.world.globex.log.tenant()).await.unwrap().is_some());
    let waiting = async {
        let hold = other.desk.store().hold(tenant).await.unwrap();
        other.backups.save(&hold, &another.acme.log, Kind::Manual).await.unwrap()
    };
    let working = async {
        let made = kept.world.app.backups.save(&held, &kept.world.acme.log, Kind::Manual).await.unwrap();
        kept.world.pass(TimeDelta::seconds(1));
        drop(held);
        made
    };
    let (second, first) = tokio::join!(waiting, working);
    assert!(second.header.backup > first.header.backup);
    assert_eq!(second.contents.log[0].object.name, first.contents.log[0].object.name, "it has used the first one's");
    for made in [&first, &second] {
        assert_eq!(kept.verify(made).await.faults, []);
    }
}

#[tokio::test]
async fn whoever_has_lost_the_tenant_finishes_nothing() {
    let kept = Kept::new("lost").await;
    let held = hold(&kept.world, &kept.world.acme).await;
    let sql = "SELECT pg_terminate_backend(pid, 60000) FROM pg_locks WHERE locktype = 'advisory' AND granted
               AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    kept.world.superuser().await.execute(sql, &[]).await.unwrap();
    assert!(held.check().await.is_err());
    assert!(kept.world.app.backups.save(&held, &kept.world.acme.log, Kind::Manual).await.is_err());
    assert!(kept.world.app.backups.tidy(&held, KEEP, &|_| {}).await.is_err());
    assert!(hold(&kept.world, &kept.world.acme).await.check().await.is_ok());
}
