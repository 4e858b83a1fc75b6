//! What is told of a role. The fields' docs are the API's reference.

use domain::{
    CustomRoleId,
    access_policy::{MaskedFields, RoleDefinition},
    permission::{Permission, Permissions, Reach},
    role::{BuiltInRole, RoleId},
};
use serde::Serialize;
use utoipa::ToSchema;

/// A role: what those who have it may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Role)]
pub struct RoleView {
    /// `owner`, `admin`, `agent`, `light_agent`, `auditor`, `analyst`, `billing`, or `rol_…`.
    #[schema(example = "rol_0199aa00000070008000000000000012")]
    pub id: String,
    /// What it is called.
    #[schema(example = "Second line")]
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Whether it came with the product: then it stays as it is.
    pub built_in: bool,
    /// What those who have it may do; nothing else.
    pub permissions: Vec<GrantView>,
    /// What of customers they are not shown: `name`, `email`, `phone`, `text`.
    #[schema(value_type = Vec<String>, example = json!(["email"]))]
    pub masks_personal_data: MaskedFields,
    /// How many agents have it.
    #[schema(minimum = 0)]
    pub agents: u64,
    /// Another number after each change of the role; 0 where it came with the product. Send the `ETag` as `If-Match` to
    /// change only what you have seen.
    #[schema(minimum = 0)]
    pub version: u64,
}

/// A permission, and for which tickets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Grant)]
pub struct GrantView {
    /// What may be done.
    #[schema(value_type = String, example = "tickets:write")]
    pub permission: Permission,
    /// `own`, `assigned`, `team` or `all`.
    #[schema(value_type = String, example = "team")]
    pub reach: Reach,
}

/// A permission of which another reach is had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReachChange {
    /// Which.
    #[schema(value_type = String, example = "tickets:write")]
    pub permission: Permission,
    /// For which tickets it is had now; null: not at all.
    #[schema(value_type = Option<String>, example = "team")]
    pub before: Option<Reach>,
    /// For which tickets it would be had; null: not at all.
    #[schema(value_type = Option<String>, example = "all")]
    pub after: Option<Reach>,
}

impl ReachChange {
    /// What another set of permissions gives and takes, in the order of permissions.
    pub fn between(before: &Permissions, after: &Permissions) -> Vec<Self> {
        let change = |permission: &Permission| {
            let (before, after) = (before.reach(*permission), after.reach(*permission));
            (before != after).then_some(Self { permission: *permission, before, after })
        };
        Permission::ALL.iter().filter_map(change).collect()
    }

    /// Whether it gives.
    pub fn gives(&self) -> bool {
        self.after > self.before
    }
}

fn grants(permissions: &Permissions) -> Vec<GrantView> {
    permissions.iter().map(|(permission, reach)| GrantView { permission, reach }).collect()
}

impl RoleView {
    pub(super) fn built_in(role: BuiltInRole, masks_personal_data: MaskedFields, agents: u64) -> Self {
        Self {
            id: RoleId::BuiltIn(role).to_string(),
            name: role.name().to_owned(),
            description: Some(role.description().to_owned()),
            built_in: true,
            permissions: grants(&role.permissions()),
            masks_personal_data,
            agents,
            version: 0,
        }
    }

    pub(super) fn own(
        id: CustomRoleId,
        role: &RoleDefinition,
        masks_personal_data: MaskedFields,
        agents: u64,
        version: u64,
    ) -> Self {
        Self {
            id: id.to_string(),
            name: role.name.clone(),
            description: role.description.clone(),
            built_in: false,
            permissions: grants(&role.permissions),
            masks_personal_data,
            agents,
            version,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_gives_and_takes_by_permission_and_reach() {
        use Permission::{CustomersRead, TicketsRead, TicketsWrite};
        let before: Permissions = [(TicketsRead, Reach::Team), (CustomersRead, Reach::All)].into_iter().collect();
        let after: Permissions = [(TicketsRead, Reach::All), (TicketsWrite, Reach::Own)].into_iter().collect();
        let changes = ReachChange::between(&before, &after);
        let told: Vec<_> = changes.iter().map(|change| (change.permission, change.gives())).collect();
        let note = Permission::TicketsNote;
        assert_eq!(told, [(TicketsRead, true), (TicketsWrite, true), (note, true), (CustomersRead, false)]);
        assert_eq!(ReachChange::between(&after, &after), []);
    }
}
