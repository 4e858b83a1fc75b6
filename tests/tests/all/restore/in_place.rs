//! As of an instant, while another process serves.

use api::Workers;
use chrono::TimeDelta;
use commands::customers::CreateCustomer;
use domain::{CustomerId, customer, text::Name};
use serde_json::json;
use tests::World;
use tokio::sync::watch;

use super::{Until, acme, log, now, restore, try_restore, wish};

#[tokio::test]
async fn what_came_after_the_instant_is_gone_and_another_process_goes_on_on_the_new_log() {
    let world = World::new().await;
    let other = world.another_process().await;
    let kept = other.acme.ticket("Kept").await;
    let instant = now(&world);
    let discarded = other.acme.ticket("Discarded").await;
    let old_head = other.acme.log.head().await.unwrap().position;

    let record = restore(&world, wish(Until::Instant(instant))).await;
    assert_eq!(record.position, Some(kept.position()));
    let _ = world.acme().get(&format!("/api/tickets/{}", discarded.id())).await.refused(404, "not_found");

    // The other process believes in the old schema until it fails there; nothing of it lands anywhere.
    let before = log(&world, &acme()).await.head().await.unwrap().position;
    let id = CustomerId::new(other.app.desk.store().ids().next());
    let name = Name::try_new("Ann").unwrap();
    let wished = CreateCustomer(customer::CreateCustomer { id, name, email: None, phone: None, external_id: None });
    assert!(other.app.desk.run(&other.acme.log, &other.request(), &wished).await.is_err());
    assert_eq!(log(&world, &acme()).await.head().await.unwrap().position, before);

    let _ = other.acme().get(&format!("/api/tickets/{}", discarded.id())).await.refused(404, "not_found");
    let _ = other.acme().get(&format!("/api/tickets/{}", kept.id())).await.expect(200);
    let next = other.acme.ticket("After").await;
    assert_eq!(next.position(), before + 2, "a customer and a ticket");
    let shown = world.acme().get(&format!("/api/tickets/{}", next.id())).await.expect(200);
    assert_eq!(shown["title"], "After");
    let events = log(&world, &acme()).await.read(0, 1000).await.unwrap();
    let restored = events.iter().find(|event| event.event_type == "tenant.restored").unwrap();
    assert_eq!((&restored.payload["epoch"], &restored.payload["discarded_to"]), (&json!(2), &json!(old_head)));
    assert_eq!(restored.payload["reason"], "a drill");
    assert_eq!(restored.actor(), "system:operator");
}

/// A server that writes all the time, and learns of nothing but what every server learns.
#[tokio::test]
async fn what_another_server_acknowledges_meanwhile_is_in_the_new_log_or_was_saved() {
    let world = World::new().await;
    let other = world.another_process().await;
    let (stop, stopping) = watch::channel(false);
    let workers = tokio::spawn(Workers::start(other.app.clone(), stopping.clone()).await.unwrap().run());
    let kept = world.acme.ticket("Kept").await.position();
    let instant = now(&world);
    let (restored, is_restored) = watch::channel(false);
    let writing = async {
        let mut acknowledged = vec![];
        for number in 0.. {
            let after = *is_restored.borrow();
            let customer = json!({"name": "Ann", "email": format!("writer-{number}@acme.example")});
            let answer = other.acme().post("/api/tickets", json!({"title": "x", "customer": customer})).await;
            if answer.status == 201 {
                acknowledged.push((answer.id(), answer.position()));
                if after {
                    break;
                }
            }
        }
        acknowledged
    };
    let restoring = async {
        let record = try_restore(&world, wish(Until::Instant(instant))).await.unwrap();
        restored.send_replace(true);
        record
    };
    let (acknowledged, record) = tokio::join!(writing, restoring);
    assert_eq!(record.position, Some(kept));
    let log = log(&world, &acme()).await;
    let events = log.read(0, 10_000).await.unwrap();
    assert_eq!(events.len() as u64, log.head().await.unwrap().position);
    let fact = events.iter().find(|event| event.event_type == "tenant.restored").unwrap();
    let discarded_to = fact.payload["discarded_to"].as_u64().unwrap();
    let mut there = 0;
    for (ticket, position) in acknowledged {
        let shown = world.acme().get(&format!("/api/tickets/{ticket}")).await;
        if shown.status == 200 {
            there += 1;
        } else {
            let _ = shown.refused(404, "not_found");
            assert!(position <= discarded_to, "acknowledged at {position}, and neither kept nor saved");
        }
    }
    assert!(there > 0);
    stop.send_replace(true);
    workers.await.unwrap();
}

#[tokio::test]
async fn what_was_taken_after_the_instant_is_free_and_what_was_given_back_is_taken() {
    let world = World::new().await;
    let customer = |email: &str| json!({"name": "Ann Other", "email": email});
    let ann = world.acme().post("/api/customers", customer("old@acme.example")).await.expect(201);
    let instant = now(&world);
    let path = format!("/api/customers/{}", ann.id());
    let _ = world.acme().patch(&path, json!({"email": "new@acme.example"})).await.expect(200);
    let _ = world.acme().post("/api/customers", customer("later@acme.example")).await.expect(201);

    restore(&world, wish(Until::Instant(instant))).await;
    let _ = world.acme().post("/api/customers", customer("old@acme.example")).await.refused(409, "taken");
    for free in ["new@acme.example", "later@acme.example"] {
        let _ = world.acme().post("/api/customers", customer(free)).await.expect(201);
    }
    assert_eq!(world.acme().get(&path).await.expect(200)["email"], "old@acme.example");
}

#[tokio::test]
async fn a_restore_is_undone_by_restoring_what_was_saved_before_it() {
    let world = World::new().await;
    world.acme.ticket("Kept").await;
    let instant = now(&world);
    let back = world.acme.ticket("Back again").await;
    let first = restore(&world, wish(Until::Instant(instant))).await;
    world.pass(TimeDelta::seconds(1));
    let before = first.facts.unwrap()["before"].as_str().unwrap().parse().unwrap();
    let mut undo = wish(Until::End);
    undo.backup = Some(before);
    let second = restore(&world, undo).await;
    assert_eq!(second.epoch, 3);
    let _ = world.acme().get(&format!("/api/tickets/{}", back.id())).await.expect(200);
    assert!(world.app.desk.store().restores(&acme()).await.unwrap().len() == 2);
}

#[tokio::test]
async fn versions_of_two_logs_are_not_the_same() {
    let world = World::new().await;
    let ticket = world.acme.ticket("Printer").await;
    let path = format!("/api/tickets/{}", ticket.id());
    let instant = now(&world);
    let changed = world.acme().patch(&path, json!({"priority": "high"})).await.expect(200).etag();
    restore(&world, wish(Until::Instant(instant))).await;
    let again = world.acme().patch(&path, json!({"priority": "low"})).await.expect(200);
    assert!(again.etag().starts_with("\"e2."), "{}", again.etag());
    let patch = world.acme().patch(&path, json!({"priority": "critical"})).header("If-Match", &changed);
    let _ = patch.await.refused(412, "version_mismatch");
    let patch = world.acme().patch(&path, json!({"priority": "critical"})).header("If-Match", &again.etag());
    let _ = patch.await.expect(200);
}

#[tokio::test]
async fn what_cannot_be_restored_leaves_the_tenant_as_it_was() {
    let world = World::new().await;
    let ticket = world.acme.ticket("Printer").await;
    let beyond = world.acme.log.head().await.unwrap().position + 1;
    for wrong in [Until::Position(beyond), Until::Position(0), Until::Instant("2020-01-01T00:00:00Z".parse().unwrap())]
    {
        assert!(try_restore(&world, wish(wrong)).await.is_err(), "{wrong:?}");
        let _ = world.acme().get(&format!("/api/tickets/{}", ticket.id())).await.expect(200);
        assert_eq!(world.app.desk.store().tenant(&acme()).await.unwrap().unwrap().epoch, 1);
    }
    let left = "SELECT count(*) FROM pg_namespace WHERE nspname ~ '^(filling|gone)_tenant_acme'";
    assert_eq!(world.superuser().await.query_one(left, &[]).await.unwrap().get::<_, i64>(0), 0);
}
