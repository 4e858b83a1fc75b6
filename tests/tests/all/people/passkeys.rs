use serde_json::{Value, json};
use tests::{Answer, Api, Passkey, World};

use super::{PASSWORD, Person, joined, log_in, second_factors::second_step, text};

const HOST: (&str, &str) = ("host", "localhost:8080");

async fn creation(person: &Person) -> Value {
    person.api.post("/api/me/factors/passkeys/options", json!({})).header(HOST.0, HOST.1).await.expect(200).body
}

async fn add(person: &Person, made: &Value) -> Answer {
    person.api.post("/api/me/factors/passkeys", json!({"name": "My laptop", "passkey": made})).await
}

/// A passkey of somebody's that counts.
pub async fn enrolled(person: &Person, seed: u8) -> Passkey {
    let mut passkey = Passkey::new(seed);
    let made = passkey.create(&creation(person).await);
    let _ = add(person, &made).await.expect(201);
    passkey
}

async fn options(api: &Api, tenant: &str) -> Value {
    let body = json!({"tenant": tenant});
    api.anonymous().post("/api/sessions/passkey/options", body).header(HOST.0, HOST.1).await.expect(200).body
}

async fn enter(api: &Api, tenant: &str, signed: &Value) -> Answer {
    let body = json!({"tenant": tenant, "passkey": signed});
    api.anonymous().post("/api/sessions/passkey", body).header(HOST.0, HOST.1).await
}

#[tokio::test]
async fn a_passkey_logs_in_alone_and_as_a_second_step() {
    let world = World::new().await;
    let eve = joined(&world.acme, "eve@acme.example").await;
    let asked = creation(&eve).await;
    let wanted = &asked["publicKey"];
    assert_eq!((&wanted["rp"]["id"], &wanted["attestation"]), (&json!("localhost"), &json!("none")));
    assert_eq!(wanted["authenticatorSelection"]["userVerification"], "required");
    let passkey = enrolled(&eve, 7).await;
    assert_eq!(creation(&eve).await["publicKey"]["excludeCredentials"].as_array().unwrap().len(), 1);

    let asked = options(world.acme(), "acme").await;
    assert_eq!(asked["publicKey"]["allowCredentials"], json!([]), "it says nothing of who there is");
    let signed = passkey.get(&asked);
    let tokens = enter(world.acme(), "acme", &signed).await.expect(201);
    assert_eq!(tokens["agent"]["id"], eve.agent());
    let _ = enter(world.acme(), "acme", &signed).await.refused(401, "wrong_credentials");

    let body = json!({"tenant": "acme", "email": eve.email, "password": PASSWORD});
    let asked = world.acme().anonymous().post("/api/sessions", body).header(HOST.0, HOST.1).await.expect(200);
    assert_eq!(asked["factors"], json!(["passkey", "recovery_code"]));
    let token = text(&asked.body, "mfa_token");
    let _ = second_step(world.acme(), token, json!({"passkey": signed})).await.refused(401, "wrong_second_factor");
    let signed = passkey.get(&asked["passkey"]);
    let _ = second_step(world.acme(), token, json!({"passkey": signed})).await.expect(201);
    // At another name of the installation it is no passkey.
    let elsewhere = log_in(world.acme(), "acme", &eve.email, PASSWORD).await.expect(200);
    assert_eq!(elsewhere["factors"], json!(["recovery_code"]));
}

/// What somebody does wrong when they show a passkey.
type Wrong = fn(&mut Passkey);

#[tokio::test]
async fn a_passkey_that_is_not_as_it_must_be_lets_nobody_in() {
    let world = World::new().await;
    let eve = joined(&world.acme, "eve@acme.example").await;
    let max = joined(&world.acme, "max@acme.example").await;
    let stranger = joined(&world.globex, "eve@acme.example").await;
    let right = enrolled(&eve, 7).await;
    let maxs = enrolled(&max, 8).await;
    let _ = enrolled(&stranger, 9).await;
    let expected = log_in(world.acme(), "acme", "no@acme.example", "x").await.refused(401, "wrong_credentials");
    let wrongs: [(&str, Wrong); 8] = [
        ("another origin", |it| it.origin = "https://evil.example".to_owned()),
        ("in clear, away from home", |it| it.origin = "http://localhost.evil.example".to_owned()),
        ("another relying party", |it| it.host = "evil.example".to_owned()),
        ("nobody present", |it| it.flags = 0b100),
        ("nobody verified", |it| it.flags = 0b001),
        ("backed up and not eligible", |it| it.flags = 0b1_0101),
        ("unknown", |it| it.id = vec![1; 16]),
        ("without its owner", |it| it.owner = "YWd0Xw".to_owned()),
    ];
    for (what, wrong) in wrongs {
        let mut passkey = Passkey::new(7);
        passkey.owner.clone_from(&right.owner);
        wrong(&mut passkey);
        let signed = passkey.get(&options(world.acme(), "acme").await);
        let answer = enter(world.acme(), "acme", &signed).await;
        assert_eq!(answer.comparable(), expected.comparable(), "{what}");
    }
    // Another's key under this name, another challenge, another tenant's world.
    let mut forged = Passkey::new(8);
    forged.id = vec![7; 16];
    forged.owner.clone_from(&maxs.owner);
    let signed = forged.get(&options(world.acme(), "acme").await);
    let _ = enter(world.acme(), "acme", &signed).await.refused(401, "wrong_credentials");
    let made_up = json!({"publicKey": {"challenge": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}});
    let _ = enter(world.acme(), "acme", &maxs.get(&made_up)).await.refused(401, "wrong_credentials");
    for (begun, shown) in [("acme", "globex"), ("globex", "acme"), ("nowhere", "acme"), ("nowhere", "nowhere")] {
        let signed = maxs.get(&options(world.acme(), begun).await);
        let answer = enter(world.acme(), shown, &signed).await;
        assert_eq!(answer.comparable(), expected.comparable(), "{begun} {shown}");
    }
    // A challenge of a log-in does not enrol, and that of an enrolment does not log in.
    let _ = enter(world.acme(), "acme", &maxs.get(&creation(&max).await)).await.refused(401, "wrong_credentials");
    let made = Passkey::new(3).create(&creation_of(&options(world.acme(), "acme").await, &maxs));
    let _ = add(&max, &made).await.refused(409, "enrolment_over");
}

/// The challenge of a log-in, put as that of an enrolment.
fn creation_of(options: &Value, passkey: &Passkey) -> Value {
    json!({"publicKey": {"challenge": options["publicKey"]["challenge"], "user": {"id": passkey.owner}}})
}

#[tokio::test]
async fn a_copy_of_a_passkey_that_counts_is_found_out() {
    let world = World::new().await;
    let eve = joined(&world.acme, "eve@acme.example").await;
    let mut passkey = Passkey::new(7);
    passkey.count = 3;
    let made = passkey.create(&creation(&eve).await);
    let _ = add(&eve, &made).await.expect(201);
    for (count, status) in [(4, 201), (4, 401), (2, 401), (0, 401), (5, 201)] {
        passkey.count = count;
        let signed = passkey.get(&options(world.acme(), "acme").await);
        assert_eq!(enter(world.acme(), "acme", &signed).await.status, status, "{count}");
    }
}

#[tokio::test]
async fn a_passkey_is_made_for_whom_and_where_it_was_asked_for_and_once() {
    let world = World::new().await;
    let eve = joined(&world.acme, "eve@acme.example").await;
    let max = joined(&world.acme, "max@acme.example").await;
    let at_an_address = eve.api.post("/api/me/factors/passkeys/options", json!({})).await;
    let _ = at_an_address.refused(409, "passkeys_unavailable");
    let forged = eve.api.post("/api/me/factors/passkeys/options", json!({})).header("host", "evil.example").await;
    let _ = forged.refused(409, "passkeys_unavailable");

    let made = Passkey::new(7).create(&creation(&eve).await);
    let _ = add(&max, &made).await.refused(409, "enrolment_over");
    let _ = add(&eve, &made).await.refused(409, "enrolment_over");
    let made = Passkey::new(7).create(&creation(&eve).await);
    let _ = add(&eve, &made).await.expect(201);
    let _ = add(&eve, &made).await.refused(409, "enrolment_over");
    // The same authenticator for somebody else of the tenant: its name is known already.
    let taken = Passkey::new(7).create(&creation(&max).await);
    let _ = add(&max, &taken).await.refused(409, "already_enrolled");
    let mut wrong = Passkey::new(5);
    wrong.flags = 0b001;
    let unverified = wrong.create(&creation(&eve).await);
    let refused = add(&eve, &unverified).await.refused(422, "validation_failed");
    assert!(refused.names("/passkey", "wrong_proof"), "{}", refused.text);
}

#[tokio::test]
async fn a_removed_passkey_and_one_of_somebody_who_left_open_nothing() {
    let world = World::new().await;
    let eve = joined(&world.acme, "eve@acme.example").await;
    let passkey = enrolled(&eve, 7).await;
    let path = format!("/api/agents/{}", eve.agent());
    let _ = world.acme().patch(&path, json!({"active": false})).await.expect(200);
    let signed = passkey.get(&options(world.acme(), "acme").await);
    let _ = enter(world.acme(), "acme", &signed).await.refused(401, "wrong_credentials");
    let _ = world.acme().patch(&path, json!({"active": true})).await.expect(200);
    let signed = passkey.get(&options(world.acme(), "acme").await);
    let eve = Person::of(world.acme(), &eve.email, &enter(world.acme(), "acme", &signed).await.expect(201));
    let factor = eve.api.get("/api/me/factors").await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
    let _ = eve.api.delete(&format!("/api/me/factors/{factor}")).await.expect(204);
    let signed = passkey.get(&options(world.acme(), "acme").await);
    let _ = enter(world.acme(), "acme", &signed).await.refused(401, "wrong_credentials");
    // And can be added again.
    let _ = enrolled(&eve, 7).await;
}
