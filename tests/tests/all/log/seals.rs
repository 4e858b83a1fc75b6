//! Personal fields: in the log as ciphertext only.

use event_store::Client;
use serde_json::{Value, json};
use tests::World;

use super::{commit, metadata, part, stream};

/// What people would not want to find lying about, as it goes in through the API.
const PRIVATE: [&str; 13] = [
    "Zebulon",
    "zq.private@mailbox.example",
    "+41 79 555 01 23",
    "Why was my severance not paid",
    "my diagnosis",
    "the password is tuesday",
    "he sounds drunk",
    "Ottoline",
    "ottoline.agent@acme.example",
    "Zebulonia",
    "zq.new@mailbox.example",
    "Second thoughts about my divorce",
    "SecretBrowser/7.3",
];

/// Puts each of [`PRIVATE`] in, through every operation that takes something personal.
async fn live(world: &World) -> (String, String) {
    let acme = world.acme();
    let agent = acme
        .post("/api/agents", json!({"name": "Ottoline Quist", "email": "ottoline.agent@acme.example"}))
        .header("user-agent", "SecretBrowser/7.3")
        .await
        .expect(201);
    let customer = json!({"name": "Zebulon Quackenbush", "email": "zq.private@mailbox.example"});
    let ticket =
        json!({"title": "Why was my severance not paid", "body": "It concerns my diagnosis.", "customer": customer});
    let ticket = acme.post("/api/tickets", ticket).header("user-agent", "SecretBrowser/7.3").await.expect(201);
    let (ticket, customer) = (ticket.id(), ticket["customer"]["id"].as_str().unwrap().to_owned());
    let messages = format!("/api/tickets/{ticket}/messages");
    let reply = json!({"body": "Sir, the password is tuesday.", "agent_id": agent.id()});
    let _ = acme.post(&messages, reply).await.expect(201);
    let note = json!({"body": "I think he sounds drunk.", "visibility": "internal", "agent_id": agent.id()});
    let _ = acme.post(&messages, note).await.expect(201);
    let path = format!("/api/tickets/{ticket}");
    let _ = acme
        .patch(&path, json!({"title": "Second thoughts about my divorce", "assignee_id": agent.id()}))
        .await
        .expect(200);
    let path = format!("/api/customers/{customer}");
    let changes =
        json!({"name": "Zebulonia Quackenbush", "email": "zq.new@mailbox.example", "phone": "+41 79 555 01 23"});
    let _ = acme.put(&path, changes).await.expect(200);
    let path = format!("/api/agents/{}", agent.id());
    let _ = acme.patch(&path, json!({"name": "Ottoline Quist-Meyer"})).await.expect(200);
    (ticket, customer)
}

/// The text of every row of every table whose name fits.
async fn texts(world: &World, condition: &str) -> String {
    let superuser = world.superuser().await;
    let sql = format!(
        "SELECT format('SELECT coalesce(string_agg(t::text, chr(10)), $$$$) FROM %I.%I t', schemaname, tablename)
         FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND {condition}"
    );
    let mut all = String::new();
    for row in superuser.query(&sql, &[]).await.unwrap() {
        let rows: String = superuser.query_one(row.get::<_, &str>(0), &[]).await.unwrap().get(0);
        all.push_str(&rows);
    }
    all
}

#[tokio::test]
async fn nothing_personal_stands_in_clear_in_any_table_but_the_read_models() {
    let world = World::new().await;
    live(&world).await;
    let read_model = "tablename ~ '_g[0-9]+$'";
    let shown = texts(&world, read_model).await;
    for text in ["Zebulonia", "my diagnosis", "he sounds drunk", "Ottoline"] {
        assert!(shown.contains(text), "{text} is looked for in the wrong way");
    }
    let kept = texts(&world, &format!("NOT {read_model}")).await;
    assert!(kept.contains("ticket.opened") && kept.contains("wrapped") == kept.contains("$sealed wrapped"));
    for text in PRIVATE.iter().copied().chain(["127.0.0.1"]) {
        assert!(!kept.to_lowercase().contains(&text.to_lowercase()), "{text} stands in clear");
        let hexadecimal = text.bytes().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        assert!(!kept.contains(&hexadecimal), "{text} stands in clear, in hexadecimal");
    }
}

#[tokio::test]
async fn whoever_s_key_is_destroyed_is_nameless_after_a_rebuild_and_nobody_else_is() {
    let world = World::new().await;
    let (ticket, customer) = live(&world).await;
    let bystander = world.acme.ticket("Printer").await;
    let superuser = world.superuser().await;
    let gone =
        superuser.execute("DELETE FROM tenant_acme.subject_keys WHERE subject = $1", &[&customer]).await.unwrap();
    assert!(gone > 1, "their own, and those of the messages about them");
    // Keys in use are cached: the next process does not have them.
    let next = world.another_process().await;
    tests::rebuild(&next.acme.log).await;
    let acme = next.acme();
    let erased = acme.get(&format!("/api/customers/{customer}")).await.expect(200);
    assert_eq!([&erased["name"], &erased["email"], &erased["phone"]], [&Value::Null; 3]);
    let shown = acme.get(&format!("/api/tickets/{ticket}")).await.expect(200);
    assert_eq!([&shown["title"], &shown["customer"]["name"], &shown["customer"]["email"]], [&Value::Null; 3]);
    assert_eq!(shown["assignee"]["name"], "Ottoline Quist-Meyer", "the agent was not erased");
    let messages = acme.all(&format!("/api/tickets/{ticket}/messages")).await;
    assert!(messages.len() == 3 && messages.iter().all(|message| message["body"].is_null()), "{messages:?}");
    let timeline = acme.all(&format!("/api/tickets/{ticket}/timeline")).await;
    let _ = acme.get("/api/events?limit=100").await.expect(200);
    assert!(!format!("{timeline:?}").contains("severance"));
    for word in ["severance", "diagnosis", "tuesday", "drunk", "Zebulon", "divorce"] {
        assert!(acme.all(&format!("/api/tickets?q={word}")).await.is_empty(), "{word} is still found");
    }
    let other = acme.get(&format!("/api/tickets/{}", bystander.id())).await.expect(200);
    assert_eq!((&other["title"], &other["customer"]["name"]), (&bystander["title"], &bystander["customer"]["name"]));
    // Life goes on: an erased person can write again, under a new key.
    let again = json!({"body": "Hello again", "customer_id": customer});
    let _ = acme.post(&format!("/api/tickets/{ticket}/messages"), again).await.expect(201);
    let _ = acme.patch(&format!("/api/customers/{customer}"), json!({"email": "zq.private@mailbox.example"})).await;
}

#[tokio::test]
async fn a_sealed_field_that_was_moved_or_changed_is_noticed() {
    let world = World::new().await;
    let log = &world.acme.log;
    let personal = |text: &str| json!({"name": {"$personal": {"subject": "cus_1", "value": text}}});
    log.append(commit(1, vec![part("a", 0, [personal("Ann"), personal("Bob")])])).await.unwrap();
    let superuser = world.superuser().await;
    let swap = "UPDATE tenant_acme.events SET payload = (SELECT payload FROM tenant_acme.events WHERE position = 4) WHERE position = 3";
    superuser.execute(swap, &[]).await.unwrap();
    let error = log.read(2, 1).await.unwrap_err();
    assert!(matches!(error, event_store::StoreError::SealBroken { sequence: 1, .. }), "{error}");
    assert_eq!(log.read(3, 1).await.unwrap()[0].payload, personal("Bob"));
}

#[tokio::test]
async fn personal_fields_and_clients_come_back_sealed_or_opened_and_markers_stay_out_of_the_log() {
    let world = World::new().await;
    let log = &world.acme.log;
    let payload = json!({"number": {"$next": "thing"}, "list": [{"$personal": {"subject": "cus_1", "value": "Ann"}}]});
    let mut part = part("a", 0, [payload]);
    let client = Client { subject: "cus_1".to_owned(), value: "192.0.2.7".to_owned() };
    part.drafts[0].metadata = event_store::EventMetadata { client: Some(client), ..metadata() };
    log.append(commit(1, vec![part])).await.unwrap();
    let event = log.load(&stream("a"), 0).await.unwrap().remove(0);
    assert_eq!(event.payload["number"], 1);
    assert_eq!(event.payload["list"][0]["$personal"]["value"], "Ann");
    assert!(event.metadata["client"].contains("$sealed") && !event.metadata["client"].contains("192.0.2.7"));
}
