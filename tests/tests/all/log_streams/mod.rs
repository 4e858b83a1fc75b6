//! Log streams: the audit trail where it is watched, at least once and in order.

mod syslog;

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{Answer, Receiver, Reply, World};

async fn settle(world: &World) -> u64 {
    world.app.log_streams.settle(&world.acme.log).await.unwrap()
}

/// What came since, each batch signed.
fn lines(receiver: &Receiver, secret: &Value) -> Vec<Value> {
    let secret = secret.as_str().unwrap();
    let mut all = vec![];
    for batch in receiver.take() {
        assert!(batch.is_signed_by(secret));
        assert_eq!(batch.header("content-type"), "application/x-ndjson");
        let text = String::from_utf8(batch.raw.to_vec()).unwrap();
        all.extend(text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()));
    }
    all
}

fn numbers(lines: &[Value], of: &str) -> Vec<u64> {
    let field = if of == "audit" { "position" } else { "number" };
    lines.iter().filter(|line| line["log"] == of).map(|line| line[field].as_u64().unwrap()).collect()
}

async fn audit(world: &World, stream: &str) -> Value {
    world.acme().get(stream).await.expect(200)["status"]["audit"].clone()
}

#[tokio::test]
async fn the_trail_arrives_in_order_without_holes_whatever_the_receiver_does() {
    let world = World::new().await;
    let (acme, receiver) = (world.acme(), Receiver::start().await);
    let before = world.acme.ticket("Before").await.position();
    let wish = json!({"name": "SIEM", "url": receiver.url(), "from_position": before});
    let made: Answer = acme.post("/api/log-streams", wish.clone()).await.expect(201);
    let stream = format!("/api/log-streams/{}", made.id());
    let ticket = acme
        .post(
            "/api/tickets",
            json!({"title": "Printer", "body": "It burns.",
        "customer": {"name": "Quincy", "email": "qu@x.example"}}),
        )
        .header("user-agent", "crm/2.1")
        .await
        .expect(201);
    assert_eq!(settle(&world).await, 1, "what there is goes out together");
    let told = lines(&receiver, &made["secret"]);
    let head = ticket.position();
    assert_eq!(numbers(&told, "audit"), (before..=head).collect::<Vec<_>>());
    let opened = told.last().unwrap();
    let trail = acme.get("/api/audit?limit=1").await.expect(200)["data"][0].clone();
    for field in ["actor", "action", "target", "changes", "request_id", "client", "recorded_at"] {
        assert_eq!(opened[field], trail[field], "{field}");
    }
    assert_eq!(opened["client"]["user_agent"], "crm/2.1");
    assert_eq!((&opened["tenant"], &opened["epoch"]), (&json!("acme"), &json!(1)));

    // It is away for a while: nothing is lost, the pauses grow, and what it said is told.
    receiver.answer([Reply::Status(503), Reply::With(503, "retry-after", "120".to_owned())]);
    let renamed = acme.patch(&stream, json!({"name": "Watch"})).await.expect(200);
    assert_eq!((settle(&world).await, settle(&world).await), (0, 0), "it is tried once, and then left alone");
    let lane = audit(&world, &stream).await;
    assert_eq!(
        (&lane["state"], &lane["last_error"], &lane["behind"]),
        (&json!("failing"), &json!("it answered 503"), &json!(1))
    );
    world.pass(TimeDelta::seconds(6));
    assert_eq!(settle(&world).await, 0);
    world.pass(TimeDelta::seconds(60));
    assert_eq!(settle(&world).await, 0, "it asked for two minutes");
    world.pass(TimeDelta::seconds(61));
    assert_eq!(settle(&world).await, 1);
    let told = lines(&receiver, &made["secret"]);
    let position = renamed.position();
    assert_eq!(numbers(&told, "audit"), [position, position, position], "each attempt sends the same");
    let lane = audit(&world, &stream).await;
    assert_eq!(
        (&lane["state"], &lane["last_error"], &lane["sent_to"]),
        (&json!("live"), &Value::Null, &json!(position))
    );

    // While it is off nothing is lost either, and what another log says has an order of its own.
    let _ = acme.patch(&stream, json!({"active": false})).await.expect(200);
    assert_eq!((settle(&world).await, &audit(&world, &stream).await["state"]), (0, &json!("paused")));
    let on = acme.patch(&stream, json!({"active": true, "logs": ["audit", "access_log"]})).await.expect(200);
    let _ = acme.get(&format!("/api/tickets/{}", ticket.id())).await.expect(200);
    assert_eq!(settle(&world).await, 2);
    let told = lines(&receiver, &made["secret"]);
    assert_eq!(numbers(&told, "audit"), (position + 1..=on.position()).collect::<Vec<_>>());
    let seen = numbers(&told, "access_log");
    assert!(seen.windows(2).all(|pair| pair[1] == pair[0] + 1) && !seen.is_empty());
    assert!(told.iter().any(|line| line["operation"] == "getTicket" && line["targets"][0] == json!(ticket.id())));

    // Of whose data are restricted nothing personal leaves.
    let customer = format!("/api/customers/{}", ticket["customer"]["id"].as_str().unwrap());
    let _ = acme.put(&format!("{customer}/restriction"), json!({"ground": "objection"})).await.expect(200);
    let _ = acme.patch(&customer, json!({"name": "Quentin"})).await.expect(200);
    let _ = acme.patch(&stream, json!({"logs": ["audit"]})).await.expect(200);
    let _ = settle(&world).await;
    let told = lines(&receiver, &made["secret"]);
    let about: Vec<_> = told.iter().filter(|line| customer.ends_with(line["target"]["id"].as_str().unwrap())).collect();
    assert!(about.len() > 1 && about.iter().all(|line| line["restricted"] == true && line["changes"] == json!({})));
    assert!(!json!(told).to_string().contains("Quentin"));

    // Another secret: for a day both sign. A test tells at once; a deleted stream is gone.
    let rotated = acme.post(&format!("{stream}/rotate-secret"), json!({})).await.expect(200);
    receiver.answer([Reply::Status(204), Reply::Status(204), Reply::Status(401)]);
    let test = acme.post(&format!("{stream}/test"), json!({})).await.expect(200);
    assert_eq!((&test["taken"], &test["status"]), (&json!(true), &json!(204)));
    assert_eq!(lines(&receiver, &rotated["secret"])[0]["test"], true);
    let _ = settle(&world).await;
    assert_eq!(lines(&receiver, &made["secret"])[0]["action"], "log_stream.secret_rotated");
    let test = acme.post(&format!("{stream}/test"), json!({})).await.expect(200);
    assert_eq!((&test["taken"], &test["status"]), (&json!(false), &json!(401)));
    let _ = acme.delete(&stream).await.expect(204);
    let _ = acme.get(&stream).await.refused(404, "not_found");
    let _ = receiver.take();
    assert_eq!((settle(&world).await, receiver.received().len()), (0, 0));

    for (url, field) in [("https://10.0.0.1/", "/url"), ("ftp://siem.example.com/", "/url")] {
        let refused = acme.post("/api/log-streams", json!({"name": "SIEM", "url": url})).await;
        assert!(refused.refused(422, "validation_failed").names(field, "invalid_value"), "{url}");
    }
    let some = world.acme.with_scopes(&["security:*"]).await;
    let _ = some.post("/api/log-streams", wish).await.refused(403, "insufficient_scope");
}
