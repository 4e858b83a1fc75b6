use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, Api, Call, World};

use super::{PASSWORD, joined, text};

const KEPT: (&str, &str) = ("helpdesk-session", "cookie");

fn post(api: &Api, path: &str, body: Value) -> Call {
    api.anonymous().post(path, body).header(KEPT.0, KEPT.1)
}

fn cookie(answer: &Answer) -> String {
    answer.header("set-cookie").expect("a cookie").to_owned()
}

fn pair(line: &str) -> &str {
    line.split(';').next().expect("a name and a value")
}

async fn entered(api: &Api, email: &str) -> Answer {
    let body = json!({"tenant": "acme", "email": email, "password": PASSWORD});
    post(api, "/api/sessions", body).await.expect(201)
}

#[tokio::test]
async fn a_page_keeps_its_refresh_token_in_a_cookie_that_opens_nothing_else() {
    let world = World::new().await;
    let eve = joined(&world.acme, "eve@acme.example").await;
    let tokens = entered(world.acme(), &eve.email).await;
    assert_eq!(tokens["refresh_token"], Value::Null);
    let line = cookie(&tokens);
    for part in ["ledgerdesk-refresh=hd_refresh_acme_", "; Path=/", "; HttpOnly", "; SameSite=Strict"] {
        assert!(line.contains(part), "{line}");
    }
    assert!(!line.contains("Domain") && !line.contains("Secure"), "at home, without TLS: {line}");
    let _ =
        world.acme().anonymous().get("/api/tickets").header("cookie", pair(&line)).await.refused(401, "unauthorized");
    let delete = world.acme().anonymous().delete("/api/sessions/current").header("cookie", pair(&line));
    let _ = delete.header(KEPT.0, KEPT.1).await.refused(401, "unauthorized");

    let next = post(world.acme(), "/api/sessions/refresh", json!({})).header("cookie", pair(&line)).await.expect(200);
    let eve = world.acme().with_key(text(&next.body, "access_token"));
    let _ = eve.get("/api/tickets").await.expect(200);
    let gone = eve.call(Method::DELETE, "/api/sessions/current").header(KEPT.0, KEPT.1).await.expect(204);
    assert!(cookie(&gone).starts_with("ledgerdesk-refresh=; Path=/; Max-Age=0"), "{}", cookie(&gone));
    let late = post(world.acme(), "/api/sessions/refresh", json!({})).header("cookie", pair(&cookie(&next))).await;
    let _ = late.refused(401, "invalid_refresh_token");
}

#[tokio::test]
async fn away_from_home_the_cookie_goes_by_tls_to_its_host_alone() {
    let world = World::new().await;
    let eve = joined(&world.acme, "eve@acme.example").await;
    let body = json!({"tenant": "acme", "email": eve.email, "password": PASSWORD});
    let tokens = post(world.acme(), "/api/sessions", body).header("host", "desk.example.com").await.expect(201);
    let line = cookie(&tokens);
    assert!(line.starts_with("__Host-ledgerdesk-refresh=") && line.ends_with("; Secure"), "{line}");
}

#[tokio::test]
async fn no_other_page_and_no_form_spends_a_cookie() {
    let world = World::new().await;
    let eve = joined(&world.acme, "eve@acme.example").await;
    let line = cookie(&entered(world.acme(), &eve.email).await);
    let _ = world.acme().patch("/api/access-policy", json!({"origins": ["https://app.example.com"]})).await.expect(200);
    let refresh = || world.acme().anonymous().post("/api/sessions/refresh", json!({})).header("cookie", pair(&line));
    // A form sends no such header; without it the cookie is not looked at.
    let _ = refresh().await.refused(422, "validation_failed");
    let kept = || refresh().header(KEPT.0, KEPT.1);
    for site in ["cross-site", "same-site"] {
        let _ = kept().header("sec-fetch-site", site).await.refused(403, "origin_not_allowed");
    }
    for origin in ["https://evil.example", "null", "https://app.example.com"] {
        let named = kept().header("origin", origin).header("x-tenant-id", "acme");
        let _ = named.await.refused(403, "origin_not_allowed");
    }
    let preflight = world.acme().anonymous().call(Method::OPTIONS, "/api/sessions/refresh");
    let preflight =
        preflight.header("origin", "https://app.example.com").header("access-control-request-method", "POST");
    let allowed = preflight.await;
    let headers = allowed.header("access-control-allow-headers").unwrap_or_default().to_lowercase();
    assert!(!headers.contains(KEPT.0) && allowed.header("access-control-allow-credentials").is_none(), "{headers}");
    // None of it has spent it.
    let _ = kept().header("sec-fetch-site", "same-origin").await.expect(200);
    let wrong = refresh().header(KEPT.0, "yes").await;
    let _ = wrong.refused(400, "invalid_parameter");
}

#[tokio::test]
async fn whoever_plants_a_cookie_is_not_in_the_session_of_those_who_log_in_after() {
    let world = World::new().await;
    let eve = joined(&world.acme, "eve@acme.example").await;
    let mallory = joined(&world.acme, "mallory@acme.example").await;
    let planted = cookie(&entered(world.acme(), &mallory.email).await);
    let body = json!({"tenant": "acme", "email": eve.email, "password": PASSWORD});
    let tokens = post(world.acme(), "/api/sessions", body).header("cookie", pair(&planted)).await.expect(201);
    assert_ne!(pair(&cookie(&tokens)), pair(&planted), "a log-in begins a session of its own");
    assert_eq!(tokens["agent"]["id"], eve.agent());
    let back =
        post(world.acme(), "/api/sessions/refresh", json!({})).header("cookie", pair(&planted)).await.expect(200);
    assert_eq!(back["agent"]["id"], mallory.agent(), "and theirs stays theirs");
}
