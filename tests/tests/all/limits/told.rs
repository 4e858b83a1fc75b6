//! What one process tells a caller.

use chrono::TimeDelta;
use serde_json::json;
use tests::World;

use super::{limited, standing, with_rate};

#[tokio::test]
async fn headers_are_right_at_the_edges_of_the_hour() {
    let world = World::new().await;
    // One comes back every 36 seconds.
    let api = with_rate(&world, 100).await;
    let began = world.now().timestamp();
    for left in (0..100).rev() {
        let answer = api.get("/api/teams").await.expect(200);
        assert_eq!(standing(&answer, "hour"), (left, 3600 - i64::from(left) * 36));
        assert_eq!(answer.header("ratelimit-policy"), Some("\"hour\";q=100;w=3600"));
        assert_eq!(answer.header("x-ratelimit-limit"), Some("100"));
        let reset = began + 3600 - i64::from(left) * 36;
        assert_eq!(answer.header("x-ratelimit-reset"), Some(reset.to_string().as_str()));
    }
    let refused = api.get("/api/teams").await.refused(429, "rate_limited");
    assert_eq!((refused.header("retry-after"), standing(&refused, "hour")), (Some("36"), (0, 3600)));
    // A moment before there is one, and the moment itself.
    world.pass(TimeDelta::microseconds(35_999_999));
    let refused = api.get("/api/teams").await.refused(429, "rate_limited");
    assert_eq!(refused.header("retry-after"), Some("1"));
    world.pass(TimeDelta::microseconds(1));
    let answer = api.get("/api/teams").await.expect(200);
    assert_eq!(standing(&answer, "hour"), (0, 3600));
    // A moment before all of it is back, and the moment itself.
    world.pass(TimeDelta::microseconds(3_600_000_000 - 1));
    let answer = api.get("/api/teams").await.expect(200);
    assert_eq!(standing(&answer, "hour"), (98, 37));
    world.pass(TimeDelta::microseconds(36_000_001));
    let answer = api.get("/api/teams").await.expect(200);
    assert_eq!(standing(&answer, "hour"), (99, 36));
    // Another key has a bucket of its own, and so has every tenant.
    let other = with_rate(&world, 50).await;
    assert_eq!(standing(&other.get("/api/teams").await.expect(200), "hour").0, 49);
    let globex = world.globex().at(api.base());
    assert_eq!(standing(&globex.get("/api/teams").await.expect(200), "hour").0, 999, "what the plan allows");
}

#[tokio::test]
async fn what_costs_nothing_is_given_back_and_what_is_large_has_a_bucket_of_its_own() {
    let world = World::new().await;
    let ticket = world.acme.ticket("A ticket").await;
    let api = with_rate(&world, 1000).await;
    let path = format!("/api/tickets/{}", ticket.id());
    let shown = api.get(&path).await.expect(200);
    let before = standing(&shown, "hour");
    assert_eq!(before.0, 999);
    for _ in 0..30 {
        let unchanged = api.get(&path).header("if-none-match", &shown.etag()).await.expect(304);
        assert_eq!(standing(&unchanged, "hour"), before, "there was nothing new");
    }
    // What is refused for another reason was asked for, and is charged.
    let missing = api.get("/api/tickets/T-999").await.refused(404, "not_found");
    assert_eq!(standing(&missing, "hour").0, 998);
    for (path, bucket, left) in
        [("/api/events?after=0", "feed", 199), ("/api/v1/events", "feed", 198), ("/api/reports", "exports", 99)]
    {
        assert_eq!(standing(&api.get(path).await, bucket).0, left, "{path}");
    }
    let page = api.get("/api/tickets").await.expect(200);
    assert_eq!(standing(&page, "hour").0, 997, "which took nothing of this one");
    assert!(api.anonymous().get("/api/openapi.json").await.expect(200).header("ratelimit").is_none());
    assert!(api.anonymous().get("/api/tickets").await.expect(401).header("ratelimit").is_none());
    let unlimited = world.acme().get("/api/tickets").await.expect(200);
    assert!(unlimited.header("ratelimit").is_none(), "without limits nothing is told of any");
}

#[tokio::test]
async fn a_key_has_no_more_than_its_plan_allows_and_its_heir_has_the_same() {
    let world = World::new().await;
    let acme = world.acme();
    let key = |rate: u32| json!({"name": "CRM", "scopes": ["tickets:read"], "rate_limit": rate});
    for outside in [0, 1_000_000] {
        let refused = acme.post("/api/keys", key(outside)).await.refused(422, "validation_failed");
        assert!(refused.names("/rate_limit", "invalid_value"), "{}", refused.text);
    }
    let id = acme.post("/api/keys", key(60)).await.expect(201).id();
    assert_eq!(acme.get(&format!("/api/keys/{id}")).await.expect(200)["rate_limit"], 60);
    let heir = acme.post(&format!("/api/keys/{id}/rotate"), json!({})).await.expect(201);
    assert_eq!(acme.get(&format!("/api/keys/{}", heir.id())).await.expect(200)["rate_limit"], 60);
    let api = world.acme_through(limited(&world.app)).await.with_key(heir["key"].as_str().unwrap());
    assert_eq!(standing(&api.get("/api/tickets").await.expect(200), "hour").0, 59);
}
