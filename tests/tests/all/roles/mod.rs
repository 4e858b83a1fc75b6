//! Roles over HTTP: made, given, widened, taken; and nobody comes to more by them than they were given.

mod escalation;
mod masking;
mod races;
mod resource;

use domain::{
    AgentId,
    permission::{Permission, Reach},
};
use serde_json::{Value, json};
use tests::{Answer, Api, World};

/// Somebody who joined with a role.
pub struct Person {
    pub id: AgentId,
    pub api: Api,
}

impl Person {
    /// Invited by `by`, and joined.
    pub async fn joined(world: &World, by: &Api, name: &str, role: &str) -> Self {
        let invite = json!({"email": format!("{name}@acme.example"), "name": name, "role": role});
        let invited = by.post("/api/invitations", invite).await.expect(201);
        let accept = json!({"tenant": "acme", "token": invited["token"], "password": "a long enough secret"});
        let joined = world.acme().anonymous().post("/api/invitations/accept", accept).await.expect(201);
        assert_eq!(joined["agent"]["role"], role);
        let id = joined["agent"]["id"].as_str().unwrap().parse().unwrap();
        Self { id, api: world.acme().with_key(joined["access_token"].as_str().unwrap()) }
    }

    pub fn path(&self) -> String {
        format!("/api/agents/{}", self.id)
    }
}

/// The list of permissions as the API takes it.
pub fn grants(rights: &[(Permission, Reach)]) -> Value {
    rights.iter().map(|(permission, reach)| json!({"permission": permission, "reach": reach})).collect()
}

/// A new role.
pub async fn role(api: &Api, name: &str, rights: &[(Permission, Reach)]) -> Answer {
    api.post("/api/roles", json!({"name": name, "permissions": grants(rights)})).await
}
