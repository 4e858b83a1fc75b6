//! One message is redacted or rectified: its text is gone, and nothing else is.

use event_store::proof::Note;
use serde_json::{Value, json};
use tests::{Answer, Receiver, Reply, World};

use super::gone::{found, tables};
use crate::{
    proof::asking::{key, verified},
    read_models::assert_true,
};

const SECRET: &str = "pistachio";

/// A ticket with a message that says too much, between two that do not.
async fn ticket(world: &World) -> (String, String) {
    let ticket = world.acme.ticket("Printer").await;
    let path = format!("/api/tickets/{}/messages", ticket.id());
    for text in ["It is broken.", "My password is pistachio.", "Please help."] {
        let _ = world.acme().post(&path, json!({"body": text})).await.expect(201);
    }
    let message = messages(world, &ticket.id()).await.into_iter().find(|message| says(message, SECRET)).unwrap();
    (ticket.id(), message["id"].as_str().unwrap().to_owned())
}

async fn messages(world: &World, ticket: &str) -> Vec<Value> {
    world.acme().all(&format!("/api/tickets/{ticket}/messages")).await
}

fn says(value: &Value, word: &str) -> bool {
    !found(&value.to_string(), [&word]).is_empty()
}

async fn redact(world: &World, ticket: &str, message: &str) -> Answer {
    let path = format!("/api/tickets/{ticket}/messages/{message}/redact");
    world.acme().post(&path, json!({})).await.expect(200)
}

async fn assert_nowhere(world: &World, ticket: &str) {
    for (table, rows) in tables(&world.superuser().await).await {
        assert!(found(&rows, [&SECRET]).is_empty(), "{table}");
    }
    for path in ["", "/messages", "/timeline"] {
        let shown = world.acme().get(&format!("/api/tickets/{ticket}{path}")).await.expect(200);
        assert!(!says(&shown.body, SECRET), "{}", shown.text);
    }
    assert_eq!(world.acme().all(&format!("/api/tickets?q={SECRET}")).await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_redacted_message_is_gone_everywhere_and_its_neighbours_are_not() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    receiver.answer_always(Reply::Echo(200));
    let hook = json!({"url": receiver.url(), "events": ["*"]});
    let webhook = world.acme().post("/api/webhooks", hook).await.expect(201).id();
    let (ticket, message) = ticket(&world).await;
    let other = world.another_process().await;
    assert_eq!(other.acme().all(&format!("/api/tickets?q={SECRET}")).await.len(), 1);
    world.app.webhooks.settle(&world.acme.log).await.unwrap();
    let sealed = world.app.sealer.settle(&world.acme.log).await.unwrap();
    receiver.take();

    let erased = redact(&world, &ticket, &message).await;
    assert_eq!((&erased["id"], &erased["keys_destroyed"]), (&json!(message), &json!(1)));
    assert!(erased["completed_at"].is_string(), "{}", erased.text);
    assert_nowhere(&world, &ticket).await;
    other.settle().await;
    assert_nowhere(&other, &ticket).await;

    let left = messages(&world, &ticket).await.split_off(1);
    let bodies: Vec<_> = left.iter().map(|message| &message["body"]).collect();
    assert_eq!(bodies, [&json!("It is broken."), &Value::Null, &json!("Please help.")]);
    assert!(left[1]["redacted_at"].is_string() && left[0]["redacted_at"].is_null());
    assert_true(&world.acme).await;

    world.app.webhooks.settle(&world.acme.log).await.unwrap();
    let told = receiver.take().into_iter().map(|told| told.body).collect::<Vec<_>>();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["finer_type"], "ticket.message_redacted");
    let about = &told[0]["data"]["message"];
    assert_eq!((&about["id"], &about["body"]), (&json!(message), &Value::Null));
    for delivery in world.acme().all(&format!("/api/webhooks/{webhook}/deliveries")).await {
        let path = format!("/api/webhooks/{webhook}/deliveries/{}", delivery["id"].as_str().unwrap());
        assert!(!says(&world.acme().get(&path).await.expect(200).body, SECRET));
    }

    world.app.sealer.settle(&world.acme.log).await.unwrap();
    let public = key(world.acme()).await;
    let note: Note = erased["certificate"].as_str().unwrap().parse().unwrap();
    public.verify(&note).unwrap();
    assert!(note.text.contains("\nfields_unreadable 1\nevents_concerned 1\n"), "{}", note.text);
    for position in 1..=sealed {
        let proof = world.acme().get(&format!("/api/proof/inclusion?position={position}")).await.expect(200);
        assert_eq!(verified(&public, &proof), [position]);
    }
    let audit = world.acme().all("/api/audit").await;
    assert!(audit.iter().any(|entry| entry["action"] == "ticket.message_redacted"), "{audit:?}");
}

#[tokio::test]
async fn a_rectified_message_says_what_it_should_and_nobody_can_read_what_it_said() {
    let world = World::new().await;
    let (ticket, message) = ticket(&world).await;
    let path = format!("/api/tickets/{ticket}/messages/{message}");
    let body = json!({"body": "My password is the usual one."});
    let _ = world.acme().put(&path, body.clone()).await.expect(200);
    assert_nowhere(&world, &ticket).await;
    let shown = messages(&world, &ticket).await.remove(2);
    assert_eq!((&shown["body"], &shown["id"]), (&body["body"], &json!(message)));
    assert!(shown["rectified_at"].is_string() && shown["redacted_at"].is_null());
    assert_eq!(world.acme().all("/api/tickets?q=usual").await.len(), 1);
    assert_true(&world.acme).await;
    let version = world.acme().get(&format!("/api/tickets/{ticket}")).await.expect(200)["version"].clone();
    let again = world.acme().put(&path, body).await.expect(200);
    assert_eq!(again["version"], version, "it says so already");

    let erased = redact(&world, &ticket, &message).await;
    assert_eq!(erased["id"], format!("{message}.1"), "the key of the second text");
    let ids: Vec<_> =
        world.acme().all("/api/erasures").await.into_iter().map(|erasure| erasure["id"].clone()).collect();
    assert_eq!(ids, [json!(message), json!(format!("{message}.1"))]);
    assert_eq!(world.acme().get(&format!("/api/erasures/{message}.1")).await.expect(200).body, erased.body);
    assert_eq!(redact(&world, &ticket, &message).await.body, erased.body);
    assert_eq!(messages(&world, &ticket).await[2]["body"], Value::Null);
    let _ = world.acme().put(&path, json!({"body": "Hello?"})).await.refused(409, "message_unreadable");
    assert_true(&world.acme).await;
}

#[tokio::test]
async fn what_a_message_says_is_changed_with_a_right_of_its_own_and_where_it_can_be() {
    let world = World::new().await;
    let (ticket, message) = ticket(&world).await;
    let path = format!("/api/tickets/{ticket}/messages/{message}");
    let everyday = world.acme.with_scopes(&["customers:*", "tickets:*", "agents:*", "settings:*"]).await;
    let _ = everyday.post(&format!("{path}/redact"), json!({})).await.refused(403, "insufficient_scope");
    let _ = everyday.put(&path, json!({"body": "x"})).await.refused(403, "insufficient_scope");
    let other = world.acme.ticket("Another").await.id();
    let elsewhere = format!("/api/tickets/{other}/messages/{message}/redact");
    assert_eq!(world.acme().post(&elsewhere, json!({})).await.status, 404);

    // As it was before messages had keys of their own.
    let shared = "UPDATE tenant_acme.subject_keys SET single = false WHERE key_id = $1";
    world.superuser().await.execute(shared, &[&message]).await.unwrap();
    let _ = world.acme().post(&format!("{path}/redact"), json!({})).await.refused(409, "message_shares_key");
    let own = "UPDATE tenant_acme.subject_keys SET single = true WHERE key_id = $1";
    world.superuser().await.execute(own, &[&message]).await.unwrap();

    let customer = messages(&world, &ticket).await[1]["author"]["id"].as_str().unwrap().to_owned();
    let _ = world.acme().delete(&format!("/api/tickets/{ticket}")).await.expect(204);
    let _ = world.acme().put(&path, json!({"body": "x"})).await.refused(410, "ticket_deleted");
    let _ = redact(&world, &ticket, &message).await;
    let _ = world.acme().post(&format!("/api/customers/{customer}/erase"), json!({})).await.expect(200);
    let first = messages(&world, &ticket).await[0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/tickets/{ticket}/messages/{first}/redact");
    let _ = world.acme().post(&path, json!({})).await.refused(409, "message_unreadable");
}
