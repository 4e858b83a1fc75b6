//! The feed: one item per position, as pages, as a stream and as an export.

use domain::{DomainEvent, public_type};
use reqwest::Response;
use serde_json::{Value, json};
use tests::{Answer, Api, World};

use crate::read_models::Series;

async fn feed(api: &Api, query: &str) -> Answer {
    api.get(&format!("/api/events?{query}")).await.expect(200)
}

/// Everything, in pages of this size.
async fn whole(api: &Api, limit: usize) -> Vec<Value> {
    let mut items = vec![];
    let mut next = format!("/api/events?after=0&limit={limit}");
    loop {
        let page = api.get(&next).await.expect(200);
        let found = page["data"].as_array().unwrap();
        if found.is_empty() {
            assert_eq!(page["meta"]["has_more"], false);
            return items;
        }
        items.extend(found.iter().cloned());
        assert_eq!(page["meta"]["next_after"], items.last().unwrap()["position"]);
        page["links"]["next"].as_str().unwrap().clone_into(&mut next);
    }
}

#[tokio::test]
async fn every_position_is_one_item_with_its_public_form_or_none() {
    let world = World::new().await;
    Series::new(&world.acme, "feed").run(&world, 150).await;
    let items = whole(world.acme(), 17).await;
    assert_eq!(items, whole(world.acme(), 1000).await);
    let recorded = world.acme.log.read(0, 5_000).await.unwrap();
    assert_eq!(items.len(), recorded.len());
    for (item, event) in items.iter().zip(recorded) {
        assert_eq!(item["position"], event.position);
        assert_eq!(item["recorded_at"], json!(event.recorded_at));
        let (kind, id, sequence) =
            (event.stream.aggregate_type.clone(), event.stream.aggregate_id.clone(), event.sequence);
        let decoded = DomainEvent::decode(&kind, &event.event_type, event.event_version, event.payload).unwrap();
        let Some(public) = public_type(&decoded) else {
            assert_eq!(item.as_object().unwrap().len(), 2, "{item} says more than that something happened");
            continue;
        };
        assert_eq!((&item["type"], &item["finer_type"]), (&json!(public.general), &json!(public.finer)));
        assert_eq!(item["id"], format!("evt_{}", event.event_id.simple()));
        assert_eq!(item["subject"], json!({"kind": kind, "id": id, "version": sequence}));
        assert!(item["actor"]["kind"].is_string() && item["changed_fields"].is_array());
        assert_eq!(item["changes"].is_object(), kind == "ticket", "{item}");
        let spoken = ["ticket.created", "ticket.replied", "ticket.note_added"].contains(&public.finer);
        assert!(spoken || item.get("message").is_none(), "{item}");
    }
    assert!(
        feed(world.globex(), "limit=1000").await["data"].as_array().unwrap().len() == 2,
        "another tenant's is its own"
    );
}

#[tokio::test]
async fn types_pass_over_what_does_not_fit_and_still_move_on() {
    let world = World::new().await;
    let acme = world.acme();
    let ticket = world.acme.ticket("Printer").await;
    let path = format!("/api/tickets/{}", ticket.id());
    let _ = acme.patch(&path, json!({"priority": "high", "status": "resolved"})).await.expect(200);
    let _ = acme.post(&format!("{path}/messages"), json!({"body": "No!"})).await.expect(201);
    let head = world.acme.log.head().await.unwrap().position;
    for (types, expected) in [
        ("ticket.created", vec!["ticket.created"]),
        ("ticket.updated", vec!["ticket.priority_changed", "ticket.replied", "ticket.reopened"]),
        ("ticket.replied", vec!["ticket.replied"]),
        ("ticket.resolved,customer.*", vec!["customer.created", "ticket.resolved"]),
        ("ticket.re*", vec!["ticket.resolved", "ticket.replied", "ticket.reopened"]),
        (
            "*",
            vec![
                "customer.created",
                "ticket.created",
                "ticket.priority_changed",
                "ticket.resolved",
                "ticket.replied",
                "ticket.reopened",
            ],
        ),
        ("nothing.at_all", vec![]),
    ] {
        let found = feed(acme, &format!("types={types}")).await;
        assert_eq!(found.column("finer_type"), expected, "{types}");
        assert_eq!(found["meta"]["next_after"], head);
        assert!(found["links"]["next"].as_str().unwrap().contains("types="), "the next stretch has the same types");
    }
}

#[tokio::test]
async fn a_reader_at_the_end_gets_nothing_and_one_beyond_it_is_told() {
    let world = World::new().await;
    let found = feed(world.acme(), "after=2").await;
    assert_eq!((&found["data"], &found["meta"]["next_after"]), (&json!([]), &json!(2)));
    let export = world.acme().get("/api/events?after=2").header("accept", "application/x-ndjson").await;
    assert_eq!(export.expect(200).text, "");
    // What this log never had was read elsewhere, or before it was restored: to wait for it would be a hole.
    for after in [3_u64, 1_000_000, i64::MAX as u64 - 1, i64::MAX as u64] {
        for accept in ["application/json", "text/event-stream", "application/x-ndjson"] {
            let asked = world.acme().get(&format!("/api/events?after={after}")).header("accept", accept);
            let refused = asked.await.refused(400, "invalid_parameter");
            assert!(refused.text.contains("ends at position 2"), "{}", refused.text);
        }
        let stream = world.acme().get("/api/events").header("accept", "text/event-stream");
        let refused = stream.header("last-event-id", &after.to_string()).await.refused(400, "invalid_parameter");
        assert!(refused.names("Last-Event-ID", "invalid_value"));
    }
    for wrong in [
        "after=-1",
        "after=x",
        "after=9223372036854775808",
        "limit=0",
        "limit=1001",
        "wait=31",
        "wait=-1",
        "types=",
        "types=Ticket",
        "types=a%20b",
        "types=%00",
    ] {
        let answer = world.acme().get(&format!("/api/events?{wrong}")).await.refused(400, "invalid_parameter");
        assert!(answer.names(wrong.split('=').next().unwrap(), "invalid_value"), "{wrong}");
    }
}

#[tokio::test]
async fn who_waits_is_answered_when_something_happens_here_or_in_another_process() {
    let world = World::new().await;
    let other = world.another_process().await;
    for writer in [&world, &other] {
        let after = world.acme.log.head().await.unwrap().position;
        let api = world.acme().clone();
        let waiter = tokio::spawn(async move { feed(&api, &format!("after={after}&wait=30")).await });
        // It is asked before anything happens; should it be late, it finds what happened all the same.
        tokio::task::yield_now().await;
        let ticket = writer.acme.ticket("Printer").await;
        let found = waiter.await.unwrap();
        assert_eq!(found["data"][0]["position"], after + 1);
        assert!(found["meta"]["next_after"].as_u64().unwrap() <= ticket.position());
    }
    let head = world.acme.log.head().await.unwrap().position;
    let nothing = feed(world.acme(), &format!("after={head}&wait=1")).await;
    assert_eq!(nothing["data"], json!([]), "after its time it is told that nothing happened");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_behind_two_writing_processes_never_sees_a_hole() {
    let world = World::new().await;
    let other = world.another_process().await;
    let writing = async |world: &World| {
        for number in 0..25 {
            world.acme.ticket(&format!("Ticket {number}")).await;
        }
    };
    let reading = async {
        let mut last = 0;
        while last < 2 + 2 * 2 * 25 {
            let page = feed(other.acme(), &format!("after={last}&limit=7&wait=30")).await;
            for item in page["data"].as_array().unwrap() {
                assert_eq!(item["position"], last + 1);
                last += 1;
            }
        }
        last
    };
    // A customer's name is taken by the first who comes, so each process has its own.
    let ((), (), last) = tokio::join!(writing(&world), writing_elsewhere(&other), reading);
    assert!(last >= 102);
}

async fn writing_elsewhere(world: &World) {
    for number in 0..25 {
        let body = json!({"title": "x", "customer": {"email": format!("elsewhere-{number}@company.example")}});
        let _ = world.acme().post("/api/tickets", body).await.expect(201);
    }
}

#[tokio::test]
async fn an_export_has_the_lines_of_the_pages() {
    let world = World::new().await;
    Series::new(&world.acme, "export").run(&world, 60).await;
    for query in ["after=0", "after=20", "after=0&types=ticket.*"] {
        let export = world
            .acme()
            .get(&format!("/api/events?{query}"))
            .header("accept", "application/x-ndjson")
            .await
            .expect(200);
        assert_eq!(export.header("content-type"), Some("application/x-ndjson"));
        let lines: Vec<Value> = export.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(Value::from(lines), feed(world.acme(), &format!("{query}&limit=1000")).await["data"], "{query}");
    }
}

/// The items of a stream as they come.
pub struct Stream {
    response: Response,
    text: String,
    /// What a client would send as `Last-Event-ID`.
    last: u64,
}

impl Stream {
    pub async fn open(api: &Api, path: &str, last: Option<u64>) -> Self {
        let call = api.get(path).header("accept", "text/event-stream");
        let call = match last {
            Some(last) => call.header("last-event-id", &last.to_string()),
            None => call,
        };
        let response = call.open().await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, text: String::new(), last: last.unwrap_or_default() }
    }

    /// The next event's id, type and data; none at the end of the stream.
    pub async fn next(&mut self) -> Option<(u64, String, Value)> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| {
                    let line = event.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
                    line.map(|text| text.trim_start().to_owned())
                };
                let last = field("id").map(|id| id.parse().unwrap());
                // Without data it moves the place on, and is no event.
                let found = last
                    .zip(field("data"))
                    .map(|(id, data)| (id, field("event").unwrap_or_default(), serde_json::from_str(&data).unwrap()));
                self.last = last.unwrap_or(self.last);
                self.text = String::from(rest);
                if found.is_some() {
                    return found;
                }
                continue;
            }
            let chunk = self.response.chunk().await.ok()??;
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }
}

#[tokio::test]
async fn a_stream_gives_what_happened_then_what_happens_and_goes_on_where_it_broke_off() {
    let world = World::new().await;
    world.acme.ticket("First").await;
    let mut stream = Stream::open(world.acme(), "/api/events", None).await;
    for position in 1..=4 {
        let (id, kind, data) = stream.next().await.unwrap();
        assert_eq!((id, &data["position"]), (position, &json!(position)));
        assert_eq!(kind, data["type"].as_str().unwrap_or_default());
    }
    world.acme.ticket("Second").await;
    assert_eq!(stream.next().await.unwrap().0, 5);
    drop(stream);
    world.acme.ticket("Third").await;
    let mut again = Stream::open(world.acme(), "/api/events?after=1", Some(5)).await;
    for position in 6..=8 {
        assert_eq!(again.next().await.unwrap().0, position, "Last-Event-ID goes before after");
    }
    let mut only = Stream::open(world.acme(), "/api/events?types=ticket.created", None).await;
    for position in [4, 6, 8] {
        let (id, kind, _) = only.next().await.unwrap();
        assert_eq!((id, kind.as_str()), (position, "ticket.created"));
    }
    let _ = world
        .acme()
        .get("/api/events")
        .header("accept", "text/event-stream")
        .header("last-event-id", "x")
        .await
        .refused(400, "invalid_parameter");
    let _ = world
        .acme()
        .anonymous()
        .get("/api/events")
        .header("accept", "text/event-stream")
        .await
        .refused(401, "unauthorized");
}

#[tokio::test]
async fn the_trail_is_followed_from_now_on_or_from_a_place_and_moves_on_over_what_does_not_fit() {
    let world = World::new().await;
    let first = world.acme.ticket("First").await.position();
    let mut live = Stream::open(world.acme(), "/api/audit?filter[action]=ticket.*", None).await;
    let mut all = Stream::open(world.acme(), "/api/audit", Some(0)).await;
    let _ = world.acme.team("Second line").await;
    let second = world.acme.ticket("Second").await.position();
    let (id, kind, data) = live.next().await.unwrap();
    assert_eq!((id, kind.as_str(), &data["action"]), (second, "ticket.created", &json!("ticket.created")));
    let newest = world.acme().get("/api/audit?limit=1").await.expect(200)["data"][0].clone();
    assert_eq!(data, newest, "it is told as the list shows it");
    for position in 1..=second {
        assert_eq!(all.next().await.unwrap().0, position);
    }
    drop(live);
    let mut again = Stream::open(world.acme(), "/api/audit?filter[action]=ticket.*", Some(first)).await;
    assert_eq!(again.next().await.unwrap().0, second, "nothing twice, nothing lost");
    let told = world.acme().all("/api/access-log?filter[kind]=stream&filter[operation]=listAudit").await;
    assert!(told.iter().any(|entry| entry["targets"].as_array().is_some_and(|targets| !targets.is_empty())));
}

#[tokio::test]
async fn a_stream_ends_with_the_key_that_it_was_opened_with() {
    let world = World::new().await;
    let reader = world.acme.with_scopes(&["events:read"]).await;
    let mut stream = Stream::open(&reader, "/api/events", None).await;
    for position in 1..=3 {
        assert_eq!(stream.next().await.unwrap().0, position);
    }
    let keys = world.acme().get("/api/keys").await.expect(200);
    let key = keys["data"].as_array().unwrap().iter().find(|key| key["name"] == "some program").unwrap();
    let _ = world.acme().delete(&format!("/api/keys/{}", key["id"].as_str().unwrap())).await.expect(204);
    world.acme.ticket("Not for their eyes").await;
    while let Some((position, _, _)) = stream.next().await {
        assert!(position <= 4, "the revocation is the last that may be seen");
    }
}

#[tokio::test]
async fn a_stream_of_few_types_moves_on_over_what_does_not_fit() {
    let world = World::new().await;
    for number in 0..120 {
        world.acme.customer(&format!("Customer {number}")).await;
    }
    let head = world.acme.log.head().await.unwrap().position;
    let mut stream = Stream::open(world.acme(), "/api/events?types=ticket.created", None).await;
    let ticket = tokio::join!(world.acme.ticket("Printer"), stream.next()).1.unwrap();
    assert_eq!(ticket.1, "ticket.created");
    world.acme.customer("One more").await;
    // The next that fits comes after one that does not: the place has moved there in between.
    let mut places = vec![];
    while stream.last < head + 3 {
        let chunk = stream.response.chunk().await.unwrap().unwrap();
        stream.text.push_str(std::str::from_utf8(&chunk).unwrap());
        while let Some((event, rest)) = stream.text.split_once("\n\n") {
            assert!(!event.contains("data:"), "nothing fits: {event}");
            if let Some(id) = event.strip_prefix("id:") {
                stream.last = id.trim().parse().unwrap();
                places.push(stream.last);
            }
            stream.text = String::from(rest);
        }
    }
    assert_eq!(places, [head + 3], "whoever comes back goes on from there");
}

#[tokio::test]
async fn an_export_of_long_messages_is_read_a_few_at_a_time_and_is_whole() {
    let world = World::new().await;
    let ticket = world.acme.ticket("Printer").await;
    let path = format!("/api/tickets/{}/messages", ticket.id());
    for _ in 0..60 {
        let _ = world.acme().post(&path, json!({"body": "ü".repeat(45_000)})).await.expect(201);
    }
    let export = world.acme().get("/api/events").header("accept", "application/x-ndjson").await.expect(200);
    let positions: Vec<u64> = export
        .text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["position"].as_u64().unwrap())
        .collect();
    let head = world.acme.log.head().await.unwrap().position;
    assert_eq!(positions, (1..=head).collect::<Vec<_>>());
}
