//! Many writers, in two processes, on one tenant.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use chrono::TimeDelta;
use event_store::{AppendError, Commit, Log, is_transient};
use metrics_exporter_prometheus::PrometheusBuilder;
use serde_json::{Value, json};
use tests::{SeededRandom, World};
use tokio::{sync::watch, task::JoinSet};

use super::{Cuts, assert_sound, command, commit, everything, part, single, stream};

const WRITERS: u64 = 8;
const COMMITS: u64 = 25;

/// What was acknowledged: command number → position and how many events.
type Acknowledged = Arc<Mutex<BTreeMap<u64, (u64, u64)>>>;

/// Appends to two of a few streams, again whenever another writer came first.
async fn write(log: Log, writer: u64, acknowledged: Acknowledged) {
    let random = SeededRandom::named(&format!("writer {writer}"));
    for turn in 0..COMMITS {
        let number = writer * 1_000 + turn;
        let names = ["a", "b", "c", "d", "e"];
        let (one, other) = (random.below(5), random.below(5));
        loop {
            let mut parts = vec![];
            for (index, count) in [(one, 1), (other, random.below(3))] {
                if index == other && !parts.is_empty() && one == other {
                    continue;
                }
                let version = log.load(&stream(names[index]), 0).await.unwrap().len() as u64;
                let payloads = (0..count).map(|_| json!({"next": {"$next": "thing"}, "by": number}));
                parts.push(part(names[index], version, payloads));
            }
            let events = parts.iter().map(|part| part.drafts.len() as u64).sum();
            match log.append(commit(number, parts)).await {
                Ok(appended) => {
                    assert!(!appended.replayed);
                    acknowledged.lock().unwrap().insert(number, (appended.position, events));
                    break;
                }
                Err(AppendError::Conflict { .. }) => {}
                Err(error) => panic!("{error}"),
            }
        }
    }
}

/// Reads behind the writers; gives what it saw. A hole would be an error.
async fn follow(log: Log, done: Arc<AtomicBool>) -> Vec<(u64, String)> {
    let mut seen: Vec<(u64, String)> = vec![];
    loop {
        let last_look = done.load(Ordering::SeqCst);
        let events = log.read(seen.len() as u64, 7).await.unwrap();
        if events.is_empty() && last_look {
            return seen;
        }
        seen.extend(events.iter().map(|event| (event.position, event.event_id.to_string())));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_two_processes_write_at_once_is_lost_doubled_or_out_of_order() {
    let world = World::new().await;
    let other = world.another_process().await;
    let acknowledged = Acknowledged::default();
    let done = Arc::new(AtomicBool::new(false));
    let reader = tokio::spawn(follow(other.acme.log.clone(), Arc::clone(&done)));
    let mut writers = JoinSet::new();
    for writer in 1..=WRITERS {
        let log = if writer % 2 == 0 { &world.acme.log } else { &other.acme.log };
        writers.spawn(write(log.clone(), writer, Arc::clone(&acknowledged)));
    }
    while let Some(ended) = writers.join_next().await {
        ended.unwrap();
        // The clock is set back and forth while they write.
        world.pass(TimeDelta::seconds(-3));
        world.pass(TimeDelta::seconds(5));
    }
    done.store(true, Ordering::SeqCst);
    let events = everything(&world.acme.log).await;
    assert_sound(&events);
    let followed = reader.await.unwrap();
    let written: Vec<_> = events.iter().map(|event| (event.position, event.event_id.to_string())).collect();
    assert_eq!(followed, written);
    let acknowledged = acknowledged.lock().unwrap().clone();
    assert_eq!(acknowledged.len() as u64, WRITERS * COMMITS);
    let mut by_command = HashMap::<_, Vec<u64>>::new();
    events.iter().for_each(|event| by_command.entry(event.command_id).or_default().push(event.position));
    for (number, (position, count)) in &acknowledged {
        let found = by_command.remove(&command(*number).0).unwrap_or_default();
        assert_eq!(found.len() as u64, *count, "command {number}");
        assert_eq!(found.last(), Some(position), "command {number}");
        assert!(found.windows(2).all(|pair| pair[0] + 1 == pair[1]), "command {number} is torn apart: {found:?}");
    }
    assert_eq!(by_command.len(), 2, "only what made the tenant is from elsewhere");
    let numbers: Vec<u64> = events.iter().filter_map(|event| event.payload["next"].as_u64()).collect();
    assert_eq!(
        numbers,
        (1..=numbers.len() as u64).collect::<Vec<_>>(),
        "counters are dense, in the order of positions"
    );
    assert_eq!(everything(&world.globex.log).await.len(), 2);
}

/// So many that batches follow each other before they have landed.
const MANY: u64 = 40;
const TURNS: u64 = 30;

/// As a client does: the same command again until it is answered.
async fn until_answered(log: &Log, number: u64) {
    loop {
        match log.append(single(number)).await {
            Ok(_) => return,
            Err(AppendError::Store(error)) if is_transient(&error) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

/// Each of `numbers` once, and nothing else but what made the tenant.
async fn assert_holds(log: &Log, numbers: impl IntoIterator<Item = u64>) {
    let events = everything(log).await;
    assert_sound(&events);
    let mut found: Vec<u64> = events.iter().filter_map(|event| event.payload["number"].as_u64()).collect();
    let mut expected: Vec<u64> = numbers.into_iter().collect();
    assert_eq!(events.len(), 2 + expected.len());
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

fn numbers_of_many() -> impl Iterator<Item = u64> {
    (1..=MANY).flat_map(|writer| (0..TURNS).map(move |turn| writer * 1_000 + turn))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_are_cut_lose_and_double_nothing() {
    let world = World::new().await;
    let cuts = Cuts::new();
    let mut writers = JoinSet::new();
    for writer in 1..=MANY {
        let (log, cuts) = (world.acme.log.clone(), Arc::clone(&cuts));
        writers.spawn(async move {
            for turn in 0..TURNS {
                until_answered(&log, writer * 1_000 + turn).await;
                cuts.done(turn).await;
            }
        });
    }
    cuts.make(&world, MANY * TURNS).await;
    while let Some(ended) = writers.join_next().await {
        ended.unwrap();
    }
    // Connections that were cut may still be in the pool.
    assert_holds(&world.another_process().await.acme.log, numbers_of_many()).await;
}

/// Many writers in this process; `other` of another one comes in between now and then, each time they have come further.
async fn write_many(world: &World, other: Option<&Log>) -> Vec<u64> {
    let (done, progress) = watch::channel(0_u64);
    let mut writers = JoinSet::new();
    for writer in 1..=MANY {
        let (log, done) = (world.acme.log.clone(), done.clone());
        writers.spawn(async move {
            for turn in 0..TURNS {
                until_answered(&log, writer * 1_000 + turn).await;
                done.send_modify(|done| *done += 1);
            }
        });
    }
    let mut written: Vec<u64> = numbers_of_many().collect();
    if let Some(other) = other {
        for foreign in 0..TURNS {
            until_answered(other, foreign).await;
            written.push(foreign);
            let _ = progress.clone().wait_for(|done| *done >= foreign * MANY).await.unwrap();
        }
    }
    while let Some(ended) = writers.join_next().await {
        ended.unwrap();
    }
    written
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_sends_batches_ahead_is_disturbed_by_another_process_and_loses_nothing() {
    let world = World::new().await;
    let other = world.another_process().await;
    let written = write_many(&world, Some(&other.acme.log)).await;
    assert_holds(&world.acme.log, written).await;
}

/// On one thread, so that the order of things is the same in every run, and the counters are this test's own.
#[tokio::test]
async fn batches_follow_each_other_before_they_have_landed() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let _guard = metrics::set_default_local_recorder(&recorder);
    let world = World::new().await;
    let waves = 12;
    for wave in 0..waves {
        let mut writers = JoinSet::new();
        for writer in 0..64 {
            let log = world.acme.log.clone();
            writers.spawn(async move { until_answered(&log, wave * 1_000 + writer).await });
        }
        while let Some(ended) = writers.join_next().await {
            ended.unwrap();
        }
    }
    let counted = recorder.handle().render();
    let behind =
        counted.lines().find_map(|line| line.strip_prefix("ledgerdesk_append_batches_total{sent=\"behind\"} "));
    assert!(behind.is_some_and(|count| count.parse::<u64>().unwrap() >= 2), "{counted}");
    assert_holds(&world.acme.log, (0..waves).flat_map(|wave| (0..64).map(move |writer| wave * 1_000 + writer))).await;
}

#[tokio::test]
async fn a_caller_that_gives_up_has_its_outcome_stored_or_nothing_done() {
    let world = World::new().await;
    let log = &world.acme.log;
    for number in 0..20 {
        let mut append = Box::pin(log.append(single(number)));
        // Polled a few times, then dropped, as by a client that hangs up.
        for _ in 0..number {
            if futures_util::future::poll_immediate(&mut append).await.is_some() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(append);
    }
    for number in 0..20 {
        let again = log.append(single(number)).await.unwrap();
        assert_eq!(again.outcome, json!({"number": number}));
    }
    let events = everything(log).await;
    assert_sound(&events);
    assert_eq!(events.len(), 22);
    let value: Vec<&Value> = events.iter().map(|event| &event.payload).collect();
    assert_eq!(value.len(), 22);
    let guard = Commit { streams: vec![part("s0", 1, [])], ..commit(99, vec![]) };
    log.append(guard).await.unwrap();
}
