//! Roles: what somebody who has them may do. Some come with the product; a tenant makes others (see
//! [`access_policy`](crate::access_policy)).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{
    ids::CustomRoleId,
    permission::{Permission, Permissions},
};

/// A role that comes with the product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BuiltInRole {
    /// May do everything, and is the only one who makes owners. A tenant always has one.
    Owner,
    /// May do everything, but make owners.
    Admin,
    /// Works on tickets and customers.
    Agent,
    /// Sees tickets and customers, and writes internal notes.
    LightAgent,
    /// Sees everything, and changes nothing.
    Auditor,
    /// Sees numbers and reports.
    Analyst,
    /// Sees what is used of what was bought.
    Billing,
}

impl BuiltInRole {
    /// Every one.
    pub const ALL: [Self; 7] =
        [Self::Owner, Self::Admin, Self::Agent, Self::LightAgent, Self::Auditor, Self::Analyst, Self::Billing];

    /// The text that stands for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Agent => "agent",
            Self::LightAgent => "light_agent",
            Self::Auditor => "auditor",
            Self::Analyst => "analyst",
            Self::Billing => "billing",
        }
    }

    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::Admin => "Admin",
            Self::Agent => "Agent",
            Self::LightAgent => "Light agent",
            Self::Auditor => "Auditor",
            Self::Analyst => "Analyst",
            Self::Billing => "Billing",
        }
    }

    /// What it is for.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Owner => "May do everything, and is the only one who makes owners. There is always one.",
            Self::Admin => "May do everything, but make owners.",
            Self::Agent => "Works on tickets and customers.",
            Self::LightAgent => "Sees tickets and customers, and writes internal notes.",
            Self::Auditor => "Sees everything, and changes nothing.",
            Self::Analyst => "Sees numbers and reports.",
            Self::Billing => "Sees what is used of what was bought.",
        }
    }

    /// What whoever has it may do.
    pub fn permissions(self) -> Permissions {
        use Permission as P;
        match self {
            Self::Owner | Self::Admin => Permissions::all(),
            Self::Agent => Permissions::everywhere(&[
                P::TicketsRead,
                P::TicketsWrite,
                P::TicketsNote,
                P::TicketsDelete,
                P::CustomersRead,
                P::CustomersWrite,
                P::AgentsRead,
                P::EventsRead,
            ]),
            Self::LightAgent => {
                Permissions::everywhere(&[P::TicketsRead, P::TicketsNote, P::CustomersRead, P::AgentsRead])
            }
            Self::Auditor => Permissions::everywhere(&[
                P::TicketsRead,
                P::CustomersRead,
                P::AgentsRead,
                P::EventsRead,
                P::AuditRead,
                P::AnalyticsRead,
                P::ReportsRead,
                P::ProofRead,
                P::WebhooksRead,
                P::PrivacyRead,
                P::SettingsRead,
                P::RolesRead,
                P::KeysRead,
                P::SecurityRead,
                P::BillingRead,
            ]),
            Self::Analyst => Permissions::everywhere(&[P::AnalyticsRead, P::ReportsRead]),
            Self::Billing => Permissions::everywhere(&[P::BillingRead, P::SettingsRead]),
        }
    }
}

impl fmt::Display for BuiltInRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Which role: `agent`, or `rol_…` for one that a tenant made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RoleId {
    /// It came with the product.
    BuiltIn(BuiltInRole),
    /// The tenant made it.
    Custom(CustomRoleId),
}

impl Default for RoleId {
    /// Of whom nothing else was said.
    fn default() -> Self {
        Self::AGENT
    }
}

impl RoleId {
    /// Works on tickets and customers.
    pub const AGENT: Self = Self::BuiltIn(BuiltInRole::Agent);
    /// May do everything, but make owners.
    pub const ADMIN: Self = Self::BuiltIn(BuiltInRole::Admin);
    /// May do everything.
    pub const OWNER: Self = Self::BuiltIn(BuiltInRole::Owner);
}

/// A text that names no role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected owner, admin, agent, light_agent, auditor, analyst, billing, or the id of a role of yours (rol_…)")]
pub struct RoleIdError;

impl FromStr for RoleId {
    type Err = RoleIdError;

    fn from_str(text: &str) -> Result<Self, RoleIdError> {
        match BuiltInRole::ALL.into_iter().find(|role| role.as_str() == text) {
            Some(role) => Ok(Self::BuiltIn(role)),
            None => text.parse().map(Self::Custom).map_err(|_| RoleIdError),
        }
    }
}

impl fmt::Display for RoleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn(role) => fmt::Display::fmt(role, f),
            Self::Custom(id) => fmt::Display::fmt(id, f),
        }
    }
}

impl Serialize for RoleId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RoleId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_has_one_spelling() {
        for role in BuiltInRole::ALL {
            assert_eq!(role.as_str().parse(), Ok(RoleId::BuiltIn(role)));
        }
        let custom = "rol_0199aabbccdd70008000000000000001";
        assert_eq!(custom.parse::<RoleId>().unwrap().to_string(), custom);
        for wrong in ["", "Owner", "root", "rol_1"] {
            assert_eq!(wrong.parse::<RoleId>(), Err(RoleIdError), "{wrong}");
        }
    }

    #[test]
    fn an_auditor_sees_everything_and_changes_nothing() {
        let rights = BuiltInRole::Auditor.permissions();
        for right in Permission::ALL {
            let reads = right.as_str().ends_with(":read");
            assert_eq!(rights.allow(*right), reads, "{right}");
        }
    }
}
