//! A key in the place of another, while both open.

use chrono::TimeDelta;
use serde_json::json;
use tests::{Answer, Api, World};

use super::{account, key};

async fn rotate(api: &Api, key: &str, overlap_seconds: u32) -> Answer {
    api.post(&format!("/api/keys/{key}/rotate"), json!({"overlap_seconds": overlap_seconds})).await
}

#[tokio::test]
async fn both_keys_open_until_the_overlap_is_over() {
    let world = World::new().await;
    let acme = world.acme();
    let owner = account(acme, "agent").await;
    let grant = json!({"owner": owner, "scopes": ["tickets:read"], "allowed_addresses": ["127.0.0.0/8"]});
    let (old, before) = key(acme, grant).await;
    let rotated = rotate(acme, &old, 3600).await.expect(201);
    let after = acme.with_key(rotated["key"].as_str().unwrap());
    for api in [&before, &after] {
        let _ = api.get("/api/tickets").await.expect(200);
        let _ = api.get("/api/customers").await.refused(403, "insufficient_scope");
    }
    assert_eq!(rotated["replaces"], old);
    let shown = |id: &str| acme.get(&format!("/api/keys/{id}"));
    let (was, is) = (shown(&old).await.expect(200), shown(&rotated.id()).await.expect(200));
    for field in ["name", "owner", "scopes", "allowed_addresses"] {
        assert_eq!(was[field], is[field], "{field}");
    }
    assert_eq!((&was["replaced_by"], &was["expires_at"]), (&rotated["id"], &rotated["both_until"]));

    world.pass(TimeDelta::seconds(3599));
    let _ = before.get("/api/tickets").await.expect(200);
    world.pass(TimeDelta::seconds(1));
    let _ = before.get("/api/tickets").await.refused(401, "unauthorized");
    let _ = after.get("/api/tickets").await.expect(200);
    assert_eq!(shown(&old).await.expect(200)["state"], "expired");
    let _ = rotate(acme, &old, 0).await.refused(409, "api_key_over");
}

#[tokio::test]
async fn a_third_key_waits_until_one_of_two_is_gone() {
    let world = World::new().await;
    let acme = world.acme();
    let (first, one) = key(acme, json!({})).await;
    let second = rotate(acme, &first, 3600).await.expect(201);
    for id in [&first, &second.id()] {
        let refused = rotate(acme, id, 0).await.refused(409, "rotation_under_way");
        assert!(refused["detail"].as_str().unwrap().contains("revoke the one"), "{}", refused.text);
    }
    let _ = acme.delete(&format!("/api/keys/{first}")).await.expect(204);
    let third = rotate(acme, &second.id(), 0).await.expect(201);
    let _ = one.get("/api/tickets").await.refused(401, "unauthorized");
    let _ = acme.with_key(second["key"].as_str().unwrap()).get("/api/tickets").await.refused(401, "unauthorized");
    let _ = acme.with_key(third["key"].as_str().unwrap()).get("/api/tickets").await.expect(200);
}

#[tokio::test]
async fn a_rotation_is_shown_once_and_says_what_it_expects() {
    let world = World::new().await;
    let acme = world.acme();
    let (id, _) = key(acme, json!({})).await;
    let path = format!("/api/keys/{id}/rotate");
    let once = || acme.post(&path, json!({})).header("idempotency-key", "k");
    let _ = once().await.expect(201);
    let _ = once().await.refused(422, "idempotency_key_reused");
    assert_eq!(
        acme.get("/api/keys").await.expect(200).column("replaced_by").iter().filter(|by| !by.is_null()).count(),
        1
    );
    for (body, pointer) in [
        (json!({"overlap_seconds": 604_801}), "/overlap_seconds"),
        (json!({"overlap_seconds": -1}), "/overlap_seconds"),
        (json!({"expires_at": "2020-01-01T00:00:00Z"}), "/expires_at"),
        (json!({"scopes": ["*"]}), "/scopes"),
    ] {
        let refused = acme.post(&path, body.clone()).await.refused(422, "validation_failed");
        assert_eq!(refused["errors"][0]["pointer"], pointer, "{body}");
    }
    let nothing = "/api/keys/key_00000000000000000000000000000000/rotate";
    let _ = acme.post(nothing, json!({})).await.refused(404, "not_found");
    let _ = world.globex().post(&path, json!({})).await.refused(404, "not_found");
    let reader = world.acme.with_scopes(&["keys:read"]).await;
    let _ = reader.post(&path, json!({})).await.refused(403, "insufficient_scope");
}

#[tokio::test]
async fn of_many_rotations_at_once_one_comes_about() {
    let world = World::new().await;
    let other = world.another_process().await;
    let (id, _) = key(world.acme(), json!({})).await;
    let rotations = (0..8).map(|n| {
        let api = if n % 2 == 0 { world.acme() } else { other.acme() };
        rotate(api, &id, 3600)
    });
    let answers = futures_util::future::join_all(rotations).await;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(made, 1, "{answers:?}");
    assert!(answers.iter().all(|answer| answer.status == 201 || answer.status == 409));
}
