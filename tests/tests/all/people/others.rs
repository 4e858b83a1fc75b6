use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::json;
use tests::{Answer, Api, World};

use super::{PASSWORD, again, events, joined, joined_as, log_in, refresh, second_factors::WithApp, text};

const NEW: &str = "another horse, a battery";

async fn accept(api: &Api, tenant: &str, token: &str, password: &str) -> Answer {
    let body = json!({"tenant": tenant, "token": token, "password": password});
    api.anonymous().post("/api/password-resets/accept", body).await
}

#[tokio::test]
async fn sessions_of_another_are_listed_and_ended() {
    let world = World::new().await;
    let eve = joined(&world.acme, "eve@acme.example").await;
    world.pass(TimeDelta::milliseconds(1));
    let phone = again(&eve, "acme").await;
    let boss = joined_as(&world.acme, "boss@acme.example", json!({"role": "admin"})).await;
    let path = format!("/api/agents/{}/sessions", eve.agent());
    let listed = boss.api.get(&path).await.expect(200);
    assert_eq!(listed.column("id"), [phone.session(), eve.session()]);
    assert_eq!(listed.column("current"), [json!(false), json!(false)]);
    let none = world.acme().get("/api/agents/agt_00000000000000000000000000000000/sessions").await;
    let _ = none.refused(404, "not_found");
    let _ = world.globex().get(&path).await.refused(404, "not_found");
    let _ = eve.api.get(&path).await.refused(403, "insufficient_scope");

    let one = format!("{path}/{}", phone.session());
    let _ = eve.api.delete(&one).await.refused(403, "insufficient_scope");
    let _ = world.globex().delete(&one).await.refused(404, "not_found");
    let _ = boss.api.delete(&one).await.expect(204);
    let _ = boss.api.delete(&one).await.refused(404, "not_found");
    let _ = phone.api.get("/api/tickets").await.refused(401, "unauthorized");
    let _ = refresh(world.acme(), phone.refresh_token()).await.refused(401, "invalid_refresh_token");
    let _ = eve.api.get("/api/tickets").await.expect(200);
    let _ = boss.api.delete(&path).await.expect(204);
    let _ = eve.api.get("/api/tickets").await.refused(401, "unauthorized");
    let recorded = events(&world, eve.agent()).await;
    assert_eq!(recorded.last().unwrap().1, json!({"session": eve.session(), "reason": "administrator"}));
}

#[tokio::test]
async fn nobody_takes_the_sessions_factors_or_password_of_somebody_who_may_more() {
    let world = World::new().await;
    let owner = joined_as(&world.acme, "owner@acme.example", json!({"role": "owner"})).await;
    let keeper = world.acme.with_scopes(&["security:*", "tickets:*"]).await;
    let path = format!("/api/agents/{}", owner.agent());
    for call in [
        keeper.delete(&format!("{path}/sessions")),
        keeper.delete(&format!("{path}/sessions/{}", owner.session())),
        keeper.delete(&format!("{path}/factors")),
        keeper.post(&format!("{path}/password-reset"), json!({})),
    ] {
        assert_eq!(call.await.status, 403);
    }
    let _ = owner.api.get("/api/tickets").await.expect(200);
}

#[tokio::test]
async fn whoever_lost_their_factors_logs_in_with_the_password_once_they_were_taken() {
    let world = World::new().await;
    let with = WithApp::new(&world, "eve@acme.example").await;
    let _ = world.acme().delete(&format!("/api/agents/{}/factors", with.eve.agent())).await.expect(204);
    let _ = with.eve.api.get("/api/tickets").await.refused(401, "unauthorized");
    let eve = again(&with.eve, "acme").await;
    assert_eq!(eve.api.get("/api/me/factors").await.expect(200)["data"], json!([]));
    let left = "SELECT (SELECT count(*) FROM tenant_acme.factors) + (SELECT count(*) FROM tenant_acme.recovery_codes)";
    assert_eq!(world.superuser().await.query_one(left, &[]).await.unwrap().get::<_, i64>(0), 0);
    let _ = WithApp::of(&world, eve).await;
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_and_second_factors_stay() {
    let world = World::new().await;
    let with = WithApp::new(&world, "eve@acme.example").await;
    let path = format!("/api/agents/{}/password-reset", with.eve.agent());
    let first = world.acme().post(&path, json!({})).await.expect(201);
    let issued = world.acme().post(&path, json!({})).await.expect(201);
    let token = text(&issued.body, "token");
    assert_eq!(issued["accept_path"], format!("/join#tenant=acme&reset={token}"));
    let none = accept(world.acme(), "acme", "no-such-token", NEW).await.refused(404, "not_found");
    for (tenant, token) in [("globex", token), ("nowhere", token), ("acme", text(&first.body, "token"))] {
        assert_eq!(accept(world.acme(), tenant, token, NEW).await.comparable(), none.comparable(), "{tenant}");
    }
    let _ = accept(world.acme(), "acme", token, "short").await.refused(422, "validation_failed");
    let _ = with.eve.api.get("/api/tickets").await.expect(200);
    let _ = accept(world.acme(), "acme", token, NEW).await.expect(204);
    assert_eq!(accept(world.acme(), "acme", token, NEW).await.comparable(), none.comparable());
    let _ = with.eve.api.get("/api/tickets").await.refused(401, "unauthorized");
    let _ = log_in(world.acme(), "acme", &with.eve.email, PASSWORD).await.refused(401, "wrong_credentials");
    let asked = log_in(world.acme(), "acme", &with.eve.email, NEW).await.expect(200);
    assert_eq!(asked["factors"], json!(["totp", "recovery_code"]));

    let last = world.acme().post(&path, json!({})).await.expect(201);
    world.pass(TimeDelta::days(1));
    let late = accept(world.acme(), "acme", text(&last.body, "token"), NEW).await;
    assert_eq!(late.comparable(), none.comparable());
    let never = world.acme.agent("Never Joined").await.id();
    let path = format!("/api/agents/{never}/password-reset");
    let _ = world.acme().post(&path, json!({})).await.refused(409, "agent_not_joined");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_use_one_password_reset_at_once_exactly_one_sets_theirs() {
    let world = World::new().await;
    let other = world.another_process().await;
    let eve = joined(&world.acme, "eve@acme.example").await;
    for round in 0..3 {
        let path = format!("/api/agents/{}/password-reset", eve.agent());
        let issued = world.acme().post(&path, json!({})).await.expect(201);
        let password = |n: usize| format!("the password of {round} and {n}");
        let nodes = [world.acme(), other.acme(), world.acme(), other.acme()];
        let calls = nodes.into_iter().enumerate().map(|(n, api)| {
            let (token, password) = (text(&issued.body, "token").to_owned(), password(n));
            async move { accept(api, "acme", &token, &password).await }
        });
        let answers = join_all(calls).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 204).count(), 1, "round {round}");
        for (n, answer) in answers.iter().enumerate() {
            let status = log_in(world.acme(), "acme", &eve.email, &password(n)).await.status;
            assert_eq!(status, if answer.status == 204 { 201 } else { 401 }, "the winner's password counts");
        }
        world.pass(TimeDelta::minutes(5));
    }
}
