//! Programs over HTTP: service accounts, the keys that belong to them, and whence they may come.

mod accounts;
mod owners;
mod rotation;

use serde_json::{Value, json};
use tests::{Api, Tenant};

/// A service account with this role; its id.
async fn account(api: &Api, role: &str) -> String {
    api.post("/api/service-accounts", json!({"name": "CRM", "role": role})).await.expect(201).id()
}

/// A new key, and the API as its holder sees it.
async fn key(api: &Api, with: Value) -> (String, Api) {
    let mut body = json!({"name": "CRM", "scopes": ["*"]});
    body.as_object_mut().expect("an object").extend(with.as_object().expect("an object").clone());
    let issued = api.post("/api/keys", body).await.expect(201);
    (issued.id(), api.with_key(issued["key"].as_str().expect("a key")))
}

/// A person with this role who is logged in; their id, and the API as they see it.
async fn person(tenant: &Tenant, role: &str) -> (String, Api) {
    let email = format!("{}@acme.example", role.replace('_', "-"));
    let invitation = json!({"email": email, "name": "Eve Miller", "role": role});
    let invited = tenant.api.post("/api/invitations", invitation).await.expect(201);
    let accept =
        json!({"tenant": tenant.log.tenant().as_str(), "token": invited["token"], "password": "a horse, a battery"});
    let joined = tenant.api.anonymous().post("/api/invitations/accept", accept).await.expect(201);
    let api = tenant.api.with_key(joined["access_token"].as_str().expect("a token"));
    (joined["agent"]["id"].as_str().expect("an id").to_owned(), api)
}
