use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{Answer, World};

const STATUSES: [&str; 5] = ["open", "in_progress", "pending", "resolved", "closed"];

#[tokio::test]
async fn every_status_leads_to_every_other_but_closed_to_resolved() {
    let world = World::new().await;
    for from in STATUSES {
        for to in STATUSES {
            let made = world.acme.ticket(&format!("{from} to {to}")).await;
            let path = format!("/api/tickets/{}", made.id());
            let _ = world.acme().patch(&path, json!({"status": from})).await.expect(200);
            let answer = world.acme().patch(&path, json!({"status": to})).await;
            if (from, to) == ("closed", "resolved") {
                let _ = answer.refused(409, "ticket_closed");
                continue;
            }
            let answer = answer.expect(200);
            assert_eq!(answer["status"], to);
            let over = |status: &str| ["resolved", "closed"].contains(&status);
            assert_eq!(answer["reopens"], i32::from(over(from) && !over(to)), "{from} to {to}");
        }
    }
}

#[tokio::test]
async fn times_tell_when_it_was_answered_resolved_closed_and_taken_up_again() {
    let world = World::new().await;
    let agent = world.acme.agent("Eve").await;
    let path = format!("/api/tickets/{}", world.acme.ticket("Printer").await.id());
    let now = || serde_json::to_value(event_store::Clock::now(&*world.clock)).unwrap();
    let step = async |body: Value| {
        world.pass(TimeDelta::minutes(1));
        world.acme().patch(&path, body).await.expect(200)
    };
    world.pass(TimeDelta::minutes(1));
    let reply = json!({"body": "Is it plugged in?", "agent_id": agent.id()});
    let replied = world.acme().post(&format!("{path}/messages"), reply).await.expect(201);
    let first = now();
    assert_eq!(replied["first_response_at"], first);
    let resolved = step(json!({"status": "resolved"})).await;
    assert_eq!((&resolved["resolved_at"], &resolved["closed_at"]), (&now(), &Value::Null));
    let closed = step(json!({"status": "closed"})).await;
    assert_eq!(closed["closed_at"], now());
    let reopened = step(json!({"status": "open"})).await;
    assert_eq!([&reopened["resolved_at"], &reopened["closed_at"]], [&Value::Null; 2]);
    assert_eq!((&reopened["updated_at"], &reopened["first_response_at"]), (&now(), &first));
}

#[tokio::test]
async fn only_what_is_over_can_be_reopened_and_rated() {
    let world = World::new().await;
    let acme = world.acme();
    let path = format!("/api/tickets/{}", world.acme.ticket("Printer").await.id());
    let rate = async |score: Value| -> Answer { acme.put(&format!("{path}/rating"), json!({"score": score})).await };
    let reopen = async || acme.call(reqwest::Method::POST, &format!("{path}/reopen")).await;
    let _ = reopen().await.refused(409, "ticket_not_over");
    let _ = rate(json!(5)).await.refused(409, "ticket_not_ratable");
    let _ = acme.patch(&path, json!({"status": "resolved"})).await.expect(200);
    assert_eq!(rate(json!(4)).await.expect(200)["rating"], 4);
    assert_eq!(rate(json!(2)).await.expect(200)["rating"], 2);
    for wrong in [json!(0), json!(6), json!(300), json!(-1), json!("5"), json!(4.5), Value::Null] {
        let answer = rate(wrong.clone()).await.refused(422, "validation_failed");
        assert_eq!(answer["errors"][0]["pointer"], "/score", "{wrong}");
    }
    assert_eq!(reopen().await.expect(200)["status"], "open");
    let _ = reopen().await.refused(409, "ticket_not_over");
}

#[tokio::test]
async fn a_deleted_ticket_is_gone_until_it_is_restored() {
    let world = World::new().await;
    let acme = world.acme();
    let made = world.acme.ticket("Printer").await;
    let path = format!("/api/tickets/{}", made.id());
    let deleted = acme.delete(&path).await.expect(204);
    assert_eq!((deleted.text.as_str(), deleted.header("helpdesk-visible")), ("", Some("true")));
    let _ = acme.delete(&path).await.expect(204);
    for gone in [path.as_str(), "/api/tickets/T-001"] {
        let _ = acme.get(gone).await.refused(410, "ticket_deleted");
    }
    let _ = acme.patch(&path, json!({"title": "x"})).await.refused(410, "ticket_deleted");
    let _ = acme.post(&format!("{path}/messages"), json!({"body": "x"})).await.refused(410, "ticket_deleted");
    let _ = acme.call(reqwest::Method::POST, &format!("{path}/reopen")).await.refused(410, "ticket_deleted");
    let _ = acme.put(&format!("{path}/rating"), json!({"score": 1})).await.refused(410, "ticket_deleted");
    assert!(acme.all("/api/tickets").await.is_empty());
    assert_eq!(acme.all("/api/tickets?filter[deleted]=only").await.len(), 1);
    assert_eq!(acme.get("/api/tickets?include=total_count").await.expect(200)["meta"]["total_count"], 0);
    let restored = acme.call(reqwest::Method::POST, &format!("{path}/restore")).await.expect(200);
    assert_eq!(
        (&restored["title"], &restored["deleted_at"], &restored["version"]),
        (&json!("Printer"), &Value::Null, &json!(3))
    );
    assert_eq!(acme.all("/api/tickets").await.len(), 1);
    let again = acme.call(reqwest::Method::POST, &format!("{path}/restore")).await.expect(200);
    assert_eq!(again["version"], 3);
}

#[tokio::test]
async fn the_timeline_has_a_line_for_every_change_of_the_ticket() {
    let world = World::new().await;
    let acme = world.acme();
    let path = format!("/api/tickets/{}", world.acme.ticket("Printer").await.id());
    for status in ["pending", "resolved", "open", "closed"] {
        let _ = acme.patch(&path, json!({"status": status})).await.expect(200);
    }
    let _ = acme.post(&format!("{path}/messages"), json!({"body": "And now?"})).await.expect(201);
    let last = acme.get(&path).await.expect(200);
    let lines = acme.all(&format!("{path}/timeline?limit=2")).await;
    let sequences: Vec<u64> = lines.iter().map(|line| line["sequence"].as_u64().unwrap()).collect();
    assert_eq!(sequences, (1..=last["version"].as_u64().unwrap()).collect::<Vec<_>>());
    assert!(lines.iter().all(|line| line["actor"]["kind"] == "api_key"));
}
