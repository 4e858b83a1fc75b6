//! Who was erased after a backup stays so.

use serde_json::json;
use tests::World;

use super::{Until, acme, log, now, restore, wish};

#[tokio::test]
async fn who_was_erased_after_the_instant_is_erased_in_what_is_restored() {
    let world = World::new().await;
    let body = json!({"title": "Zebra crossing", "body": "Quagga.", "customer": {"name": "Ann Okapi", "email": "okapi@acme.example"}});
    let ticket = world.acme().post("/api/tickets", body).await.expect(201);
    let customer = ticket["customer"]["id"].as_str().unwrap().to_owned();
    let instant = now(&world);
    let _ = world.acme().post(&format!("/api/customers/{customer}/erase"), json!({})).await.expect(200);

    restore(&world, wish(Until::Instant(instant))).await;
    let shown = world.acme().get(&format!("/api/customers/{customer}")).await.expect(200);
    assert_eq!((&shown["name"], &shown["email"]), (&json!(null), &json!(null)));
    assert!(shown["erased_at"].is_string());
    let ticket = world.acme().get(&format!("/api/tickets/{}", ticket.id())).await.expect(200);
    assert_eq!(ticket["title"], json!(null));
    let log = log(&world, &acme()).await;
    let keys = "SELECT count(*) FROM subject_keys WHERE subject = $1";
    let rows = log.query(keys, &[(&customer, event_store::driver::types::Type::TEXT)]).await.unwrap();
    assert_eq!(rows[0].get::<_, i64>(0), 0);
    let events = log.read(0, 1000).await.unwrap();
    let erased = events.iter().filter(|event| event.event_type == "customer.erased").count();
    assert_eq!(erased, 1, "the fact stands in the new log, once");
    let again = json!({"name": "Another", "email": "okapi@acme.example"});
    let _ = world.acme().post("/api/customers", again).await.expect(201);
}
