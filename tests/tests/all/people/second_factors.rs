use chrono::TimeDelta;
use event_store::Clock;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::{Answer, Api, World, totp};

use super::{PASSWORD, Person, accept, events, joined, log_in, text, types};

/// Somebody with an authenticator app, its secret and their recovery codes.
pub struct WithApp {
    pub eve: Person,
    pub secret: String,
    pub codes: Vec<String>,
}

impl WithApp {
    pub async fn new(world: &World, email: &str) -> Self {
        Self::of(world, joined(&world.acme, email).await).await
    }

    pub async fn of(world: &World, eve: Person) -> Self {
        let options = eve.api.post("/api/me/factors/totp/options", json!({})).await.expect(200);
        let secret = text(&options.body, "secret").to_owned();
        // Of the step before: that of now is still good.
        let code = totp(&secret, world.clock.now(), -1);
        let body = json!({"enrolment": options["enrolment"], "code": code, "name": "My phone"});
        let added = eve.api.post("/api/me/factors/totp", body).await.expect(201);
        let codes = added["recovery_codes"].as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned());
        Self { eve, secret, codes: codes.collect() }
    }

    /// Past the password: the token to go on with.
    pub async fn first_step(&self) -> String {
        let asked = log_in(&self.eve.api, "acme", &self.eve.email, PASSWORD).await.expect(200);
        assert!(asked.body.get("access_token").is_none() && asked.body.get("refresh_token").is_none());
        text(&asked.body, "mfa_token").to_owned()
    }
}

pub fn second_step(api: &Api, token: &str, with: Value) -> tests::Call {
    let mut body = json!({"mfa_token": token});
    body.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
    api.anonymous().post("/api/sessions/mfa", body)
}

fn statuses(answers: &[Answer]) -> Vec<u16> {
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    statuses
}

#[tokio::test]
async fn whoever_has_an_app_logs_in_in_two_steps() {
    let world = World::new().await;
    let with = WithApp::new(&world, "eve@acme.example").await;
    assert_eq!(with.codes.len(), 10);
    let listed = with.eve.api.get("/api/me/factors").await.expect(200);
    assert_eq!((listed.column("kind"), listed.column("name")), (vec![json!("totp")], vec![json!("My phone")]));
    assert_eq!(listed["recovery_codes_left"], 10);

    let asked = log_in(world.acme(), "acme", &with.eve.email, PASSWORD).await.expect(200);
    assert_eq!((&asked["factors"], &asked["passkey"]), (&json!(["totp", "recovery_code"]), &Value::Null));
    let token = text(&asked.body, "mfa_token");
    let code = totp(&with.secret, world.clock.now(), 0);
    let tokens = second_step(world.acme(), token, json!({"code": code})).await.expect(201);
    let again = Person::of(world.acme(), &with.eve.email, &tokens);
    let _ = again.api.get("/api/tickets").await.expect(200);
    let recorded = events(&world, with.eve.agent()).await;
    assert_eq!(recorded.last().unwrap().1["proofs"], json!(["password", "totp"]));

    // The log-in is over, and the code is spent: also for another log-in, and for a clock that was turned back.
    let _ = second_step(world.acme(), token, json!({"code": code})).await.refused(401, "invalid_mfa_token");
    let next = with.first_step().await;
    for spent in [&code, &totp(&with.secret, world.clock.now(), -1)] {
        let _ = second_step(world.acme(), &next, json!({"code": spent})).await.refused(401, "wrong_second_factor");
    }
    world.pass(TimeDelta::seconds(30));
    let code = totp(&with.secret, world.clock.now(), 0);
    let _ = second_step(world.acme(), &next, json!({"code": code})).await.expect(201);
}

#[tokio::test]
async fn the_token_between_two_steps_opens_nothing_and_is_soon_over() {
    let world = World::new().await;
    let with = WithApp::new(&world, "eve@acme.example").await;
    let max = WithApp::new(&world, "max@acme.example").await;
    let token = with.first_step().await;
    for path in ["/api/tickets", "/api/me/factors", "/api/sessions"] {
        let _ = world.acme().with_key(&token).get(path).await.refused(401, "unauthorized");
    }
    let _ = super::refresh(world.acme(), &token).await.refused(401, "invalid_refresh_token");
    // Another tenant's name in it, another secret, none of it, another kind of token.
    let foreign = token.replacen("_acme_", "_globex_", 1);
    for wrong in [foreign.as_str(), &token[..token.len() - 1], "", with.eve.refresh_token(), with.eve.access()] {
        let code = totp(&with.secret, world.clock.now(), 0);
        let _ = second_step(world.acme(), wrong, json!({"code": code})).await.refused(401, "invalid_mfa_token");
    }
    // Somebody else's factors.
    let code = totp(&max.secret, world.clock.now(), 0);
    for wrong in [json!({"code": code}), json!({"recovery_code": max.codes[0]}), json!({"code": "no code"})] {
        let _ = second_step(world.acme(), &token, wrong).await.refused(401, "wrong_second_factor");
    }
    for (body, code) in [(json!({}), "required"), (json!({"code": "1", "recovery_code": "2"}), "invalid_value")] {
        let answer = second_step(world.acme(), &token, body).await.refused(422, "validation_failed");
        assert!(answer.names("/code", code), "{}", answer.text);
    }
    world.pass(TimeDelta::minutes(5));
    let code = totp(&with.secret, world.clock.now(), 0);
    let _ = second_step(world.acme(), &token, json!({"code": code})).await.refused(401, "invalid_mfa_token");
}

#[tokio::test]
async fn a_log_in_is_over_after_five_wrong_answers_and_others_are_not_shut_out() {
    let world = World::new().await;
    let other = world.another_process().await;
    let with = WithApp::new(&world, "eve@acme.example").await;
    let token = with.first_step().await;
    for n in 0..5 {
        // On whichever process.
        let api = if n % 2 == 0 { world.acme() } else { other.acme() };
        let _ = second_step(api, &token, json!({"code": "000000"})).await.refused(401, "wrong_second_factor");
    }
    let code = totp(&with.secret, world.clock.now(), 0);
    let _ = second_step(other.acme(), &token, json!({"code": code})).await.refused(401, "invalid_mfa_token");
    // Whoever knows the password and tries codes stops themselves, and not those who are in.
    let mut refused = 0;
    for _ in 0..4 {
        let token = with.first_step().await;
        for _ in 0..2 {
            refused += usize::from(second_step(world.acme(), &token, json!({"code": "000000"})).await.status == 429);
        }
    }
    assert!(refused > 0, "attempts are bounded per agent");
    let _ = with.eve.api.get("/api/tickets").await.expect(200);
    world.pass(TimeDelta::minutes(2));
    let token = with.first_step().await;
    let code = totp(&with.secret, world.clock.now(), 0);
    let _ = second_step(world.acme(), &token, json!({"code": code})).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_show_one_code_or_recovery_code_at_once_exactly_one_gets_in() {
    let world = World::new().await;
    let other = world.another_process().await;
    let with = WithApp::new(&world, "eve@acme.example").await;
    for round in 0..4 {
        world.pass(TimeDelta::minutes(5));
        let shown = match round % 2 {
            0 => json!({"code": totp(&with.secret, world.clock.now(), 0)}),
            _ => json!({"recovery_code": with.codes[round]}),
        };
        // Through log-ins of their own, and through one and the same.
        let mut tokens = vec![];
        for _ in 0..3 {
            tokens.push(with.first_step().await);
        }
        tokens.push(tokens[0].clone());
        let nodes = [world.acme(), other.acme(), world.acme(), other.acme()];
        let calls = nodes.iter().zip(&tokens).map(|(api, token)| second_step(api, token, shown.clone()));
        let answers = join_all(calls.map(IntoFuture::into_future)).await;
        assert_eq!(statuses(&answers), [201, 401, 401, 401], "round {round}");
    }
    let used = types(&world, with.eve.agent()).await.into_iter().filter(|it| it == "agent.recovery_code_used").count();
    assert_eq!(used, 2, "each once");
    let fresh = log_in(world.acme(), "acme", &with.eve.email, PASSWORD).await.expect(200);
    let spent = json!({"recovery_code": with.codes[1]});
    let token = text(&fresh.body, "mfa_token");
    let _ = second_step(world.acme(), token, spent).await.refused(401, "wrong_second_factor");
    let last = json!({"recovery_code": with.codes[9].to_uppercase().replace('-', " ")});
    let tokens = second_step(world.acme(), token, last).await.expect(201);
    let eve = Person::of(world.acme(), &with.eve.email, &tokens);
    assert_eq!(eve.api.get("/api/me/factors").await.expect(200)["recovery_codes_left"], 7);
    let made = eve.api.post("/api/me/recovery-codes", json!({})).await.expect(201);
    let token = with.first_step().await;
    let before = json!({"recovery_code": with.codes[0]});
    let _ = second_step(world.acme(), &token, before).await.refused(401, "wrong_second_factor");
    let _ = second_step(world.acme(), &token, json!({"recovery_code": made["codes"][0]})).await.expect(201);
}

#[tokio::test]
async fn an_app_counts_with_its_first_code_and_only_once() {
    let world = World::new().await;
    let eve = joined(&world.acme, "eve@acme.example").await;
    let max = joined(&world.acme, "max@acme.example").await;
    let options = eve.api.post("/api/me/factors/totp/options", json!({})).await.expect(200);
    let secret = text(&options.body, "secret");
    let add = |person: &Person, code: &str| {
        let body = json!({"enrolment": options["enrolment"], "code": code, "name": "My phone"});
        person.api.post("/api/me/factors/totp", body)
    };
    let right = totp(secret, world.clock.now(), 0);
    assert!(add(&eve, "000000").await.refused(422, "validation_failed").names("/code", "wrong_proof"));
    let _ = add(&max, &right).await.refused(409, "enrolment_over");
    let _ = log_in(world.acme(), "acme", &eve.email, PASSWORD).await.expect(201);
    let added = add(&eve, &right).await.expect(201);
    let _ = add(&eve, &right).await.refused(409, "already_enrolled");
    let _ = log_in(world.acme(), "acme", &eve.email, PASSWORD).await.expect(200);

    let path = format!("/api/me/factors/{}", added.id());
    for api in [&max.api, &joined(&world.globex, "eve@acme.example").await.api] {
        let _ = api.patch(&path, json!({"name": "Mine"})).await.refused(404, "not_found");
        let _ = api.delete(&path).await.refused(404, "not_found");
    }
    let _ = world.acme().delete(&path).await.refused(404, "not_found");
    let _ = eve.api.patch(&path, json!({"name": "The old phone"})).await.expect(204);
    assert_eq!(eve.api.get("/api/me/factors").await.expect(200)["data"][0]["name"], "The old phone");
    let _ = eve.api.delete(&path).await.expect(204);
    let _ = log_in(world.acme(), "acme", &eve.email, PASSWORD).await.expect(201);
    assert_eq!(eve.api.get("/api/me/factors").await.expect(200)["recovery_codes_left"], 0);
    let _ = eve.api.post("/api/me/recovery-codes", json!({})).await.refused(409, "no_second_factor");
}

#[tokio::test]
async fn an_invitation_replaces_a_password_and_no_second_factor() {
    let world = World::new().await;
    let with = WithApp::new(&world, "eve@acme.example").await;
    let invitation = super::invite(world.acme(), &with.eve.email).await;
    let asked = accept(world.acme(), "acme", text(&invitation.body, "token")).await.expect(200);
    let _ = with.eve.api.get("/api/tickets").await.refused(401, "unauthorized");
    let code = totp(&with.secret, world.clock.now(), 0);
    let tokens = second_step(world.acme(), text(&asked.body, "mfa_token"), json!({"code": code})).await.expect(201);
    let eve = Person::of(world.acme(), &with.eve.email, &tokens);
    assert_eq!(eve.api.get("/api/sessions").await.expect(200).column("id"), [eve.session()]);
}

#[tokio::test]
async fn a_wrong_second_factor_is_recorded_like_a_wrong_password() {
    let world = World::new().await;
    let with = WithApp::new(&world, "eve@acme.example").await;
    let mut committed = world.acme.log.committed();
    let head = world.acme.log.head().await.unwrap().position;
    let token = with.first_step().await;
    let _ = second_step(world.acme(), &token, json!({"code": "000000"})).await.refused(401, "wrong_second_factor");
    committed.wait_for(|position| *position > head).await.unwrap();
    assert!(types(&world, with.eve.agent()).await.contains(&"agent.log_in_failed".to_owned()));
}

#[tokio::test]
async fn no_seed_code_or_name_of_a_factor_stands_anywhere_in_clear() {
    let world = World::new().await;
    let with = WithApp::new(&world, "eve@acme.example").await;
    let token = with.first_step().await;
    let superuser = world.superuser().await;
    let mut everything = String::new();
    for table in ["events", "factors", "recovery_codes", "challenges", "commands"] {
        let sql = format!("SELECT coalesce(string_agg(t::text, E'\\n'), '') FROM tenant_acme.{table} t");
        everything.push_str(&superuser.query_one(&sql, &[]).await.unwrap().get::<_, String>(0));
    }
    assert!(everything.contains("agent.factor_added"));
    for secret in [with.secret.as_str(), &with.codes[0], &with.codes[0].replace('-', ""), &token, "My phone"] {
        let in_hex = hex::encode(secret);
        assert!(!everything.contains(secret) && !everything.contains(&in_hex), "{secret} is in the database in clear");
    }
}
