//! A ticket is erased: what was said in it is gone, its numbers are not, and nothing else is.

use event_store::proof::Note;
use projections::as_of::{self, Moment};
use serde_json::{Value, json};
use tests::{Receiver, Reply, World};

use super::gone::{found, numbers, tables};
use crate::{
    files,
    proof::asking::{key, verified},
    read_models::assert_true,
};

const WORDS: &[&str] = &["zirconium", "molybdenum", "praseodymium", "dysprosium", "ytterbium"];

#[tokio::test]
async fn what_was_said_in_an_erased_ticket_is_gone_everywhere_and_its_numbers_stay() {
    let world = World::new().await;
    let api = world.acme();
    let receiver = Receiver::start().await;
    receiver.answer_always(Reply::Echo(200));
    let _ = api.post("/api/webhooks", json!({"url": receiver.url(), "events": ["*"]})).await.expect(201);
    let customer = json!({"name": "Ann", "email": "ann@example.com"});
    let opened = json!({"title": "Zirconium", "body": "About molybdenum.", "customer": customer, "tags": ["metal"]});
    let ticket = api.post("/api/tickets", opened).await.expect(201);
    let path = format!("/api/tickets/{}", ticket.id());
    let _ = api.patch(&path, json!({"title": "Praseodymium", "status": "resolved"})).await.expect(200);
    let file = files::upload(api, "dysprosium.txt", "text/plain", "Ytterbium").await.id();
    let message = json!({"body": "See the ytterbium.", "attachments": [file]});
    let _ = api.post(&format!("{path}/messages"), message).await.expect(201);
    let sibling = json!({"title": "Kettle", "body": "It hums.", "customer": {"email": "ann@example.com"}});
    let sibling = api.post("/api/tickets", sibling).await.expect(201);
    let other = world.another_process().await;
    assert_eq!(other.acme().all("/api/tickets?q=praseodymium").await.len(), 1);
    let _ = other.acme().patch(&path, json!({"priority": "high"})).await.expect(200);
    world.app.webhooks.settle(&world.acme.log).await.unwrap();
    let (before, sealed) = (numbers(api).await, world.app.sealer.settle(&world.acme.log).await.unwrap());
    let then = world.acme.log.head().await.unwrap().position;
    receiver.take();

    let erased = api.post(&format!("{path}/erase"), json!({})).await.expect(200);
    assert_eq!((&erased["id"], &erased["keys_destroyed"]), (&json!(ticket.id()), &json!(5)));
    assert!(erased["completed_at"].is_string(), "{}", erased.text);
    assert_eq!(api.post(&format!("{path}/erase"), json!({})).await.expect(200).body, erased.body, "a repeat");
    for (table, rows) in tables(&world.superuser().await).await {
        assert!(found(&rows, WORDS).is_empty(), "{table} has {:?}", found(&rows, WORDS));
    }
    other.settle().await;
    for process in [&world, &other] {
        let past = as_of::ticket(&process.acme.log, ticket.id().parse().unwrap(), Moment::Position(then)).await;
        assert!(found(&format!("{past:?}"), WORDS).is_empty(), "{past:?}");
        for part in ["", "/messages", "/timeline"] {
            let shown = process.acme().get(&format!("{path}{part}")).await.expect(200);
            assert!(found(&shown.text, WORDS).is_empty(), "{part}: {}", shown.text);
        }
        assert_eq!(process.acme().all("/api/tickets?q=ytterbium").await, Vec::<Value>::new());
    }
    let now = api.get(&path).await.expect(200);
    assert_eq!((&now["title"], &now["tags"], &now["priority"]), (&Value::Null, &json!(["metal"]), &json!("high")));
    assert!(now["erased_at"].is_string());
    assert_eq!(api.get(&format!("/api/files/{file}/content")).await.status, 404);
    assert_eq!(numbers(api).await, before);
    let kept = api.get(&format!("/api/tickets/{}", sibling.id())).await.expect(200);
    assert_eq!((&kept["title"], &kept["erased_at"]), (&json!("Kettle"), &Value::Null));
    assert_true(&world.acme).await;

    world.app.webhooks.settle(&world.acme.log).await.unwrap();
    let told = receiver.take().into_iter().map(|told| told.body).collect::<Vec<_>>();
    let of_it: Vec<_> = told.iter().filter(|told| told["type"] == "ticket.erased").collect();
    assert_eq!((of_it.len(), &of_it[0]["data"]["title"]), (1, &Value::Null), "{told:?}");
    world.app.sealer.settle(&world.acme.log).await.unwrap();
    let public = key(api).await;
    let note: Note = erased["certificate"].as_str().unwrap().parse().unwrap();
    public.verify(&note).unwrap();
    // Two titles, two messages, and of the file its name, digest and key.
    assert!(note.text.contains("\nfields_unreadable 7\nevents_concerned 3\n"), "{}", note.text);
    for position in 1..=sealed {
        let proof = api.get(&format!("/api/proof/inclusion?position={position}")).await.expect(200);
        assert_eq!(verified(&public, &proof), [position]);
    }

    // Somebody says something again: that is another erasure.
    let _ = api.post(&format!("{path}/messages"), json!({"body": "Ytterbium again."})).await.expect(201);
    assert_eq!(api.get(&path).await.expect(200)["erased_at"], Value::Null);
    let again = api.post(&format!("{path}/erase"), json!({})).await.expect(200);
    assert_eq!((&again["id"], &again["keys_destroyed"]), (&json!(format!("{}.1", ticket.id())), &json!(1)));
    assert_eq!(api.get(&format!("/api/erasures/{}.1", ticket.id())).await.expect(200).body, again.body);
}

#[tokio::test]
async fn a_text_that_shares_its_key_is_shown_to_nobody_and_a_restored_copy_is_erased_again() {
    let world = World::new().await;
    let api = world.acme();
    let ticket = world.acme.ticket("Zirconium").await.id();
    let path = format!("/api/tickets/{ticket}");
    // As titles were written before they had keys of their own.
    let shared = "UPDATE tenant_acme.subject_keys SET single = false WHERE key_id = $1";
    world.superuser().await.execute(shared, &[&format!("{ticket}.title")]).await.unwrap();
    let then = world.acme.log.head().await.unwrap().position;
    let erased = api.post(&format!("{path}/erase"), json!({})).await.expect(200);
    assert_eq!(erased["keys_destroyed"], 1, "that of the message");
    let past = as_of::ticket(&world.acme.log, ticket.parse().unwrap(), Moment::Position(then)).await;
    assert!(found(&format!("{past:?}"), WORDS).is_empty(), "{past:?}");
    for part in ["", "/timeline"] {
        let shown = api.get(&format!("{path}{part}")).await.expect(200);
        assert!(found(&shown.text, WORDS).is_empty(), "{part}: {}", shown.text);
    }
    assert_eq!(api.all("/api/tickets?q=zirconium").await, Vec::<Value>::new());
    assert_true(&world.acme).await;
    let _ = world.globex().post(&format!("{path}/erase"), json!({})).await.refused(404, "not_found");
    let few = world.acme.with_scopes(&["tickets:*", "privacy:read", "privacy:write"]).await;
    let _ = few.post(&format!("{path}/erase"), json!({})).await.refused(403, "insufficient_scope");

    // The list outside the schema names what this log does not know of: a copy from before.
    let young = world.acme.ticket("Molybdenum").await.id();
    let listed = "INSERT INTO control.erasures (tenant, subject, position, erased_at) VALUES ('acme', $1, 1, now())";
    world.superuser().await.execute(listed, &[&young]).await.unwrap();
    for again in [1, 0] {
        assert_eq!(world.app.erasures.apply_listed(&world.acme.log).await.unwrap(), again);
    }
    assert_eq!(world.acme.log.erasure(&young).await.unwrap().unwrap().keys, 2);
}
