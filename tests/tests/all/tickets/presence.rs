//! Who is at a ticket at this moment: on every process, for as long as they say so, and nowhere in the log.

use chrono::TimeDelta;
use commands::presence::{AT_ONE_TICKET, LASTS, OF_ONE_ACTOR, PresenceState, say, sweep};
use domain::{Actor, TicketId};
use serde_json::{Value, json};
use tests::{Answer, World};

use crate::reach::Person;

fn who(answer: &Answer) -> Vec<(String, Value, Value)> {
    let one = |row: &Value| {
        (row["actor"]["id"].as_str().unwrap().to_owned(), row["actor"]["kind"].clone(), row["state"].clone())
    };
    answer["data"].as_array().unwrap().iter().map(one).collect()
}

#[tokio::test]
async fn whoever_is_at_a_ticket_is_seen_by_the_others_on_every_process_until_they_leave() {
    let world = World::new().await;
    let other = world.another_process().await;
    let (ann, bob) = (Person::joined(&world, "ann").await, Person::joined(&world, "bob").await);
    let bob_there = bob.api.at(other.acme().base());
    let ticket = world.acme.ticket("Printer").await;
    let path = format!("/api/tickets/{}/presence", ticket.id());
    let by_number = format!("/api/tickets/{}/presence", ticket["ticket_id"].as_str().unwrap());
    let before = (world.acme.log.head().await.unwrap().position, world.acme.log.last_access().await.unwrap());

    let alone = ann.api.put(&path, json!({"state": "viewing"})).await.expect(200);
    assert_eq!(who(&alone), []);
    let seen = bob_there.get(&by_number).await.expect(200);
    assert_eq!(who(&seen), [(ann.id.to_string(), json!("agent"), json!("viewing"))]);
    let first = seen["data"][0]["since"].clone();

    world.pass(TimeDelta::seconds(30));
    let _ = ann.api.put(&path, json!({"state": "viewing"})).await.expect(200);
    world.pass(TimeDelta::seconds(30));
    let met = bob_there.put(&path, json!({"state": "replying"})).await.expect(200);
    assert_eq!(met["data"][0]["since"], first, "the same since then: {}", met.text);
    let met = ann.api.put(&path, json!({"state": "replying"})).await.expect(200);
    assert_eq!(who(&met), [(bob.id.to_string(), json!("agent"), json!("replying"))]);
    let seen = bob_there.get(&path).await.expect(200);
    assert_eq!(who(&seen), [(ann.id.to_string(), json!("agent"), json!("replying"))]);
    assert_ne!(seen["data"][0]["since"], first);

    for _ in 0..2 {
        let _ = bob_there.delete(&path).await.expect(204);
    }
    assert_eq!(who(&ann.api.get(&path).await.expect(200)), []);
    assert_eq!(who(&bob_there.get(&path).await.expect(200)).len(), 1, "nobody else leaves");
    world.pass(LASTS);
    assert_eq!(who(&bob_there.get(&path).await.expect(200)), [], "who does not say so again is not there");

    let program = world.acme().put(&path, json!({"state": "replying"})).await.expect(200);
    assert_eq!(who(&program), []);
    assert_eq!(who(&ann.api.get(&path).await.expect(200))[0].1, "api_key");
    let after = (world.acme.log.head().await.unwrap().position, world.acme.log.last_access().await.unwrap());
    assert_eq!(after, before, "it is no event, and shows nobody's name");
}

#[tokio::test]
async fn where_somebody_may_be_is_what_they_see_and_there_is_a_bound_to_it() {
    let world = World::new().await;
    let ann = Person::joined(&world, "ann").await;
    let (log, ids) = (&world.acme.log, world.app.desk.store().ids());
    let id: TicketId = world.acme.ticket("Printer").await.id().parse().unwrap();
    let path = format!("/api/tickets/{id}/presence");
    for missing in ["/api/tickets/T-999/presence", "/api/tickets/tkt_00000000000000000000000000000000/presence"] {
        let _ = ann.api.put(missing, json!({"state": "viewing"})).await.refused(404, "not_found");
    }
    let wrong = ann.api.put(&path, json!({"state": "asleep"})).await.refused(422, "validation_failed");
    assert_eq!(wrong["errors"][0]["pointer"], "/state");

    for number in 0..AT_ONE_TICKET {
        say(log, id, &Actor::Support(format!("one-{number}")), PresenceState::Viewing).await.unwrap();
    }
    let refused = ann.api.put(&path, json!({"state": "viewing"})).await.refused(409, "presence_full");
    assert!(refused["detail"].as_str().unwrap().contains("45 seconds"), "{}", refused.text);
    let again = say(log, id, &Actor::Support("one-0".to_owned()), PresenceState::Replying).await.unwrap();
    assert_eq!(again.len(), 49, "who is there stays");
    assert_eq!(ann.api.get(&path).await.expect(200)["data"].as_array().unwrap().len(), 50);

    world.pass(LASTS);
    for _ in 0..OF_ONE_ACTOR {
        say(log, TicketId::new(ids.next()), &Actor::Agent(ann.id), PresenceState::Viewing).await.unwrap();
    }
    let _ = ann.api.put(&path, json!({"state": "viewing"})).await.refused(409, "presence_full");
    world.pass(LASTS);
    let _ = ann.api.put(&path, json!({"state": "viewing"})).await.expect(200);
    assert_eq!(rows(&world).await, 1, "what is over is swept");
    world.pass(LASTS);
    assert_eq!(sweep(log).await.unwrap(), 1);
    assert_eq!(rows(&world).await, 0);
}

async fn rows(world: &World) -> i64 {
    let superuser = world.superuser().await;
    superuser.query_one("SELECT count(*) FROM tenant_acme.presence", &[]).await.unwrap().get(0)
}
