//! Commands whose outcome nobody keeps: whether they happened, the log itself must say.

use std::sync::{Arc, Mutex};

use event_store::{AppendError, Commit, Keep, is_transient};
use serde_json::json;
use tests::World;
use tokio::task::JoinSet;

use super::{Cuts, assert_sound, command, commit, everything, part};

/// Enough of them that batches follow each other before they have landed.
const WRITERS: u64 = 40;
const COMMITS: u64 = 30;

/// Two streams at once, so that a commit is more than one event.
fn fresh(number: u64) -> Commit {
    let streams = ["a", "b"].map(|name| part(&format!("{name}{number}"), 0, [json!({"number": number})]));
    Commit { keep: Keep::Nothing, ..commit(number, streams.into()) }
}

#[tokio::test]
async fn nothing_is_kept_of_a_command_that_nobody_asks_for_but_its_events() {
    let world = World::new().await;
    let log = &world.acme.log;
    assert_eq!(log.append(fresh(1)).await.unwrap().position, 4);
    assert!(log.outcome(command(1)).await.unwrap().is_none());
    // Without events there is nothing else that could tell.
    log.append(Commit { keep: Keep::Nothing, ..commit(2, vec![]) }).await.unwrap();
    assert!(log.outcome(command(2)).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fresh_command_whose_connection_is_cut_happens_once_where_it_is_acknowledged_and_at_most_once_elsewhere() {
    let world = World::new().await;
    let cuts = Cuts::new();
    let acknowledged = Arc::new(Mutex::new(vec![]));
    let mut writers = JoinSet::new();
    for writer in 1..=WRITERS {
        let (log, cuts, acknowledged) = (world.acme.log.clone(), Arc::clone(&cuts), Arc::clone(&acknowledged));
        writers.spawn(async move {
            for turn in 0..COMMITS {
                let number = writer * 1_000 + turn;
                match log.append(fresh(number)).await {
                    Ok(appended) => acknowledged.lock().unwrap().push((number, appended.position)),
                    Err(AppendError::Store(error)) if is_transient(&error) => {}
                    Err(error) => panic!("{error}"),
                }
                cuts.done(turn).await;
            }
        });
    }
    cuts.make(&world, WRITERS * COMMITS).await;
    while let Some(ended) = writers.join_next().await {
        ended.unwrap();
    }
    let events = everything(&world.another_process().await.acme.log).await;
    assert_sound(&events);
    let positions = |number: u64| -> Vec<u64> {
        let of = events.iter().filter(|event| event.command_id == command(number).0);
        of.map(|event| event.position).collect()
    };
    let acknowledged = acknowledged.lock().unwrap().clone();
    assert!(acknowledged.len() as u64 > WRITERS * COMMITS / 2, "only {} were acknowledged", acknowledged.len());
    for (number, position) in acknowledged {
        assert_eq!(positions(number), [position - 1, position], "command {number}");
    }
    for number in (1..=WRITERS).flat_map(|writer| (0..COMMITS).map(move |turn| writer * 1_000 + turn)) {
        assert!(matches!(positions(number).len(), 0 | 2), "command {number}");
    }
}
