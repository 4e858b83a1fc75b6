use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tests::World;

use super::filled;

/// Asks with `query`, and compares with those of all tickets that `fits` holds for; there must be some, but not all.
async fn assert_filtered(world: &World, query: &str, fits: impl Fn(&Value) -> bool) {
    let all = world.acme().all("/api/tickets?limit=100&sort=number").await;
    let expected: Vec<&Value> = all.iter().filter(|ticket| fits(ticket)).map(|ticket| &ticket["ticket_id"]).collect();
    assert!(!expected.is_empty() && expected.len() < all.len(), "{query} is no test: {} fit", expected.len());
    let found =
        world.acme().get(&format!("/api/tickets?limit=100&sort=number&include=total_count&{query}")).await.expect(200);
    assert_eq!(found.column("ticket_id").iter().collect::<Vec<_>>(), expected, "{query}");
    assert_eq!(found["meta"]["total_count"], expected.len(), "{query}");
}

#[tokio::test]
async fn every_filter_finds_what_fits_and_nothing_else() {
    let world = filled().await;
    let tickets = world.acme().all("/api/tickets?limit=100").await;
    let id = |field: &str| tickets.iter().find_map(|ticket| ticket[field]["id"].as_str()).unwrap().to_owned();
    let (eve, team, customer) = (id("assignee"), id("team"), id("customer"));
    let has = |ticket: &Value, tag: &str| ticket["tags"].as_array().unwrap().contains(&json!(tag));
    let is = |field: &'static str, values: &'static [&str]| {
        move |ticket: &Value| values.iter().any(|value| ticket[field] == *value)
    };

    assert_filtered(&world, "filter[status]=open", is("status", &["open"])).await;
    assert_filtered(&world, "filter[status]=open,closed", is("status", &["open", "closed"])).await;
    assert_filtered(&world, "filter[priority]=critical,low", is("priority", &["critical", "low"])).await;
    assert_filtered(&world, "filter[priority]=high&filter[status]=open", |t| {
        t["priority"] == "high" && t["status"] == "open"
    })
    .await;
    assert_filtered(&world, "filter[type]=incident", is("type", &["incident"])).await;
    assert_filtered(&world, "filter[type]=none", |ticket| ticket["type"].is_null()).await;
    assert_filtered(&world, "filter[tag]=tag1,tag2", |ticket| has(ticket, "tag1") || has(ticket, "tag2")).await;
    assert_filtered(&world, "filter[tags_all]=tag1,group0", |ticket| has(ticket, "tag1") && has(ticket, "group0"))
        .await;
    assert_filtered(&world, &format!("filter[assignee_id]={eve}"), |ticket| ticket["assignee"]["id"] == eve.as_str())
        .await;
    assert_filtered(&world, "filter[assignee_id]=none", |ticket| ticket["assignee"].is_null()).await;
    assert_filtered(&world, &format!("filter[assignee_id]=none,{eve}"), |ticket| {
        ticket["assignee"].is_null() || ticket["assignee"]["id"] == eve.as_str()
    })
    .await;
    assert_filtered(&world, &format!("filter[team_id]={team}"), |ticket| ticket["team"]["id"] == team.as_str()).await;
    assert_filtered(&world, "filter[team_id]=none", |ticket| ticket["team"].is_null()).await;
    assert_filtered(&world, &format!("filter[customer_id]={customer}"), |ticket| {
        ticket["customer"]["id"] == customer.as_str()
    })
    .await;
    assert_filtered(&world, "filter[external_id]=X-3", is("external_id", &["X-3"])).await;
    assert_filtered(&world, "filter[ticket_id]=T-2,T-017", is("ticket_id", &["T-002", "T-017"])).await;
}

#[tokio::test]
async fn times_are_filtered_by_their_bounds() {
    let world = filled().await;
    let tickets = world.acme().all("/api/tickets?limit=100&sort=number").await;
    let middle = tickets[12]["created_at"].as_str().unwrap().to_owned();
    let time = |ticket: &Value, field: &str| ticket[field].as_str().map(|text| text.parse::<DateTime<Utc>>().unwrap());
    let bound: DateTime<Utc> = middle.parse().unwrap();
    for field in ["created_at", "updated_at", "resolved_at", "closed_at"] {
        assert_filtered(&world, &format!("filter[{field}][gte]={middle}"), |t| {
            time(t, field).is_some_and(|at| at >= bound)
        })
        .await;
        assert_filtered(&world, &format!("filter[{field}][gt]={middle}"), |t| {
            time(t, field).is_some_and(|at| at > bound)
        })
        .await;
        assert_filtered(&world, &format!("filter[{field}][lte]={middle}"), |t| {
            time(t, field).is_some_and(|at| at <= bound)
        })
        .await;
        assert_filtered(&world, &format!("filter[{field}][lt]={middle}"), |t| {
            time(t, field).is_some_and(|at| at < bound)
        })
        .await;
    }
    let day: DateTime<Utc> = "2026-11-24T00:00:00Z".parse().unwrap();
    assert_filtered(&world, "filter[created_at][lt]=2026-11-24", |t| time(t, "created_at").is_some_and(|at| at < day))
        .await;
    let offset = "filter[created_at][lt]=2026-11-24T02:00:00%2B02:00";
    assert_filtered(&world, offset, |t| time(t, "created_at").is_some_and(|at| at < day)).await;
}

#[tokio::test]
async fn a_search_finds_words_in_titles_messages_and_names_and_knows_fields() {
    let world = filled().await;
    let acme = world.acme();
    let _ = acme
        .post("/api/tickets/T-1/messages", json!({"body": "Xylophone in a-z order, ref ABC/123"}))
        .await
        .expect(201);
    let title = |word: &'static str| move |ticket: &Value| ticket["title"].as_str().unwrap().contains(word);
    let body = |number: usize| {
        move |ticket: &Value| {
            let at: usize = ticket["ticket_id"].as_str().unwrap()[2..].parse().unwrap();
            (at - 1) % 3 == number
        }
    };
    let first = |ticket: &Value| ticket["ticket_id"] == "T-001";
    assert_filtered(&world, "q=toner", body(0)).await;
    assert_filtered(&world, "q=TONER printer", body(0)).await;
    assert_filtered(&world, "q=papier -toner", body(1)).await;
    assert_filtered(&world, "q=-toner", |ticket| !body(0)(ticket)).await;
    assert_filtered(&world, "q=\"toner is empty\"", body(0)).await;
    assert_filtered(&world, "q=紙がない", body(2)).await;
    assert_filtered(&world, "q=\"ticket 3 of\"", title("Ticket 3")).await;
    assert_filtered(&world, "q=xylophone", first).await;
    assert_filtered(&world, "q=ABC/123", first).await;
    assert_filtered(&world, "q=c2@company.com", |ticket| ticket["customer"]["email"] == "c2@company.com").await;
    assert_filtered(&world, "q=c2", |ticket| ticket["customer"]["email"] == "c2@company.com").await;
    assert_filtered(&world, "q=status:open", |ticket| ticket["status"] == "open").await;
    assert_filtered(&world, "q=assignee:none toner", |ticket| ticket["assignee"].is_null() && body(0)(ticket)).await;
    assert_filtered(&world, "q=tag:tag1 tag:group0", |ticket| ticket["tags"] == json!(["group0", "tag1"])).await;
    assert_filtered(&world, "q=type:incident priority:high", |t| t["type"] == "incident" && t["priority"] == "high")
        .await;
    assert_filtered(&world, "q=T-007", |ticket| ticket["ticket_id"] == "T-007").await;
    assert_filtered(&world, "q=X-9", |ticket| ticket["external_id"] == "X-9").await;
    assert_filtered(&world, "q=created>=2026-11-24", |ticket| ticket["created_at"].as_str().unwrap() >= "2026-11-24")
        .await;
    for nothing in [
        "q=trombone",
        "q=\"empty is toner\"",
        "q=toner papier",
        "filter[tag]=nothing",
        "filter[customer_id]=nobody",
        "filter[external_id]='",
    ] {
        assert!(acme.all(&format!("/api/tickets?{nothing}")).await.is_empty(), "{nothing}");
    }
}

#[tokio::test]
async fn a_search_of_any_signs_breaks_nothing() {
    let world = filled().await;
    for typed in [
        "'",
        "\"",
        "\"\"",
        "a'b",
        "a & b | !c",
        "(((",
        ":*",
        "a:*b",
        "<->",
        "\\",
        "%",
        "_",
        "a\\'b",
        "-",
        "--x",
        "\"-x",
        "é\u{301}",
        "😀 toner",
        "status:",
        "tag:",
        ":",
        "::",
        "created",
        "created>",
        "updated<",
        "http://a.b/c?d=e&f",
        "a@b.c",
        "1.5",
        "-1",
        "x\ty\nz",
        "\u{200b}",
        "$1",
        "{}",
        "NULL",
    ] {
        let query = typed.bytes().fold(String::new(), |query, byte| format!("{query}%{byte:02X}"));
        for path in ["tickets", "customers", "agents"] {
            let answer = world.acme().get(&format!("/api/{path}?q={query}")).await;
            if answer.status != 200 {
                assert!(answer.refused(400, "invalid_parameter").names("q", "invalid_value"), "{typed}");
            }
        }
    }
}

#[tokio::test]
async fn people_and_teams_are_filtered_and_counted() {
    let world = World::new().await;
    let acme = world.acme();
    for (name, email) in
        [("Ann Other", "Ann@company.com"), ("Bob Stone", "bob@company.com"), ("Ann Stone", "stone@company.com")]
    {
        for path in ["/api/customers", "/api/agents"] {
            let _ = acme.post(path, json!({"name": name, "email": email, "external_id": name})).await.expect(201);
        }
    }
    for path in ["/api/customers", "/api/agents"] {
        for (query, expected) in [
            ("filter[email]=ann@COMPANY.com", vec!["Ann Other"]),
            ("filter[external_id]=Bob%20Stone", vec!["Bob Stone"]),
            ("q=stone", vec!["Ann Stone", "Bob Stone"]),
            ("q=stone -bob", vec!["Ann Stone"]),
            ("q=company", vec!["Ann Other", "Ann Stone", "Bob Stone"]),
            ("filter[email]=nobody@company.com", vec![]),
        ] {
            let found = acme.get(&format!("{path}?sort=name&include=total_count&{query}")).await.expect(200);
            assert_eq!(found.column("name"), expected, "{path} {query}");
            assert_eq!(found["meta"]["total_count"], expected.len(), "{path} {query}");
        }
    }
    let since = acme.get("/api/customers?filter[created_at][gt]=2026-11-22T09:00:00Z").await.expect(200);
    assert_eq!(since["data"], json!([]));
}
