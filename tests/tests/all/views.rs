//! Saved views: questions to the list of tickets, kept under names.

use serde_json::{Value, json};
use tests::{Api, World};

use crate::roles::Person;

/// What each view of somebody's would find, by its name.
async fn counts(api: &Api) -> Vec<(Value, Value, Value)> {
    let views = api.get("/api/views?include=counts").await.expect(200);
    let views = views["data"].as_array().unwrap().clone();
    views.iter().map(|view| (view["name"].clone(), view["count"].clone(), view["count_more"].clone())).collect()
}

fn found(name: &str, count: u64) -> (Value, Value, Value) {
    (json!(name), json!(count), json!(false))
}

#[tokio::test]
async fn a_view_is_its_owner_s_or_everybody_s_and_counts_what_each_would_see() {
    let world = World::new().await;
    let acme = world.acme();
    let role = json!({"name": "Near", "permissions": [{"permission": "tickets:read", "reach": "assigned"}]});
    let near = acme.post("/api/roles", role).await.expect(201).id();
    let eve = Person::joined(&world, acme, "eve", "agent").await;
    let bob = Person::joined(&world, acme, "bob", &near).await;
    let assign = json!({"assignee_id": bob.id, "priority": "critical", "tags": ["refund"]});
    let mine = world.acme.ticket("Printer").await;
    let _ = acme.patch(&format!("/api/tickets/{}", mine.id()), assign).await.expect(200);
    let _ = world.acme.ticket("Scanner").await;

    let began = [found("Mine, open", 0), found("Unassigned", 1), found("All open", 2), found("Urgent", 1)];
    assert_eq!(counts(&eve.api).await, began);
    // Who sees less finds less.
    let less = [found("Mine, open", 1), found("Unassigned", 0), found("All open", 1), found("Urgent", 1)];
    assert_eq!(counts(&bob.api).await, less);
    assert_eq!(bob.api.all("/api/tickets?filter[assignee_id]=me").await.len(), 1);

    let wish = json!({"name": "Refunds", "query": {"filter[tag]": "refund", "q": "status:open"}});
    let saved = eve.api.post("/api/views", wish.clone()).header("idempotency-key", "k").await.expect(201);
    let path = saved.header("location").unwrap().to_owned();
    assert_eq!((&saved["owner_id"], &saved["shared"]), (&json!(eve.id), &json!(false)));
    let repeat = eve.api.post("/api/views", wish.clone()).header("idempotency-key", "k").await.expect(201);
    assert_eq!(repeat.body, saved.body);
    assert_eq!(counts(&eve.api).await[4..], [found("Refunds", 1)]);
    assert_eq!(eve.api.get(&path).await.expect(200).body, saved.body);
    let _ = bob.api.get(&path).await.refused(404, "not_found");
    let _ = bob.api.patch(&path, json!({"name": "Mine now"})).await.refused(404, "not_found");
    let _ = bob.api.delete(&path).await.refused(404, "not_found");

    // To share takes a right; what is shared is seen by all, and changed by whoever may share.
    for refused in [
        eve.api.patch(&path, json!({"shared": true})).await,
        eve.api.post("/api/views", json!({"name": "For all", "query": {}, "shared": true})).await,
    ] {
        assert_eq!(refused.refused(403, "insufficient_scope")["required_scope"], "agents:write");
    }
    let shared = json!({"name": "First", "query": {"sort": "-priority"}, "shared": true, "rank": 1});
    let first = acme.post("/api/views", shared).await.expect(201);
    let changed = eve.api.patch(&path, json!({"rank": 2, "name": "Money"})).await.expect(200);
    assert_eq!((&changed["version"], &changed["query"]), (&json!(2), &saved["query"]));
    assert_eq!(eve.api.patch(&path, json!({"rank": 2})).await.expect(200)["version"], 2);
    assert_eq!(counts(&eve.api).await[4..], [found("First", 2), found("Money", 1)]);
    assert_eq!(counts(&bob.api).await[4..], [found("First", 1)]);
    let first = format!("/api/views/{}", first.id());
    let _ = bob.api.delete(&first).await.refused(403, "insufficient_scope");
    let _ = acme.delete(&first).await.expect(204);
    let _ = acme.delete(&first).await.refused(404, "not_found");
    let _ = acme.patch("/api/views/mine", json!({"rank": 9})).await.refused(409, "view_built_in");
    assert_eq!(acme.get("/api/views/urgent").await.expect(200)["built_in"], true);
    let _ = world.globex().get(&path).await.refused(404, "not_found");
}

#[tokio::test]
async fn what_the_list_would_refuse_is_not_saved() {
    let world = World::new().await;
    let acme = world.acme();
    let refused = async |query: Value, pointer: &str, code: &str| {
        let answer = acme.post("/api/views", json!({"name": "Wrong", "query": query})).await;
        let answer = answer.refused(422, "validation_failed");
        assert!(answer.names(pointer, code), "{}", answer.text);
    };
    refused(json!({"filter[status]": "urgent"}), "/query/filter[status]", "invalid_value").await;
    refused(json!({"filter[created_at][gte]": "soon"}), "/query/filter[created_at][gte]", "invalid_value").await;
    refused(json!({"sort": "name"}), "/query/sort", "invalid_value").await;
    refused(json!({"q": "priority:huge"}), "/query/q", "invalid_value").await;
    refused(json!({"a/b": "1"}), "/query/a~1b", "unknown_parameter").await;
    for of_a_page in ["cursor", "limit", "include", "min_position"] {
        refused(json!({of_a_page: "1"}), &format!("/query/{of_a_page}"), "unknown_parameter").await;
    }
    // Words may name people, and the log keeps a view as it is.
    refused(json!({"q": "status:open ann"}), "/query/q", "invalid_value").await;
    refused(json!({"filter[tag]": "x".repeat(2001)}), "/query", "invalid_value").await;
    assert_eq!(counts(acme).await.len(), 4);
}
