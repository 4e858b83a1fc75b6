use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::World;

#[tokio::test]
async fn a_ticket_needs_a_title_and_a_customer_and_no_more() {
    let world = World::new().await;
    let acme = world.acme();
    let made = acme
        .post("/api/tickets", json!({"title": " Login issues ", "customer": {"email": "john@company.com"}}))
        .await
        .expect(201);
    assert_eq!(made["title"], "Login issues", "white space around it is nobody's wish");
    assert_eq!(
        [&made["status"], &made["priority"], &made["channel"]],
        [&json!("open"), &json!("medium"), &json!("api")]
    );
    assert_eq!([&made["type"], &made["assignee"], &made["team"], &made["external_id"]], [&Value::Null; 4]);
    assert_eq!(made["customer"]["name"], "john@company.com");
    assert_eq!(made["version"], 1);
    assert_eq!(made.header("location"), Some(format!("/api/tickets/{}", made.id()).as_str()));
    let answer =
        acme.post("/api/tickets", json!({"customer": {"email": "a@b.c"}})).await.refused(422, "validation_failed");
    assert!(answer.names("/title", "required"));
    let answer = acme.post("/api/tickets", json!({"title": "x"})).await.refused(422, "validation_failed");
    assert!(answer.names("/customer", "required"));
    let answer =
        acme.post("/api/tickets", json!({"title": "x", "customer": {}})).await.refused(422, "validation_failed");
    assert!(answer.names("/customer/name", "customer_unnamed"));
}

#[tokio::test]
async fn every_field_can_be_set_from_the_start() {
    let world = World::new().await;
    let acme = world.acme();
    let agent = world.acme.agent("Eve Miller").await;
    let team = world.acme.team("Second line").await;
    let customer = world.acme.customer("Ann Other").await;
    let body = json!({
        "title": "VPN", "body": "It is\nslow.", "customer_id": customer.id(), "priority": "critical",
        "status": "in_progress", "type": "incident", "tags": ["vpn", "network", "vpn"], "external_id": "JIRA-1/ü",
        "assignee_id": agent.id(), "team_id": team.id(),
    });
    let made = acme.post("/api/tickets", body).await.expect(201);
    assert_eq!(made["priority"], "critical");
    assert_eq!(made["status"], "in_progress");
    assert_eq!(made["type"], "incident");
    assert_eq!(made["tags"], json!(["network", "vpn"]));
    assert_eq!(made["external_id"], "JIRA-1/ü");
    assert_eq!(made["assignee"], json!({"id": agent.id(), "name": "Eve Miller"}));
    assert_eq!(made["team"], json!({"id": team.id(), "name": "Second line"}));
    assert_eq!(made["customer"]["id"], customer.id());
    let messages = acme.get(&format!("/api/tickets/{}/messages", made.id())).await.expect(200);
    assert_eq!(messages.column("body"), ["It is\nslow."]);
    assert_eq!(messages["data"][0]["author"], json!({"kind": "customer", "id": customer.id(), "name": "Ann Other"}));
}

#[tokio::test]
async fn a_customer_who_comes_with_a_ticket_is_found_by_address_whatever_its_case() {
    let world = World::new().await;
    let acme = world.acme();
    let open = async |customer: Value| {
        let made = acme.post("/api/tickets", json!({"title": "x", "customer": customer})).await.expect(201);
        made["customer"]["id"].clone()
    };
    let first = open(json!({"name": "John", "email": "John@Company.com"})).await;
    assert_eq!(open(json!({"email": "john@company.com"})).await, first);
    assert_eq!(open(json!({"name": "Johnny", "email": "JOHN@company.com"})).await, first);
    assert_ne!(open(json!({"email": "jane@company.com"})).await, first);
    let by_id = open(json!({"name": "Crm", "external_id": "crm-7"})).await;
    assert_eq!(open(json!({"external_id": "crm-7"})).await, by_id);
    let customers = acme.all("/api/customers").await;
    assert_eq!(customers.len(), 3);
    assert_eq!(customers.iter().find(|one| one["id"] == first).unwrap()["name"], "John", "a ticket renames nobody");
    // The same address at another company is somebody else.
    let elsewhere = world
        .globex()
        .post("/api/tickets", json!({"title": "x", "customer": {"email": "john@company.com"}}))
        .await
        .expect(201);
    assert_ne!(elsewhere["customer"]["id"], first);
}

#[tokio::test]
async fn a_customer_with_a_known_address_and_a_new_external_id_is_the_known_one() {
    let world = World::new().await;
    let acme = world.acme();
    let known = world.acme.customer("Ann").await;
    let customer = json!({"name": "Ann", "email": known["email"], "external_id": "crm-1"});
    let made = acme.post("/api/tickets", json!({"title": "x", "customer": customer})).await.expect(201);
    assert_eq!(made["customer"]["id"], known["id"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_tickets_at_once_with_one_new_address_make_one_customer() {
    let world = World::new().await;
    let other = world.another_process().await;
    let tickets = (0..24).map(|number| {
        let api = if number % 2 == 0 { world.acme() } else { other.acme() };
        let body =
            json!({"title": format!("Ticket {number}"), "customer": {"name": "Rush", "email": "rush@company.com"}});
        async move { api.post("/api/tickets", body).await.expect(201) }
    });
    let made = join_all(tickets).await;
    let mut numbers: Vec<String> = made.iter().map(|ticket| ticket["ticket_id"].as_str().unwrap().to_owned()).collect();
    numbers.sort();
    assert_eq!(numbers, (1..=24).map(|number| format!("T-{number:03}")).collect::<Vec<_>>(), "numbers are dense");
    assert!(made.iter().all(|ticket| ticket["customer"]["id"] == made[0]["customer"]["id"]));
    assert_eq!(world.acme().all("/api/customers").await.len(), 1);
    assert!(world.globex().all("/api/customers").await.is_empty());
}

#[tokio::test]
async fn what_a_ticket_refers_to_must_be_there() {
    let world = World::new().await;
    let acme = world.acme();
    let elsewhere =
        (world.globex.customer("Bob").await, world.globex.agent("Bob").await, world.globex.team("Bobs").await);
    for (field, id) in [("assignee_id", elsewhere.1.id()), ("team_id", elsewhere.2.id())] {
        let body = json!({"title": "x", "customer": {"email": "a@b.c"}, field: id});
        let answer = acme.post("/api/tickets", body).await.refused(422, "validation_failed");
        assert!(answer.names(&format!("/{field}"), "not_found"), "{}", answer.text);
    }
    let answer = acme
        .post("/api/tickets", json!({"title": "x", "customer_id": elsewhere.0.id()}))
        .await
        .refused(422, "validation_failed");
    assert!(answer.names("/customer_id", "not_found"));
    let answer = acme
        .post("/api/tickets", json!({"title": "x", "customer_id": elsewhere.0.id(), "customer": {"email": "a@b.c"}}))
        .await
        .refused(422, "validation_failed");
    assert!(answer.names("/customer", "invalid_value"));
    assert!(acme.all("/api/tickets").await.is_empty());
    assert!(acme.all("/api/customers").await.is_empty(), "nothing is made of a ticket that is refused");
}

#[tokio::test]
async fn an_external_id_is_one_ticket_s_only() {
    let world = World::new().await;
    let acme = world.acme();
    let body = || json!({"title": "x", "customer": {"email": "a@b.c"}, "external_id": "X-1"});
    let first = acme.post("/api/tickets", body()).await.expect(201);
    let answer = acme.post("/api/tickets", body()).await.refused(409, "taken");
    assert!(answer.names("/external_id", "taken"));
    assert!(answer["detail"].as_str().unwrap().contains(&first.id()), "it says whose it is");
    let _ = world.globex().post("/api/tickets", body()).await.expect(201);
    let _ = acme.patch(&format!("/api/tickets/{}", first.id()), json!({"external_id": null})).await.expect(200);
    let second = acme.post("/api/tickets", body()).await.expect(201);
    let found = acme.get("/api/tickets/external:X-1").await.expect(200);
    assert_eq!(found.id(), second.id());
}

#[tokio::test]
async fn a_ticket_is_found_by_id_by_number_and_by_external_id() {
    let world = World::new().await;
    let acme = world.acme();
    let body = json!({"title": "x", "customer": {"email": "a@b.c"}, "external_id": "a/b c"});
    let made = acme.post("/api/tickets", body).await.expect(201);
    let id = made.id();
    for name in [id.as_str(), "T-1", "T-001", "t-001", "T-0000001", "external:a%2Fb%20c"] {
        let found = acme.get(&format!("/api/tickets/{name}")).await.expect(200);
        assert_eq!(found.body, made.body, "{name}");
        let changed = acme.patch(&format!("/api/tickets/{name}"), json!({"title": "x"})).await.expect(200);
        assert_eq!(changed["version"], 1, "what is already so is no change");
    }
    for name in ["T-2", "T-0", "T-", "1", "external:", "external:nothing", "tkt_0", &id.to_uppercase()] {
        let _ = acme.get(&format!("/api/tickets/{name}")).await.refused(404, "not_found");
        let _ = acme.patch(&format!("/api/tickets/{name}"), json!({"title": "y"})).await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn a_write_says_its_position_and_the_list_right_after_shows_it() {
    let world = World::new().await;
    let acme = world.acme();
    for number in 1..=5 {
        let made = world.acme.ticket(&format!("Ticket {number}")).await;
        assert_eq!(made.header("helpdesk-visible"), Some("true"));
        assert_eq!(made["position"], made.position());
        assert_eq!(acme.get("/api/tickets").await.expect(200).column("title").len(), number);
        let here = acme.get(&format!("/api/tickets?min_position={}", made.position())).await.expect(200);
        assert_eq!(here.column("title").len(), number);
    }
    let head = world.acme.log.head().await.unwrap().position;
    assert_eq!(acme.get("/api/events?limit=1000").await.expect(200)["meta"]["next_after"], head);
}
