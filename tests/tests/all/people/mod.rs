//! People over HTTP: invited, joined, logged in, logged out.

mod browser;
mod cookies;
mod doors;
mod enforcement;
mod invitations;
mod others;
mod passkeys;
mod races;
mod second_factors;
mod sessions;
mod tokens;

use serde_json::{Value, json};
use tests::{Answer, Api, Tenant, World};

const PASSWORD: &str = "a horse, a battery";

/// Somebody who joined, with the tokens that they hold.
struct Person {
    email: String,
    tokens: Value,
    api: Api,
}

impl Person {
    fn of(api: &Api, email: &str, tokens: &Answer) -> Self {
        let api = api.with_key(text(&tokens.body, "access_token"));
        Self { email: email.to_owned(), tokens: tokens.body.clone(), api }
    }

    fn access(&self) -> &str {
        text(&self.tokens, "access_token")
    }

    fn refresh_token(&self) -> &str {
        text(&self.tokens, "refresh_token")
    }

    fn agent(&self) -> &str {
        text(&self.tokens["agent"], "id")
    }

    fn session(&self) -> &str {
        text(&self.tokens, "session_id")
    }

    async fn refreshed(&self) -> Self {
        let tokens = refresh(&self.api, self.refresh_token()).await.expect(200);
        Self::of(&self.api, &self.email, &tokens)
    }
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("no {field} in {value}"))
}

async fn invite(api: &Api, email: &str) -> Answer {
    api.post("/api/invitations", json!({"email": email, "name": "Eve Miller"})).await.expect(201)
}

async fn accept(api: &Api, tenant: &str, token: &str) -> Answer {
    let body = json!({"tenant": tenant, "token": token, "password": PASSWORD});
    api.anonymous().post("/api/invitations/accept", body).await
}

async fn log_in(api: &Api, tenant: &str, email: &str, password: &str) -> Answer {
    let body = json!({"tenant": tenant, "email": email, "password": password});
    api.anonymous().post("/api/sessions", body).await
}

async fn refresh(api: &Api, token: &str) -> Answer {
    api.anonymous().post("/api/sessions/refresh", json!({"refresh_token": token})).await
}

/// An agent of this tenant who joined.
async fn joined(tenant: &Tenant, email: &str) -> Person {
    joined_as(tenant, email, json!({})).await
}

async fn joined_as(tenant: &Tenant, email: &str, with: Value) -> Person {
    let mut body = json!({"email": email, "name": "Eve Miller"});
    body.as_object_mut().expect("an object").extend(with.as_object().expect("an object").clone());
    let invitation = tenant.api.post("/api/invitations", body).await.expect(201);
    let tokens = accept(&tenant.api, tenant.log.tenant().as_str(), text(&invitation.body, "token")).await.expect(201);
    Person::of(&tenant.api, email, &tokens)
}

/// Logged in once more.
async fn again(person: &Person, tenant: &str) -> Person {
    let tokens = log_in(&person.api, tenant, &person.email, PASSWORD).await.expect(201);
    Person::of(&person.api, &person.email, &tokens)
}

/// The types of an agent's events, in order, and the payload of the last one of some type.
async fn events(world: &World, agent: &str) -> Vec<(String, Value)> {
    let stream = event_store::StreamId::new("agent", agent);
    let events = world.acme.log.load(&stream, 0).await.expect("events");
    events.into_iter().map(|event| (event.event_type, event.payload)).collect()
}

async fn types(world: &World, agent: &str) -> Vec<String> {
    events(world, agent).await.into_iter().map(|(event_type, _)| event_type).collect()
}

#[tokio::test]
async fn an_agent_is_invited_joins_works_logs_out_and_in_again() {
    let world = World::new().await;
    let acme = world.acme();
    let invitation = invite(acme, "Eve@acme.example").await;
    let token = text(&invitation.body, "token");
    assert_eq!(invitation["accept_path"], format!("/join#tenant=acme&token={token}"));
    let path = format!("/api/agents/{}", text(&invitation.body, "agent_id"));
    assert_eq!(acme.get(&path).await.expect(200)["email"], "Eve@acme.example", "the write is in the lists");

    let joined = accept(acme, "acme", token).await.expect(201);
    assert_eq!((&joined["token_type"], &joined["expires_in"]), (&json!("Bearer"), &json!(900)));
    let agent =
        json!({"id": invitation["agent_id"], "name": "Eve Miller", "email": "Eve@acme.example", "role": "agent"});
    assert_eq!(joined["agent"], agent);
    assert_eq!(joined.header("cache-control"), Some("private, no-store"));
    let eve = Person::of(acme, "eve@ACME.example", &joined);

    let ticket = world.acme.ticket("Printer").await;
    let ticket = format!("/api/tickets/{}", ticket.id());
    let _ = eve.api.post(&format!("{ticket}/messages"), json!({"body": "Turn it off and on."})).await.expect(201);
    let messages = eve.api.get(&format!("{ticket}/messages")).await.expect(200);
    assert_eq!(messages.text.matches(eve.agent()).count(), 1, "the reply is hers: {}", messages.text);
    let _ = eve.api.post("/api/agents", json!({"name": "X"})).await.refused(403, "insufficient_scope");
    let _ = eve.api.get("/api/keys").await.refused(403, "insufficient_scope");

    let _ = eve.api.delete("/api/sessions/current").await.expect(204);
    let _ = eve.api.get("/api/tickets").await.refused(401, "unauthorized");
    let _ = refresh(acme, eve.refresh_token()).await.refused(401, "invalid_refresh_token");
    let _ = again(&eve, "acme").await.api.get("/api/tickets").await.expect(200);
    let expected = ["created", "invited", "joined", "session_started", "session_ended", "session_started"];
    assert_eq!(types(&world, eve.agent()).await, expected.map(|name| format!("agent.{name}")));
}

#[tokio::test]
async fn nobody_is_invited_as_what_may_more_than_who_invites_them() {
    let world = World::new().await;
    let admin = joined_as(&world.acme, "root@acme.example", json!({"role": "owner"})).await;
    assert_eq!(admin.tokens["agent"]["role"], "owner");
    let _ = admin.api.get("/api/keys").await.expect(200);
    let _ = invite(&admin.api, "eve@acme.example").await;

    let writer = world.acme.with_scopes(&["agents:*", "tickets:*", "customers:*", "events:read"]).await;
    let refused = |body: Value| writer.post("/api/invitations", body);
    let as_admin = json!({"email": "x@acme.example", "name": "X", "role": "admin"});
    let _ = refused(as_admin).await.refused(403, "insufficient_scope");
    let as_agent = json!({"email": "x@acme.example", "name": "X"});
    let narrow = world.acme.with_scopes(&["agents:write"]).await;
    let _ = narrow.post("/api/invitations", as_agent).await.refused(403, "insufficient_scope");
    // Nor may they take the place of one, or of anybody who has joined.
    let _ = refused(json!({"email": "root@acme.example", "name": "X"})).await.refused(403, "owner_only");
    let pending = json!({"email": "boss@acme.example", "name": "Boss", "role": "owner"});
    let _ = admin.api.post("/api/invitations", pending).await.expect(201);
    let _ = refused(json!({"email": "boss@acme.example", "name": "X"})).await.refused(403, "owner_only");
    let _ = invite(&writer, "eve@acme.example").await;
    let eve = joined(&world.acme, "eve@acme.example").await;
    let _ = refused(json!({"email": eve.email, "name": "X"})).await.refused(403, "insufficient_scope");
    let _ = eve
        .api
        .post("/api/invitations", json!({"email": "y@b.c", "name": "Y"}))
        .await
        .refused(403, "insufficient_scope");
}

#[tokio::test]
async fn nothing_secret_or_personal_is_anywhere_in_clear() {
    let world = World::new().await;
    let invitation = invite(world.acme(), "eve@acme.example").await;
    let eve = Person::of(
        world.acme(),
        "eve@acme.example",
        &accept(world.acme(), "acme", text(&invitation.body, "token")).await.expect(201),
    );
    let eve = eve.refreshed().await;
    let _ = log_in(&eve.api, "acme", &eve.email, "a wrong password").await.refused(401, "wrong_credentials");
    let superuser = world.superuser().await;
    let mut everything = String::new();
    for table in ["events", "invitations", "passwords", "sessions", "refresh_tokens", "claims", "commands"] {
        let sql = format!("SELECT coalesce(string_agg(t::text, E'\\n'), '') FROM tenant_acme.{table} t");
        everything.push_str(&superuser.query_one(&sql, &[]).await.unwrap().get::<_, String>(0));
    }
    let keys = "SELECT string_agg(t::text, E'\\n') FROM control.signing_keys t";
    everything.push_str(&superuser.query_one(keys, &[]).await.unwrap().get::<_, String>(0));
    let private: Vec<String> =
        world.app.desk.store().signing_keys().await.unwrap().iter().map(|key| hex::encode(&key.private)).collect();
    let secrets = [PASSWORD, text(&invitation.body, "token"), eve.refresh_token(), eve.access(), &private[0]];
    for secret in secrets.into_iter().chain(["a wrong password", "eve@acme", "Eve Miller", "127.0.0.1"]) {
        assert!(!everything.contains(secret), "{secret} is in the database in clear");
    }
    assert!(everything.contains("$argon2id$v=19$m=19456,t=2,p=1$"));
}
