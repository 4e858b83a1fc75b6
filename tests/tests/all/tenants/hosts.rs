//! Where a tenant is found: a name is one tenant's, and whoever asks there must be of that tenant.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{Answer, World};

const OURS: &str = "support.company-abc.com";

async fn take(api: &tests::Api, host: &str) -> Answer {
    api.patch("/api/tenant", json!({"custom_domain": host})).await
}

#[tokio::test]
async fn a_name_that_another_tenant_has_is_taken_without_saying_whose() {
    let world = World::new().await;
    let _ = take(world.acme(), OURS).await.expect(200);
    for host in [OURS, "SUPPORT.company-abc.com"] {
        let refused = take(world.globex(), host).await.refused(409, "taken");
        assert!(refused.names("/custom_domain", "taken") && !refused.text.contains("acme"), "{}", refused.text);
    }
    let refused = world.globex().patch("/api/tenant", json!({"domain": "acme.localhost"})).await.refused(409, "taken");
    assert!(refused.names("/domain", "taken"));
    assert_eq!(world.globex().get("/api/tenant").await.expect(200)["domain"], "globex.localhost");
}

#[tokio::test]
async fn of_many_who_ask_for_a_name_at_once_one_gets_it() {
    let world = World::new().await;
    let other = world.another_process().await;
    let (acme, globex) = (world.acme(), other.globex());
    for turn in 0..8 {
        let host = format!("h{turn}.example.com");
        let (first, second) = tokio::join!(take(acme, &host), take(globex, &host));
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{} {}", first.text, second.text);
    }
}

#[tokio::test]
async fn a_name_that_was_given_up_is_free_after_a_while_and_one_in_use_never() {
    let world = World::new().await;
    let _ = take(world.acme(), OURS).await.expect(200);
    let _ = take(world.acme(), "help.company-abc.com").await.expect(200);
    let forget = || world.app.desk.forget_hosts(&world.acme.log);
    forget().await.unwrap();
    let _ = take(world.globex(), OURS).await.refused(409, "taken");
    world.pass(TimeDelta::minutes(11));
    forget().await.unwrap();
    let _ = take(world.globex(), OURS).await.expect(200);
    for used in ["help.company-abc.com", "acme.localhost"] {
        assert_eq!(take(world.globex(), used).await.status, if used.ends_with("localhost") { 422 } else { 409 });
    }
    let _ = world.globex().patch("/api/tenant", json!({"domain": "acme.localhost"})).await.refused(409, "taken");
}

#[tokio::test]
async fn whoever_asks_at_another_tenant_s_name_is_not_known() {
    let world = World::new().await;
    let _ = take(world.globex(), OURS).await.expect(200);
    let (acme, globex) = (world.acme(), world.globex());
    let unknown = acme.anonymous().get("/api/tickets").await.refused(401, "unauthorized");
    let at = async |api: &tests::Api, host: &str| api.get("/api/tickets").header("host", host).await;
    for host in [
        "acme.localhost",
        "ACME.localhost:8080",
        "localhost:8080",
        "127.0.0.1:8080",
        "[::1]:8080",
        "proxy",
        "www.localhost",
        "elsewhere.example",
    ] {
        assert_eq!(at(acme, host).await.status, 200, "{host}");
    }
    for host in ["globex.localhost", "globex.localhost:80", OURS, "nobody.localhost"] {
        let refused = at(acme, host).await;
        assert_eq!(refused.comparable(), unknown.comparable(), "{host}");
    }
    let _ = at(globex, OURS).await.expect(200);
    for (named, status) in [("acme", 200), ("globex", 401), ("nobody", 401), ("", 401), ("ACME", 401)] {
        let answer = acme.get("/api/tickets").header("x-tenant-id", named).await;
        assert_eq!(answer.status, status, "{named}");
        if status == 401 {
            assert_eq!(answer.comparable(), unknown.comparable(), "{named}");
        }
    }
}

#[tokio::test]
async fn people_log_in_where_their_tenant_is_found() {
    let world = World::new().await;
    let _ = take(world.acme(), OURS).await.expect(200);
    let invite = json!({"email": "eve@acme.example", "name": "Eve"});
    let invited = world.acme().post("/api/invitations", invite).await.expect(201);
    let password = "twelve or more characters";
    let anonymous = world.acme().anonymous();
    let accept = json!({"token": invited["token"], "password": password});
    let _ = anonymous
        .post("/api/invitations/accept", accept.clone())
        .header("host", "globex.localhost")
        .await
        .refused(404, "not_found");
    let joined = anonymous.post("/api/invitations/accept", accept).header("host", "acme.localhost").await.expect(201);

    let person = json!({"email": "eve@acme.example", "password": password});
    let _ = anonymous.post("/api/sessions", person.clone()).await.refused(422, "validation_failed");
    let _ = anonymous.post("/api/sessions", person.clone()).header("host", OURS).await.expect(201);
    let _ = anonymous.post("/api/sessions", person.clone()).header("x-tenant-id", "acme").await.expect(201);
    let both = json!({"tenant": "acme", "email": "eve@acme.example", "password": password});
    let _ = anonymous.post("/api/sessions", both.clone()).header("host", OURS).await.expect(201);
    for (header, value) in [("host", "globex.localhost"), ("host", "nobody.localhost"), ("x-tenant-id", "globex")] {
        let _ =
            anonymous.post("/api/sessions", both.clone()).header(header, value).await.refused(401, "wrong_credentials");
    }

    let eve = anonymous.with_key(joined["access_token"].as_str().unwrap());
    let _ = eve.get("/api/tickets").header("host", OURS).await.expect(200);
    let _ = eve.get("/api/tickets").header("host", "globex.localhost").await.refused(401, "unauthorized");
    assert_eq!(eve.get("/api/tickets").await.expect(200)["data"], Value::Array(vec![]));
}
