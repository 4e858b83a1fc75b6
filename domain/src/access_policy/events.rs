//! What can have happened to an access policy: the storage format.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    access_policy::{
        AddressRange, Origin, ReviewSchedule,
        commands::{RoleDefinition, RoleRules, SessionLimits},
    },
    aggregate::events,
    ids::{AccessReviewId, AgentId, CustomRoleId},
    role::RoleId,
};

/// A role was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoleCreated {
    /// Its id.
    pub role: CustomRoleId,
    /// What it is.
    #[serde(flatten)]
    pub definition: RoleDefinition,
}

/// A role is another one now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoleChanged {
    /// Its id.
    pub role: CustomRoleId,
    /// What it is now.
    #[serde(flatten)]
    pub definition: RoleDefinition,
}

/// An agent has a role: what the agent's own stream says, said here too, so that a role that somebody has is not deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleGiven {
    /// Which.
    pub role: CustomRoleId,
    /// Who.
    pub agent: AgentId,
}

/// An agent has a role no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleTaken {
    /// Which.
    pub role: CustomRoleId,
    /// Who.
    pub agent: AgentId,
}

/// A role is no more. Whoever still has it may do nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleDeleted {
    /// Its id.
    pub role: CustomRoleId,
}

/// Somebody became an owner, or is one no more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccessPolicyOwnersChanged {
    /// All owners from now on.
    pub owners: BTreeSet<AgentId>,
}

/// People and programs get in from elsewhere now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccessPolicyAddressesChanged {
    /// From where; empty: from anywhere.
    pub allowed_addresses: Vec<AddressRange>,
}

/// Whether everybody must show a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessPolicyMfaChanged {
    /// From now on.
    pub required: bool,
}

/// People are logged in for another time now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessPolicySessionsChanged {
    /// From now on.
    #[serde(flatten)]
    pub limits: SessionLimits,
}

/// Pages of other origins may use the API now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccessPolicyOriginsChanged {
    /// From now on.
    pub origins: BTreeSet<Origin>,
}

/// Something else holds for all who have a role now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccessPolicyRoleRulesChanged {
    /// Which.
    pub role: RoleId,
    /// From now on.
    #[serde(flatten)]
    pub rules: RoleRules,
}

/// Reviews of access open by themselves from here on, or at other times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessPolicyReviewsScheduled {
    /// When.
    #[serde(flatten)]
    pub schedule: ReviewSchedule,
    /// When the next one opens.
    pub next_at: DateTime<Utc>,
}

/// No review of access opens by itself any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessPolicyReviewsUnscheduled {}

/// A review of access that was due was opened, by the same commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessPolicyReviewOpened {
    /// Which.
    pub review: AccessReviewId,
    /// When the next one opens.
    pub next_at: DateTime<Utc>,
}

events!(
    /// What can have happened to an access policy.
    AccessPolicyEvent {
        "role.created" v 1 => RoleCreated;
        "role.changed" v 1 => RoleChanged;
        "role.deleted" v 1 => RoleDeleted;
        "role.given" v 1 => RoleGiven;
        "role.taken" v 1 => RoleTaken;
        "access_policy.owners_changed" v 1 => AccessPolicyOwnersChanged;
        "access_policy.addresses_changed" v 1 => AccessPolicyAddressesChanged;
        "access_policy.mfa_changed" v 1 => AccessPolicyMfaChanged;
        "access_policy.sessions_changed" v 1 => AccessPolicySessionsChanged;
        "access_policy.origins_changed" v 1 => AccessPolicyOriginsChanged;
        "access_policy.role_rules_changed" v 1 => AccessPolicyRoleRulesChanged;
        "access_policy.reviews_scheduled" v 1 => AccessPolicyReviewsScheduled;
        "access_policy.reviews_unscheduled" v 1 => AccessPolicyReviewsUnscheduled;
        "access_policy.review_opened" v 1 => AccessPolicyReviewOpened;
    }
);

impl AccessPolicyEvent {
    /// Whether it says what a role is, or what whoever has it is not shown.
    pub fn defines(&self, wanted: CustomRoleId) -> bool {
        match self {
            Self::RoleCreated(RoleCreated { role, .. }) | Self::RoleChanged(RoleChanged { role, .. }) => {
                *role == wanted
            }
            Self::AccessPolicyRoleRulesChanged(AccessPolicyRoleRulesChanged { role, .. }) => {
                *role == RoleId::Custom(wanted)
            }
            Self::RoleDeleted(_)
            | Self::RoleGiven(_)
            | Self::RoleTaken(_)
            | Self::AccessPolicyOwnersChanged(_)
            | Self::AccessPolicyAddressesChanged(_)
            | Self::AccessPolicyMfaChanged(_)
            | Self::AccessPolicySessionsChanged(_)
            | Self::AccessPolicyOriginsChanged(_)
            | Self::AccessPolicyReviewsScheduled(_)
            | Self::AccessPolicyReviewsUnscheduled(_)
            | Self::AccessPolicyReviewOpened(_) => false,
        }
    }
}
