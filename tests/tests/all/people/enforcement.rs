use chrono::TimeDelta;
use event_store::Clock;
use serde_json::json;
use tests::{World, totp};

use super::{PASSWORD, again, events, joined, joined_as, refresh, second_factors::WithApp};

#[tokio::test]
async fn whoever_must_have_a_second_factor_does_nothing_before_they_have_one() {
    let world = World::new().await;
    let eve = joined(&world.acme, "eve@acme.example").await;
    let boss = joined_as(&world.acme, "boss@acme.example", json!({"role": "admin"})).await;
    let _ =
        world.acme().patch("/api/access-policy", json!({"roles": {"admin": {"mfa_required": true}}})).await.expect(200);
    let _ = eve.api.get("/api/tickets").await.expect(200);
    for path in ["/api/tickets", "/api/agents", "/api/keys", "/api/events?limit=1", "/api/access-policy"] {
        let refused = boss.api.get(path).await.refused(403, "mfa_required");
        assert!(refused["detail"].as_str().unwrap().contains("/api/me/factors"), "{}", refused.text);
    }
    let _ = boss.api.patch("/api/access-policy", json!({"mfa_required": false})).await.refused(403, "mfa_required");
    let _ = world.acme().get("/api/tickets").await.expect(200);
    // A new session is no way round it, nor is a refresh.
    let boss = again(&boss, "acme").await.refreshed().await;
    let _ = boss.api.get("/api/tickets").await.refused(403, "mfa_required");
    let _ = boss.api.get("/api/sessions").await.expect(200);
    let boss = WithApp::of(&world, boss).await.eve;
    let _ = boss.api.get("/api/tickets").await.expect(200);
    let factor = boss.api.get("/api/me/factors").await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
    let _ = boss.api.delete(&format!("/api/me/factors/{factor}")).await.expect(204);
    let _ = boss.api.get("/api/tickets").await.refused(403, "mfa_required");
    let _ = boss.api.delete("/api/sessions/current").await.expect(204);

    let _ = world.acme().patch("/api/access-policy", json!({"mfa_required": true})).await.expect(200);
    let _ = eve.api.get("/api/tickets").await.refused(403, "mfa_required");
}

#[tokio::test]
async fn sensitive_acts_take_a_recent_proof_and_others_do_not() {
    let world = World::new().await;
    let owner = joined_as(&world.acme, "owner@acme.example", json!({"role": "owner"})).await;
    let with = WithApp::of(&world, owner).await;
    let customer = world.acme.customer("Ann").await.id();
    world.pass(TimeDelta::minutes(14));
    let owner = with.eve.refreshed().await;
    let key = || owner.api.post("/api/keys", json!({"name": "CRM", "scopes": ["tickets:read"]}));
    let id = key().await.expect(201).id();
    world.pass(TimeDelta::minutes(1));
    let agent = format!("/api/agents/{}", owner.agent());
    let asked = [
        key(),
        owner.api.delete(&format!("/api/keys/{id}")),
        owner.api.post(&format!("/api/customers/{customer}/erase"), json!({})),
        owner.api.post(&format!("/api/customers/{customer}/export"), json!({})),
        owner.api.patch("/api/access-policy", json!({"mfa_required": false})),
        owner.api.post("/api/me/factors/totp/options", json!({})),
        owner.api.post("/api/me/recovery-codes", json!({})),
        owner.api.delete(&format!("{agent}/factors")),
        owner.api.post(&format!("{agent}/password-reset"), json!({})),
    ];
    for call in asked {
        let _ = call.await.refused(403, "reauthentication_required");
    }
    let _ = owner.api.get("/api/keys").await.expect(200);
    let _ = world.acme().post("/api/keys", json!({"name": "ERP", "scopes": ["tickets:read"]})).await.expect(201);

    let prove = |body| owner.api.post("/api/sessions/current/reauthentication", body);
    for (body, pointer) in [
        (json!({"password": "a wrong password"}), "/password"),
        (json!({"code": "000000"}), "/code"),
        (json!({"recovery_code": "0000-0000-0000-0000"}), "/recovery_code"),
    ] {
        let refused = prove(body).await.refused(422, "validation_failed");
        assert!(refused.names(pointer, "wrong_proof"), "{}", refused.text);
    }
    let _ = prove(json!({})).await.refused(422, "validation_failed");
    let _ = world
        .acme()
        .post("/api/sessions/current/reauthentication", json!({"password": PASSWORD}))
        .await
        .refused(403, "people_only");
    for body in [
        json!({"password": PASSWORD}),
        json!({"code": totp(&with.secret, world.clock.now(), 0)}),
        json!({"recovery_code": with.codes[0]}),
    ] {
        let _ = key().await.refused(403, "reauthentication_required");
        let _ = prove(body.clone()).await.expect(204);
        let _ = key().await.expect(201);
        world.pass(TimeDelta::minutes(15));
        let refused = owner.api.get("/api/sessions").await;
        if refused.status == 401 {
            break;
        }
    }
    let recorded = events(&world, owner.agent()).await;
    assert!(
        recorded
            .iter()
            .any(|(event_type, payload)| { event_type == "agent.reauthenticated" && payload["proof"] == "password" })
    );
}

#[tokio::test]
async fn sessions_end_when_the_policy_says_also_those_that_were_begun_before() {
    let world = World::new().await;
    let eve = joined(&world.acme, "eve@acme.example").await;
    let limits = json!({"sessions": {"idle_minutes": 10, "absolute_minutes": 30, "reauthentication_minutes": 5}});
    let _ = world.acme().patch("/api/access-policy", limits).await.expect(200);
    let listed = eve.api.get("/api/sessions").await.expect(200);
    let times = ["created_at", "idle_until", "ends_at"].map(|field| {
        let text = listed["data"][0][field].as_str().unwrap();
        text.parse::<chrono::DateTime<chrono::Utc>>().unwrap()
    });
    assert_eq!((times[1] - times[0], times[2] - times[0]), (TimeDelta::minutes(10), TimeDelta::minutes(30)));
    // Used now and then, it goes on; then it is over all the same.
    let mut eve = eve;
    for _ in 0..3 {
        world.pass(TimeDelta::minutes(9));
        let _ = eve.api.get("/api/tickets").await.expect(200);
        eve = eve.refreshed().await;
    }
    world.pass(TimeDelta::minutes(3));
    let _ = eve.api.get("/api/tickets").await.refused(401, "unauthorized");
    let _ = refresh(world.acme(), eve.refresh_token()).await.refused(401, "invalid_refresh_token");
    let idle = again(&eve, "acme").await;
    world.pass(TimeDelta::minutes(10));
    let _ = idle.api.get("/api/tickets").await.refused(401, "unauthorized");
    let _ = refresh(world.acme(), idle.refresh_token()).await.refused(401, "invalid_refresh_token");
}
