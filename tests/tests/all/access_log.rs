//! Who saw what: everybody who looked is there, whence they looked goes with them, and the numbers have no holes.

use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::{Api, World};

const AGENT: &str = "looking-glass/1.0";

/// Somebody who joined as this role: their API, and their id.
async fn person(world: &World, role: &str) -> (Api, String) {
    let invited = json!({"email": format!("{role}@acme.example"), "name": "Joan", "role": role});
    let token = world.acme().post("/api/invitations", invited).await.expect(201)["token"].clone();
    let body = json!({"tenant": "acme", "token": token, "password": "a long enough secret"});
    let tokens = world.acme().anonymous().post("/api/invitations/accept", body).await.expect(201);
    let agent = tokens["agent"]["id"].as_str().unwrap().to_owned();
    (world.acme().with_key(tokens["access_token"].as_str().unwrap()), agent)
}

async fn support(world: &World) -> Api {
    let until = (world.now() + chrono::TimeDelta::hours(1)).to_rfc3339();
    let _ = world.acme().post("/api/support-access", json!({"until": until, "reason": "a case"})).await.expect(201);
    let visit = world.operator("alice").await.post("/tenants/acme/support-sessions", json!({"reason": "a case"})).await;
    world.acme().with_key(visit.expect(201)["token"].as_str().unwrap())
}

async fn entries(world: &World, query: &str) -> Vec<Value> {
    world.acme().get(&format!("/api/access-log?{query}")).await.expect(200)["data"].as_array().unwrap().clone()
}

#[tokio::test]
async fn who_looked_at_somebody_is_known_and_whence_only_until_they_are_erased() {
    let world = World::new().await;
    let ticket = json!({"title": "Printer", "customer": {"name": "Ann", "email": "ann@x.example"}});
    let ticket = world.acme().post("/api/tickets", ticket).await.expect(201);
    let (id, customer) = (ticket.id(), ticket["customer"]["id"].as_str().unwrap().to_owned());
    let path = format!("/api/tickets/{}", ticket["ticket_id"].as_str().unwrap());
    let (agent, agent_id) = person(&world, "agent").await;
    for api in [world.acme(), &agent, &support(&world).await] {
        let _ = api.get(&path).header("user-agent", AGENT).header("x-request-id", "look").await.expect(200);
    }
    let seen = entries(&world, &format!("filter[target_id]={id}&filter[request_id]=look")).await;
    let kinds: Vec<_> = seen.iter().map(|entry| entry["actor"]["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["support", "agent", "api_key"], "{seen:#?}");
    for entry in &seen {
        assert_eq!((&entry["operation"], &entry["kind"]), (&json!("getTicket"), &json!("view")));
        assert_eq!((&entry["targets"][0], &entry["status"]), (&json!(id), &json!(200)));
        assert!(entry["targets"].as_array().unwrap().contains(&json!(customer)), "the customer was seen, too");
    }
    assert_eq!(seen[1]["actor"]["id"], json!(agent_id));
    assert_eq!(seen[1]["client"], json!({"address": "127.0.0.1", "user_agent": AGENT}));
    assert_eq!(
        [&seen[0]["client"], &seen[2]["session_id"]],
        [&Value::Null; 2],
        "who has no key, and who has no session"
    );
    assert!(seen[0]["session_id"].is_string() && seen[1]["session_id"].is_string());

    // A search is known by its digest only, and what was not shown, too.
    let _ = agent.get("/api/customers?q=Ann&limit=5").await.expect(200);
    let searched = &entries(&world, "filter[kind]=search").await[0];
    let query = searched["query"].as_str().unwrap();
    assert!(query.starts_with("limit=5&q=~") || query.starts_with("q=~"), "{query}");
    assert!(!query.contains("Ann") && searched["targets"] == json!([customer]), "{searched}");
    let nothing = format!("/api/customers/cus_{}", "0".repeat(32));
    let _ = agent.get(&nothing).await.refused(404, "not_found");
    let etag = agent.get(&path).await.expect(200).etag();
    assert_eq!(agent.get(&path).header("if-none-match", &etag).await.status, 304);
    let statuses: Vec<_> =
        entries(&world, "limit=3&filter[kind]=view").await.iter().map(|e| e["status"].clone()).collect();
    assert_eq!(statuses, [304, 200, 404]);
    // A write that changed nothing has shown it all the same; one that did is in the audit trail.
    let _ = agent.patch(&path, json!({"priority": "high"})).await.expect(200);
    let _ = agent.patch(&path, json!({"priority": "high"})).await.expect(200);
    assert_eq!(entries(&world, "filter[operation]=patchTicket").await.len(), 1);

    // Whoever may not read it is refused, which it tells; reading it is in it; others have their own.
    let _ = agent.get("/api/access-log").await.refused(403, "insufficient_scope");
    let read = entries(&world, "filter[operation]=listAccessLog&limit=100").await;
    assert!(read.iter().any(|entry| entry["status"] == 403 && entry["actor"]["id"] == json!(agent_id)));
    assert!(read.iter().filter(|entry| entry["status"] == 200).count() >= 4);
    let theirs = world.globex().get(&format!("/api/access-log?filter[target_id]={id}")).await.expect(200);
    assert_eq!(theirs["data"], json!([]));

    let _ = world.acme().post(&format!("/api/agents/{agent_id}/erase"), json!({})).await.expect(200);
    let seen = entries(&world, &format!("filter[actor]=agent:{agent_id}&limit=100")).await;
    assert!(seen.len() >= 6 && seen.iter().all(|entry| entry["client"].is_null()), "{seen:#?}");
}

#[tokio::test]
async fn entries_are_numbered_without_holes_on_any_number_of_processes() {
    let world = World::new().await;
    let another = world.another_process().await;
    let _ = world.acme.ticket("Printer").await;
    let asked =
        (0..60).map(|number| {
            let world = if number % 2 == 0 { &world } else { &another };
            async move {
                world.acme().get("/api/tickets").header("x-request-id", &format!("list-{number}")).await.expect(200)
            }
        });
    join_all(asked).await;
    let stored = world.acme.log.read_accesses(0, 1000).await.unwrap();
    let numbers: Vec<u64> = stored.iter().map(|entry| entry.number).collect();
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
    for number in 0..60 {
        let request = format!("list-{number}");
        let left = stored.iter().filter(|entry| entry.request_id.as_deref() == Some(&request)).count();
        assert_eq!(left, 1, "{request}");
    }
    // What is sealed of it is found to be so, by whoever has the lines; and what was changed is not.
    world.app.desk.seal_access_log(&world.acme.log).await.unwrap();
    let lines = world.acme().get("/api/access-log/stored").await.expect(200).text;
    let seals = world.acme().get("/api/access-log/seals").await.expect(200);
    let seal = &seals["data"][0];
    assert_eq!((&seal["after"], &seal["verdict"]), (&json!(0), &json!("verified")), "{seal}");
    let through = usize::try_from(seal["through"].as_u64().unwrap()).unwrap();
    assert!(through >= stored.len());
    let digest = lines.lines().take(through).fold([0; 32], |digest: [u8; 32], line| {
        ring::digest::digest(&ring::digest::SHA256, &[&digest, line.as_bytes()].concat()).as_ref().try_into().unwrap()
    });
    assert_eq!(seal["digest"], json!(hex::encode(digest)));
    // Within a day again, and not before.
    world.app.desk.seal_old_accesses(&world.acme.log).await.unwrap();
    assert_eq!(world.acme().get("/api/access-log/seals").await.expect(200)["data"].as_array().unwrap().len(), 1);
    world.clock.advance(chrono::TimeDelta::days(1));
    world.app.desk.seal_old_accesses(&world.acme.log).await.unwrap();
    let superuser = world.superuser().await;
    superuser.batch_execute("UPDATE tenant_acme.access_log SET actor = 'agent:nobody' WHERE number = 3").await.unwrap();
    let seals = world.acme().get("/api/access-log/seals").await.expect(200);
    assert_eq!(
        seals["data"].as_array().unwrap().iter().map(|seal| &seal["verdict"]).collect::<Vec<_>>(),
        ["changed", "verified"]
    );
    let pages = world.acme().all("/api/access-log?limit=25").await;
    let export = world.acme().get("/api/access-log").header("accept", "application/x-ndjson").await.expect(200);
    let exported: Vec<Value> = export.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(exported[exported.len() - pages.len()..], pages[..], "and what was read since is before it");
}
