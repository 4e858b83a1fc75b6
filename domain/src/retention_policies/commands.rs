//! What may be wished of retention policies.

use chrono::{DateTime, Utc};

use crate::{
    ids::RetentionPolicyId,
    retention_policies::{criteria::RetentionCriteria, events::RetentionPolicyRan},
    text::Name,
};

/// A new policy. It does nothing until it is enabled.
#[derive(Clone, Debug)]
pub struct CreateRetentionPolicy {
    /// The id that it gets.
    pub policy: RetentionPolicyId,
    /// What it is called.
    pub name: Name,
    /// Which tickets it is about.
    pub criteria: RetentionCriteria,
}

/// What may be wished of retention policies.
#[derive(Clone, Debug)]
pub enum RetentionPoliciesCommand {
    /// Keep it.
    Create(CreateRetentionPolicy),
    /// Call it so.
    Rename {
        /// Which.
        policy: RetentionPolicyId,
        /// What it is called.
        name: Name,
    },
    /// Let it be about these tickets.
    SetCriteria {
        /// Which.
        policy: RetentionPolicyId,
        /// Which tickets it is about.
        criteria: RetentionCriteria,
        /// The time.
        now: DateTime<Utc>,
    },
    /// Let it act.
    Enable {
        /// Which.
        policy: RetentionPolicyId,
        /// The time.
        now: DateTime<Utc>,
    },
    /// Let it act no more.
    Disable(RetentionPolicyId),
    /// Keep it no more.
    Delete(RetentionPolicyId),
    /// Note what it did.
    NoteRun(RetentionPolicyRan),
}
