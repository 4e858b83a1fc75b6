//! Keys that are guessed, cut, of somebody else, or over.

use chrono::TimeDelta;
use serde_json::json;
use tests::{Api, Database, Wire, World};

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Of the form of a key, with the right checksum, as whoever knows the form would guess.
fn guess(tenant: &str, secret: &str) -> String {
    let body = format!("hd_live_{tenant}_{secret}");
    let mut rest = crc32fast::hash(body.as_bytes());
    let mut check = [b'0'; 6];
    for place in check.iter_mut().rev() {
        *place = ALPHABET[(rest % 62) as usize];
        rest /= 62;
    }
    format!("{body}_{}", String::from_utf8_lossy(&check))
}

/// What PostgreSQL is told to do for a request with this key.
async fn asked(wire: &Wire, api: &Api, key: &str) -> Vec<String> {
    wire.listen();
    let _ = api.with_key(key).get("/api/tickets").await.refused(401, "unauthorized");
    let mut statements = wire.heard();
    // A transaction that only read is ended after the answer; commits are told to other processes by and by.
    statements.retain(|sql| !["COMMIT", "ROLLBACK"].contains(&sql.as_str()) && !sql.contains("control.moved"));
    statements
}

/// What is looked up is a digest, in an index, by one statement: how much of a guess is right changes no bit of it.
#[tokio::test]
async fn a_guess_costs_the_same_however_much_of_it_is_right() {
    let (wire, database) = Wire::before(&Database::new().await);
    let world = World::on(database).await;
    let api = world.acme();
    let secret = api.key().rsplit('_').nth(1).unwrap().to_owned();
    assert_eq!(guess("acme", &secret), api.key(), "this test knows the form of a key");
    let with = |right: usize| {
        let wrong: String = secret[right..].chars().map(|c| if c == 'a' { 'b' } else { 'a' }).collect();
        guess("acme", &format!("{}{wrong}", &secret[..right]))
    };
    // Once, so that what is prepared is prepared.
    let _ = asked(&wire, api, &with(0)).await;
    let expected = asked(&wire, api, &with(0)).await;
    let about_keys = expected.iter().filter(|sql| sql.contains("JOIN api_keys")).count();
    assert_eq!(about_keys, 1, "{expected:#?}");
    for right in [1, 8, 16, 31] {
        assert_eq!(asked(&wire, api, &with(right)).await, expected, "{right} characters of 32");
    }
}

#[tokio::test]
async fn what_has_not_the_form_of_a_key_is_refused_without_a_question_to_the_database() {
    let (wire, database) = Wire::before(&Database::new().await);
    let world = World::on(database).await;
    let key = world.acme().key().to_owned();
    let mistyped = key.replace("acme", "acne");
    for wrong in [&key[..key.len() - 1], &key[1..], &mistyped, &format!("{key}="), &key.to_lowercase()] {
        let statements = asked(&wire, world.acme(), wrong).await;
        assert_eq!(statements, Vec::<String>::new(), "{wrong}");
    }
}

#[tokio::test]
async fn every_key_that_opens_nothing_is_answered_alike() {
    let world = World::new().await;
    let acme = world.acme();
    let expected = acme.anonymous().get("/api/tickets").await.refused(401, "unauthorized");
    let account = acme.post("/api/service-accounts", json!({"name": "CRM", "role": "agent"})).await.expect(201).id();
    let end = world.app.desk.store().clock().now() + TimeDelta::hours(1);
    let mut keys = vec![];
    for owner in [None, None, None, Some(&account)] {
        let body = json!({"name": "x", "scopes": ["*"], "expires_at": end});
        let body = owner.map_or(body.clone(), |owner| {
            let mut body = body;
            body["owner"] = json!(owner);
            body
        });
        keys.push(acme.post("/api/keys", body).await.expect(201));
    }
    let [over, revoked, rotated, orphaned] = keys.as_slice() else { panic!("four keys") };
    let _ = acme.delete(&format!("/api/keys/{}", revoked.id())).await.expect(204);
    let now = json!({"overlap_seconds": 0});
    let heir = acme.post(&format!("/api/keys/{}/rotate", rotated.id()), now).await.expect(201);
    let _ = acme.patch(&format!("/api/service-accounts/{account}"), json!({"active": false})).await.expect(200);
    let _ = acme.with_key(over["key"].as_str().unwrap()).get("/api/tickets").await.expect(200);
    world.pass(TimeDelta::hours(1));
    for (what, key) in [("over", over), ("revoked", revoked), ("rotated", rotated), ("of nobody", orphaned)] {
        let answer = acme.with_key(key["key"].as_str().unwrap()).get("/api/tickets").await;
        assert_eq!(answer.comparable(), expected.comparable(), "{what}");
    }
    let _ = acme.with_key(heir["key"].as_str().unwrap()).get("/api/tickets").await.expect(200);
    // A key of somebody else is theirs, and opens what is theirs alone.
    let theirs = acme.with_key(world.globex().key());
    let elsewhere = theirs.get("/api/tickets").header("x-tenant-id", "acme").await;
    assert_eq!(elsewhere.comparable(), expected.comparable());
    let _ = theirs.get(&format!("/api/keys/{}", over.id())).await.refused(404, "not_found");
    let _ = theirs.delete(&format!("/api/keys/{}", heir.id())).await.refused(404, "not_found");
    let _ = acme.with_key(heir["key"].as_str().unwrap()).get("/api/tickets").await.expect(200);
}
