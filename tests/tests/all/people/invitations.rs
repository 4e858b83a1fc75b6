use chrono::TimeDelta;
use serde_json::json;
use tests::World;

use super::{Person, accept, events, invite, joined, log_in, refresh, text};

#[tokio::test]
async fn an_invitation_is_good_once_for_a_week_and_in_its_tenant_only() {
    let world = World::new().await;
    let first = invite(world.acme(), "eve@acme.example").await;
    let token = text(&first.body, "token");
    let none = accept(world.acme(), "acme", "no-such-token").await.refused(404, "not_found");
    for tenant in ["globex", "nowhere", "not a tenant", ""] {
        let answer = accept(world.acme(), tenant, token).await.refused(404, "not_found");
        assert_eq!(answer.comparable(), none.comparable(), "{tenant}");
    }
    let second = invite(world.acme(), "eve@acme.example").await;
    assert_eq!(second["agent_id"], first["agent_id"], "found, not created again");
    let replaced = accept(world.acme(), "acme", token).await.refused(404, "not_found");
    assert_eq!(replaced.comparable(), none.comparable());
    world.pass(TimeDelta::days(7));
    let _ = accept(world.acme(), "acme", text(&second.body, "token")).await.refused(404, "not_found");

    let third = invite(world.acme(), "eve@acme.example").await;
    world.pass(TimeDelta::days(7) - TimeDelta::seconds(1));
    let _ = accept(world.acme(), "acme", text(&third.body, "token")).await.expect(201);
    let again = accept(world.acme(), "acme", text(&third.body, "token")).await.refused(404, "not_found");
    assert_eq!(again.comparable(), none.comparable());
}

#[tokio::test]
async fn invitations_are_listed_page_by_page_and_revoked() {
    let world = World::new().await;
    for n in 0..5 {
        world.pass(TimeDelta::seconds(1));
        let _ = invite(world.acme(), &format!("agent-{n}@acme.example")).await;
    }
    let listed = world.acme().all("/api/invitations?limit=2").await;
    let emails: Vec<_> = listed.iter().map(|it| text(it, "email")).collect();
    assert_eq!(
        emails,
        ["agent-4", "agent-3", "agent-2", "agent-1", "agent-0"].map(|name| format!("{name}@acme.example"))
    );
    assert!(listed.iter().all(|it| it["acceptable"] == true && it["role"] == "agent" && it.get("token").is_none()));
    assert!(world.globex().all("/api/invitations").await.is_empty());

    let last = invite(world.acme(), "agent-9@acme.example").await;
    let path = format!("/api/invitations/{}", last.id());
    assert_eq!(last.header("location"), Some(path.as_str()));
    let _ = world.globex().delete(&path).await.refused(404, "not_found");
    let _ = world.acme.with_scopes(&["agents:read"]).await.delete(&path).await.refused(403, "insufficient_scope");
    let _ = world.acme().delete(&path).await.expect(204);
    let _ = world.acme().delete(&path).await.expect(204);
    let _ = accept(world.acme(), "acme", text(&last.body, "token")).await.refused(404, "not_found");
    assert_eq!(world.acme().all("/api/invitations").await.len(), 5);
    let _ =
        world.acme().delete("/api/invitations/inv_00000000000000000000000000000000").await.refused(404, "not_found");
    let _ = world.acme().delete("/api/invitations/nonsense").await.refused(404, "not_found");
    world.pass(TimeDelta::days(8));
    assert!(world.acme().all("/api/invitations").await.iter().all(|it| it["acceptable"] == false));
}

#[tokio::test]
async fn what_is_not_acceptable_is_named() {
    let world = World::new().await;
    for (body, pointer, code) in [
        (json!({"name": "Eve"}), "/email", "required"),
        (json!({"email": "eve", "name": "Eve"}), "/email", "invalid_value"),
        (json!({"email": "a@b.c", "name": ""}), "/name", "invalid_value"),
        (json!({"email": "a@b.c", "name": "Eve", "role": "boss"}), "/role", "invalid_value"),
    ] {
        let answer = world.acme().post("/api/invitations", body).await.refused(422, "validation_failed");
        assert!(answer.names(pointer, code), "{}", answer.text);
    }
    let token = invite(world.acme(), "eve@acme.example").await["token"].clone();
    for password in ["short", "eleven char", &"x".repeat(257), "Password1234"] {
        let body = json!({"tenant": "acme", "token": token, "password": password});
        let answer = world.acme().anonymous().post("/api/invitations/accept", body).await;
        let answer = answer.refused(422, "validation_failed");
        assert!(answer.names("/password", "invalid_value") && !answer.text.contains(password), "{}", answer.text);
    }
    let _ = accept(world.acme(), "acme", token.as_str().unwrap()).await.expect(201);
}

#[tokio::test]
async fn a_token_is_shown_once_also_to_those_who_repeat() {
    let world = World::new().await;
    let send = || {
        let body = json!({"email": "eve@acme.example", "name": "Eve"});
        world.acme().post("/api/invitations", body).header("idempotency-key", "invite-eve")
    };
    let first = send().await.expect(201);
    let _ = send().await.refused(422, "idempotency_key_reused");
    let _ = accept(world.acme(), "acme", text(&first.body, "token")).await.expect(201);
}

#[tokio::test]
async fn inviting_somebody_who_joined_replaces_their_password_and_ends_their_sessions() {
    let world = World::new().await;
    let eve = joined(&world.acme, "eve@acme.example").await;
    let invitation = invite(world.acme(), "eve@acme.example").await;
    let _ = eve.api.get("/api/tickets").await.expect(200);
    let body = json!({"tenant": "acme", "token": invitation["token"], "password": "another password"});
    let tokens = world.acme().anonymous().post("/api/invitations/accept", body).await.expect(201);
    let _ = eve.api.get("/api/tickets").await.refused(401, "unauthorized");
    let _ = refresh(world.acme(), eve.refresh_token()).await.refused(401, "invalid_refresh_token");
    let _ = log_in(world.acme(), "acme", &eve.email, super::PASSWORD).await.refused(401, "wrong_credentials");
    let eve = Person::of(world.acme(), &eve.email, &tokens);
    let _ = eve.api.get("/api/tickets").await.expect(200);
    let _ = log_in(world.acme(), "acme", &eve.email, "another password").await.expect(201);
}

#[tokio::test]
async fn who_is_deactivated_cannot_be_invited_and_their_invitation_is_void() {
    let world = World::new().await;
    let invitation = invite(world.acme(), "eve@acme.example").await;
    let path = format!("/api/agents/{}", text(&invitation.body, "agent_id"));
    let _ = world.acme().patch(&path, json!({"active": false})).await.expect(200);
    let _ = accept(world.acme(), "acme", text(&invitation.body, "token")).await.refused(404, "not_found");
    let listed = world.acme().get("/api/invitations").await.expect(200);
    assert_eq!(listed["data"][0]["acceptable"], false);
    let body = json!({"email": "eve@acme.example", "name": "Eve"});
    let _ = world.acme().post("/api/invitations", body).await.refused(409, "agent_deactivated");
    let _ = world.acme().patch(&path, json!({"active": true})).await.expect(200);
    let _ = accept(world.acme(), "acme", text(&invitation.body, "token")).await.refused(404, "not_found");
    let recorded = events(&world, text(&invitation.body, "agent_id")).await;
    assert!(recorded.iter().all(|(_, payload)| !payload.to_string().contains(text(&invitation.body, "token"))));
}
