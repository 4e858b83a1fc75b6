//! Rows that are looked up together.

use futures_util::future::join_all;
use tests::World;

/// Finds every key but one, and says how many were asked for with it.
const ECHO: &str = "SELECT asked.place, asked.key, cardinality($1), $2
    FROM unnest($1::text[]) WITH ORDINALITY AS asked (key, place) WHERE asked.key <> 'nobody'";

#[tokio::test]
async fn who_waits_together_asks_together_and_each_gets_what_they_asked_for() {
    let world = World::new().await;
    let log = &world.acme.log;
    let keys: Vec<String> = (0..200).map(|number| format!("key {}", number % 50)).collect();
    // All of them wait before the first is asked for: here is one thread.
    let rows = join_all(keys.iter().map(|key| log.look_up(ECHO, key.clone()))).await;
    for (key, row) in keys.iter().zip(rows) {
        let row = row.unwrap().expect("it is found");
        let found: (&str, i32, &str) = (row.get(1), row.get(2), row.get(3));
        assert_eq!(found, (key.as_str(), 50, log.identity().as_str()), "each key goes once");
    }
    let (nobody, somebody) =
        tokio::join!(log.look_up(ECHO, "nobody".to_owned()), log.look_up(ECHO, "somebody".to_owned()));
    assert!(nobody.unwrap().is_none());
    assert_eq!(somebody.unwrap().expect("it is found").get::<_, &str>(1), "somebody");
}

#[tokio::test]
async fn more_than_go_together_go_one_after_another_and_who_left_is_no_harm() {
    let world = World::new().await;
    let log = &world.acme.log;
    let left = log.look_up(ECHO, "left".to_owned());
    assert!(futures_util::poll!(Box::pin(left)).is_pending(), "it waits, and is dropped");
    let rows = join_all((0..400).map(|number| log.look_up(ECHO, number.to_string()))).await;
    let together: Vec<i32> = rows.into_iter().map(|row| row.unwrap().expect("it is found").get(2)).collect();
    assert_eq!((together[0], together[399]), (256, 145), "with the one that left");
}

#[tokio::test]
async fn whoever_asks_by_a_statement_that_fails_is_told_and_the_next_is_not() {
    const FAILS_FOR_0: &str = "SELECT asked.place, 1 / asked.key::integer, $2
        FROM unnest($1::text[]) WITH ORDINALITY AS asked (key, place)";
    let world = World::new().await;
    let log = &world.acme.log;
    let look_up = |key: &str| log.look_up(FAILS_FOR_0, key.to_owned());
    let (none, one) = tokio::join!(look_up("0"), look_up("1"));
    for error in [none.unwrap_err(), one.unwrap_err()] {
        assert!(error.to_string().contains("division by zero"), "{error}");
    }
    assert_eq!(look_up("1").await.unwrap().expect("it is found").get::<_, i32>(1), 1);
}
