//! Nobody comes to more than they were given: each way that was thought of, tried.

use domain::permission::{Permission, Reach};
use serde_json::json;
use tests::{Api, World};

use super::{Person, grants, role};

const MANAGES: [(Permission, Reach); 7] = [
    (Permission::RolesRead, Reach::All),
    (Permission::RolesWrite, Reach::All),
    (Permission::AgentsRead, Reach::All),
    (Permission::AgentsWrite, Reach::All),
    (Permission::KeysWrite, Reach::All),
    (Permission::TicketsRead, Reach::Team),
    (Permission::PrivacyErase, Reach::All),
];

struct Stage {
    world: World,
    owner: Person,
    manager: Person,
    managers: String,
}

/// An owner, and somebody who manages others without having everything.
async fn stage() -> Stage {
    let world = World::new().await;
    let owner = Person::joined(&world, world.acme(), "ann", "owner").await;
    let managers = role(&owner.api, "Managers", &MANAGES).await.expect(201).id();
    let manager = Person::joined(&world, &owner.api, "max", &managers).await;
    Stage { world, owner, manager, managers }
}

fn wider(reach: Reach) -> Vec<(Permission, Reach)> {
    MANAGES.iter().map(|(right, old)| (*right, if *right == Permission::TicketsRead { reach } else { *old })).collect()
}

/// Nothing changes while these are refused.
async fn head(world: &World) -> u64 {
    world.acme.log.head().await.unwrap().position
}

#[tokio::test]
async fn nobody_puts_into_a_role_what_they_have_not() {
    let Stage { world, owner, manager, managers } = stage().await;
    let before = head(&world).await;
    let max = &manager.api;
    let more = [(Permission::SettingsWrite, Reach::All)];
    let refused = role(max, "More", &more).await.refused(403, "insufficient_scope");
    assert_eq!((&refused["required_scope"], &refused["granted_reach"]), (&json!("settings:write"), &json!(null)));
    let refused =
        role(max, "Farther", &[(Permission::TicketsRead, Reach::All)]).await.refused(403, "insufficient_scope");
    assert_eq!((&refused["required_scope"], &refused["granted_reach"]), (&json!("tickets:read"), &json!("team")));
    // Their own role, by a change and by its preview.
    let path = format!("/api/roles/{managers}");
    let widened = json!({"permissions": grants(&wider(Reach::All))});
    let _ = max.put(&path, widened.clone()).await.refused(403, "insufficient_scope");
    let _ = max.post(&format!("{path}/preview"), widened).await.refused(403, "insufficient_scope");
    assert_eq!(head(&world).await, before);
    // What they have they may give, also narrower.
    let _ = role(max, "Less", &[(Permission::TicketsRead, Reach::Own)]).await.expect(201);
    // A role that has more than they have is nothing that they change or delete.
    let strong = role(&owner.api, "Strong", &more).await.expect(201).id();
    let path = format!("/api/roles/{strong}");
    let before = head(&world).await;
    let _ = max.put(&path, json!({"permissions": []})).await.refused(403, "insufficient_scope");
    let _ = max.put(&path, json!({"name": "Weak"})).await.refused(403, "insufficient_scope");
    let _ = max.delete(&path).await.refused(403, "insufficient_scope");
    assert_eq!(head(&world).await, before);
}

#[tokio::test]
async fn nobody_gives_a_role_that_may_more_than_they_nor_takes_it() {
    let Stage { world, owner, manager, managers } = stage().await;
    let admin = Person::joined(&world, &owner.api, "adam", "admin").await;
    let eve = Person::joined(&world, &owner.api, "eve", &managers).await;
    let max = &manager.api;
    let before = head(&world).await;
    for (whom, wanted, code) in [
        (&eve, "admin", "insufficient_scope"),
        (&eve, "agent", "insufficient_scope"),
        (&eve, "owner", "owner_only"),
        (&manager, "admin", "insufficient_scope"),
        (&manager, "owner", "owner_only"),
        (&admin, managers.as_str(), "insufficient_scope"),
        (&owner, managers.as_str(), "owner_only"),
    ] {
        let _ = max.put(&whom.path(), json!({"role": wanted})).await.refused(403, code);
    }
    // Nor by an invitation, to somebody new or in the place of somebody who is there.
    for (email, wanted, code) in [
        ("new@acme.example", "admin", "insufficient_scope"),
        ("new@acme.example", "owner", "owner_only"),
        ("adam@acme.example", managers.as_str(), "insufficient_scope"),
        ("ann@acme.example", managers.as_str(), "owner_only"),
    ] {
        let invite = json!({"email": email, "name": "X", "role": wanted});
        let _ = max.post("/api/invitations", invite).await.refused(403, code);
    }
    // Nor do they lock out, take the address of, or erase who may more.
    for (whom, code) in [(&admin, "insufficient_scope"), (&owner, "owner_only")] {
        let _ = max.put(&whom.path(), json!({"active": false})).await.refused(403, code);
        let _ = max.put(&whom.path(), json!({"email": "mine@acme.example"})).await.refused(403, code);
        let _ = max.post(&format!("{}/erase", whom.path()), json!({})).await.refused(403, code);
    }
    assert_eq!(head(&world).await, before);
    // Who may as much as they is theirs to manage.
    let less = role(max, "Less", &[(Permission::TicketsRead, Reach::Own)]).await.expect(201).id();
    let _ = max.put(&eve.path(), json!({"role": less})).await.expect(200);
    let _ = max.put(&eve.path(), json!({"role": managers})).await.expect(200);
}

#[tokio::test]
async fn only_an_owner_deals_with_owners_and_the_last_one_stays() {
    let Stage { world, owner, .. } = stage().await;
    let admin = Person::joined(&world, &owner.api, "adam", "admin").await;
    let eve = Person::joined(&world, &owner.api, "eve", "agent").await;
    // A key that may do everything was made by somebody who may; that need not be an owner.
    let key = admin.api.post("/api/keys", json!({"name": "Root", "scopes": ["*"]})).await.expect(201);
    let key = world.acme().with_key(key["key"].as_str().unwrap());
    let before = head(&world).await;
    for api in [&admin.api, &key, world.acme()] {
        let _ = api.put(&eve.path(), json!({"role": "owner"})).await.refused(403, "owner_only");
        let _ = api.put(&owner.path(), json!({"role": "agent"})).await.refused(403, "owner_only");
        let _ = api.put(&owner.path(), json!({"active": false})).await.refused(403, "owner_only");
        let invite = json!({"email": "new@acme.example", "name": "X", "role": "owner"});
        let _ = api.post("/api/invitations", invite).await.refused(403, "owner_only");
    }
    for leaving in [json!({"role": "admin"}), json!({"active": false})] {
        let _ = owner.api.put(&owner.path(), leaving).await.refused(409, "last_owner");
    }
    let _ = owner.api.post(&format!("{}/erase", owner.path()), json!({})).await.refused(409, "last_owner");
    assert_eq!(head(&world).await, before);
    let _ = owner.api.put(&eve.path(), json!({"role": "owner"})).await.expect(200);
    let _ = owner.api.put(&owner.path(), json!({"role": "admin"})).await.expect(200);
    let _ = owner.api.put(&eve.path(), json!({"role": "agent"})).await.refused(403, "owner_only");
}

#[tokio::test]
async fn nobody_gives_a_key_what_they_have_not() {
    let Stage { world, manager, .. } = stage().await;
    let issue = async |api: &Api, scopes: &[&str]| api.post("/api/keys", json!({"name": "K", "scopes": scopes})).await;
    let _ = issue(&manager.api, &["settings:write"]).await.refused(403, "insufficient_scope");
    let _ = issue(&manager.api, &["*"]).await.refused(403, "insufficient_scope");
    // A key of theirs sees what they see.
    let theirs = world.acme.ticket("Theirs").await;
    let key = issue(&manager.api, &["tickets:read"]).await.expect(201);
    let key = manager.api.with_key(key["key"].as_str().unwrap());
    let _ = key.get(&format!("/api/tickets/{}", theirs.id())).await.refused(404, "not_found");
    assert_eq!(key.get("/api/tickets").await.expect(200)["data"], json!([]));
    let _ = issue(&manager.api, &["roles:read"]).await.expect(201);
}

#[tokio::test]
async fn no_field_of_a_request_gives_what_its_operation_does_not() {
    let Stage { world, manager, .. } = stage().await;
    for (path, body) in [
        (manager.path(), json!({"name": "Max", "permissions": ["*"]})),
        (manager.path(), json!({"name": "Max", "admin": true})),
        ("/api/tenant".to_owned(), json!({"owners": [manager.id.to_string()]})),
    ] {
        let _ = world.acme().put(&path, body).await.refused(422, "validation_failed");
    }
    let agent = json!({"name": "New", "role": "owner"});
    let _ = world.acme().post("/api/agents", agent).await.refused(422, "validation_failed");
    let access = json!({"owners": [manager.id.to_string()]});
    let _ = world.acme().patch("/api/access-policy", access).await.refused(422, "validation_failed");
}
