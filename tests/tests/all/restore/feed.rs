//! Readers of the feed learn that what they have of a log is no more.

use serde_json::json;
use tests::World;

use super::{Until, now, restore, wish};

#[tokio::test]
async fn a_reader_who_has_more_than_was_kept_gets_410_and_where_to_go_on() {
    let world = World::new().await;
    let kept = world.acme.ticket("Kept").await.position();
    let instant = now(&world);
    let discarded = world.acme.ticket("Discarded").await.position();
    let ends = |after: &str| format!("/api/events?after={after}");
    let first = world.acme().get(&ends("0")).await.expect(200);
    assert_eq!(first["meta"]["next_after"], discarded);

    restore(&world, wish(Until::Instant(instant))).await;
    world.acme.ticket("After").await;
    let beyond = discarded.to_string();
    for (accept, form) in [
        ("application/json", ""),
        ("application/x-ndjson", ""),
        ("text/event-stream", ""),
        ("application/json", "&wait=1"),
    ] {
        let path = format!("{}{form}", ends(&beyond));
        let gone = world.acme().get(&path).header("Accept", accept).await.refused(410, "cursor_of_earlier_epoch");
        assert_eq!(gone["resume_after"], format!("2.{kept}"));
        assert_eq!(gone["discarded"], json!({"from": kept + 1, "to": discarded}));
    }
    let stream = world.acme().get("/api/events").header("Accept", "text/event-stream").header("Last-Event-ID", &beyond);
    let _ = stream.await.refused(410, "cursor_of_earlier_epoch");

    // What both logs have is the same in both.
    let page = world.acme().get(&ends(&kept.to_string())).await.expect(200);
    assert_eq!(page["data"][0]["position"], kept + 1);
    let next = page["meta"]["next_after"].as_str().unwrap().to_owned();
    assert!(next.starts_with("2."), "{next}");
    assert!(page["links"]["next"].as_str().unwrap().contains(&format!("after={next}")));
    let page = world.acme().get(&ends(&format!("2.{kept}"))).await.expect(200);
    assert_eq!(page["meta"]["next_after"], next);
    let _ = world.acme().get(&ends(&next)).await.expect(200);
    let _ = world.acme().get(&ends("3.1")).await.refused(400, "invalid_parameter");
    let _ = world.globex().get(&ends("2.1")).await.refused(400, "invalid_parameter");
}

#[tokio::test]
async fn a_cursor_of_the_log_before_the_last_restore_is_good_as_far_as_all_of_them_have_it() {
    let world = World::new().await;
    let first = world.acme.ticket("First").await.position();
    let early = now(&world);
    world.acme.ticket("Second").await;
    let late = now(&world);
    world.acme.ticket("Third").await;
    restore(&world, wish(Until::Instant(late))).await;
    world.acme.ticket("In the second log").await;
    restore(&world, wish(Until::Instant(early))).await;
    let path = |after: String| format!("/api/events?after={after}");
    let _ = world.acme().get(&path(first.to_string())).await.expect(200);
    let _ = world.acme().get(&path(format!("2.{first}"))).await.expect(200);
    for beyond in [format!("{}", first + 1), format!("2.{}", first + 1)] {
        let gone = world.acme().get(&path(beyond)).await.refused(410, "cursor_of_earlier_epoch");
        assert_eq!(gone["resume_after"], format!("3.{first}"));
    }
}

#[tokio::test]
async fn a_cursor_of_a_log_that_was_undone_is_good_as_far_as_it_came_from_the_one_before() {
    let world = World::new().await;
    let first = world.acme.ticket("First").await.position();
    let early = now(&world);
    let second = world.acme.ticket("Second").await.position();
    let undone = restore(&world, wish(Until::Instant(early))).await;
    world.acme.ticket("In the second log").await;
    world.pass(chrono::TimeDelta::seconds(1));
    let mut undo = wish(Until::End);
    undo.backup = Some(undone.facts.unwrap()["before"].as_str().unwrap().parse().unwrap());
    restore(&world, undo).await;
    let path = |after: String| format!("/api/events?after={after}");
    let _ = world.acme().get(&path(second.to_string())).await.expect(200);
    let _ = world.acme().get(&path(format!("2.{first}"))).await.expect(200);
    let gone = world.acme().get(&path(format!("2.{second}"))).await.refused(410, "cursor_of_earlier_epoch");
    assert_eq!(gone["resume_after"], format!("3.{first}"));
}
