//! Who has a permission for some tickets only sees and touches those, and nothing tells that there are others.

mod files;
mod model;
mod shown;
mod streams;
mod touched;

use commands::{About, CommandError, Operation, Unit};
use domain::{
    AgentId, CustomRoleId,
    access_policy::{AccessPolicy, AccessPolicyCommand, RoleDefinition},
    agent::{AccessCommand, Agent, AgentCommand},
    permission::{Permission, Permissions, Reach},
    role::RoleId,
};
use serde_json::json;
use tests::{Api, World};

/// An agent who joined.
pub struct Person {
    pub id: AgentId,
    pub api: Api,
}

impl Person {
    /// Invited, and joined.
    pub async fn joined(world: &World, name: &str) -> Self {
        let invite = json!({"email": format!("{name}@acme.example"), "name": name});
        let invited = world.acme().post("/api/invitations", invite).await.expect(201);
        let accept = json!({"tenant": "acme", "token": invited["token"], "password": "a long enough secret"});
        let joined = world.acme().anonymous().post("/api/invitations/accept", accept).await.expect(201);
        let id = joined["agent"]["id"].as_str().unwrap().parse().unwrap();
        Self { id, api: world.acme().with_key(joined["access_token"].as_str().unwrap()) }
    }

    /// From now on they have these rights, and no others.
    pub async fn may(&self, world: &World, rights: &[(Permission, Reach)]) {
        let permissions = rights.iter().copied().collect();
        let role = CustomRoleId::new(world.app.desk.store().ids().next());
        let give = Give { tenant: world.acme.log.identity().to_string(), agent: self.id, role, permissions };
        world.app.desk.run(&world.acme.log, &world.request(), &give).await.unwrap();
    }
}

/// A role of somebody's own.
struct Give {
    tenant: String,
    agent: AgentId,
    role: CustomRoleId,
    permissions: Permissions,
}

impl Operation for Give {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        unit.load::<AccessPolicy>(&self.tenant).await?;
        let definition =
            RoleDefinition { name: self.role.to_string(), description: None, permissions: self.permissions.clone() };
        unit.decide_as_part::<AccessPolicy>(
            &self.tenant,
            AccessPolicyCommand::CreateRole { role: self.role, definition },
        )?;
        unit.load::<Agent>(self.agent).await?;
        let set = AccessCommand::SetRole(RoleId::Custom(self.role));
        unit.decide_as_part::<Agent>(self.agent, AgentCommand::Access(set))?;
        Ok(About::of::<Agent>(self.agent))
    }
}
