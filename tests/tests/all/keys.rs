//! API keys over HTTP: what opens, for how long, and how much.

use std::collections::{HashMap, hash_map::Entry};

use chrono::{TimeDelta, Utc};
use commands::Permission;
use event_store::Clock;
use reqwest::Method;
use serde_json::json;
use tests::{Api, World};

use crate::{operations::operations, things::Things};

#[tokio::test]
async fn a_key_opens_until_it_is_revoked_or_over() {
    let world = World::new().await;
    let acme = world.acme();
    let end = world.clock.now() + TimeDelta::hours(1);
    let issued =
        acme.post("/api/keys", json!({"name": "CRM", "scopes": ["tickets:read"], "expires_at": end})).await.expect(201);
    let crm = acme.with_key(issued["key"].as_str().unwrap());
    let _ = crm.get("/api/tickets").await.expect(200);
    world.pass(TimeDelta::minutes(59));
    let _ = crm.get("/api/tickets").await.expect(200);
    world.pass(TimeDelta::minutes(1));
    let _ = crm.get("/api/tickets").await.refused(401, "unauthorized");

    let second = world.acme.with_scopes(&["tickets:read"]).await;
    let keys = acme.get("/api/keys").await.expect(200);
    let id = keys["data"][0]["id"].as_str().unwrap().to_owned();
    let _ = acme.delete(&format!("/api/keys/{id}")).await.expect(204);
    let _ = second.get("/api/tickets").await.refused(401, "unauthorized");
    let _ = acme.delete(&format!("/api/keys/{id}")).await.expect(204);
    let listed = acme.get("/api/keys").await.expect(200);
    assert!(listed["data"].as_array().unwrap().iter().any(|key| key["id"] == id && !key["revoked_at"].is_null()));
    assert!(!listed.text.contains(issued["key"].as_str().unwrap()), "a key is shown once");
    let _ = acme.delete("/api/keys/key_00000000000000000000000000000000").await.refused(404, "not_found");
}

#[tokio::test]
async fn whatever_is_not_exactly_a_key_opens_nothing_and_does_not_say_why() {
    let world = World::new().await;
    let key = world.acme().key().to_owned();
    let (body, check) = key.rsplit_once('_').unwrap();
    let forged = commands::api_keys::ApiKey::generate(&"acme".parse().unwrap(), &*world.random);
    let nowhere = commands::api_keys::ApiKey::generate(&"nowhere".parse().unwrap(), &*world.random);
    let mut flipped = key.clone().into_bytes();
    flipped[20] = if flipped[20] == b'a' { b'b' } else { b'a' };
    let expected = world.acme().anonymous().get("/api/tickets").await.refused(401, "unauthorized");
    assert_eq!(expected.header("www-authenticate"), Some("Bearer"));
    for wrong in [
        forged.reveal(),
        nowhere.reveal(),
        &key[..key.len() - 1],
        body,
        &format!("{key}x"),
        &format!("{body}_000000"),
        &key.to_uppercase(),
        std::str::from_utf8(&flipped).unwrap(),
        &key.replace("acme", "globex"),
        check,
        "hd_live_",
        "\u{fc}",
        &"x".repeat(7000),
    ] {
        let answer = world.acme().with_key(wrong).get("/api/tickets").await.refused(401, "unauthorized");
        assert_eq!(answer.comparable(), expected.comparable(), "{wrong}");
    }
    for header in [key.clone(), format!("Basic {key}"), format!("Bearer{key}"), "Bearer".to_owned(), String::new()] {
        let _ = world
            .acme()
            .anonymous()
            .get("/api/tickets")
            .header("authorization", &header)
            .await
            .refused(401, "unauthorized");
    }
    let _ = world
        .acme()
        .anonymous()
        .get("/api/tickets")
        .header("authorization", &format!("bearer {key}"))
        .await
        .expect(200);
    let _ = world.acme().anonymous().get(&format!("/api/tickets?key={key}")).await.refused(401, "unauthorized");
}

#[tokio::test]
async fn a_key_does_what_its_scopes_say_and_is_told_which_one_it_lacks() {
    let world = World::new().await;
    let ticket = world.acme.ticket("Printer").await;
    let customer = ticket["customer"]["id"].as_str().unwrap().to_owned();
    let (agent, team) = (world.acme.agent("Eve").await.id(), world.acme.team("Team").await.id());
    let ticket = ticket.id();
    let calls: Vec<(&str, Method, String, serde_json::Value)> = vec![
        ("tickets:read", Method::GET, "/api/tickets".into(), json!(null)),
        ("tickets:read", Method::GET, format!("/api/tickets/{ticket}"), json!(null)),
        ("tickets:read", Method::GET, format!("/api/tickets/{ticket}/messages"), json!(null)),
        ("tickets:read", Method::GET, format!("/api/tickets/{ticket}/timeline"), json!(null)),
        ("tickets:write", Method::POST, "/api/tickets".into(), json!({"title": "x", "customer": {"email": "new@b.c"}})),
        ("tickets:write", Method::PATCH, format!("/api/tickets/{ticket}"), json!({"title": "y"})),
        ("tickets:write", Method::PUT, format!("/api/tickets/{ticket}"), json!({})),
        ("tickets:write", Method::POST, format!("/api/tickets/{ticket}/messages"), json!({"body": "x"})),
        ("tickets:delete", Method::DELETE, format!("/api/tickets/{ticket}"), json!(null)),
        ("tickets:delete", Method::POST, format!("/api/tickets/{ticket}/restore"), json!(null)),
        ("customers:read", Method::GET, "/api/customers".into(), json!(null)),
        ("customers:read", Method::GET, format!("/api/customers/{customer}"), json!(null)),
        ("customers:write", Method::POST, "/api/customers".into(), json!({"name": "x"})),
        ("customers:write", Method::PATCH, format!("/api/customers/{customer}"), json!({"name": "y"})),
        ("customers:write", Method::PUT, "/api/customers/external:1".into(), json!({"name": "y"})),
        ("agents:read", Method::GET, "/api/agents".into(), json!(null)),
        ("agents:read", Method::GET, format!("/api/agents/{agent}"), json!(null)),
        ("agents:read", Method::GET, "/api/teams".into(), json!(null)),
        ("agents:read", Method::GET, format!("/api/teams/{team}"), json!(null)),
        ("agents:write", Method::POST, "/api/agents".into(), json!({"name": "x"})),
        ("agents:write", Method::PATCH, format!("/api/agents/{agent}"), json!({"name": "y"})),
        ("agents:write", Method::POST, "/api/teams".into(), json!({"name": "x"})),
        ("agents:write", Method::PATCH, format!("/api/teams/{team}"), json!({"name": "y"})),
        ("events:read", Method::GET, "/api/events".into(), json!(null)),
        ("audit:read", Method::GET, "/api/audit".into(), json!(null)),
        ("keys:read", Method::GET, "/api/keys".into(), json!(null)),
        ("keys:write", Method::POST, "/api/keys".into(), json!({"name": "x", "scopes": ["keys:write"]})),
    ];
    let all: Vec<&str> = Permission::ALL.iter().map(|right| right.as_str()).collect();
    for (scope, method, path, body) in calls {
        let send = async |api: &Api| {
            let call = api.call(method.clone(), &path);
            if body.is_null() { call.await } else { call.json(&body).await }
        };
        let others: Vec<&str> = all.iter().copied().filter(|other| *other != scope).collect();
        let refused = send(&world.acme.with_scopes(&others).await).await.refused(403, "insufficient_scope");
        assert!(refused["detail"].as_str().unwrap().contains(scope), "{method} {path}: {}", refused.text);
        let challenge = format!("Bearer error=\"insufficient_scope\", scope=\"{scope}\"");
        assert_eq!(refused.header("www-authenticate"), Some(challenge.as_str()), "{method} {path}");
        let allowed = send(&world.acme.with_scopes(&[scope]).await).await;
        assert!((200..300).contains(&allowed.status), "{method} {path} with {scope}: {}", allowed.text);
    }
}

#[tokio::test]
async fn every_operation_takes_a_scope_and_says_which() {
    // One's own rights, sessions, password and second factors: whatever they may do.
    const OWN: [&str; 15] = [
        "addPasskey",
        "addTotp",
        "beginPasskey",
        "beginReauthentication",
        "beginTotp",
        "changePassword",
        "endSession",
        "getRights",
        "listFactors",
        "listSessions",
        "logOut",
        "makeRecoveryCodes",
        "reauthenticate",
        "removeFactor",
        "renameFactor",
    ];
    // What is done to the access of somebody takes all that they may.
    const TO_AGENTS: [&str; 4] = ["endAgentSession", "endAgentSessions", "issuePasswordReset", "resetAgentFactors"];
    let world = World::new().await;
    let things = Things::of(&world.acme).await;
    let mut keys: HashMap<String, Api> = HashMap::new();
    let (events, audit) =
        (world.acme.with_scopes(&["events:read"]).await, world.acme.with_scopes(&["audit:read"]).await);
    for operation in operations().iter().filter(|operation| !operation.is_open()) {
        if OWN.contains(&operation.id.as_str()) {
            continue;
        }
        let path = operation.path_of(operation.collection().map_or("", |collection| things.id(collection)));
        let mut refused = operation.call(&events, &path).await;
        if refused.status != 403 {
            refused = operation.call(&audit, &path).await;
        }
        let refused = refused.refused(403, "insufficient_scope");
        let challenge = refused.header("www-authenticate").unwrap_or_default();
        let scope = challenge.split('"').nth(3).unwrap_or_else(|| panic!("{} names no scope", operation.id));
        assert_eq!(operation.document["security"][0]["api_key"], json!([scope]), "{}", operation.id);
        // Whoever makes keys or roles for people and programs gives away only what they have themselves.
        let scopes = match operation.id.as_str() {
            "createKey" => vec![scope, "tickets:read", "tickets:write"],
            "createRole" => vec![scope, "tickets:*", "customers:read"],
            "updateRole" | "previewRole" => vec![scope, "tickets:*"],
            "getAccessReviewResult" => vec![scope, "agents:read", "keys:read"],
            "getEvidence" => vec![scope, "security:read"],
            // Nobody lets out what they are not shown.
            "createLogStream" | "patchLogStream" => vec![scope, "audit:read"],
            "createInvitation" | "createServiceAccount" => {
                vec![scope, "agents:read", "customers:*", "events:read", "tickets:*"]
            }
            id if TO_AGENTS.contains(&id) => vec![scope, "agents:read", "customers:*", "events:read", "tickets:*"],
            // The key and the program that these are about may do everything.
            "grantSupportAccess" | "rotateKey" | "patchServiceAccount" | "updateServiceAccount" => vec!["*"],
            _ => vec![scope],
        };
        let key = match keys.entry(scopes.join(" ")) {
            Entry::Occupied(made) => made.into_mut(),
            Entry::Vacant(place) => place.insert(world.acme.with_scopes(&scopes).await),
        };
        let allowed = operation.call(key, &path).await;
        assert!(allowed.status != 403 && allowed.status < 500, "{} with {scope}: {}", operation.id, allowed.text);
    }
}

#[tokio::test]
async fn a_key_gives_no_rights_that_it_does_not_have() {
    let world = World::new().await;
    let weak = world.acme.with_scopes(&["keys:write", "tickets:read"]).await;
    for scopes in [&["*"][..], &["tickets:*"], &["tickets:write"], &["tickets:read", "customers:read"]] {
        let _ =
            weak.post("/api/keys", json!({"name": "more", "scopes": scopes})).await.refused(403, "insufficient_scope");
    }
    let _ = weak.post("/api/keys", json!({"name": "same", "scopes": ["tickets:read"]})).await.expect(201);
    let plain = world.acme.with_scopes(&["tickets:*"]).await;
    let _ = plain
        .post("/api/keys", json!({"name": "x", "scopes": ["tickets:read"]}))
        .await
        .refused(403, "insufficient_scope");
    let _ = plain.get("/api/keys").await.refused(403, "insufficient_scope");
}

#[tokio::test]
async fn a_new_key_needs_a_name_known_scopes_and_an_end_that_is_to_come() {
    let world = World::new().await;
    let past = world.clock.now();
    for (body, pointer) in [
        (json!({"scopes": ["*"]}), "/name"),
        (json!({"name": "x"}), "/scopes"),
        (json!({"name": "x", "scopes": []}), "/scopes"),
        (json!({"name": "x", "scopes": ["tickets:fly"]}), "/scopes"),
        (json!({"name": "x", "scopes": ["tickets:read", ""]}), "/scopes"),
        (json!({"name": "x", "scopes": ["*"], "expires_at": past}), "/expires_at"),
        (json!({"name": "x", "scopes": ["*"], "expires_at": "tomorrow"}), "/expires_at"),
        (json!({"name": "x", "scopes": ["*"], "expires_at": past + TimeDelta::days(732)}), "/expires_at"),
        (json!({"name": "x", "scopes": ["*"], "owner": "tea_00000000000000000000000000000000"}), "/owner"),
        (json!({"name": "x", "scopes": ["*"], "owner": "svc_00000000000000000000000000000000"}), "/owner"),
        (json!({"name": "x", "scopes": ["*"], "allowed_addresses": ["203.0.113.0/33"]}), "/allowed_addresses/0"),
    ] {
        let answer = world.acme().post("/api/keys", body.clone()).await.refused(422, "validation_failed");
        assert_eq!(answer["errors"][0]["pointer"], pointer, "{body}");
    }
    let issued = world.acme().post("/api/keys", json!({"name": "x", "scopes": ["*"]})).await.expect(201);
    let end: chrono::DateTime<Utc> = serde_json::from_value(issued["expires_at"].clone()).unwrap();
    assert_eq!(end, past + TimeDelta::days(365), "a year when nothing else was said");
}

#[tokio::test]
async fn a_repeat_of_a_key_s_creation_is_refused_because_it_is_shown_once() {
    let world = World::new().await;
    let send = async || {
        world.acme().post("/api/keys", json!({"name": "x", "scopes": ["*"]})).header("idempotency-key", "k").await
    };
    let _ = send().await.expect(201);
    let _ = send().await.refused(422, "idempotency_key_reused");
    assert_eq!(world.acme().get("/api/keys").await.expect(200).column("name").len(), 2, "one, and that of the test");
}
