use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::World;

#[tokio::test]
async fn a_ticket_is_shown_as_it_was_at_a_position_and_at_an_instant() {
    let world = World::new().await;
    let acme = world.acme();
    let made = world.acme.ticket("Printer").await;
    let path = format!("/api/tickets/{}", made.id());
    let begun = (made.position(), serde_json::to_value(world.now()).unwrap());
    world.pass(TimeDelta::hours(1));
    let customer = format!("/api/customers/{}", made["customer"]["id"].as_str().unwrap());
    let _ = acme.patch(&customer, json!({"name": "Ann Third"})).await.expect(200);
    let _ = acme.patch(&path, json!({"title": "Scanner", "status": "pending"})).await.expect(200);

    let then = acme.get(&format!("{path}?as_of={}", begun.0)).await.expect(200);
    assert_eq!((&then["title"], &then["status"], &then["version"]), (&json!("Printer"), &json!("open"), &json!(1)));
    assert_eq!(then["customer"]["name"], "Ann Other", "who was called so then");
    assert_eq!(then["as_of"], json!({"position": begun.0, "recorded_at": begun.1}));
    let at = begun.1.as_str().unwrap();
    let by_time = acme.get(&format!("/api/tickets/T-001?as_of={at}")).await.expect(200);
    assert_eq!((&by_time.body, by_time.etag()), (&then.body, then.etag()));
    let same = acme.get(&format!("{path}?as_of={at}")).header("if-none-match", &then.etag()).await;
    assert_eq!((same.status, same.text.as_str()), (304, ""));
    assert_eq!(acme.get(&path).await.expect(200)["as_of"], Value::Null);
    // Beyond the end there is nothing else than what is.
    let end = acme.get(&format!("{path}?as_of=999999999999")).await.expect(200);
    let head = world.acme.log.head().await.unwrap().position;
    assert_eq!((&end["title"], &end["as_of"]["position"]), (&json!("Scanner"), &json!(head)));

    for before in ["0", "1", "2001-01-01T00:00:00Z"] {
        let _ = acme.get(&format!("{path}?as_of={before}")).await.refused(404, "not_found");
    }
    for wrong in ["", "-1", "yesterday", "2026-11-27", "1e3", "99999999999999999999"] {
        let refused = acme.get(&format!("{path}?as_of={wrong}")).await.refused(400, "invalid_parameter");
        assert!(refused.names("as_of", "invalid_value"), "{}", refused.text);
    }
    // Deleted since, it is still what it was; erased, it is that without whose it was.
    let _ = acme.delete(&path).await.expect(204);
    assert_eq!(acme.get(&format!("{path}?as_of={}", begun.0)).await.expect(200).body, then.body);
    let _ = acme.post(&format!("{customer}/erase"), json!({})).await.expect(200);
    let erased = acme.get(&format!("{path}?as_of={}", begun.0)).await.expect(200);
    assert_eq!([&erased["title"], &erased["customer"]["name"], &erased["customer"]["email"]], [&Value::Null; 3]);
}

#[tokio::test]
async fn who_asked_then_is_not_shown_while_their_data_are_restricted() {
    let world = World::new().await;
    let acme = world.acme();
    let made = world.acme.ticket("Printer").await;
    let past = format!("/api/tickets/{}?as_of={}", made.id(), made.position());
    let other = world.acme.customer("Bob").await.id();
    let _ = acme.patch(&format!("/api/tickets/{}", made.id()), json!({"customer_id": other})).await.expect(200);
    let reader = world.acme.with_scopes(&["tickets:read"]).await;
    assert_eq!(reader.get(&past).await.expect(200)["customer"]["name"], "Ann Other");
    let restriction = format!("/api/customers/{}/restriction", made["customer"]["id"].as_str().unwrap());
    let _ = acme.put(&restriction, json!({"ground": "objection"})).await.expect(200);
    let _ = reader.get(&past).await.refused(404, "not_found");
    assert_eq!(acme.get(&past).await.expect(200)["customer"]["name"], "Ann Other", "who may see them does");
}
