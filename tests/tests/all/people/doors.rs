use chrono::TimeDelta;
use serde_json::json;
use tests::World;

use super::{PASSWORD, events, invite, joined, log_in, text, types};

#[tokio::test]
async fn whatever_is_wrong_the_answer_and_the_work_are_the_same() {
    let world = World::new().await;
    let eve = joined(&world.acme, "eve@acme.example").await;
    let gone = joined(&world.acme, "gone@acme.example").await;
    let _ = world.acme().patch(&format!("/api/agents/{}", gone.agent()), json!({"active": false})).await.expect(200);
    let _ = invite(world.acme(), "invited@acme.example").await;
    let _ = world.acme.agent("Never Invited").await;
    let long = "x".repeat(10_000);
    let expected = log_in(world.acme(), "acme", &eve.email, "a wrong password").await.refused(401, "wrong_credentials");
    assert_eq!(expected.header("www-authenticate"), Some("Bearer"));
    let hasher = world.app.desk.people().hasher();
    for (tenant, email, password) in [
        ("acme", "nobody@acme.example", PASSWORD),
        ("acme", "not an address", PASSWORD),
        ("acme", "", ""),
        ("acme", "invited@acme.example", PASSWORD),
        ("acme", "agent-1@acme.example", PASSWORD),
        ("acme", gone.email.as_str(), PASSWORD),
        ("acme", eve.email.as_str(), long.as_str()),
        ("acme", eve.email.as_str(), ""),
        ("globex", eve.email.as_str(), PASSWORD),
        ("nowhere", eve.email.as_str(), PASSWORD),
        ("No Tenant", eve.email.as_str(), PASSWORD),
    ] {
        let before = hasher.verifications();
        let answer = log_in(world.acme(), tenant, email, password).await;
        assert_eq!(answer.comparable(), expected.comparable(), "{tenant} {email}");
        assert_eq!(hasher.verifications(), before + 1, "{tenant} {email}");
    }
    let before = hasher.verifications();
    let _ = log_in(world.acme(), "acme", "EVE@Acme.Example", PASSWORD).await.expect(201);
    assert_eq!(hasher.verifications(), before + 1, "a right one takes the same");
}

#[tokio::test]
async fn a_log_in_says_what_it_takes() {
    let world = World::new().await;
    let anonymous = world.acme().anonymous();
    for (body, pointer, code) in [
        (json!({"email": "a@b.c", "password": "x"}), "/tenant", "required"),
        (json!({"tenant": "acme", "email": 7, "password": "x"}), "/email", "invalid_type"),
        (json!({"tenant": "acme", "email": "a@b.c", "password": "x", "otp": "1"}), "/otp", "unknown_field"),
    ] {
        let answer = anonymous.post("/api/sessions", body).await.refused(422, "validation_failed");
        assert!(answer.names(pointer, code), "{}", answer.text);
    }
    let _ = anonymous.post("/api/sessions/refresh", json!({})).await.refused(422, "validation_failed");
    let _ = anonymous
        .call(reqwest::Method::POST, "/api/sessions")
        .raw("text/plain", "x")
        .await
        .refused(415, "unsupported_media_type");
}

#[tokio::test]
async fn attempts_are_bounded_for_a_while_and_not_for_others() {
    let world = World::new().await;
    let eve = joined(&world.acme, "eve@acme.example").await;
    let max = joined(&world.acme, "max@acme.example").await;
    for _ in 0..5 {
        let _ = log_in(world.acme(), "acme", &eve.email, "a wrong password").await.refused(401, "wrong_credentials");
    }
    let before = world.app.desk.people().hasher().verifications();
    let refused = log_in(world.acme(), "acme", &eve.email, PASSWORD).await.refused(429, "too_many_attempts");
    assert_eq!(refused.header("retry-after"), Some("20"));
    assert_eq!(world.app.desk.people().hasher().verifications(), before, "no work for those who are refused");
    let _ = log_in(world.acme(), "acme", &max.email, PASSWORD).await.expect(201);
    let _ = eve.api.get("/api/tickets").await.expect(200);
    // An unknown address is bounded alike, so the bound tells nothing.
    for _ in 0..5 {
        let _ = log_in(world.acme(), "acme", "no@acme.example", "x").await.refused(401, "wrong_credentials");
    }
    let unknown = log_in(world.acme(), "acme", "no@acme.example", "x").await.refused(429, "too_many_attempts");
    assert_eq!(unknown.comparable(), refused.comparable());
    world.pass(TimeDelta::seconds(20));
    let _ = log_in(world.acme(), "acme", &eve.email, PASSWORD).await.expect(201);
}

#[tokio::test]
async fn wrong_passwords_are_counted_and_recorded_at_most_once_an_hour() {
    let world = World::new().await;
    let eve = joined(&world.acme, "eve@acme.example").await;
    let mut committed = world.acme.log.committed();
    let head = world.acme.log.head().await.unwrap().position;
    let wrong = async || {
        let _ = log_in(world.acme(), "acme", &eve.email, "a wrong password").await.refused(401, "wrong_credentials");
        world.pass(TimeDelta::seconds(30));
    };
    for _ in 0..20 {
        wrong().await;
    }
    // The first is recorded beside its answer; the others wait for their hour.
    committed.wait_for(|position| *position > head).await.unwrap();
    let failures = async || {
        let events = events(&world, eve.agent()).await;
        let failed = events.into_iter().filter(|(event_type, _)| event_type == "agent.log_in_failed");
        failed.map(|(_, payload)| payload["attempts"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    let first = failures().await;
    assert_eq!(first.len(), 1);
    world.pass(TimeDelta::hours(1));
    let head = world.acme.log.head().await.unwrap().position;
    wrong().await;
    committed.wait_for(|position| *position > head).await.unwrap();
    let both = failures().await;
    assert_eq!((both.len(), both.iter().sum::<u64>()), (2, 21));
    // The next log-in tells of those in between.
    wrong().await;
    wrong().await;
    let _ = log_in(world.acme(), "acme", &eve.email, PASSWORD).await.expect(201);
    let recorded = events(&world, eve.agent()).await;
    let (event_type, payload) = recorded.last().unwrap();
    assert_eq!((event_type.as_str(), &payload["failed_attempts"]), ("agent.session_started", &json!(2)));
    let _ = log_in(world.acme(), "acme", &eve.email, PASSWORD).await.expect(201);
    let recorded = events(&world, eve.agent()).await;
    assert_eq!(recorded.last().unwrap().1.get("failed_attempts"), None, "told once");
}

#[tokio::test]
async fn logging_in_makes_no_edit_of_the_agent_stale() {
    let world = World::new().await;
    let eve = joined(&world.acme, "eve@acme.example").await;
    let path = format!("/api/agents/{}", eve.agent());
    let seen = world.acme().get(&path).await.expect(200).etag();
    let _ = super::again(&eve, "acme").await;
    let _ = world.acme().patch(&path, json!({"name": "Eva"})).header("if-match", &seen).await.expect(200);
    let stale = world.acme().patch(&path, json!({"name": "Ava"})).header("if-match", &seen).await;
    assert_eq!(stale.refused(412, "version_mismatch")["changed_fields"], json!(["name"]));
}

#[tokio::test]
async fn the_feed_tells_who_joined_and_nothing_of_who_came_and_went() {
    let world = World::new().await;
    let eve = joined(&world.acme, "eve@acme.example").await;
    let _ = eve.api.delete("/api/sessions/current").await.expect(204);
    let feed = world.acme().get("/api/events?limit=100").await.expect(200);
    for (name, shown) in [("agent.invited", true), ("agent.joined", true), ("session", false), ("127.0.0.1", false)] {
        assert_eq!(feed.text.contains(name), shown, "{name}: {}", feed.text);
    }
    assert!(types(&world, eve.agent()).await.contains(&"agent.session_ended".to_owned()));
    let audit = world.acme().get("/api/audit").await.expect(200);
    assert!(audit.text.contains("agent.session_started"), "{}", audit.text);
    assert!(!feed.text.contains(text(&eve.tokens, "refresh_token")));
}

#[tokio::test]
async fn behind_a_proxy_one_address_stops_itself_and_not_those_behind_the_same_proxy() {
    let world = World::new().await;
    let eve = joined(&world.acme, "eve@acme.example").await;
    let proxied = world.acme_through(world.app.clone().behind(["127.0.0.1/32".parse().unwrap()])).await;
    let from = |address: &str, password: &str| {
        let body = json!({"tenant": "acme", "email": eve.email, "password": password});
        proxied.anonymous().post("/api/sessions", body).header("x-forwarded-for", address)
    };
    for _ in 0..5 {
        // What the client writes itself, before the proxy adds what it sees, makes no difference.
        let _ = from("10.9.8.7, 192.0.2.1", "a wrong password").await.refused(401, "wrong_credentials");
    }
    let _ = from("10.9.8.8, 192.0.2.1", PASSWORD).await.refused(429, "too_many_attempts");
    let tokens = from("198.51.100.7", PASSWORD).await.expect(201);
    let api = proxied.with_key(text(&tokens.body, "access_token"));
    let sessions = api.get("/api/sessions").await.expect(200);
    assert_eq!(sessions["data"][0]["address"], "198.51.100.7");

    // Without a proxy that is trusted, the header is anybody's.
    let direct = world.acme().anonymous();
    for n in 0..6 {
        let body = json!({"tenant": "globex", "email": eve.email, "password": "a wrong password"});
        let answer = direct.post("/api/sessions", body).header("x-forwarded-for", &format!("192.0.2.{n}")).await;
        assert_eq!(answer.status, if n < 5 { 401 } else { 429 }, "{n}");
    }
}

#[tokio::test]
async fn no_fast_hash_of_a_password_is_stored() {
    let world = World::new().await;
    let eve = joined(&world.acme, "eve@acme.example").await;
    let body = json!({"current": PASSWORD, "new": "another horse, a battery"}).to_string();
    let change = eve.api.call(reqwest::Method::POST, "/api/password").header("idempotency-key", "once");
    let _ = change.raw("application/json", body.clone()).await.expect(204);
    let sha256 = |bytes: &[u8]| ring::digest::digest(&ring::digest::SHA256, bytes).as_ref().to_vec();
    let of_body = sha256(body.as_bytes());
    let of_request = sha256(&[b"/api/password\0", of_body.as_slice()].concat());
    let sql = "SELECT count(*) FROM tenant_acme.commands WHERE request_digest = ANY($1)";
    let found = world.superuser().await.query_one(sql, &[&vec![of_body, of_request]]).await.unwrap();
    assert_eq!(found.get::<_, i64>(0), 0, "whoever reads the table could try passwords by the billion");
}
