//! Conflicts, claims and repeats, judged within one batch and across batches and processes.
//!
//! Commits without personal fields that are sent at once, in a runtime of one thread, are one batch.

use event_store::{AppendError, Commit, Keep, Log, StreamDrafts};
use futures_util::future::join_all;
use serde_json::json;
use tests::World;

use super::{assert_sound, claim, command, commit, draft, everything, part, single, stream};

async fn at_once(log: &Log, commits: Vec<Commit>) -> Vec<Result<event_store::Appended, AppendError>> {
    join_all(commits.into_iter().map(|commit| log.append(commit))).await
}

#[tokio::test]
async fn of_two_commits_on_one_version_the_first_wins_within_one_batch_and_across_processes() {
    let world = World::new().await;
    let log = &world.acme.log;
    let verdicts =
        at_once(log, vec![commit(1, vec![part("a", 0, [json!(1)])]), commit(2, vec![part("a", 0, [json!(2)])])]).await;
    assert_eq!(verdicts[0].as_ref().unwrap().position, 3);
    assert!(
        matches!(&verdicts[1], Err(AppendError::Conflict { expected: 0, actual: 1, stream: of }) if *of == stream("a"))
    );
    let other = world.another_process().await;
    let late = other.acme.log.append(commit(3, vec![part("a", 0, [json!(3)])])).await;
    assert!(matches!(late, Err(AppendError::Conflict { actual: 1, .. })));
    let next = other.acme.log.append(commit(4, vec![part("a", 1, [json!(4)])])).await.unwrap();
    assert_eq!(next.position, 4);
    assert_sound(&everything(log).await);
}

#[tokio::test]
async fn a_commit_over_several_streams_is_recorded_whole_or_not_at_all() {
    let world = World::new().await;
    let log = &world.acme.log;
    log.append(single(1)).await.unwrap();
    let before = log.head().await.unwrap().position;
    let half_wrong = commit(2, vec![part("new", 0, [json!(1)]), part("s1", 0, [json!(2)])]);
    assert!(matches!(log.append(half_wrong).await, Err(AppendError::Conflict { .. })));
    assert_eq!(log.head().await.unwrap().position, before);
    assert!(log.load(&stream("new"), 0).await.unwrap().is_empty());
    let guard = StreamDrafts { stream: stream("s1"), expected: 0, drafts: vec![] };
    assert!(matches!(
        log.append(commit(3, vec![guard.clone(), part("new", 0, [json!(1)])])).await,
        Err(AppendError::Conflict { .. })
    ));
    let held = StreamDrafts { expected: 1, ..guard };
    assert_eq!(log.append(commit(4, vec![held, part("new", 0, [json!(1)])])).await.unwrap().position, before + 1);
}

#[tokio::test]
async fn of_two_claims_to_one_value_the_first_wins_within_one_batch_and_across() {
    let world = World::new().await;
    let log = &world.acme.log;
    let claiming = |number, owner: &str| Commit { claims: vec![claim("ann@acme.example", owner)], ..single(number) };
    let verdicts = at_once(log, vec![claiming(1, "cus_1"), claiming(2, "cus_2")]).await;
    assert!(verdicts[0].is_ok());
    assert!(matches!(&verdicts[1], Err(AppendError::ClaimTaken { owner, .. }) if owner == "cus_1"));
    let other = world.another_process().await;
    assert!(
        matches!(other.acme.log.append(claiming(3, "cus_3")).await, Err(AppendError::ClaimTaken { owner, .. }) if owner == "cus_1")
    );
    // Claiming what one has is fine, and another tenant's values are another's.
    other.acme.log.append(claiming(4, "cus_1")).await.unwrap();
    other.globex.log.append(claiming(3, "cus_3")).await.unwrap();
    assert_eq!(log.owner_of("thing.name", "ann@acme.example").await.unwrap().as_deref(), Some("cus_1"));
    assert_eq!(log.owner_of("thing.email", "ann@acme.example").await.unwrap(), None);
}

#[tokio::test]
async fn a_value_that_is_given_back_can_be_claimed_by_the_next_one_also_in_one_batch() {
    let world = World::new().await;
    let log = &world.acme.log;
    log.append(Commit { claims: vec![claim("x", "a")], ..single(1) }).await.unwrap();
    let give_back = Commit { releases: vec![claim("x", "a")], ..single(2) };
    let take = Commit { claims: vec![claim("x", "b")], ..single(3) };
    let too_late = Commit { claims: vec![claim("x", "c")], ..single(4) };
    let verdicts = at_once(log, vec![give_back, take, too_late]).await;
    assert!(verdicts[0].is_ok() && verdicts[1].is_ok());
    assert!(matches!(&verdicts[2], Err(AppendError::ClaimTaken { owner, .. }) if owner == "b"));
    assert_eq!(log.owner_of("thing.name", "x").await.unwrap().as_deref(), Some("b"));
    // A value that is not one's own cannot be given back, nor taken by pretending to.
    let pretend = Commit { releases: vec![claim("x", "c")], claims: vec![claim("x", "c")], ..single(5) };
    let verdict = log.append(pretend).await;
    assert!(matches!(verdict, Err(AppendError::ClaimTaken { .. })), "{verdict:?}");
    assert_eq!(log.owner_of("thing.name", "x").await.unwrap().as_deref(), Some("b"));
    log.append(Commit { releases: vec![claim("x", "c")], ..single(6) }).await.unwrap();
    assert_eq!(log.owner_of("thing.name", "x").await.unwrap().as_deref(), Some("b"));
}

#[tokio::test]
async fn a_value_that_goes_from_hand_to_hand_within_one_batch_is_the_last_one_s() {
    let world = World::new().await;
    let log = &world.acme.log;
    log.append(Commit { claims: vec![claim("x", "a")], ..single(1) }).await.unwrap();
    let hand_over = |number, from: &str, to: &str| Commit {
        releases: vec![claim("x", from), claim("y", from)],
        claims: vec![claim("x", to), claim("y", to)],
        ..single(number)
    };
    let give_back = Commit { releases: vec![claim("y", "a")], ..single(5) };
    let verdicts =
        at_once(log, vec![hand_over(2, "a", "b"), hand_over(3, "b", "c"), hand_over(4, "c", "a"), give_back]).await;
    assert!(verdicts.iter().all(Result::is_ok), "{verdicts:?}");
    assert_eq!(log.owner_of("thing.name", "x").await.unwrap().as_deref(), Some("a"));
    assert_eq!(log.owner_of("thing.name", "y").await.unwrap(), None);
}

#[tokio::test]
async fn a_swap_of_values_in_one_commit_is_possible() {
    let world = World::new().await;
    let log = &world.acme.log;
    log.append(Commit { claims: vec![claim("x", "a"), claim("y", "b")], ..single(1) }).await.unwrap();
    let swap = Commit {
        releases: vec![claim("x", "a"), claim("y", "b")],
        claims: vec![claim("y", "a"), claim("x", "b")],
        ..single(2)
    };
    log.append(swap).await.unwrap();
    assert_eq!(log.owner_of("thing.name", "x").await.unwrap().as_deref(), Some("b"));
    assert_eq!(log.owner_of("thing.name", "y").await.unwrap().as_deref(), Some("a"));
}

#[tokio::test]
async fn a_command_happens_once_and_its_repeats_get_the_first_outcome() {
    let world = World::new().await;
    let log = &world.acme.log;
    let verdicts = at_once(log, vec![single(1), single(1), single(2), single(1)]).await;
    let answers: Vec<_> = verdicts.into_iter().map(|verdict| verdict.unwrap()).collect();
    assert_eq!(
        answers.iter().map(|answer| (answer.position, answer.replayed)).collect::<Vec<_>>(),
        [(3, false), (3, true), (4, false), (3, true)]
    );
    let other = world.another_process().await;
    let again = other.acme.log.append(Commit { outcome: json!("another"), ..single(1) }).await.unwrap();
    assert_eq!((again.position, again.replayed, &again.outcome), (3, true, &json!({"number": 1})));
    assert_eq!(log.head().await.unwrap().position, 4);
    // The same id in another tenant is another command.
    assert!(!other.globex.log.append(single(1)).await.unwrap().replayed);
}

#[tokio::test]
async fn a_command_id_with_another_request_is_refused() {
    let world = World::new().await;
    let log = &world.acme.log;
    let another = || Commit { request_digest: [2; 32], ..single(1) };
    let verdicts = at_once(log, vec![single(1), another()]).await;
    assert!(verdicts[0].is_ok());
    assert!(matches!(verdicts[1], Err(AppendError::CommandReused)));
    assert!(matches!(log.append(another()).await, Err(AppendError::CommandReused)));
}

#[tokio::test]
async fn a_repeat_is_judged_before_versions_so_that_it_is_never_a_conflict_with_itself() {
    let world = World::new().await;
    let log = &world.acme.log;
    log.append(single(1)).await.unwrap();
    log.append(commit(2, vec![part("s1", 1, [json!(2)])])).await.unwrap();
    assert!(log.append(single(1)).await.unwrap().replayed);
}

#[tokio::test]
async fn a_command_that_recorded_nothing_is_remembered_too() {
    let world = World::new().await;
    let log = &world.acme.log;
    let nothing = commit(1, vec![]);
    let first = log.append(nothing.clone()).await.unwrap();
    assert_eq!((first.position, first.replayed), (2, false));
    log.append(single(2)).await.unwrap();
    assert!(log.append(nothing).await.unwrap().replayed);
    let stored = log.outcome(command(1)).await.unwrap().unwrap();
    assert_eq!((stored.position, stored.outcome), (None, json!({"number": 1})));
}

#[tokio::test]
async fn an_outcome_is_kept_for_a_day_unless_it_is_kept_for_ever() {
    let world = World::new().await;
    let log = &world.acme.log;
    log.append(single(1)).await.unwrap();
    log.append(Commit { keep: Keep::Forever, ..single(2) }).await.unwrap();
    let kept = log.forget_outcomes().await.unwrap();
    world.pass(chrono::TimeDelta::hours(24) - chrono::TimeDelta::microseconds(1));
    assert!(log.append(single(1)).await.unwrap().replayed);
    world.pass(chrono::TimeDelta::microseconds(1));
    assert!(log.outcome(command(1)).await.unwrap().is_none());
    // It is over: the id names a new command now, whatever is wished.
    let anew = Commit { request_digest: [9; 32], ..commit(1, vec![part("s1", 1, [json!("anew")])]) };
    assert!(!log.append(anew.clone()).await.unwrap().replayed);
    assert!(log.append(anew).await.unwrap().replayed);
    assert!(log.append(Commit { keep: Keep::Forever, ..single(2) }).await.unwrap().replayed);
    world.pass(chrono::TimeDelta::days(400));
    assert!(log.append(single(2)).await.unwrap().replayed);
    assert_eq!((kept, log.forget_outcomes().await.unwrap()), (0, 3), "the template has two commands of a day");
    assert!(log.outcome(command(2)).await.unwrap().is_some());
}

#[tokio::test]
async fn a_commit_of_20_mb_is_refused_and_changes_nothing() {
    let world = World::new().await;
    let log = &world.acme.log;
    let large = commit(1, vec![part("large", 0, [json!({"text": "x".repeat(20 * 1024 * 1024)})])]);
    let verdict = log.append(large).await;
    assert!(matches!(verdict, Err(AppendError::TooLarge { found, limit }) if found > limit));
    assert_eq!(log.head().await.unwrap().position, 2);
    assert!(log.outcome(command(1)).await.unwrap().is_none());
}

#[tokio::test]
async fn a_commit_that_the_database_refuses_does_not_take_its_neighbours_with_it() {
    let world = World::new().await;
    let log = &world.acme.log;
    let mut bad = draft(json!(1));
    bad.event_type = "nul\0".to_owned();
    let bad = commit(2, vec![StreamDrafts { stream: stream("bad"), expected: 0, drafts: vec![bad] }]);
    let verdicts = at_once(log, vec![single(1), bad, single(3)]).await;
    assert!(verdicts[0].is_ok() && verdicts[2].is_ok());
    assert!(matches!(verdicts[1], Err(AppendError::Store(_))));
    let events = everything(log).await;
    assert_sound(&events);
    assert_eq!(events.len(), 4);
}

#[tokio::test]
async fn a_malformed_marker_is_refused_before_anything_is_written() {
    let world = World::new().await;
    let log = &world.acme.log;
    for wrong in [json!({"$personal": "no subject"}), json!({"deep": [{"$sealed": {}}]})] {
        let verdict = log.append(commit(1, vec![part("a", 0, [wrong])])).await;
        assert!(matches!(verdict, Err(AppendError::MalformedMarker { .. })));
    }
    assert_eq!(log.head().await.unwrap().position, 2);
}
