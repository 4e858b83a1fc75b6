//! Time in the log.

use chrono::{DateTime, TimeDelta, Utc};
use event_store::Clock;
use serde_json::json;
use tests::World;

use super::{assert_sound, commit, everything, part, single};

#[tokio::test]
async fn a_clock_that_goes_back_does_not_take_the_log_with_it() {
    let world = World::new().await;
    let log = &world.acme.log;
    log.append(single(1)).await.unwrap();
    let first = world.clock.now();
    world.pass(TimeDelta::hours(-1));
    log.append(single(2)).await.unwrap();
    world.pass(TimeDelta::hours(2));
    log.append(single(3)).await.unwrap();
    let times: Vec<DateTime<Utc>> = everything(log).await.iter().skip(2).map(|event| event.recorded_at).collect();
    assert_eq!(times, [first, first, first + TimeDelta::hours(1)]);
    // Another process goes by what is written, not by its own clock alone.
    world.pass(TimeDelta::hours(-5));
    world.another_process().await.acme.log.append(single(4)).await.unwrap();
    assert_sound(&everything(log).await);
}

#[tokio::test]
async fn an_instant_has_one_position() {
    let world = World::new().await;
    let log = &world.acme.log;
    let begin = world.clock.now();
    for number in 0..7_u64 {
        world.pass(TimeDelta::minutes(i64::from(number % 3 != 0)));
        log.append(single(number)).await.unwrap();
    }
    let events = everything(log).await;
    for micros in [-1, 0, 1] {
        for minute in -1..8 {
            let instant = begin + TimeDelta::minutes(minute) + TimeDelta::microseconds(micros);
            let expected = events.iter().filter(|event| event.recorded_at <= instant).count();
            assert_eq!(log.position_at(instant).await.unwrap(), expected as u64, "{instant}");
        }
    }
    assert_eq!(
        log.position_at(DateTime::<Utc>::MIN_UTC + TimeDelta::days(366 * 300_000)).await.unwrap_or(9),
        events.len() as u64
    );
}

#[tokio::test]
async fn what_happened_in_the_future_happened_when_it_was_recorded() {
    let world = World::new().await;
    let log = &world.acme.log;
    let now = world.clock.now();
    let mut late = part("a", 0, [json!(1), json!(2)]);
    late.drafts[0].occurred_at = Some(now - TimeDelta::days(4000));
    late.drafts[1].occurred_at = Some(now + TimeDelta::days(4000));
    log.append(commit(1, vec![late])).await.unwrap();
    let events = everything(log).await;
    assert_eq!(events[2].occurred_at, now - TimeDelta::days(4000));
    assert_eq!(events[3].occurred_at, now);
}
