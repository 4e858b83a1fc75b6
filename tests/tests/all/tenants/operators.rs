//! Who may ask what is about all tenants.

use serde_json::json;
use tests::World;

#[tokio::test]
async fn without_the_token_of_an_operator_nothing_is_told_of_tenants() {
    let world = World::new().await;
    let alice = world.operator("alice").await;
    let _ = alice.get("/tenants").await.expect(200);
    let wrong = alice.key().replace("alice", "alicf");
    for key in [world.acme().key(), &wrong, &alice.key()[1..], "x"] {
        let refused = alice.with_key(key).get("/tenants").await.refused(401, "unauthorized");
        assert_eq!(refused.header("www-authenticate"), Some("Bearer"));
    }
    let stranger = alice.anonymous();
    let _ = stranger.get("/tenants").await.refused(401, "unauthorized");
    let _ = stranger.get("/tenants/acme").await.refused(401, "unauthorized");
    let _ = stranger.post("/tenants", json!({"tenant_id": "x", "name": "X"})).await.refused(401, "unauthorized");
    // A token of an operator opens no tenant.
    let _ = world.acme().with_key(alice.key()).get("/api/tickets").await.refused(401, "unauthorized");
    assert!(world.app.desk.store().revoke_operator("alice").await.unwrap());
    let _ = alice.get("/tenants").await.refused(401, "unauthorized");
    let again = world.app.desk.add_operator(&"alice".parse().unwrap(), &*world.random).await;
    assert!(again.is_err(), "a name is never given twice");
}

#[tokio::test]
async fn tenants_are_listed_page_by_page_and_shown() {
    let world = World::new().await;
    let alice = world.operator("alice").await;
    let first = alice.get("/tenants?limit=1").await.expect(200);
    assert_eq!((first.column("tenant_id"), &first["next_after"]), (vec![json!("acme")], &json!("acme")));
    let second = alice.get("/tenants?limit=1&after=acme").await.expect(200);
    assert_eq!(second.column("tenant_id"), ["globex"]);
    let last = alice.get("/tenants?after=globex").await.expect(200);
    assert_eq!((&last["data"], &last["next_after"]), (&json!([]), &json!(null)));
    let acme = alice.get("/tenants/acme").await.expect(200);
    for (field, expected) in [("status", "active"), ("plan", "enterprise"), ("domain", "acme.localhost")] {
        assert_eq!(acme[field], expected, "{field}");
    }
    let _ = alice.get("/tenants/nobody").await.refused(404, "not_found");
    let _ = alice.get("/tenants?x=1").await.refused(400, "unknown_parameter");
    let _ = alice.delete("/consumers").await.refused(405, "method_not_allowed");
}
