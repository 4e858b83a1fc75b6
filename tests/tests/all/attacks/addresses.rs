//! Headers that say whence a request comes, and rules that read them.

use serde_json::{Value, json};
use tests::{Answer, Api, World};

/// By which clients and proxies say, truly or not, whom they speak for.
const SPOKEN: [&str; 8] = [
    "x-forwarded-for",
    "x-real-ip",
    "x-client-ip",
    "true-client-ip",
    "cf-connecting-ip",
    "x-cluster-client-ip",
    "x-originating-ip",
    "x-remote-addr",
];
const LISTED: &str = "203.0.113.7";

async fn key_from(api: &Api, ranges: &[&str]) -> Api {
    let body = json!({"name": "CRM", "scopes": ["*"], "allowed_addresses": ranges});
    api.with_key(api.post("/api/keys", body).await.expect(201)["key"].as_str().unwrap())
}

fn policy(api: &Api, change: &Value) -> tests::Call {
    api.patch("/api/access-policy", change.clone())
}

#[tokio::test]
async fn whoever_connects_cannot_say_that_they_come_from_elsewhere() {
    let world = World::new().await;
    let crm = key_from(world.acme(), &["203.0.113.0/24"]).await;
    let refused = crm.get("/api/tickets").await.refused(403, "address_not_allowed");
    assert!(refused["detail"].as_str().unwrap().contains("127.0.0.1"), "{}", refused.text);
    for header in SPOKEN {
        let _ = crm.get("/api/tickets").header(header, LISTED).await.refused(403, "address_not_allowed");
    }
    for forwarded in ["for=203.0.113.7", "for=\"203.0.113.7:80\";proto=https;by=127.0.0.1"] {
        let _ = crm.get("/api/tickets").header("forwarded", forwarded).await.refused(403, "address_not_allowed");
    }
    // Who is not known learns nothing of it.
    let unknown = format!("{}x", crm.key());
    let _ = crm.with_key(&unknown).get("/api/tickets").await.refused(401, "unauthorized");
}

#[tokio::test]
async fn behind_a_trusted_proxy_only_what_the_proxy_added_counts() {
    let world = World::new().await;
    let proxied = world.acme_through(world.app.clone().behind(["127.0.0.1/32".parse().unwrap()])).await;
    let crm = key_from(world.acme(), &["203.0.113.0/24", "2001:db8::/32"]).await.at(proxied.base());
    let from = |header: &str, value: &str| crm.get("/api/tickets").header(header, value);
    for (added, admitted) in [
        (LISTED, true),
        ("::ffff:203.0.113.7", true),
        ("[2001:db8::1]:4711", true),
        ("198.51.100.1, 203.0.113.7", true),
        ("203.0.113.7, 198.51.100.1", false),
        ("203.0.113.7,, 198.51.100.1", false),
        ("203.0.113.7, unknown", false),
        ("203.0.112.255", false),
        ("2001:db9::1", false),
        ("::203.0.113.7", false),
        ("", false),
    ] {
        let answer = from("x-forwarded-for", added).await;
        assert_eq!(answer.status, if admitted { 200 } else { 403 }, "{added}: {}", answer.text);
    }
    for header in SPOKEN.iter().filter(|header| **header != "x-forwarded-for") {
        let _ = from(header, LISTED).await.refused(403, "address_not_allowed");
    }
    let _ = from("forwarded", "for=203.0.113.7").await.refused(403, "address_not_allowed");
}

#[tokio::test]
async fn the_lists_of_the_tenant_the_role_and_the_key_must_all_hold() {
    let world = World::new().await;
    let acme = world.acme();
    let proxied = world.acme_through(world.app.clone().behind(["127.0.0.1/32".parse().unwrap()])).await;
    let account = acme.post("/api/service-accounts", json!({"name": "CRM", "role": "agent"})).await.expect(201).id();
    let body = json!({"name": "x", "scopes": ["*"], "owner": account, "allowed_addresses": ["10.1.0.0/16"]});
    let issued = acme.post("/api/keys", body).await.expect(201);
    let crm = proxied.with_key(issued["key"].as_str().unwrap());
    let from = async |address: &str| -> Answer { crm.get("/api/tickets").header("x-forwarded-for", address).await };
    let _ = from("10.1.2.3").await.expect(200);
    let rules = json!({"allowed_addresses": ["10.0.0.0/8", "127.0.0.0/8"],
        "roles": {"agent": {"allowed_addresses": ["10.1.2.0/24"]}}});
    let _ = policy(acme, &rules).await.expect(200);
    let _ = from("10.1.2.3").await.expect(200);
    let _ = from("10.1.3.3").await.refused(403, "address_not_allowed");
    let _ = from("10.2.2.3").await.refused(403, "address_not_allowed");
    let _ = policy(acme, &json!({"allowed_addresses": ["10.1.2.4", "127.0.0.1"]})).await.expect(200);
    let _ = from("10.1.2.3").await.refused(403, "address_not_allowed");
    let _ = from("10.1.2.4").await.expect(200);
    // It holds for a key of the tenant itself, too.
    let own = proxied.get("/api/tickets").header("x-forwarded-for", "10.1.2.5").await;
    let _ = own.refused(403, "address_not_allowed");
}

#[tokio::test]
async fn nobody_shuts_themselves_out() {
    let world = World::new().await;
    let acme = world.acme();
    let account = acme.post("/api/service-accounts", json!({"name": "CRM", "role": "admin"})).await.expect(201).id();
    let issued = acme.post("/api/keys", json!({"name": "x", "scopes": ["*"], "owner": account})).await.expect(201);
    let crm = acme.with_key(issued["key"].as_str().unwrap());
    let elsewhere = json!(["203.0.113.0/24"]);
    for (api, change) in [
        (acme, json!({"allowed_addresses": elsewhere})),
        (&crm, json!({"allowed_addresses": elsewhere})),
        (&crm, json!({"roles": {"admin": {"allowed_addresses": elsewhere}}})),
    ] {
        let refused = policy(api, &change).await.refused(422, "validation_failed");
        assert_eq!(refused["errors"][0]["code"], "would_lock_out", "{change}");
        assert!(refused["errors"][0]["detail"].as_str().unwrap().contains("127.0.0.1"), "{}", refused.text);
    }
    // Others may be shut out, and so may whoever else has that role.
    let _ = policy(acme, &json!({"roles": {"admin": {"allowed_addresses": elsewhere}}})).await.expect(200);
    let _ = crm.get("/api/tickets").await.refused(403, "address_not_allowed");
    let _ = policy(acme, &json!({"allowed_addresses": ["127.0.0.1"]})).await.expect(200);
}

#[tokio::test]
async fn an_operator_opens_the_door_again_for_those_whose_address_changed() {
    let world = World::new().await;
    let acme = world.acme();
    let proxied = world.acme_through(world.app.clone().behind(["127.0.0.1/32".parse().unwrap()])).await;
    let moved = async || proxied.get("/api/tickets").header("x-forwarded-for", "198.51.100.1").await;
    let rules = json!({"allowed_addresses": ["127.0.0.1"], "roles": {"agent": {"allowed_addresses": ["127.0.0.1"],
        "mfa_required": true}}});
    let _ = policy(acme, &rules).await.expect(200);
    let _ = moved().await.refused(403, "address_not_allowed");
    let (log, request) = (&world.acme.log, world.request());
    world.app.desk.run(log, &request, &commands::access_policy::ClearAddresses).await.unwrap();
    let _ = moved().await.expect(200);
    let policy = acme.get("/api/access-policy").await.expect(200);
    assert_eq!(policy["allowed_addresses"], json!([]));
    let rules = json!({"allowed_addresses": [], "mfa_required": true, "masks_personal_data": []});
    assert_eq!(policy["roles"]["agent"], rules);
}

#[tokio::test]
async fn people_get_in_from_listed_addresses_only_and_who_is_not_known_learns_nothing_of_it() {
    let world = World::new().await;
    let acme = world.acme();
    let proxied = world.acme_through(world.app.clone().behind(["127.0.0.1/32".parse().unwrap()])).await;
    let invited = acme.post("/api/invitations", json!({"email": "eve@acme.example", "name": "Eve"})).await.expect(201);
    let rules = json!({"roles": {"agent": {"allowed_addresses": ["203.0.113.0/24"]}}});
    let _ = policy(acme, &rules).await.expect(200);
    let send = async |path: &str, body: &Value, address: &str| -> Answer {
        proxied.anonymous().post(path, body.clone()).header("x-forwarded-for", address).await
    };
    let accept = json!({"tenant": "acme", "token": invited["token"], "password": "a horse, a battery"});
    let _ = send("/api/invitations/accept", &accept, "198.51.100.1").await.refused(403, "address_not_allowed");
    let joined = send("/api/invitations/accept", &accept, LISTED).await.expect(201);

    let eve = proxied.with_key(joined["access_token"].as_str().unwrap());
    let from = async |address: &str| -> Answer { eve.get("/api/tickets").header("x-forwarded-for", address).await };
    let _ = from(LISTED).await.expect(200);
    let _ = from("198.51.100.1").await.refused(403, "address_not_allowed");

    let log_in = |password: &str| json!({"tenant": "acme", "email": "eve@acme.example", "password": password});
    let right = log_in("a horse, a battery");
    let _ = send("/api/sessions", &right, "198.51.100.1").await.refused(403, "address_not_allowed");
    let _ = send("/api/sessions", &log_in("a guess"), "198.51.100.1").await.refused(401, "wrong_credentials");
    let _ = send("/api/sessions", &right, LISTED).await.expect(201);
    let refresh = json!({"refresh_token": joined["refresh_token"]});
    let _ = send("/api/sessions/refresh", &refresh, "198.51.100.1").await.refused(403, "address_not_allowed");
    let _ = send("/api/sessions/refresh", &refresh, LISTED).await.expect(200);
}
