//! Folding, rebuilding, comparing.

use std::time::Duration;

use chrono::TimeDelta;
use domain::ticket::Author;
use event_store::StreamId;
use projections::{
    Group, Progress, ProjectionError, Projector, RebuildSettings, Scope, Visibility, compare, rebuild,
    replay_into_scratch,
    tickets::{self, TicketKey},
};
use tests::World;

use super::{
    assert_same_as_the_log, elsewhere,
    life::{Life, rows},
    tenant,
};

const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rebuild_and_a_replay_make_the_rows_that_are_live() {
    let world = World::new().await;
    let log = tenant(&world, "demo").await;
    let mut life = Life::new(1);
    let projector = Projector::new();
    for _ in 0..4 {
        life.live(&log, 30, 300).await;
        projector.catch_up(&log).await.unwrap();
    }
    let live = rows(&log).await;
    assert!(live.len() > 1_000, "{}", live.len());

    let rebuilt = rebuild(&log, Group::Desk, RebuildSettings::default(), &|_| {}).await.unwrap();
    assert_eq!(rebuilt.generation, 2);
    assert_eq!(rebuilt.position, log.head().await.unwrap().position);
    assert_eq!(rows(&log).await, live);
    let again = rebuild(&log, Group::Desk, RebuildSettings::default(), &|_| {}).await.unwrap();
    assert_eq!(again.generation, 3);
    assert_eq!(rows(&log).await, live);

    life.live(&log, 1, 20).await;
    projector.catch_up(&log).await.unwrap();
    assert_same_as_the_log(&log).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interrupted_rebuild_goes_on_where_it_stopped() {
    let world = World::new().await;
    let log = tenant(&world, "demo").await;
    let mut life = Life::new(12);
    life.live(&log, 20, 100).await;
    Projector::new().catch_up(&log).await.unwrap();
    let filled = tokio::sync::Notify::new();
    let stop = |_| filled.notify_one();
    tokio::select! {
        biased;
        () = filled.notified() => {}
        _ = rebuild(&log, Group::Desk, RebuildSettings::default(), &stop) => panic!("the rebuild should have been interrupted"),
    }
    let tx = log.begin().await.unwrap();
    let half = projections::subscription(&tx, Group::Desk.building()).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    assert_eq!((half.generation, half.checkpoint), (2, log.head().await.unwrap().position));

    life.live(&log, 20, 100).await;
    Projector::new().catch_up(&log).await.unwrap();
    let live = rows(&log).await;
    let first = std::sync::Mutex::new(None);
    let note = |progress| {
        if let Progress::Folded { position, .. } = progress {
            first.lock().unwrap().get_or_insert(position);
        }
    };
    assert_eq!(rebuild(&log, Group::Desk, RebuildSettings::default(), &note).await.unwrap().generation, 2);
    assert!(first.lock().unwrap().unwrap() > half.checkpoint);
    assert_eq!(rows(&log).await, live);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_comparison_finds_what_was_changed_by_hand() {
    let world = World::new().await;
    let log = tenant(&world, "demo").await;
    let mut life = Life::new(2);
    life.live(&log, 10, 50).await;
    let middle = log.head().await.unwrap().position;
    life.live(&log, 10, 50).await;
    Projector::new().catch_up(&log).await.unwrap();
    let id = life.tickets[3].to_string();
    let other = life.tickets[4].to_string();
    log.alter(&format!(
        "UPDATE tickets_g1 SET priority = 'low', priority_rank = 9 WHERE id = '{id}';
         DELETE FROM ticket_timeline_g1 WHERE ticket_id = '{other}' AND sequence = 1"
    ))
    .await
    .unwrap();
    let scratch = log.scratch().await.unwrap();
    let replayed = replay_into_scratch(&log, &scratch, None, &|_, _| {}).await.unwrap();
    let comparison = compare(&log, &scratch, replayed, 10).await.unwrap();
    scratch.remove().await.unwrap();
    assert!(!comparison.is_same());
    let columns: Vec<_> = comparison.differences.iter().map(|found| (found.table, found.column.as_deref())).collect();
    assert!(columns.contains(&("tickets", Some("priority_rank"))), "{columns:?}");
    assert!(columns.contains(&("ticket_timeline", None)), "{columns:?}");
    assert_eq!(comparison.tables[0].different, 1);
    assert_eq!(comparison.tables[1].different, 1);

    // At an earlier position, what changed later is left out and the rest is compared.
    let scratch = log.scratch().await.unwrap();
    let replayed = replay_into_scratch(&log, &scratch, Some(middle), &|_, _| {}).await.unwrap();
    assert_eq!(replayed.position, middle);
    let comparison = compare(&log, &scratch, replayed, 10).await.unwrap();
    scratch.remove().await.unwrap();
    assert!(comparison.tables[0].newer >= 10, "{comparison:?}");
    assert_eq!(comparison.tables[2].different, 0);
}

#[tokio::test]
async fn what_a_killed_replay_has_left_goes_with_one_that_begins_a_day_later() {
    let world = World::new().await;
    let log = &world.acme.log;
    let superuser = world.superuser().await;
    let schemas = async || -> i64 {
        let sql = "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'scratch%'";
        superuser.query_one(sql, &[]).await.unwrap().get(0)
    };
    // Killed: nobody removes it.
    drop(log.scratch().await.unwrap());
    world.pass(TimeDelta::hours(23));
    // Of another tenant, and it may still be at work.
    let young = world.globex.log.scratch().await.unwrap();
    assert_eq!(schemas().await, 2);
    world.pass(TimeDelta::hours(2));
    let next = log.scratch().await.unwrap();
    assert_eq!(schemas().await, 2, "the old one is gone, the young one is not");
    next.remove().await.unwrap();
    young.remove().await.unwrap();
    assert_eq!(schemas().await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_project_at_once_while_a_third_writes_and_one_rebuilds() {
    let world = World::new().await;
    let log = tenant(&world, "demo").await;
    let mut following = vec![];
    let (stop, stopped) = tokio::sync::watch::channel(false);
    for _ in 0..2 {
        let log = elsewhere(&world, &log).await;
        for group in Group::ALL {
            let (log, mut stopped) = (log.clone(), stopped.clone());
            following.push(tokio::spawn(async move {
                let shutdown = async { drop(stopped.wait_for(|stop| *stop).await) };
                Projector::new().follow(&log, group, Duration::from_millis(1), shutdown).await;
            }));
        }
    }
    let writing = {
        let log = log.clone();
        tokio::spawn(async move { Life::new(7).live(&log, 40, 2_000).await })
    };
    let rebuilding = elsewhere(&world, &log).await;
    while !writing.is_finished() {
        tests::rebuild(&rebuilding).await;
    }
    writing.await.unwrap();
    let head = log.head().await.unwrap().position;
    assert_eq!(Projector::new().wait_for(&log, head, PATIENCE).await, Visibility::Visible);
    assert_eq!(Projector::new().refresh_search(&log, PATIENCE).await.unwrap(), Visibility::Visible);
    stop.send_replace(true);
    for task in following {
        task.await.unwrap();
    }
    assert_same_as_the_log(&log).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_writers_all_see_what_they_wrote() {
    let world = World::new().await;
    let log = tenant(&world, "demo").await;
    let projector = Projector::new();
    let mut setup = Life::new(8);
    setup.people(1);
    setup.append(&log).await;
    let customer = setup.customers[0];
    let writers = (0..32).map(|seed| {
        let (log, projector) = (log.clone(), projector.clone());
        tokio::spawn(async move {
            let mut life = Life::new(100 + seed);
            for _ in 0..10 {
                let id = life.open_for(customer, Author::Customer(customer), "Help", None);
                let position = life.append(&log).await;
                assert_eq!(projector.wait_for(&log, position, PATIENCE).await, Visibility::Visible);
                let tx = log.begin().await.unwrap();
                let found = tickets::get(&tx, &Scope::ALL, &TicketKey::Id(id)).await.unwrap().unwrap();
                assert_eq!(found.position, position);
            }
        })
    });
    let writers: Vec<_> = writers.collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let head = log.head().await.unwrap().position;
    assert_eq!(projector.checkpoint(&log).await.unwrap(), head);
    let nothing = Duration::from_millis(50);
    assert_eq!(projector.wait_for(&log, head + 1, nothing).await, Visibility::Behind { checkpoint: head });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_cannot_be_folded_parks_and_is_never_skipped() {
    let world = World::new().await;
    for (name, kind) in [("unknown", "ticket.exploded"), ("refused", "ticket.retitled")] {
        let log = tenant(&world, name).await;
        let mut life = Life::new(9);
        life.live(&log, 20, 40).await;
        let before = log.head().await.unwrap().position;
        let stream = StreamId::new("ticket", life.tickets[0]);
        // PostgreSQL takes no NUL in a text.
        let title = serde_json::json!({"$personal": {"subject": life.customers[0].to_string(), "value": "\0"}});
        life.raw(stream, kind, serde_json::json!({"title": title}));
        life.append(&log).await;
        life.live(&log, 5, 10).await;

        let projector = Projector::new();
        let poisoned = projector.catch_up(&log).await.unwrap_err();
        assert!(matches!(poisoned, ProjectionError::Poisoned { position, .. } if position == before + 1), "{poisoned}");
        assert_eq!(projector.checkpoint(&log).await.unwrap(), before);
        let parked = projector.catch_up(&log).await.unwrap_err();
        assert!(matches!(&parked, ProjectionError::Parked { checkpoint, .. } if *checkpoint == before), "{parked}");
        let short = Duration::from_millis(200);
        let behind = projector.wait_for(&log, before + 2, short).await;
        assert!(matches!(behind, Visibility::Behind { .. }));
        assert!(matches!(projector.resume(&log, Group::Desk).await, Err(ProjectionError::Poisoned { .. })));
        assert!(matches!(projector.catch_up(&log).await, Err(ProjectionError::Parked { .. })));
        assert!(rebuild(&log, Group::Desk, RebuildSettings::default(), &|_| {}).await.is_err());
    }
}
