//! Pages of other origins: which may use a tenant's API.

use reqwest::Method;
use serde_json::json;
use tests::{Answer, World};

use crate::operations::operations;

const GOOD: &str = "https://good.example.test";

async fn with_good_origin() -> World {
    let world = World::new().await;
    let _ = world.acme().patch("/api/access-policy", json!({"origins": [GOOD]})).await.expect(200);
    world
}

fn allowed(answer: &Answer) -> Option<&str> {
    answer.header("access-control-allow-origin")
}

#[tokio::test]
async fn a_page_that_is_listed_may_ask_and_read_the_answer_and_no_other_may() {
    let world = with_good_origin().await;
    let read = world.acme().get("/api/tickets").header("Origin", GOOD).await.expect(200);
    assert_eq!(allowed(&read), Some(GOOD));
    assert!(read.header("vary").unwrap().contains("Origin"));
    assert!(read.header("access-control-expose-headers").unwrap().contains("Helpdesk-Position"));
    assert_eq!(read.header("access-control-allow-credentials"), None);
    let missing = world.acme().get("/api/tickets/T-9").header("Origin", GOOD).await.refused(404, "not_found");
    assert_eq!(allowed(&missing), Some(GOOD), "a problem can be read, too");

    let head = world.acme.log.head().await.unwrap().position;
    for origin in [
        "null",
        "https://evil.test",
        "https://good.example.test.evil.test",
        "https://evilgood.example.test",
        "https://sub.good.example.test",
        "https://good.example.test:8443",
        "http://good.example.test",
        "https://good.example.test/",
        "https://good.example.test@evil.test",
        "https://good.example.test%00.evil.test",
        "https://good.example.test, https://evil.test",
        "good.example.test",
        "*",
        "",
    ] {
        let body = json!({"title": "x", "customer": {"email": "a@example.com"}});
        let refused = world.acme().post("/api/tickets", body).header("Origin", origin).await;
        let refused = refused.refused(403, "origin_not_allowed");
        assert_eq!(allowed(&refused), None, "{origin}");
    }
    assert_eq!(world.acme.log.head().await.unwrap().position, head, "nothing was done");
    // Names of hosts have no case, and 443 is the usual port.
    for same in ["https://GOOD.example.test", "https://good.example.test:443"] {
        assert_eq!(allowed(&world.acme().get("/api/tickets").header("Origin", same).await.expect(200)), Some(same));
    }
    let twice = world.acme().get("/api/tickets").header("Origin", GOOD).header("Origin", "https://evil.test").await;
    let _ = twice.refused(403, "origin_not_allowed");
}

#[tokio::test]
async fn what_one_tenant_lists_counts_for_no_other_and_ends_when_it_is_taken_off() {
    let world = with_good_origin().await;
    let _ = world.globex().get("/api/tickets").header("Origin", GOOD).await.refused(403, "origin_not_allowed");
    let _ = world.acme().patch("/api/access-policy", json!({"origins": []})).await.expect(200);
    let another = world.another_process().await;
    for api in [world.acme(), another.acme()] {
        let _ = api.get("/api/tickets").header("Origin", GOOD).await.refused(403, "origin_not_allowed");
    }
}

#[tokio::test]
async fn a_page_of_the_host_itself_is_no_stranger_and_is_told_nothing() {
    let world = World::new().await;
    let own = world.acme().base().to_owned();
    let answer = world.acme().get("/api/tickets").header("Origin", &own).await.expect(200);
    assert_eq!(allowed(&answer), None);
    let other_port = format!("{}1", own.rsplit_once(':').unwrap().0.to_owned() + ":");
    let _ = world.acme().get("/api/tickets").header("Origin", &other_port).await.refused(403, "origin_not_allowed");
}

#[tokio::test]
async fn a_browser_that_asks_beforehand_learns_nothing_of_any_tenant() {
    let world = with_good_origin().await;
    let ask = async |path: &str, origin: &str, tenant: Option<&str>| {
        let call = world.acme().anonymous().call(Method::OPTIONS, path).header("Origin", origin);
        let call = call.header("Access-Control-Request-Method", "POST");
        let answer = match tenant {
            Some(tenant) => call.header("X-Tenant-ID", tenant).await,
            None => call.await,
        };
        let (status, mut headers, body) = answer.comparable();
        // What can be done at a path, the document says to everybody.
        headers.retain(|(name, _)| name != "allow");
        (status, headers, body)
    };
    let first = ask("/api/tickets", GOOD, None).await;
    assert_eq!(first.0, 204);
    let header = |name: &str| first.1.iter().find(|(other, _)| other == name).map(|(_, value)| value.to_str().unwrap());
    assert_eq!(header("access-control-allow-origin"), Some("*"));
    assert!(header("access-control-allow-headers").unwrap().contains("Authorization, "));
    assert_eq!(header("access-control-allow-credentials"), None);
    for (path, origin, tenant) in [
        ("/api/tickets", "https://evil.test", None),
        ("/api/tickets", "null", Some("acme")),
        ("/api/sessions", GOOD, Some("nobody")),
        ("/api/nothing", GOOD, Some("globex")),
    ] {
        assert_eq!(ask(path, origin, tenant).await, first, "{path} {origin} {tenant:?}");
    }
}

#[tokio::test]
async fn without_credentials_a_page_may_act_where_the_tenant_that_it_names_lists_it() {
    let world = with_good_origin().await;
    let wish = json!({"tenant": "acme", "email": "a@example.com", "password": "wrong wrong wrong"});
    let log_in = |origin: &str, tenant: Option<&str>| {
        let call = world.acme().anonymous().post("/api/sessions", wish.clone()).header("Origin", origin);
        match tenant {
            Some(tenant) => call.header("X-Tenant-ID", tenant),
            None => call,
        }
    };
    let answered = log_in(GOOD, Some("acme")).await.expect(401);
    assert_eq!(allowed(&answered), Some(GOOD), "the page can show that it was refused");
    let nobody = log_in(GOOD, Some("nobody")).await.refused(403, "origin_not_allowed");
    for (origin, tenant) in [(GOOD, None), (GOOD, Some("globex")), ("https://evil.test", Some("acme"))] {
        let refused = log_in(origin, tenant).await.refused(403, "origin_not_allowed");
        assert_eq!(refused.comparable(), nobody.comparable(), "{origin} {tenant:?}");
    }
}

#[tokio::test]
async fn no_operation_acts_for_a_page_that_nobody_lists() {
    let world = World::new().await;
    let head = world.acme.log.head().await.unwrap().position;
    for operation in operations() {
        let path = operation.path_of("nothing");
        let answer = operation.call(world.acme(), &path).header("Origin", "https://evil.test").await;
        assert_eq!(allowed(&answer), None, "{}", operation.id);
        // What says the same to everybody says it here, too.
        let public = operation.is_open() && operation.method == Method::GET;
        assert_eq!(answer.status == 403, !public, "{} answered {}", operation.id, answer.status);
    }
    assert_eq!(world.acme.log.head().await.unwrap().position, head);
}

#[tokio::test]
async fn no_page_may_use_what_is_for_operators() {
    let world = World::new().await;
    let alice = world.operator("alice").await;
    let own = alice.base().to_owned();
    for origin in [own.as_str(), GOOD, "null"] {
        let _ = alice.get("/tenants").header("Origin", origin).await.refused(403, "origin_not_allowed");
    }
    let asked = alice.call(Method::OPTIONS, "/tenants").header("Origin", GOOD);
    let asked = asked.header("Access-Control-Request-Method", "GET").await.refused(403, "origin_not_allowed");
    assert_eq!(allowed(&asked), None);
}
