//! What arrives, and what does not.

use commands::tickets::{CreateTicket, InlineCustomer, Requester};
use domain::{
    TicketId,
    text::{Email, Name, Title},
    ticket::{Priority, Status},
};
use event_store::Origin;
use serde_json::{Value, json};
use tests::{Answer, Receiver, Reply, World};

use super::{deliveries, reply, settle, webhook};

#[tokio::test]
async fn a_new_ticket_arrives_as_the_guide_shows_it_signed_and_once() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let hook = webhook(&world, &receiver, &["ticket.*"]).await;
    let body = json!({
        "title": "Login issues", "body": "I cannot log in.", "priority": "high",
        "customer": {"name": "John Doe", "email": "john@company.com"},
    });
    let ticket = world.acme().post("/api/tickets", body).await.expect(201);
    assert_eq!(settle(&world).await, 1);
    assert_eq!(settle(&world).await, 0);
    let received = receiver.take();
    let [one] = received.as_slice() else { panic!("one delivery") };
    assert_eq!(
        (&one.body["event"], &one.body["type"], &one.body["finer_type"]),
        (&json!("ticket.created"), &json!("ticket.created"), &json!("ticket.created"))
    );
    let data = &one.body["data"];
    for (field, expected) in
        [("ticket_id", "T-001"), ("title", "Login issues"), ("priority", "high"), ("status", "open")]
    {
        assert_eq!(data[field], expected);
    }
    assert_eq!(
        (&data["customer"]["name"], &data["customer"]["email"]),
        (&json!("John Doe"), &json!("john@company.com"))
    );
    assert_eq!((&data["id"], &data["message"]["body"]), (&ticket["id"], &json!("I cannot log in.")));
    assert_eq!(one.body["timestamp"], ticket["created_at"]);
    assert_eq!(one.body["position"].as_u64(), Some(ticket.position()));
    assert_eq!(one.body["tenant"], "acme");

    assert!(one.is_signed_by(hook["secret"].as_str().unwrap()));
    assert_eq!(one.header("webhook-id"), one.body["id"].as_str().unwrap());
    assert_eq!(one.header("content-type"), "application/json");
    let feed = world.acme().get(&format!("/api/events?after={}", ticket.position() - 1)).await.expect(200);
    assert_eq!(feed["data"][0]["id"], one.body["id"], "the feed and the webhook name the event alike");
    let told = deliveries(&world, &hook).await;
    assert!(told.iter().all(|delivery| delivery["status"] == "delivered" && delivery["ticket_id"] == "T-001"));
}

#[tokio::test]
async fn each_change_arrives_once_by_its_most_specific_type_and_as_it_stood_then() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    webhook(&world, &receiver, &["*"]).await;
    let agent = world.acme.agent("Eve").await;
    let ticket = world.acme.ticket("Printer").await;
    let path = format!("/api/tickets/{}", ticket.id());
    let _ = world.acme().patch(&path, json!({"assignee_id": agent.id()})).await.expect(200);
    let _ = world.acme().patch(&path, json!({"priority": "critical", "tags": ["vip"]})).await.expect(200);
    let _ = world
        .acme()
        .post(&format!("{path}/messages"), json!({"body": "On it.", "agent_id": agent.id()}))
        .await
        .expect(201);
    let _ = world.acme().patch(&path, json!({"status": "resolved"})).await.expect(200);
    let _ = world.acme().post(&format!("{path}/reopen"), json!({})).await;
    let _ = world.acme().patch(&path, json!({"status": "closed"})).await.expect(200);
    let _ = world.acme().delete(&path).await.expect(204);
    settle(&world).await;
    let mut received = receiver.take();
    received.sort_by_key(|one| one.body["position"].as_u64());
    let told = |field: &str| -> Vec<String> {
        let about_ticket = received.iter().filter(|one| one.body["data"]["id"] == ticket["id"]);
        about_ticket.map(|one| one.body[field].as_str().unwrap().to_owned()).collect()
    };
    let general = told("event");
    for event in
        ["ticket.created", "agent.assigned", "ticket.updated", "ticket.resolved", "ticket.closed", "ticket.deleted"]
    {
        assert!(general.contains(&event.to_owned()), "{event} in {general:?}");
    }
    let finer = told("finer_type");
    for event in ["ticket.priority_changed", "ticket.tagged", "ticket.replied"] {
        assert!(finer.contains(&event.to_owned()), "{event} in {finer:?}");
    }
    let find = |finer: &str| received.iter().find(|one| one.body["finer_type"] == finer).unwrap().body["data"].clone();
    let changed = find("ticket.priority_changed");
    assert_eq!(changed["changes"], json!({"priority": ["medium", "critical"]}));
    assert_eq!((&changed["status"], &changed["assignee"]["name"]), (&json!("open"), &json!("Eve")), "as it stood then");
    assert_eq!(find("ticket.replied")["message"]["author"]["name"], "Eve");
    assert_eq!(find("agent.assigned")["assignee"]["id"], agent["id"]);
    assert_eq!(find("agent.created")["name"], "Eve");
    assert_eq!(find("customer.created")["name"], "Ann Other");
    let positions: Vec<u64> = received.iter().map(|one| one.body["position"].as_u64().unwrap()).collect();
    let feed = world.acme().get("/api/events?limit=1000").await.expect(200);
    let public = feed["data"].as_array().unwrap().iter().filter(|item| item.get("type").is_some());
    let expected: Vec<u64> = public.map(|item| item["position"].as_u64().unwrap()).skip(1).collect();
    assert_eq!(positions, expected, "all that the feed tells but its own creation");
}

#[tokio::test]
async fn a_filter_names_general_and_finer_types() {
    let world = World::new().await;
    let (replies, customers) = (Receiver::start().await, Receiver::start().await);
    webhook(&world, &replies, &["ticket.replied"]).await;
    webhook(&world, &customers, &["customer.*"]).await;
    let ticket = world.acme.ticket("Printer").await;
    reply(&world, &ticket, "Hello?").await;
    settle(&world).await;
    let replies = replies.take();
    assert_eq!(replies.len(), 1);
    assert_eq!(
        (&replies[0].body["event"], &replies[0].body["finer_type"]),
        (&json!("ticket.updated"), &json!("ticket.replied"))
    );
    let customers = customers.take();
    assert_eq!(customers.iter().map(|one| &one.body["event"]).collect::<Vec<_>>(), ["customer.created"]);
}

#[tokio::test]
async fn an_endpoint_is_told_nothing_from_before_it_was_there_or_while_it_was_disabled() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    world.acme.ticket("Before").await;
    let hook = webhook(&world, &receiver, &["ticket.created"]).await;
    let path = format!("/api/webhooks/{}", hook.id());
    let _ = world.acme().patch(&path, json!({"active": false})).await.expect(200);
    world.acme.ticket("Meanwhile").await;
    let enabled = world.acme().patch(&path, json!({"active": true})).await.expect(200);
    world.acme.ticket("After").await;
    settle(&world).await;
    let titles: Vec<_> = receiver.take().iter().map(|one| one.body["data"]["title"].clone()).collect();
    assert_eq!(titles, ["After"]);
    let missed = enabled["disabled_at_position"].as_u64().unwrap();
    let again = json!({"from_position": missed + 1});
    let _ = world.acme().post(&format!("{path}/replay"), again).await.expect(202);
    settle(&world).await;
    let mut titles: Vec<_> = receiver.take().iter().map(|one| one.body["data"]["title"].to_string()).collect();
    titles.sort();
    assert_eq!(titles, ["\"After\"", "\"Meanwhile\""], "of different tickets, in any order");
}

#[tokio::test]
async fn imported_history_is_passed_over_unless_it_is_asked_for() {
    let world = World::new().await;
    let (plain, all) = (Receiver::start().await, Receiver::start().await);
    webhook(&world, &plain, &["ticket.created"]).await;
    let body = json!({"url": all.url(), "events": ["ticket.created"], "include_imported": true});
    let _ = world.acme().post("/api/webhooks", body).await.expect(201);
    let mut request = world.request();
    request.origin = Origin::Import;
    let email = Email::try_new("old@acme.example").ok();
    let wish = CreateTicket {
        id: TicketId::new(world.app.desk.store().ids().next()),
        title: Title::try_new("Old").unwrap(),
        body: None,
        files: vec![],
        requester: Requester::Inline(InlineCustomer { name: Name::try_new("Old").ok(), email, external_id: None }),
        priority: Priority::Low,
        kind: None,
        tags: [].into(),
        external_id: None,
        assignee: None,
        team: None,
        status: Status::Open,
    };
    world.app.desk.run(&world.acme.log, &request, &wish).await.unwrap();
    world.acme.ticket("New").await;
    settle(&world).await;
    let titles = |receiver: &Receiver| -> Vec<Value> {
        let mut received = receiver.take();
        received.sort_by_key(|one| one.body["position"].as_u64());
        received.iter().map(|one| json!([one.body["data"]["title"], one.body["imported"]])).collect()
    };
    assert_eq!(titles(&plain), [json!(["New", false])]);
    assert_eq!(titles(&all), [json!(["Old", true]), json!(["New", false])]);
}

#[tokio::test]
async fn a_long_message_is_shortened_and_the_log_of_attempts_keeps_sixteen_kilobytes() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let hook = webhook(&world, &receiver, &["ticket.replied"]).await;
    let ticket = world.acme.ticket("Printer").await;
    reply(&world, &ticket, &"ü".repeat(90_000)).await;
    receiver.answer([Reply::Text(200, "x".repeat(50_000))]);
    settle(&world).await;
    let received = receiver.take();
    assert!(received[0].raw.len() < 20_000, "{}", received[0].raw.len());
    let message = &received[0].body["data"]["message"];
    assert_eq!(message["body_truncated"], true);
    let all = world.acme().get(message["url"].as_str().unwrap()).await.expect(200);
    assert!(all.text.contains(&"ü".repeat(90_000)));
    let delivery = &deliveries(&world, &hook).await[0];
    let path = format!("/api/webhooks/{}/deliveries/{}", hook.id(), delivery["id"].as_str().unwrap());
    let shown = world.acme().get(&path).await.expect(200);
    let exchange = &shown["attempt_log"][0]["exchange"];
    assert_eq!(exchange["response_body"].as_str().unwrap().len(), 16 * 1024);
    assert_eq!(exchange["response_truncated"], true);
    assert_eq!(shown["payload"]["id"], received[0].body["id"]);
    let database = world.superuser().await;
    let clear = "SELECT count(*) FROM tenant_acme.webhook_attempts WHERE position('xxxx'::bytea IN sealed) > 0";
    assert_eq!(database.query_one(clear, &[]).await.unwrap().get::<_, i64>(0), 0, "sealed");
}

#[tokio::test]
async fn a_delivery_is_found_by_its_ticket_or_its_event() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let hook = webhook(&world, &receiver, &["*"]).await;
    let (printer, scanner) = (world.acme.ticket("Printer").await, world.acme.ticket("Scanner").await);
    reply(&world, &printer, "Still.").await;
    settle(&world).await;
    let feed = world.acme().get("/api/events?after=0&limit=1000").await.expect(200);
    let of = |ticket: &Answer| -> Vec<Value> {
        let items = feed["data"].as_array().unwrap().iter().rev();
        items.filter(|item| item["subject"]["id"] == ticket["id"]).map(|item| item["id"].clone()).collect()
    };
    let found = async |filter: &str| -> Vec<Value> {
        let path = format!("/api/webhooks/{}/deliveries?limit=1&{filter}", hook.id());
        world.acme().all(&path).await.into_iter().map(|delivery| delivery["event_id"].clone()).collect()
    };
    let told = of(&printer);
    assert!(told.len() > 1 && deliveries(&world, &hook).await.len() > told.len());
    assert_eq!(found(&format!("filter[ticket_id]={}", printer.id())).await, told);
    assert_eq!(found("filter[ticket_id]=T-001").await, told);
    assert_eq!(found("filter[ticket_id]=t-2&filter[status]=delivered").await, of(&scanner));
    let event = told[0].as_str().unwrap();
    assert_eq!(found(&format!("filter[event_id]={event}")).await, [event]);
    assert_eq!(found(&format!("filter[event_id]={event}&filter[ticket_id]=T-001")).await, [event]);
    for nothing in [
        format!("filter[event_id]={event}&filter[ticket_id]=T-002"),
        format!("filter[event_id]={event}&filter[status]=failed"),
        "filter[ticket_id]=T-999".to_owned(),
    ] {
        assert!(found(&nothing).await.is_empty(), "{nothing}");
    }
    for (name, wrong) in [("ticket_id", "Printer"), ("ticket_id", "external:x"), ("event_id", "T-001")] {
        let path = format!("/api/webhooks/{}/deliveries?filter[{name}]={wrong}", hook.id());
        let refused = world.acme().get(&path).await.refused(400, "invalid_parameter");
        assert!(refused.text.contains(&format!("filter[{name}]")), "{}", refused.text);
    }
}
