use serde_json::{Value, json};
use tests::World;

#[tokio::test]
async fn put_and_patch_change_what_is_sent_and_leave_the_rest() {
    let world = World::new().await;
    let agent = world.acme.agent("Eve").await;
    let team = world.acme.team("Second line").await;
    let customer = world.acme.customer("Bob").await;
    for method in [reqwest::Method::PUT, reqwest::Method::PATCH] {
        let made = world.acme.ticket("Printer").await;
        let path = format!("/api/tickets/{}", made.id());
        let external_id = format!("X {method}");
        let mut expected = made.body.clone();
        for (field, sent, shown_as, shown) in [
            ("title", json!("Scanner"), "title", json!("Scanner")),
            ("priority", json!("low"), "priority", json!("low")),
            ("status", json!("pending"), "status", json!("pending")),
            ("type", json!("incident"), "type", json!("incident")),
            ("tags", json!(["b", "a"]), "tags", json!(["a", "b"])),
            ("tags_add", json!(["c", "a"]), "tags", json!(["a", "b", "c"])),
            ("tags_remove", json!(["b", "z"]), "tags", json!(["a", "c"])),
            ("assignee_id", agent["id"].clone(), "assignee", json!({"id": agent["id"], "name": "Eve"})),
            ("team_id", team["id"].clone(), "team", json!({"id": team["id"], "name": "Second line"})),
            (
                "customer_id",
                customer["id"].clone(),
                "customer",
                json!({"id": customer["id"], "name": "Bob", "email": customer["email"]}),
            ),
            ("external_id", json!(external_id), "external_id", json!(external_id)),
            ("type", Value::Null, "type", Value::Null),
            ("assignee_id", Value::Null, "assignee", Value::Null),
            ("team_id", Value::Null, "team", Value::Null),
            ("external_id", Value::Null, "external_id", Value::Null),
            ("tags", json!([]), "tags", json!([])),
        ] {
            let changed = world.acme().call(method.clone(), &path).json(&json!({field: sent})).await.expect(200);
            expected[shown_as] = shown;
            for moving in ["version", "position", "updated_at"] {
                expected[moving] = changed[moving].clone();
            }
            assert_eq!(changed.body, expected, "{method} {field}");
            let again = world.acme().call(method.clone(), &path).json(&json!({field: sent})).await.expect(200);
            assert_eq!(again["version"], changed["version"], "{field} was so already");
        }
    }
}

#[tokio::test]
async fn several_changes_are_one_step_or_none() {
    let world = World::new().await;
    let made = world.acme.ticket("Printer").await;
    let path = format!("/api/tickets/{}", made.id());
    let stranger = world.globex.agent("Eve").await;
    let answer =
        world.acme().patch(&path, json!({"title": "Scanner", "priority": "low", "assignee_id": stranger.id()})).await;
    assert!(answer.refused(422, "validation_failed").names("/assignee_id", "not_found"));
    assert_eq!(world.acme().get(&path).await.expect(200).body, made.body);
    let all = world
        .acme()
        .patch(&path, json!({"title": "Scanner", "priority": "low", "status": "resolved"}))
        .await
        .expect(200);
    assert_eq!(all["version"], 4);
    let timeline = world.acme().all(&format!("{path}/timeline")).await;
    let request = |line: &Value| line["recorded_at"].clone();
    assert!(timeline[1..].iter().all(|line| request(line) == request(&timeline[1])));
    let types: Vec<_> = timeline.iter().map(|line| line["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["ticket.created", "ticket.retitled", "ticket.priority_changed", "ticket.resolved"]);
    assert_eq!(timeline[2]["changes"]["priority"], json!(["medium", "low"]));
}

#[tokio::test]
async fn fields_that_must_not_be_empty_cannot_be_cleared() {
    let world = World::new().await;
    let path = format!("/api/tickets/{}", world.acme.ticket("Printer").await.id());
    for field in ["title", "priority", "status", "customer_id", "tags"] {
        let answer = world.acme().patch(&path, json!({field: null})).await;
        // Null where there is nothing to clear leaves the field as it is; it never empties it.
        assert!([200, 422].contains(&answer.status), "{field}: {}", answer.text);
    }
    let shown = world.acme().get(&path).await.expect(200);
    assert_eq!((&shown["title"], &shown["version"]), (&json!("Printer"), &json!(1)));
}

#[tokio::test]
async fn a_deactivated_agent_gets_no_tickets_and_keeps_theirs() {
    let world = World::new().await;
    let acme = world.acme();
    let agent = world.acme.agent("Eve").await;
    let theirs = world.acme.ticket("Theirs").await;
    let _ = acme.patch(&format!("/api/tickets/{}", theirs.id()), json!({"assignee_id": agent.id()})).await.expect(200);
    let _ = acme.patch(&format!("/api/agents/{}", agent.id()), json!({"active": false})).await.expect(200);
    let other = world.acme.ticket("Other").await;
    let answer = acme.patch(&format!("/api/tickets/{}", other.id()), json!({"assignee_id": agent.id()})).await;
    assert!(answer.refused(422, "validation_failed").names("/assignee_id", "agent_inactive"));
    let body = json!({"title": "x", "customer": {"email": "a@b.c"}, "assignee_id": agent.id()});
    assert!(
        acme.post("/api/tickets", body).await.refused(422, "validation_failed").names("/assignee_id", "agent_inactive")
    );
    let shown = acme.get(&format!("/api/tickets/{}", theirs.id())).await.expect(200);
    assert_eq!(shown["assignee"]["id"], agent.id());
    let _ = acme.patch(&format!("/api/agents/{}", agent.id()), json!({"active": true})).await.expect(200);
    let _ = acme.patch(&format!("/api/tickets/{}", other.id()), json!({"assignee_id": agent.id()})).await.expect(200);
}

#[tokio::test]
async fn a_ticket_holds_at_most_50_tags() {
    let world = World::new().await;
    let path = format!("/api/tickets/{}", world.acme.ticket("Printer").await.id());
    let tags = |range: std::ops::Range<u32>| range.map(|number| format!("tag {number}")).collect::<Vec<_>>();
    let _ = world.acme().patch(&path, json!({"tags": tags(0..50)})).await.expect(200);
    let answer = world.acme().patch(&path, json!({"tags_add": ["one more"]})).await;
    assert!(answer.refused(422, "validation_failed").names("/tags", "too_many_tags"));
    let _ = world.acme().patch(&path, json!({"tags_add": ["one more"], "tags_remove": ["tag 1"]})).await;
}
