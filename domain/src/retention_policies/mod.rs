//! Retention policies: what was said in tickets is destroyed once its time is over, by rules that a tenant makes.
//!
//! What it protects: a policy is only ever about tickets on which work has ended, and about a time since then; whoever makes
//! one, changes whom it is about or turns it on has a day to see what it would do before it does anything; and what it did
//! stays known.

mod commands;
mod criteria;
mod events;
mod rejection;
mod state;

pub use commands::{CreateRetentionPolicy, RetentionPoliciesCommand};
pub use criteria::{Ended, MAX_AGE_DAYS, MAX_CRITERIA_TAGS, RetentionCriteria};
pub use events::{
    RetentionCriteriaChanged, RetentionPoliciesEvent, RetentionPolicyCreated, RetentionPolicyDeleted,
    RetentionPolicyDisabled, RetentionPolicyEnabled, RetentionPolicyRan, RetentionPolicyRenamed,
};
pub use rejection::RetentionPoliciesRejection;
pub use state::{GRACE, MAX_POLICIES, RetentionPolicies, RetentionPoliciesState, RetentionPolicy};
