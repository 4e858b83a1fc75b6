use serde_json::{Value, json};
use tests::{Answer, Api, World};

/// The last line of a ticket's timeline.
async fn last(api: &Api, path: &str) -> Value {
    api.all(&format!("{path}/timeline")).await.pop().unwrap()
}

async fn undo(api: &Api, path: &str, event: &Value) -> Answer {
    api.post(&format!("{path}/undo"), json!({"event_id": event})).await
}

#[tokio::test]
async fn a_change_is_taken_back_as_a_change_that_says_why() {
    let world = World::new().await;
    let acme = world.acme();
    let agent = world.acme.agent("Eve").await.id();
    let team = world.acme.team("Second line").await.id();
    let other = world.acme.customer("Bob").await.id();
    let path = format!("/api/tickets/{}", world.acme.ticket("Printer").await.id());
    let fields =
        ["title", "status", "priority", "type", "tags", "customer", "assignee", "team", "external_id", "deleted_at"];
    let before = acme.get(&path).await.expect(200);
    for change in [
        json!({"title": "Scanner"}),
        json!({"status": "resolved"}),
        json!({"status": "closed"}),
        json!({"priority": "critical"}),
        json!({"type": "incident"}),
        json!({"tags_add": ["a", "b"]}),
        json!({"assignee_id": agent}),
        json!({"team_id": team}),
        json!({"customer_id": other}),
        json!({"external_id": "X-1"}),
    ] {
        let changed = acme.patch(&path, change.clone()).await.expect(200);
        let line = last(acme, &path).await;
        assert_eq!(line["undoable"], true, "{change}");
        let undone = undo(acme, &path, &line["id"]).await.expect(200);
        fields.iter().for_each(|field| assert_eq!(undone[*field], before[*field], "{field} after {change}"));
        assert_eq!(undone["version"].as_u64(), changed["version"].as_u64().map(|version| version + 1), "{change}");

        let because = last(acme, &path).await;
        assert_eq!((&because["caused_by"], &because["actor"]["kind"]), (&line["id"], &json!("api_key")), "{change}");
        let why = acme.get(&format!("{path}/events/{}/why", because["id"].as_str().unwrap())).await.expect(200);
        assert_eq!(why["data"], json!([because, line]), "the chain goes back to what somebody wished");
        // What is taken back already stays so; and the taking back can be taken back.
        assert_eq!(undo(acme, &path, &line["id"]).await.expect(200)["version"], undone["version"]);
        let again = undo(acme, &path, &because["id"]).await.expect(200);
        fields.iter().for_each(|field| assert_eq!(again[*field], changed[*field], "{field} again after {change}"));
        let last = last(acme, &path).await;
        assert_eq!(undo(acme, &path, &last["id"]).await.expect(200)["priority"], before["priority"]);
    }
    // What is closed is taken back to resolved, though nobody could set that.
    let _ = acme.patch(&path, json!({"status": "resolved"})).await.expect(200);
    let _ = acme.patch(&path, json!({"status": "closed"})).await.expect(200);
    let closed = last(acme, &path).await;
    assert_eq!(undo(acme, &path, &closed["id"]).await.expect(200)["status"], "resolved");
    // Only what was seen, and once for one key.
    let raised = acme.patch(&path, json!({"priority": "low"})).await.expect(200);
    let line = last(acme, &path).await;
    let wish = json!({"event_id": line["id"]});
    let stale = acme.post(&format!("{path}/undo"), wish.clone()).header("if-match", "\"1\"").await;
    let _ = stale.refused(412, "version_mismatch");
    let seen = acme.post(&format!("{path}/undo"), wish.clone()).header("if-match", &raised.etag());
    let first = seen.header("idempotency-key", "k").await.expect(200);
    let repeat = acme.post(&format!("{path}/undo"), wish).header("if-match", &raised.etag());
    assert_eq!(repeat.header("idempotency-key", "k").await.expect(200).body, first.body);
}

#[tokio::test]
async fn what_cannot_be_taken_back_says_why_and_stays() {
    let world = World::new().await;
    let acme = world.acme();
    let path = format!("/api/tickets/{}", world.acme.ticket("Printer").await.id());
    let opened = last(acme, &path).await;
    let _ = acme.post(&format!("{path}/messages"), json!({"body": "Hello?"})).await.expect(201);
    for stays in [opened, last(acme, &path).await] {
        assert_eq!(stays["undoable"], false);
        let refused = undo(acme, &path, &stays["id"]).await.refused(422, "validation_failed");
        assert!(refused.names("/event_id", "cannot_undo"), "{}", refused.text);
    }
    // What somebody changed since is theirs.
    let raise = async |api: &Api, to: &str| drop(api.patch(&path, json!({"priority": to})).await.expect(200));
    raise(acme, "high").await;
    let raised = last(acme, &path).await;
    raise(&world.acme.with_scopes(&["*"]).await, "critical").await;
    let refused = undo(acme, &path, &raised["id"]).await.refused(409, "changed_since");
    assert_eq!(refused["changed_fields"], json!(["priority"]));
    // Another ticket's event is none of this one's.
    let another = format!("/api/tickets/{}", world.acme.ticket("Scanner").await.id());
    let refused = undo(acme, &another, &raised["id"]).await.refused(422, "validation_failed");
    assert!(refused.names("/event_id", "not_found"), "{}", refused.text);
    let id = raised["id"].as_str().unwrap();
    let _ = acme.get(&format!("{another}/events/{id}/why")).await.refused(404, "not_found");
    let _ = acme.get(&format!("{path}/events/nonsense/why")).await.refused(404, "not_found");
    // A deleted ticket stands still, but for being restored; both take the right to delete.
    let _ = acme.delete(&path).await.expect(204);
    let deleted = last(acme, &path).await;
    let _ = undo(acme, &path, &id.into()).await.refused(409, "changed_since");
    let writer = world.acme.with_scopes(&["tickets:read", "tickets:write"]).await;
    let refused = undo(&writer, &path, &deleted["id"]).await.refused(403, "insufficient_scope");
    assert_eq!(refused["required_scope"], "tickets:delete");
    assert_eq!(undo(acme, &path, &deleted["id"]).await.expect(200)["deleted_at"], Value::Null);
    let restored = last(acme, &path).await;
    let hold = json!({"matter": "Case 1", "reason": "a suit", "about": "tenant"});
    let hold = acme.post("/api/legal-holds", hold).await.expect(201);
    let held = undo(acme, &path, &restored["id"]).await.refused(409, "on_legal_hold");
    assert_eq!(held["legal_hold_id"].as_str(), Some(hold.id().as_str()));
    let release = format!("/api/legal-holds/{}/release", hold.id());
    let _ = acme.post(&release, json!({"reason": "over"})).await.expect(200);
    assert_ne!(undo(acme, &path, &restored["id"]).await.expect(200)["deleted_at"], Value::Null);
    let _ = acme.get(&path).await.refused(410, "ticket_deleted");
}
