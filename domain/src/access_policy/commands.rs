//! What may be wished of an access policy.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    access_policy::{AddressRange, MaskedFields, Origin, WishedSchedule},
    ids::{AccessReviewId, AgentId, CustomRoleId},
    permission::Permissions,
    role::RoleId,
};

/// What a role of a tenant's own is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleDefinition {
    /// What it is called.
    pub name: String,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub description: Option<String>,
    /// What whoever has it may do.
    pub permissions: Permissions,
}

/// What holds for all who have a role, beyond what holds for everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleRules {
    /// From where they get in; empty: from anywhere.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub allowed_addresses: Vec<AddressRange>,
    /// Whether they must show a second factor.
    #[serde(default)]
    pub mfa_required: bool,
    /// What of customers they are not shown.
    #[serde(skip_serializing_if = "MaskedFields::is_empty", default)]
    pub masks_personal_data: MaskedFields,
}

/// For how long people are logged in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionLimits {
    /// Minutes after which a session that nobody used is over.
    pub idle_minutes: u32,
    /// Minutes after which a session is over, however it was used.
    pub absolute_minutes: u32,
    /// Minutes for which a proof of who one is counts for sensitive acts.
    pub reauthentication_minutes: u32,
}

impl Default for SessionLimits {
    /// Two weeks, 90 days, 15 minutes.
    fn default() -> Self {
        Self { idle_minutes: 14 * 24 * 60, absolute_minutes: 90 * 24 * 60, reauthentication_minutes: 15 }
    }
}

/// What may be wished of an access policy.
#[derive(Clone, Debug)]
pub enum AccessPolicyCommand {
    /// Make a role.
    CreateRole {
        /// The id that it gets.
        role: CustomRoleId,
        /// What it is.
        definition: RoleDefinition,
    },
    /// Make a role another one.
    ChangeRole {
        /// Which.
        role: CustomRoleId,
        /// What it is from now on.
        definition: RoleDefinition,
    },
    /// Do away with a role that nobody has.
    DeleteRole(CustomRoleId),
    /// Note that an agent has a role.
    GiveRole {
        /// Which.
        role: CustomRoleId,
        /// Who.
        agent: AgentId,
    },
    /// Note that an agent has it no more.
    TakeRole {
        /// Which.
        role: CustomRoleId,
        /// Who.
        agent: AgentId,
    },
    /// Note that an agent is an owner.
    AddOwner(AgentId),
    /// Note that an agent is an owner no more.
    RemoveOwner(AgentId),
    /// Let everybody in from these addresses only; empty: from anywhere.
    AllowAddresses(Vec<AddressRange>),
    /// Demand a second factor of everybody, or not.
    RequireMfa(bool),
    /// Set for how long people are logged in.
    LimitSessions(SessionLimits),
    /// Let pages of these origins use the API.
    AllowOrigins(BTreeSet<Origin>),
    /// Set what holds for all who have a role.
    SetRoleRules {
        /// Which.
        role: RoleId,
        /// From now on.
        rules: RoleRules,
    },
    /// Open reviews of access by themselves, or no more.
    ScheduleReviews {
        /// When; none: no more.
        wish: Option<WishedSchedule>,
        /// The time.
        now: DateTime<Utc>,
    },
    /// Note that the one that was due was opened.
    NoteReviewOpened {
        /// Which.
        review: AccessReviewId,
        /// The time.
        now: DateTime<Utc>,
    },
}
