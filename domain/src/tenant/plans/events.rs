//! What can have happened to what was bought: the storage format. An operator did it, and says why.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::price_list::{Entitlement, Feature, Limit, Plan};
use crate::ids::AgentId;

/// Another plan was bought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanChanged {
    /// Now.
    pub plan: Plan,
    /// Before.
    pub previous: Plan,
    /// Why.
    pub reason: String,
}

/// What another plan has is given for a while. That it is over is known by its time; no event says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrialStarted {
    /// Which.
    pub plan: Plan,
    /// Until when.
    pub until: DateTime<Utc>,
    /// Why.
    pub reason: String,
}

/// A trial was ended before its time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrialEnded {
    /// Why.
    pub reason: String,
}

/// There is another limit than the plan's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitOverridden {
    /// Of what.
    pub of: Limit,
    /// How much; none: as much as is wanted.
    pub limit: Option<u64>,
    /// Until when; none: until it is cleared.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until: Option<DateTime<Utc>>,
    /// Why.
    pub reason: String,
}

/// A feature is there or not, whatever the plan says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeatureOverridden {
    /// Which.
    pub of: Feature,
    /// Whether it is there.
    pub included: bool,
    /// Until when; none: until it is cleared.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until: Option<DateTime<Utc>>,
    /// Why.
    pub reason: String,
}

/// A seat was taken: recorded where there is a limit, in the commit that takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatTaken {
    /// By whom.
    pub agent: AgentId,
    /// How many are held with it.
    pub held: u64,
    /// How many there are.
    pub limit: u64,
}

/// So much of a limit is used that somebody should know: said once in a month of each limit and threshold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThresholdReached {
    /// Of what.
    pub of: Limit,
    /// Which threshold, in percent.
    pub percent: u64,
    /// How much is used, with what is promised beside it.
    pub used: u64,
    /// How much there is.
    pub limit: u64,
    /// In which month, where the tenant is: `2026-11`.
    pub month: String,
}

/// It is as the plan says again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverrideCleared {
    /// Of what.
    pub of: Entitlement,
    /// Why.
    pub reason: String,
}
