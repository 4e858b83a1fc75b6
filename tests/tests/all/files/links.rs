use api::LinkPlace;
use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, Api, World};

use super::{PNG, upload};
use crate::things::missing;

async fn link(api: &Api, file: &str, body: Value) -> String {
    let made = api.post(&format!("/api/files/{file}/link"), body).await.expect(200);
    made["url"].as_str().unwrap().to_owned()
}

async fn follow(api: &Api, link: &str) -> Answer {
    api.anonymous().get(link).await
}

#[tokio::test]
async fn a_link_opens_one_file_for_a_while_without_a_key() {
    let world = World::new().await;
    let acme = world.acme();
    let file = upload(acme, "a.png", "image/png", PNG).await.id();
    let short = link(acme, &file, json!({})).await;
    let long = link(acme, &file, json!({"expires_in": 86400})).await;
    let opened = follow(acme, &short).await.expect(200);
    for (header, expected) in [
        ("content-type", "image/png"),
        ("content-security-policy", "sandbox; default-src 'none'"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(opened.header(header), Some(expected), "{header}");
    }
    world.pass(TimeDelta::seconds(299));
    let _ = follow(acme, &short).await.expect(200);
    world.pass(TimeDelta::seconds(1));
    let over = follow(acme, &short).await.refused(404, "not_found");
    let _ = follow(acme, &long).await.expect(200);
    let never = follow(acme, &short.replace(&file, &missing(&file))).await;
    assert_eq!(over.comparable(), never.comparable());

    for (body, pointer) in [(json!({"expires_in": 0}), "/expires_in"), (json!({"expires_in": 86401}), "/expires_in")] {
        let refused = acme.post(&format!("/api/files/{file}/link"), body).await.refused(422, "validation_failed");
        assert!(refused.names(pointer, "invalid_value"), "{}", refused.text);
    }
    // A suspended tenant's files are closed, too.
    let alice = world.operator("alice").await;
    let _ = alice.post("/tenants/acme/suspend", json!({})).await.expect(200);
    let closed = follow(acme, &long).await;
    assert_eq!(closed.comparable(), over.comparable());
    let _ = alice.post("/tenants/acme/resume", json!({})).await.expect(200);
    let _ = follow(acme, &long).await.expect(200);

    let writer = world.acme.with_scopes(&["tickets:write"]).await;
    let _ = writer.post(&format!("/api/files/{file}/link"), json!({})).await.refused(403, "insufficient_scope");
}

#[tokio::test]
async fn a_link_that_was_changed_in_any_part_is_a_404_like_any_other() {
    let world = World::new().await;
    let (ours, theirs) = (upload(world.acme(), "a", "text/plain", "x").await.id(), world.globex());
    let other = upload(world.acme(), "b", "text/plain", "y").await.id();
    let foreign = upload(theirs, "a", "text/plain", "x").await.id();
    let link = link(world.acme(), &ours, json!({})).await;
    let _ = follow(world.acme(), &link).await.expect(200);
    let (path, query) = link.split_once('?').unwrap();
    let (expires, signature) = query.split_once('&').unwrap();
    let absent = follow(world.acme(), &link.replace(&ours, &missing(&ours))).await.refused(404, "not_found");
    let later = expires.replace("expires=", "expires=1");
    for changed in [
        link.replace(&ours, &other),
        link.replace(&ours, &foreign),
        link.replace("/acme/", "/globex/"),
        link.replace("/acme/", "/nowhere/"),
        link.replace("/acme/", "/%ff/"),
        format!("{path}?{later}&{signature}"),
        format!("{path}?{expires}&{}", &signature[..signature.len() - 1]),
        format!("{path}?{expires}&{signature}A"),
        format!("{path}?{expires}&signature="),
        format!("{path}?{expires}"),
        format!("{path}?{signature}&{expires}"),
        format!("{path}?{expires}&{signature}&more=1"),
        path.to_owned(),
    ] {
        let answer = follow(world.acme(), &changed).await;
        assert_eq!(answer.comparable(), absent.comparable(), "{changed}");
    }
}

#[tokio::test]
async fn a_link_ends_with_its_file() {
    let world = World::new().await;
    let acme = world.acme();
    let file = upload(acme, "a", "text/plain", "x").await.id();
    let link = link(acme, &file, json!({"expires_in": 86400})).await;
    let ticket = json!({"title": "x", "body": "y", "customer": {"email": "a@b.c"}, "attachments": [file]});
    let ticket = acme.post("/api/tickets", ticket).await.expect(201);
    let absent = follow(acme, &link.replace(&file, &missing(&file))).await;
    let _ = follow(acme, &link).await.expect(200);
    let _ = acme.delete(&format!("/api/tickets/{}", ticket.id())).await.expect(204);
    assert_eq!(follow(acme, &link).await.comparable(), absent.comparable());
    let _ = acme.call(Method::POST, &format!("/api/tickets/{}/restore", ticket.id())).await.expect(200);
    let _ = follow(acme, &link).await.expect(200);
    let customer = ticket["customer"]["id"].as_str().unwrap();
    let _ = acme.post(&format!("/api/customers/{customer}/erase"), json!({})).await.expect(200);
    assert_eq!(follow(acme, &link).await.comparable(), absent.comparable());
}

#[tokio::test]
async fn a_host_of_its_own_serves_links_and_nothing_else_does() {
    let world = World::new().await;
    let links = LinkPlace { base: Some("https://files.example.com".to_owned()), apart: true };
    let acme = world.acme_through(world.app.clone().with_links(links)).await;
    let file = upload(&acme, "a.png", "image/png", PNG).await.id();
    let link = link(&acme, &file, json!({})).await;
    let path = link.strip_prefix("https://files.example.com").unwrap();
    let apart = |path: &str| acme.get(path).header("host", "FILES.example.com");
    let served = apart(path).await.expect(200);
    assert_eq!(served.header("cross-origin-resource-policy"), Some("cross-origin"));
    let _ = acme.get(path).await.refused(404, "not_found");
    for path in ["/api/tickets", "/healthz", "/api/docs/", &format!("/api/files/{file}")] {
        let _ = apart(path).await.refused(404, "not_found");
        assert_ne!(acme.get(path).await.status, 404, "{path}");
    }
}
