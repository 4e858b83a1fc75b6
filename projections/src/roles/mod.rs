//! The roles of a tenant: those that come with the product, and its own.
//!
//! Folded from the access policy's own short stream whenever they are asked for; who has which, the agents' rows say.

mod view;

use std::collections::HashMap;

use domain::{
    Aggregate, CustomRoleId,
    access_policy::{AccessPolicy, AccessPolicyState, MaskedFields, RoleDefinition},
    role::{BuiltInRole, RoleId},
};
use event_store::{Log, TenantTx};

use crate::{
    as_of::{self, Moment},
    error::{ProjectionError, QueryError},
    sql::unsigned,
    tickets::AgentRef,
};

pub use view::{GrantView, ReachChange, RoleView};

/// The roles as they were at a moment.
#[derive(Clone, Debug, Default)]
pub struct Roles {
    policy: AccessPolicyState,
    /// Of each of the tenant's own, the place in the stream of what last said what it is.
    versions: HashMap<CustomRoleId, u64>,
}

/// The roles at `moment`.
pub async fn at(log: &Log, moment: Moment) -> Result<Roles, ProjectionError> {
    let mut roles = Roles::default();
    for (at, event) in as_of::events::<AccessPolicy>(log, log.identity(), moment).await? {
        AccessPolicy::apply(&mut roles.policy, &event);
        let defined = roles.policy.roles.keys().filter(|role| event.defines(**role));
        roles.versions.extend(defined.map(|role| (*role, at.sequence)));
    }
    Ok(roles)
}

impl Roles {
    /// All of them: first those that come with the product, then the tenant's own by name.
    pub fn all(&self, holders: &HashMap<RoleId, u64>) -> Vec<RoleView> {
        let mut own: Vec<&CustomRoleId> = self.policy.roles.keys().collect();
        own.sort_by_key(|id| self.policy.roles[*id].name.to_lowercase());
        let built_in = BuiltInRole::ALL.into_iter().map(RoleId::BuiltIn);
        let ids = built_in.chain(own.into_iter().copied().map(RoleId::Custom));
        ids.filter_map(|id| self.view(id, holders.get(&id).copied().unwrap_or(0))).collect()
    }

    /// One of them; none: there is no such role.
    pub fn view(&self, id: RoleId, agents: u64) -> Option<RoleView> {
        let masked = self.policy.masked_for(&id);
        Some(match id {
            RoleId::BuiltIn(role) => RoleView::built_in(role, masked, agents),
            RoleId::Custom(own) => {
                RoleView::own(own, self.own(own)?, masked, agents, self.versions.get(&own).copied().unwrap_or(0))
            }
        })
    }

    /// What of customers whoever has a role is not shown.
    pub fn masked_for(&self, id: RoleId) -> MaskedFields {
        self.policy.masked_for(&id)
    }

    /// What a role of the tenant's own is.
    pub fn own(&self, id: CustomRoleId) -> Option<&RoleDefinition> {
        self.policy.roles.get(&id)
    }
}

/// How many agents have each role.
pub async fn holders(tx: &TenantTx) -> Result<HashMap<RoleId, u64>, QueryError> {
    let sql = "SELECT role, count(*) FROM agents WHERE erased_at IS NULL GROUP BY role";
    let rows = tx.query(&tx.statement(sql).await?, &[]).await?;
    let held = |row: &event_store::driver::Row| Some((row.get::<_, &str>(0).parse().ok()?, unsigned(row.get(1))));
    Ok(rows.iter().filter_map(held).collect())
}

/// How many agents have a role, and the first of them by name.
pub async fn holders_of(tx: &TenantTx, role: RoleId, limit: u16) -> Result<(u64, Vec<AgentRef>), QueryError> {
    let sql = "SELECT id, name, count(*) OVER () FROM agents WHERE role = $1 AND erased_at IS NULL \
               ORDER BY name, id LIMIT $2";
    let rows = tx.query(&tx.statement(sql).await?, &[&role.to_string(), &i64::from(limit)]).await?;
    let total = rows.first().map_or(0, |row| unsigned(row.get(2)));
    Ok((total, rows.iter().map(|row| AgentRef { id: row.get(0), name: row.get(1) }).collect()))
}
