//! What can have happened to retention policies: the storage format.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{aggregate::events, ids::RetentionPolicyId, retention_policies::criteria::RetentionCriteria};

/// There is such a policy from here on; it does nothing until it is enabled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetentionPolicyCreated {
    /// Which.
    pub policy: RetentionPolicyId,
    /// What it is called.
    pub name: String,
    /// Which tickets it is about.
    pub criteria: RetentionCriteria,
}

/// It is called something else now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetentionPolicyRenamed {
    /// Which.
    pub policy: RetentionPolicyId,
    /// What it is called.
    pub name: String,
}

/// It is about other tickets now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetentionCriteriaChanged {
    /// Which.
    pub policy: RetentionPolicyId,
    /// Which tickets it is about.
    pub criteria: RetentionCriteria,
    /// From when on it acts on these; none while it is disabled.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub acts_from: Option<DateTime<Utc>>,
}

/// It acts, from a moment on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetentionPolicyEnabled {
    /// Which.
    pub policy: RetentionPolicyId,
    /// From when on.
    pub acts_from: DateTime<Utc>,
}

/// It does nothing until it is enabled again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetentionPolicyDisabled {
    /// Which.
    pub policy: RetentionPolicyId,
}

/// It is no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetentionPolicyDeleted {
    /// Which.
    pub policy: RetentionPolicyId,
}

/// The tickets that this commit erases were erased by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetentionPolicyRan {
    /// Which.
    pub policy: RetentionPolicyId,
    /// The position as of which it chose them.
    pub as_of: u64,
    /// How many this commit erases.
    pub erased: u32,
    /// How many a legal hold keeps from it, of those that it came to.
    pub held: u64,
    /// How many it had chosen that are left for the commits after this one.
    pub left: u64,
}

events!(
    /// What can have happened to retention policies.
    RetentionPoliciesEvent {
        "retention_policy.created" v 1 => RetentionPolicyCreated;
        "retention_policy.renamed" v 1 => RetentionPolicyRenamed;
        "retention_policy.criteria_changed" v 1 => RetentionCriteriaChanged;
        "retention_policy.enabled" v 1 => RetentionPolicyEnabled;
        "retention_policy.disabled" v 1 => RetentionPolicyDisabled;
        "retention_policy.deleted" v 1 => RetentionPolicyDeleted;
        "retention_policy.ran" v 1 => RetentionPolicyRan;
    }
);

impl RetentionPoliciesEvent {
    /// Which policy it is about.
    pub fn policy(&self) -> RetentionPolicyId {
        match self {
            Self::RetentionPolicyCreated(RetentionPolicyCreated { policy, .. })
            | Self::RetentionPolicyRenamed(RetentionPolicyRenamed { policy, .. })
            | Self::RetentionCriteriaChanged(RetentionCriteriaChanged { policy, .. })
            | Self::RetentionPolicyEnabled(RetentionPolicyEnabled { policy, .. })
            | Self::RetentionPolicyDisabled(RetentionPolicyDisabled { policy })
            | Self::RetentionPolicyDeleted(RetentionPolicyDeleted { policy })
            | Self::RetentionPolicyRan(RetentionPolicyRan { policy, .. }) => *policy,
        }
    }

    /// Whether it says what the policy did, and changes nothing of the policy.
    pub fn is_run(&self) -> bool {
        matches!(self, Self::RetentionPolicyRan(_))
    }
}
