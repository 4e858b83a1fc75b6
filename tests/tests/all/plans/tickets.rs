//! Tickets: taken however many come, and flagged exactly beyond what was bought.

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::{Answer, World};

use super::agree;

const LIMIT: u64 = 150;

/// What is left, as the answer says.
fn left(answer: &Answer) -> Option<u64> {
    let header = answer.header("plan-limit")?;
    let (of, rest) = header.split_once(";q=150;r=").unwrap();
    assert_eq!(of, "\"tickets_per_month\"");
    rest.split_once(";t=").unwrap().0.parse().ok()
}

/// The counter of the log, and the fold of it.
async fn counted(world: &World) -> (u64, u64) {
    let head = "SELECT counters FROM tenant_acme.head";
    let counters: Value = world.superuser().await.query_one(head, &[]).await.unwrap().get(0);
    let counters = counters.as_object().unwrap();
    let months: Vec<_> = counters.iter().filter(|(name, _)| name.starts_with("tickets_of_month ")).collect();
    let [(_, counter)] = months.as_slice() else { panic!("{months:?}") };
    let usage = world.acme().get("/api/usage").await.expect(200);
    (counter.as_u64().unwrap(), usage["tickets"]["this_month"].as_u64().unwrap())
}

#[tokio::test]
async fn two_hundred_tickets_at_once_on_two_processes_are_taken_and_those_beyond_the_plan_are_flagged() {
    let world = World::new().await;
    let other = world.another_process().await;
    let unlimited = world.acme.ticket("Printer").await;
    assert_eq!((unlimited.header("plan-limit"), &unlimited["over_plan_limit"]), (None, &json!(false)));
    let alice = world.operator("alice").await;
    let _ = agree(&alice, "tickets_per_month", json!({"limit": LIMIT})).await;
    let open = |index: usize| {
        let api = if index.is_multiple_of(2) { world.acme() } else { other.acme() };
        let customer = json!({"name": "Ann Other", "email": format!("customer-{index}@x.example")});
        api.post("/api/tickets", json!({"title": "Help", "customer": customer}))
    };
    let answers = join_all((0..200).map(|index| async move { open(index).await.expect(201) })).await;
    let over = |answer: &Answer| answer["over_plan_limit"] == true;
    assert_eq!(answers.iter().filter(|answer| over(answer)).count() as u64, 201 - LIMIT);
    // Numbers and places are given in the same order, so the last ones are those beyond.
    for answer in &answers {
        let number: u64 = answer["ticket_id"].as_str().unwrap()[2..].parse().unwrap();
        assert_eq!((over(answer), left(answer)), (number > LIMIT, Some(LIMIT.saturating_sub(number))), "{number}");
    }
    assert_eq!(counted(&world).await, (201, 201));
    let limits = &world.acme().get("/api/usage").await.expect(200)["limits"]["tickets_per_month"];
    assert_eq!((&limits["used"], &limits["state"]), (&json!(201), &json!("over")));

    // What was said of a ticket stays; the next month begins anew.
    let flagged = answers.iter().find(|answer| over(answer)).unwrap().id();
    let _ = agree(&alice, "tickets_per_month", json!({"limit": null})).await;
    assert_eq!(world.acme().get(&format!("/api/tickets/{flagged}")).await.expect(200)["over_plan_limit"], true);
    let _ = agree(&alice, "tickets_per_month", json!({"limit": LIMIT})).await;
    world.pass(TimeDelta::days(31));
    let fresh = open(1000).await.expect(201);
    assert_eq!((left(&fresh), &fresh["over_plan_limit"]), (Some(LIMIT - 1), &json!(false)));
    assert_eq!(counted(&world).await, (1, 1));
}
