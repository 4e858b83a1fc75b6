use chrono::TimeDelta;
use serde_json::json;
use tests::World;

use super::{PASSWORD, again, events, joined, log_in, refresh, text};

#[tokio::test]
async fn a_refresh_token_that_comes_again_ends_its_session_for_both() {
    let world = World::new().await;
    let eve = joined(&world.acme, "eve@acme.example").await;
    let elsewhere = again(&eve, "acme").await;
    let next = eve.refreshed().await;
    assert_eq!((next.session(), next.agent()), (eve.session(), eve.agent()));
    assert_ne!(next.refresh_token(), eve.refresh_token());
    let after = next.refreshed().await;
    let _ = eve.api.get("/api/tickets").await.expect(200);

    // Whoever stole the first one tries it now.
    let stolen = refresh(world.acme(), eve.refresh_token()).await.refused(401, "invalid_refresh_token");
    let unknown = refresh(world.acme(), "hd_refresh_acme_x").await.refused(401, "invalid_refresh_token");
    assert_eq!(stolen.comparable(), unknown.comparable());
    for dead in [&eve, &next, &after] {
        let _ = dead.api.get("/api/tickets").await.refused(401, "unauthorized");
        let _ = refresh(world.acme(), dead.refresh_token()).await.refused(401, "invalid_refresh_token");
    }
    let _ = elsewhere.refreshed().await.api.get("/api/tickets").await.expect(200);
    let recorded = events(&world, eve.agent()).await;
    let (event_type, payload) = recorded.last().unwrap();
    assert_eq!(event_type, "agent.session_revoked");
    assert_eq!(payload, &json!({"session": eve.session(), "reason": "refresh_reuse"}));
}

#[tokio::test]
async fn a_session_is_over_when_it_was_idle_and_in_the_end() {
    let world = World::new().await;
    let idle = joined(&world.acme, "idle@acme.example").await;
    world.pass(TimeDelta::days(14) - TimeDelta::seconds(1));
    let idle = idle.refreshed().await;
    world.pass(TimeDelta::days(14));
    let _ = refresh(world.acme(), idle.refresh_token()).await.refused(401, "invalid_refresh_token");

    let mut busy = joined(&world.acme, "busy@acme.example").await;
    for _ in 0..8 {
        world.pass(TimeDelta::days(10));
        busy = busy.refreshed().await;
    }
    world.pass(TimeDelta::days(10) - TimeDelta::seconds(1));
    busy = busy.refreshed().await;
    let _ = busy.api.get("/api/tickets").await.expect(200);
    world.pass(TimeDelta::seconds(1));
    let _ = busy.api.get("/api/tickets").await.refused(401, "unauthorized");
    let _ = refresh(world.acme(), busy.refresh_token()).await.refused(401, "invalid_refresh_token");
}

#[tokio::test]
async fn a_deactivated_agent_is_out_at_once_and_for_good() {
    let world = World::new().await;
    let other = world.another_process().await;
    let eve = joined(&world.acme, "eve@acme.example").await;
    let elsewhere = other.acme().with_key(eve.access());
    let _ = elsewhere.get("/api/tickets").await.expect(200);
    let path = format!("/api/agents/{}", eve.agent());
    let _ = world.acme().patch(&path, json!({"active": false})).await.expect(200);
    for api in [&eve.api, &elsewhere] {
        let _ = api.get("/api/tickets").await.refused(401, "unauthorized");
    }
    let _ = refresh(world.acme(), eve.refresh_token()).await.refused(401, "invalid_refresh_token");
    let _ = log_in(world.acme(), "acme", &eve.email, PASSWORD).await.refused(401, "wrong_credentials");
    let _ = world.acme().patch(&path, json!({"active": true})).await.expect(200);
    for api in [&eve.api, &elsewhere] {
        let _ = api.get("/api/tickets").await.refused(401, "unauthorized");
    }
    let _ = refresh(world.acme(), eve.refresh_token()).await.refused(401, "invalid_refresh_token");
    let _ = again(&eve, "acme").await.api.get("/api/tickets").await.expect(200);
}

#[tokio::test]
async fn ones_own_sessions_are_listed_and_ended_and_nobody_elses() {
    let world = World::new().await;
    let other = world.another_process().await;
    let eve = joined(&world.acme, "eve@acme.example").await;
    world.pass(TimeDelta::minutes(5));
    let phone = again(&eve, "acme").await;
    let max = joined(&world.acme, "max@acme.example").await;
    let stranger = joined(&world.globex, "eve@acme.example").await;
    let listed = eve.api.get("/api/sessions").header("user-agent", "curl/8").await.expect(200);
    assert_eq!(listed.column("id"), [phone.session(), eve.session()]);
    assert_eq!(listed.column("current"), [json!(false), json!(true)]);
    assert_eq!(listed["data"][0]["address"], "127.0.0.1");
    assert_eq!(listed["data"][1]["last_used_at"], listed["data"][0]["created_at"], "used just now");
    assert!(world.acme().get("/api/sessions").await.expect(200)["data"].as_array().unwrap().is_empty());

    let path = format!("/api/sessions/{}", phone.session());
    let none = eve.api.delete("/api/sessions/ses_00000000000000000000000000000000").await.refused(404, "not_found");
    for api in [&max.api, &stranger.api, world.acme(), world.globex()] {
        assert_eq!(api.delete(&path).await.comparable(), none.comparable());
    }
    let _ = world.acme().delete("/api/sessions/current").await.refused(404, "not_found");
    let _ = world.acme().anonymous().delete(&path).await.refused(401, "unauthorized");
    let _ = phone.api.get("/api/tickets").await.expect(200);
    let key = ("idempotency-key", "end-phone");
    let _ = eve.api.delete(&path).header(key.0, key.1).await.expect(204);
    let _ = phone.api.get("/api/tickets").await.refused(401, "unauthorized");
    let _ = other.acme().with_key(phone.access()).get("/api/tickets").await.refused(401, "unauthorized");
    let _ = eve.api.delete(&path).header(key.0, key.1).await.expect(204);
    let _ = eve.api.delete(&path).await.refused(404, "not_found");
    assert_eq!(eve.api.get("/api/sessions").await.expect(200).column("id"), [eve.session()]);
}

#[tokio::test]
async fn a_new_password_takes_the_old_one_and_ends_the_other_sessions() {
    let world = World::new().await;
    let eve = joined(&world.acme, "eve@acme.example").await;
    let phone = again(&eve, "acme").await;
    let change = |current: &str, new: &str| eve.api.post("/api/password", json!({"current": current, "new": new}));
    let wrong = change("a wrong password", "another password").await.refused(422, "validation_failed");
    assert!(wrong.names("/current", "wrong_password"));
    assert!(change(PASSWORD, "short").await.refused(422, "validation_failed").names("/new", "invalid_value"));
    let by_key = json!({"current": PASSWORD, "new": "another password"});
    let _ = world.acme().post("/api/password", by_key).await.refused(403, "people_only");
    let _ = phone.api.get("/api/tickets").await.expect(200);

    let _ = change(PASSWORD, "another password").await.expect(204);
    let _ = eve.refreshed().await.api.get("/api/tickets").await.expect(200);
    let _ = phone.api.get("/api/tickets").await.refused(401, "unauthorized");
    let _ = refresh(world.acme(), phone.refresh_token()).await.refused(401, "invalid_refresh_token");
    let _ = log_in(world.acme(), "acme", &eve.email, PASSWORD).await.refused(401, "wrong_credentials");
    let _ = log_in(world.acme(), "acme", &eve.email, "another password").await.expect(201);
    let recorded = events(&world, eve.agent()).await;
    let (_, changed) = recorded.iter().find(|(event_type, _)| event_type == "agent.password_changed").unwrap();
    assert_eq!(text(changed, "kept_session"), eve.session());
    for _ in 0..10 {
        let _ = change("a wrong password", "another password").await;
    }
    let _ = change("another password", PASSWORD).await.refused(429, "too_many_attempts");
}

#[tokio::test]
async fn a_refresh_that_fails_for_a_reason_of_ours_leaves_the_token_good() {
    let world = World::new().await;
    let eve = joined(&world.acme, "eve@acme.example").await;
    // The keys are looked at anew after a minute.
    world.pass(TimeDelta::minutes(2));
    let superuser = world.superuser().await;
    superuser.batch_execute("ALTER TABLE control.signing_keys RENAME TO mislaid").await.unwrap();
    assert!(refresh(world.acme(), eve.refresh_token()).await.status >= 500);
    superuser.batch_execute("ALTER TABLE control.mislaid RENAME TO signing_keys").await.unwrap();
    let _ = eve.refreshed().await.api.get("/api/tickets").await.expect(200);
}

#[tokio::test]
async fn sessions_and_invitations_that_are_over_are_forgotten_also_of_those_who_never_come_back() {
    let world = World::new().await;
    let _ = joined(&world.acme, "gone@acme.example").await;
    let _ = super::invite(world.acme(), "never@acme.example").await;
    let theirs = joined(&world.globex, "eve@globex.example").await;
    let forget = async || world.app.desk.forget_old_access(&world.acme.log).await.unwrap();
    assert_eq!(forget().await, 0);
    world.pass(TimeDelta::days(10));
    let theirs = theirs.refreshed().await;
    world.pass(TimeDelta::days(5));
    assert_eq!(forget().await, 1, "two weeks without a refresh");
    assert_eq!(world.acme().get("/api/invitations").await.expect(200)["data"].as_array().unwrap().len(), 1);
    world.pass(TimeDelta::days(25));
    assert_eq!(forget().await, 1, "a month after it ran out");
    let left = "SELECT (SELECT count(*) FROM tenant_acme.sessions) + (SELECT count(*) FROM tenant_acme.refresh_tokens)
                + (SELECT count(*) FROM tenant_acme.invitations)";
    assert_eq!(world.superuser().await.query_one(left, &[]).await.unwrap().get::<_, i64>(0), 0);
    let _ = refresh(world.globex(), theirs.refresh_token()).await.refused(401, "invalid_refresh_token");
}
