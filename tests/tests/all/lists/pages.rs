use std::collections::HashSet;

use serde_json::{Value, json};
use tests::{Api, World};

use super::{filled, ids};

/// All pages, while somebody else makes a new item after each.
async fn while_others_write(api: &Api, path: &str, new: impl Fn(usize) -> Value) -> Vec<Value> {
    let mut items = vec![];
    let mut next = Some(format!("{path}&limit=6"));
    let collection = path.split('?').next().unwrap();
    let mut turn = 0;
    while let Some(path) = next {
        let page = api.get(&path).await.expect(200);
        let found = page["data"].as_array().unwrap();
        assert!(found.len() <= 6 && (!found.is_empty() || turn == 0));
        items.extend(found.iter().cloned());
        next = page["links"]["next"].as_str().map(str::to_owned);
        assert_eq!(page["meta"]["has_more"], next.is_some());
        turn += 1;
        if turn < 4 {
            let _ = api.post(collection, new(turn)).await.expect(201);
        }
    }
    items
}

async fn assert_stable(api: &Api, path: &str, new: impl Fn(usize) -> Value) {
    let all = api.all(path).await;
    let before = ids(&all);
    let paged = while_others_write(api, path, new).await;
    let known: HashSet<&str> = before.iter().copied().collect();
    let seen: Vec<&str> = ids(&paged).into_iter().filter(|id| known.contains(id)).collect();
    assert_eq!(seen, before, "{path}: what was there comes once each, in the same order");
    let every = ids(&paged);
    assert_eq!(every.iter().collect::<HashSet<_>>().len(), every.len(), "{path}: nothing comes twice");
}

#[tokio::test]
async fn pages_of_tickets_are_complete_and_stable_in_every_order_while_others_write() {
    let world = filled().await;
    let acme = world.acme();
    let new = |turn: usize| json!({"title": format!("New {turn}"), "priority": "high", "customer": {"email": "new@company.com"}});
    let orders = [
        "created_at",
        "updated_at",
        "number",
        "priority",
        "status",
        "resolved_at",
        "closed_at",
        "first_response_at",
        "priority,created_at",
        "status,-priority,number",
        "first_response_at,-resolved_at,status",
    ];
    for order in orders {
        for sign in ["", "-"] {
            assert_stable(acme, &format!("/api/tickets?sort={sign}{order}"), new).await;
        }
    }
    for filter in ["filter[priority]=high", "filter[assignee_id]=none&sort=-priority", "q=printer&sort=updated_at"] {
        assert_stable(acme, &format!("/api/tickets?{filter}"), new).await;
    }
}

#[tokio::test]
async fn pages_of_people_and_teams_are_complete_and_stable_in_every_order_while_others_write() {
    let world = World::new().await;
    let acme = world.acme();
    for number in 0..11 {
        for path in ["/api/customers", "/api/agents", "/api/teams"] {
            let name = if path == "/api/teams" { format!("Team {number}") } else { format!("Name {}", number % 3) };
            let _ = acme.post(path, json!({"name": name})).await.expect(201);
        }
    }
    for path in ["/api/customers", "/api/agents", "/api/teams"] {
        for order in ["created_at", "-created_at", "updated_at", "-updated_at", "name", "-name"] {
            let path = format!("{path}?sort={order}");
            assert_stable(acme, &path, |turn| json!({"name": format!("{order} new {turn}")})).await;
        }
    }
}

#[tokio::test]
async fn an_order_is_the_one_that_was_asked_for_and_what_has_no_value_comes_last() {
    let world = filled().await;
    let rank = |item: &Value, field: &str| -> Option<String> {
        let position = |words: &[&str]| words.iter().position(|word| item[field] == *word).map(|at| at.to_string());
        match field {
            "priority" => position(&["low", "medium", "high", "critical"]),
            "status" => position(&["open", "in_progress", "pending", "resolved", "closed"]),
            "number" => item["ticket_id"].as_str().map(str::to_owned),
            _ => item[field].as_str().map(str::to_owned),
        }
    };
    for field in
        ["created_at", "updated_at", "number", "priority", "status", "resolved_at", "closed_at", "first_response_at"]
    {
        for (sign, descending) in [("", false), ("-", true)] {
            let items = world.acme().all(&format!("/api/tickets?limit=100&sort={sign}{field}")).await;
            assert_eq!(items.len(), 24);
            let ranks: Vec<_> = items.iter().map(|item| rank(item, field)).collect();
            let valued: Vec<_> = ranks.iter().take_while(|rank| rank.is_some()).collect();
            assert!(ranks[valued.len()..].iter().all(Option::is_none), "{sign}{field}: {ranks:?}");
            let ordered = if descending { valued.is_sorted_by(|a, b| a >= b) } else { valued.is_sorted() };
            assert!(ordered, "{sign}{field}: {ranks:?}");
        }
    }
}

#[tokio::test]
async fn a_page_says_how_to_go_on_in_its_body_and_in_its_link_header() {
    let world = filled().await;
    let query = "filter[priority]=high,low&sort=-priority&limit=5&include=total_count";
    let first = world.acme().get(&format!("/api/tickets?{query}")).await.expect(200);
    let next = first["links"]["next"].as_str().unwrap();
    assert_eq!(first.header("link"), Some(format!("<{next}>; rel=\"next\"").as_str()));
    let cursor = first["meta"]["next_cursor"].as_str().unwrap();
    assert!(next.starts_with("/api/tickets?") && next.contains(cursor));
    let by_link = world.acme().get(next).await.expect(200);
    let by_cursor = world.acme().get(&format!("/api/tickets?{query}&cursor={cursor}")).await.expect(200);
    assert_eq!(by_link.body, by_cursor.body);
    assert_eq!(by_link["meta"]["total_count"], 12, "the count is of the whole list");
    let last = world.acme().get("/api/tickets?limit=100").await.expect(200);
    assert_eq!(
        (last.header("link"), &last["links"]["next"], &last["meta"]["next_cursor"]),
        (None, &Value::Null, &Value::Null)
    );
    assert!(last["meta"].get("total_count").is_none(), "nobody asked");
    assert_eq!(world.acme().get("/api/tickets").await.expect(200).column("id").len(), 24);
}

#[tokio::test]
async fn a_cursor_is_good_for_its_own_list_only() {
    let world = filled().await;
    let acme = world.acme();
    let first = acme.get("/api/tickets?limit=3&filter[priority]=high").await.expect(200);
    let cursor = first["meta"]["next_cursor"].as_str().unwrap().to_owned();
    let _ = acme.get(&format!("/api/tickets?limit=1&filter[priority]=high&cursor={cursor}")).await.expect(200);
    let _ =
        acme.get(&format!("/api/tickets?include=total_count&filter[priority]=high&cursor={cursor}")).await.expect(200);
    let _ = acme.get(&format!("/api/v1/tickets?filter[priority]=high&cursor={cursor}")).await.expect(200);
    for query in [
        format!("/api/tickets?cursor={cursor}"),
        format!("/api/tickets?filter[priority]=low&cursor={cursor}"),
        format!("/api/tickets?filter[priority]=high&sort=number&cursor={cursor}"),
        format!("/api/tickets?filter[priority]=high&q=printer&cursor={cursor}"),
        format!("/api/customers?cursor={cursor}"),
        format!("/api/tickets/T-1/timeline?cursor={cursor}"),
        format!("/api/audit?cursor={cursor}"),
        "/api/tickets?cursor=".to_owned(),
        "/api/tickets?cursor=x".to_owned(),
        format!("/api/tickets?filter[priority]=high&cursor={cursor}A"),
        format!("/api/tickets?filter[priority]=high&cursor={}", &cursor[1..]),
        format!("/api/tickets?cursor={}", "A".repeat(6_000)),
    ] {
        let answer = acme.get(&query).await.refused(400, "cursor_invalid");
        assert!(answer.names("cursor", "cursor_invalid"), "{query}");
    }
    for at in 0..cursor.len() {
        let mut changed = cursor.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        let _ = acme
            .get(&format!("/api/tickets?filter[priority]=high&cursor={changed}"))
            .await
            .refused(400, "cursor_invalid");
    }
    // The same list of another tenant is another list.
    world.globex.ticket("Another").await;
    let theirs = world.globex().get("/api/tickets?limit=1").await.expect(200);
    let theirs = theirs["meta"]["next_cursor"].as_str().unwrap();
    let _ = acme.get(&format!("/api/tickets?limit=1&cursor={theirs}")).await.refused(400, "cursor_invalid");
    // Every process of an installation reads the cursors of every other.
    let other = world.another_process().await;
    let _ = other.acme().get(&format!("/api/tickets?filter[priority]=high&cursor={cursor}")).await.expect(200);
}

#[tokio::test]
async fn messages_and_timelines_are_paged_too() {
    let world = World::new().await;
    let acme = world.acme();
    let path = format!("/api/tickets/{}", world.acme.ticket("Printer").await.id());
    for number in 0..9 {
        let _ = acme.post(&format!("{path}/messages"), json!({"body": format!("Message {number}")})).await.expect(201);
    }
    for list in ["messages", "timeline"] {
        let whole = acme.get(&format!("{path}/{list}?limit=100")).await.expect(200);
        let paged = acme.all(&format!("{path}/{list}?limit=3")).await;
        assert_eq!(whole["data"], Value::from(paged.clone()), "{list}");
        assert_eq!(paged.len(), 10);
        let by_number = acme.get(&format!("/api/tickets/T-1/{list}?limit=3")).await.expect(200);
        let next = by_number["links"]["next"].as_str().unwrap();
        assert_eq!(acme.get(next).await.expect(200)["data"], Value::from(&paged[3..6]));
    }
}

#[tokio::test]
async fn the_same_answers_stand_under_v1() {
    let world = filled().await;
    for path in [
        "tickets?sort=-number&limit=3",
        "tickets/T-3",
        "customers",
        "agents",
        "teams",
        "events?limit=5",
        "tickets/T-3/timeline",
    ] {
        let (plain, v1) =
            (world.acme().get(&format!("/api/{path}")).await, world.acme().get(&format!("/api/v1/{path}")).await);
        assert_eq!((plain.status, &plain.body), (200, &v1.body), "{path}");
    }
}
