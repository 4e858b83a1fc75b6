use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::json;
use tests::World;

fn new_ticket(title: &str) -> serde_json::Value {
    json!({"title": title, "customer": {"name": "John", "email": "john@company.com"}})
}

#[tokio::test]
async fn a_repeat_gets_the_first_answer_also_after_later_changes() {
    let world = World::new().await;
    let acme = world.acme();
    let send =
        async || acme.post("/api/tickets", new_ticket("Login")).header("idempotency-key", "k1").await.expect(201);
    let first = send().await;
    assert_eq!(first.header("idempotency-replayed"), None);
    let path = format!("/api/tickets/{}", first.id());
    let _ = acme.patch(&path, json!({"title": "Changed", "status": "closed"})).await.expect(200);
    let customer = format!("/api/customers/{}", first["customer"]["id"].as_str().unwrap());
    let _ = acme.patch(&customer, json!({"name": "Johnny"})).await.expect(200);
    for _ in 0..2 {
        let again = send().await;
        assert_eq!((again.header("idempotency-replayed"), &again.text), (Some("true"), &first.text));
        assert_eq!((again.etag(), again.position()), (first.etag(), first.position()));
        assert_eq!(again.header("location"), first.header("location"));
    }
    let _ = acme.delete(&path).await.expect(204);
    assert_eq!(send().await.text, first.text, "deleted or not");
    assert_eq!(acme.all("/api/tickets?filter[deleted]=true").await.len(), 1);
}

#[tokio::test]
async fn every_kind_of_write_is_done_once_however_often_it_is_sent() {
    let world = World::new().await;
    let acme = world.acme();
    let made = world.acme.ticket("Printer").await;
    let path = format!("/api/tickets/{}", made.id());
    let customer = world.acme.customer("Ann").await;
    let agent = world.acme.agent("Eve").await;
    let team = world.acme.team("Team").await;
    let customer_path = format!("/api/customers/{}", customer.id());
    let agent_path = format!("/api/agents/{}", agent.id());
    let team_path = format!("/api/teams/{}", team.id());
    let writes = [
        ("POST", format!("{path}/messages"), json!({"body": "again and again"})),
        ("PATCH", path.clone(), json!({"title": "Scanner"})),
        ("PUT", path.clone(), json!({"status": "resolved"})),
        ("PUT", format!("{path}/rating"), json!({"score": 3})),
        ("POST", format!("{path}/reopen"), json!(null)),
        ("DELETE", path.clone(), json!(null)),
        ("POST", format!("{path}/restore"), json!(null)),
        ("POST", "/api/customers".to_owned(), json!({"name": "New", "email": "new@company.com"})),
        ("PATCH", customer_path.clone(), json!({"name": "Anna"})),
        ("PUT", "/api/customers/external:77".to_owned(), json!({"name": "Upserted"})),
        ("POST", "/api/agents".to_owned(), json!({"name": "Max"})),
        ("PATCH", agent_path.clone(), json!({"name": "Eva"})),
        ("POST", "/api/teams".to_owned(), json!({"name": "Another"})),
        ("PATCH", team_path.clone(), json!({"name": "Renamed"})),
    ];
    let mut firsts = vec![];
    for (number, (method, path, body)) in writes.iter().enumerate() {
        let send = async || {
            let call = acme.call(method.parse().unwrap(), path).header("idempotency-key", &format!("key {number}"));
            if body.is_null() { call.await } else { call.json(body).await }
        };
        let first = send().await;
        assert!((200..300).contains(&first.status), "{method} {path}: {}", first.text);
        let head = world.acme.log.head().await.unwrap().position;
        let again = send().await;
        assert_eq!(world.acme.log.head().await.unwrap().position, head, "{method} {path} happened twice");
        assert_eq!((again.status, &again.text), (first.status, &first.text), "{method} {path}");
        assert_eq!(again.header("idempotency-replayed"), Some("true"), "{method} {path}");
        firsts.push(first.text);
    }
    // Whatever happens later, the answer stays what it was.
    let _ = acme.patch(&path, json!({"title": "Later"})).await.expect(200);
    for (path, name) in
        [(customer_path, "A"), (agent_path, "B"), (team_path, "C"), ("/api/customers/external:77".to_owned(), "D")]
    {
        let _ = acme.patch(&path, json!({"name": name})).await.expect(200);
    }
    for (number, (method, path, body)) in writes.iter().enumerate() {
        let call = acme.call(method.parse().unwrap(), path).header("idempotency-key", &format!("key {number}"));
        let again = if body.is_null() { call.await } else { call.json(body).await };
        assert_eq!(again.text, firsts[number], "{method} {path}");
    }
}

#[tokio::test]
async fn a_key_with_another_request_is_refused() {
    let world = World::new().await;
    let acme = world.acme();
    let _ = acme.post("/api/tickets", new_ticket("One")).header("idempotency-key", "k").await.expect(201);
    let answer = acme.post("/api/tickets", new_ticket("Two")).header("idempotency-key", "k").await;
    assert!(answer.refused(422, "idempotency_key_reused").names("Idempotency-Key", "invalid_value"));
    assert_eq!(acme.all("/api/tickets").await.len(), 1);
}

#[tokio::test]
async fn one_key_is_another_wish_for_another_route_another_caller_and_another_tenant() {
    let world = World::new().await;
    let acme = world.acme();
    let body = json!({"name": "Somebody"});
    for path in ["/api/customers", "/api/agents", "/api/teams"] {
        let made = acme.post(path, body.clone()).header("idempotency-key", "k").await.expect(201);
        assert_eq!(made.header("idempotency-replayed"), None, "{path}");
    }
    let second = world.acme.with_scopes(&["customers:*"]).await;
    for api in [&second, world.globex()] {
        let made = api.post("/api/customers", body.clone()).header("idempotency-key", "k").await.expect(201);
        assert_eq!(made.header("idempotency-replayed"), None);
    }
    // The path with a version in it is the same route.
    let again = acme.post("/api/v1/customers", body).header("idempotency-key", "k").await;
    assert_eq!((again.status, again.header("idempotency-replayed")), (201, Some("true")), "{}", again.text);
}

#[tokio::test]
async fn a_refusal_is_not_kept_so_the_same_key_can_succeed_later() {
    let world = World::new().await;
    let acme = world.acme();
    let path = format!("/api/tickets/{}/reopen", world.acme.ticket("Printer").await.id());
    let send = async || acme.call(reqwest::Method::POST, &path).header("idempotency-key", "k").await;
    let _ = send().await.refused(409, "ticket_not_over");
    let _ = acme.patch(path.trim_end_matches("/reopen"), json!({"status": "closed"})).await.expect(200);
    assert_eq!(send().await.expect(200)["status"], "open");
    assert_eq!(send().await.expect(200).header("idempotency-replayed"), Some("true"));
}

#[tokio::test]
async fn a_key_is_kept_for_a_day() {
    let world = World::new().await;
    let acme = world.acme();
    let send = async || acme.post("/api/tickets", new_ticket("One")).header("idempotency-key", "k").await.expect(201);
    let first = send().await;
    world.pass(TimeDelta::hours(23));
    assert_eq!(send().await.id(), first.id());
    world.pass(TimeDelta::hours(1));
    assert_ne!(send().await.id(), first.id());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wish_that_is_sent_many_times_at_once_to_two_processes_happens_once() {
    let world = World::new().await;
    let other = world.another_process().await;
    let sends = (0..16).map(|number| {
        let api = if number % 2 == 0 { world.acme() } else { other.acme() };
        async move { api.post("/api/tickets", new_ticket("Once")).header("idempotency-key", "k").await.expect(201) }
    });
    let answers = join_all(sends).await;
    assert!(answers.iter().all(|answer| answer.text == answers[0].text));
    assert_eq!(answers.iter().filter(|answer| answer.header("idempotency-replayed").is_none()).count(), 1);
    assert_eq!(world.acme().all("/api/tickets").await.len(), 1);
}

#[tokio::test]
async fn a_key_must_be_1_to_255_visible_characters() {
    let world = World::new().await;
    let acme = world.acme();
    let _ = acme.post("/api/tickets", new_ticket("x")).header("idempotency-key", &"k".repeat(255)).await.expect(201);
    for wrong in [String::new(), "k".repeat(256)] {
        let answer = acme.post("/api/tickets", new_ticket("x")).header("idempotency-key", &wrong).await;
        assert!(answer.refused(400, "invalid_parameter").names("Idempotency-Key", "invalid_value"));
    }
}

#[tokio::test]
async fn a_repeat_with_a_condition_that_no_longer_holds_is_still_a_repeat() {
    let world = World::new().await;
    let made = world.acme.ticket("Printer").await;
    let path = format!("/api/tickets/{}", made.id());
    let send = async || {
        let call = world.acme().patch(&path, json!({"title": "Scanner"})).header("if-match", &made.etag());
        call.header("idempotency-key", "k").await.expect(200)
    };
    let first = send().await;
    assert_eq!(send().await.text, first.text);
}
