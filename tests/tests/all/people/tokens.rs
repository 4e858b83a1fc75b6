use chrono::TimeDelta;
use commands::people::{
    Rotation,
    token::{self, Bearer},
};
use event_store::Clock;
use ring::signature::Ed25519KeyPair;
use serde_json::Value;
use tests::World;
use uuid::Uuid;

use super::{again, joined, text};

/// A token of this installation's own key that says whatever we like.
async fn forged(world: &World, tenant: &str, agent: &str, session: &str) -> String {
    let key = world.app.desk.store().signing_keys().await.expect("keys").remove(0);
    let pair = Ed25519KeyPair::from_seed_unchecked(&key.private).expect("a seed");
    let bearer = Bearer {
        tenant: tenant.parse().expect("an id"),
        agent: agent.parse().expect("an id"),
        session: session.parse().expect("an id"),
    };
    token::issue(&bearer, &key.kid, &pair, world.clock.now(), Uuid::from_u128(1))
}

#[tokio::test]
async fn even_a_rightly_signed_token_opens_only_its_own_open_session() {
    let world = World::new().await;
    let eve = joined(&world.acme, "eve@acme.example").await;
    let max = joined(&world.acme, "max@acme.example").await;
    let right = forged(&world, "acme", eve.agent(), eve.session()).await;
    let _ = world.acme().with_key(&right).get("/api/tickets").await.expect(200);
    let expected = world.acme().anonymous().get("/api/tickets").await.refused(401, "unauthorized");
    for (tenant, agent, session) in [
        ("globex", eve.agent(), eve.session()),
        ("nowhere", eve.agent(), eve.session()),
        ("acme", max.agent(), eve.session()),
        ("acme", eve.agent(), max.session()),
        ("acme", "agt_00000000000000000000000000000000", eve.session()),
        ("acme", eve.agent(), "ses_00000000000000000000000000000000"),
    ] {
        let token = forged(&world, tenant, agent, session).await;
        let answer = world.acme().with_key(&token).get("/api/tickets").await;
        assert_eq!(answer.comparable(), expected.comparable(), "{tenant} {agent} {session}");
    }
    for wrong in [eve.refresh_token(), &right[..right.len() - 1], "a.b.c", ".."] {
        assert_eq!(
            world.acme().with_key(wrong).get("/api/tickets").await.comparable(),
            expected.comparable(),
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn an_access_token_lasts_fifteen_minutes_and_sees_its_own_tenant_only() {
    let world = World::new().await;
    let eve = joined(&world.acme, "eve@acme.example").await;
    let theirs = world.globex.ticket("Theirs").await;
    let missing = eve.api.get("/api/tickets/tkt_00000000000000000000000000000000").await.refused(404, "not_found");
    assert_eq!(eve.api.get(&format!("/api/tickets/{}", theirs.id())).await.comparable(), missing.comparable());
    assert!(eve.api.all("/api/tickets").await.is_empty());
    world.pass(TimeDelta::seconds(899));
    let _ = eve.api.get("/api/tickets").await.expect(200);
    world.pass(TimeDelta::seconds(1));
    let _ = eve.api.get("/api/tickets").await.refused(401, "unauthorized");
    let _ = eve.refreshed().await.api.get("/api/tickets").await.expect(200);
    let _ = again(&eve, "acme").await.api.get("/api/tickets").await.expect(200);
}

async fn kids(world: &World) -> Vec<String> {
    let set = world.acme().anonymous().get("/.well-known/jwks.json").await.expect(200);
    assert_eq!(set.header("cache-control"), Some("public, max-age=300"));
    assert_eq!(set.header("vary"), Some("Accept"));
    let keys = set["keys"].as_array().expect("a list");
    for key in keys {
        for (member, value) in [("kty", "OKP"), ("crv", "Ed25519"), ("alg", "EdDSA"), ("use", "sig")] {
            assert_eq!(text(key, member), value);
        }
        assert_eq!(key.as_object().map(serde_json::Map::len), Some(6), "nothing private: {key}");
    }
    keys.iter().map(|key| text(key, "kid").to_owned()).collect()
}

fn kid(token: &str) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next().expect("a header")).expect("base64url");
    let header: Value = serde_json::from_slice(&header).expect("JSON");
    text(&header, "kid").to_owned()
}

#[tokio::test]
async fn a_key_is_rotated_without_logging_anybody_out() {
    let world = World::new().await;
    let other = world.another_process().await;
    let eve = joined(&world.acme, "eve@acme.example").await;
    let old = kid(eve.access());
    assert_eq!((kids(&world).await, kids(&other).await), (vec![old.clone()], vec![old.clone()]));

    let new = world.app.desk.rotate_signing_key(Rotation::Planned).await.unwrap().kid;
    assert_eq!(kids(&world).await, [old.clone(), new.clone()]);
    assert_eq!(kid(eve.refreshed().await.access()), old, "published first");
    world.pass(TimeDelta::minutes(9));
    let before = again(&eve, "acme").await;
    world.pass(TimeDelta::minutes(1));
    let after = again(&eve, "acme").await;
    assert_eq!((kid(before.access()), kid(after.access())), (old.clone(), new.clone()));
    for person in [&before, &after] {
        let _ = other.acme().with_key(person.access()).get("/api/tickets").await.expect(200);
    }
    assert_eq!(kids(&other).await, [old.clone(), new.clone()]);
    world.pass(TimeDelta::minutes(18));
    assert_eq!((kids(&world).await, kids(&other).await), (vec![new.clone()], vec![new]));
}

#[tokio::test]
async fn a_key_that_somebody_knows_opens_nothing_any_more() {
    let world = World::new().await;
    let eve = joined(&world.acme, "eve@acme.example").await;
    let new = world.app.desk.rotate_signing_key(Rotation::AtOnce).await.unwrap().kid;
    let _ = eve.api.get("/api/tickets").await.refused(401, "unauthorized");
    let eve = eve.refreshed().await;
    assert_eq!((kid(eve.access()), kids(&world).await), (new.clone(), vec![new]));
    let _ = eve.api.get("/api/tickets").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_that_begin_at_once_agree_on_one_key() {
    let world = World::new().await;
    let (a, b) = (world.another_process().await, world.another_process().await);
    let (first, second, third) = tokio::join!(kids(&world), kids(&a), kids(&b));
    assert_eq!(first.len(), 1);
    assert_eq!((&first, &first), (&second, &third));
}
