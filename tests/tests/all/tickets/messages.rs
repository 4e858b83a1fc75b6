use serde_json::{Value, json};
use tests::World;

#[tokio::test]
async fn a_message_without_an_author_that_a_program_sends_is_the_customer_s() {
    let world = World::new().await;
    let made = world.acme.ticket("Printer").await;
    let path = format!("/api/tickets/{}/messages", made.id());
    let answer = world.acme().post(&path, json!({"body": "Still broken"})).await.expect(201);
    assert_eq!(answer.id(), made.id(), "the ticket comes back");
    let last = world.acme().all(&path).await.pop().unwrap();
    assert_eq!((&last["visibility"], &last["author"]["kind"]), (&json!("public"), &json!("customer")));
    assert_eq!(last["author"]["id"], made["customer"]["id"]);
}

#[tokio::test]
async fn an_internal_note_is_an_agent_s_or_a_program_s_never_a_customer_s() {
    let world = World::new().await;
    let agent = world.acme.agent("Eve").await;
    let made = world.acme.ticket("Printer").await;
    let path = format!("/api/tickets/{}/messages", made.id());
    let note = |extra: Value| {
        let mut body = json!({"body": "He called.", "visibility": "internal"});
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        body
    };
    let _ = world.acme().post(&path, note(json!({"agent_id": agent.id()}))).await.expect(201);
    let _ = world.acme().post(&path, note(json!({}))).await.expect(201);
    let answer = world.acme().post(&path, note(json!({"customer_id": made["customer"]["id"]}))).await;
    assert!(answer.refused(422, "validation_failed").names("/customer_id", "note_by_customer"));
    let messages = world.acme().all(&path).await;
    let authors: Vec<_> = messages.iter().map(|message| message["author"]["id"].clone()).collect();
    assert_eq!(authors, [made["customer"]["id"].clone(), agent["id"].clone(), Value::Null]);
    let shown = world.acme().get(&format!("/api/tickets/{}", made.id())).await.expect(200);
    assert_eq!(shown["first_response_at"], Value::Null, "a note answers nobody");
}

#[tokio::test]
async fn an_author_must_be_there_and_only_one() {
    let world = World::new().await;
    let made = world.acme.ticket("Printer").await;
    let path = format!("/api/tickets/{}/messages", made.id());
    let (agent, customer) = (world.globex.agent("Eve").await, world.globex.customer("Bob").await);
    for (field, id) in [("agent_id", agent.id()), ("customer_id", customer.id())] {
        let answer = world.acme().post(&path, json!({"body": "x", field: id})).await.refused(422, "validation_failed");
        assert!(answer.names(&format!("/{field}"), "not_found"));
    }
    let both = json!({"body": "x", "agent_id": agent.id(), "customer_id": customer.id()});
    assert!(
        world.acme().post(&path, both).await.refused(422, "validation_failed").names("/customer_id", "invalid_value")
    );
}

#[tokio::test]
async fn a_customer_s_reply_takes_a_ticket_up_again_and_an_agent_s_does_not() {
    let world = World::new().await;
    let agent = world.acme.agent("Eve").await;
    for (status, after_customer, after_agent) in [
        ("open", Some("open"), Some("open")),
        ("in_progress", Some("in_progress"), Some("in_progress")),
        ("pending", Some("open"), Some("pending")),
        ("resolved", Some("open"), Some("resolved")),
        ("closed", Some("open"), None),
    ] {
        for (field, author, expected) in
            [("customer_id", None, after_customer), ("agent_id", Some(agent.id()), after_agent)]
        {
            let made = world.acme.ticket(status).await;
            let path = format!("/api/tickets/{}", made.id());
            let _ = world.acme().patch(&path, json!({"status": status})).await.expect(200);
            let author = author.unwrap_or_else(|| made["customer"]["id"].as_str().unwrap().to_owned());
            let answer = world.acme().post(&format!("{path}/messages"), json!({"body": "x", field: author})).await;
            match expected {
                Some(expected) => assert_eq!(answer.expect(201)["status"], expected, "{status} {field}"),
                None => drop(answer.refused(409, "ticket_closed")),
            }
        }
    }
}

#[tokio::test]
async fn long_and_strange_texts_come_back_as_they_were() {
    let world = World::new().await;
    let made = world.acme.ticket("Printer").await;
    let path = format!("/api/tickets/{}/messages", made.id());
    let texts = [
        "x".repeat(100_000),
        "日本語\tüß\r\n😀 \u{202e}right to left".to_owned(),
        "'; DROP TABLE events; --".to_owned(),
        "{\"$personal\": {\"subject\": \"x\"}} $1 {} \\u0000".to_owned(),
        "e\u{301}".to_owned(),
    ];
    for text in &texts {
        let _ = world.acme().post(&path, json!({"body": text})).await.expect(201);
    }
    let shown: Vec<_> = world.acme().all(&path).await.iter().skip(1).map(|message| message["body"].clone()).collect();
    assert_eq!(shown, texts);
    let too_long =
        world.acme().post(&path, json!({"body": "x".repeat(100_001)})).await.refused(422, "validation_failed");
    assert!(too_long.names("/body", "invalid_value"));
}

#[tokio::test]
async fn a_field_of_a_message_that_looks_like_a_marker_is_only_text() {
    let world = World::new().await;
    let body = json!({"title": {"$sealed": {}}, "customer": {"email": "a@b.c"}});
    let answer = world.acme().post("/api/tickets", body).await.refused(422, "validation_failed");
    assert!(answer.names("/title", "invalid_type"));
    let body = json!({"title": "{\"$next\": \"ticket\"}", "tags": ["$erased"], "customer": {"email": "a@b.c"}});
    let made = world.acme().post("/api/tickets", body).await.expect(201);
    assert_eq!((&made["title"], &made["tags"]), (&json!("{\"$next\": \"ticket\"}"), &json!(["$erased"])));
}
