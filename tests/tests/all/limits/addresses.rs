//! Those who are not known, by where they come from.

use chrono::TimeDelta;
use commands::api_keys::ApiKey;
use ipnet::IpNet;
use reqwest::Method;
use tests::World;

use super::{limited, standing};

#[tokio::test]
async fn whoever_guesses_shuts_out_nobody_else() {
    let world = World::new().await;
    let proxy: IpNet = "127.0.0.1/32".parse().unwrap();
    let acme = world.acme_through(limited(&world.app).behind([proxy])).await;
    let _ = acme.get("/api/teams").header("x-forwarded-for", "2001:db8::1").await.expect(200);
    let wrong = || acme.with_key(ApiKey::generate(world.acme.log.tenant(), &*world.random).reveal());
    for _ in 0..60 {
        let _ = wrong().get("/api/teams").header("x-forwarded-for", "2001:db8::2").await.refused(401, "unauthorized");
    }
    let refused = wrong().get("/api/teams").header("x-forwarded-for", "2001:db8::3").await.refused(429, "rate_limited");
    assert_eq!(refused.header("retry-after"), Some("1"), "the same network");
    let neighbour = acme.get("/api/teams").header("x-forwarded-for", "2001:db8::4").await.expect(200);
    assert_eq!(standing(&neighbour, "hour").0, 998, "a key that is known to be good");
    // Right, and new to this process: it waits as the guesses do.
    let right = world.acme.with_scopes(&["settings:read"]).await.at(acme.base());
    let _ = right.get("/api/tenant").header("x-forwarded-for", "2001:db8::5").await.refused(429, "rate_limited");
    let _ = right.get("/api/tenant").header("x-forwarded-for", "2001:db8:0:1::1").await.expect(200);
    let _ = wrong().get("/api/teams").header("x-forwarded-for", "192.0.2.1").await.refused(401, "unauthorized");
    world.pass(TimeDelta::seconds(1));
    let _ = wrong().get("/api/teams").header("x-forwarded-for", "2001:db8::2").await.refused(401, "unauthorized");
}

#[tokio::test]
async fn requests_without_credentials_are_counted_by_address_but_for_how_the_process_is_and_files_of_pages() {
    let world = World::new().await;
    let proxy: IpNet = "127.0.0.1/32".parse().unwrap();
    let open = world.acme_through(limited(&world.app).behind([proxy])).await.anonymous();
    let visit = |path: &str, from: &str| open.call(Method::GET, path).header("x-forwarded-for", from);
    for _ in 0..300 {
        let _ = visit("/signin.css", "192.0.2.1").await.expect(200);
    }
    for path in ["/signin", "/api/openapi.json", "/.well-known/jwks.json", "/api/sessions", "/nowhere"] {
        let refused = visit(path, "192.0.2.1").await.refused(429, "rate_limited");
        assert_eq!(refused.header("retry-after"), Some("1"), "{path}");
    }
    let _ = visit("/healthz", "192.0.2.1").await.expect(200);
    let _ = visit("/assets/nothing.js", "192.0.2.1").await.refused(404, "not_found");
    let _ = visit("/signin", "192.0.2.2").await.expect(200);
    world.pass(TimeDelta::milliseconds(100));
    let _ = visit("/signin", "192.0.2.1").await.expect(200);
}
