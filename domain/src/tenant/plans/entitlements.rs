//! What a tenant may use at an instant, and whence it has it.

use std::{collections::BTreeMap, fmt};

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{
    price_list::{Feature, Limit, Plan},
    state::Plans,
};

/// Whence something is had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "source", rename_all = "snake_case")]
pub enum Source {
    /// It was bought.
    Plan,
    /// It is tried.
    Trial {
        /// Until when.
        until: DateTime<Utc>,
    },
    /// It was agreed upon.
    Override {
        /// Until when; none: until that is changed.
        until: Option<DateTime<Utc>>,
    },
}

/// Something that is had or not, and whence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entitled<T> {
    /// What.
    pub value: T,
    /// Whence.
    pub source: Source,
}

/// Something would be more than was bought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OverLimit {
    /// What is limited.
    pub limit: Limit,
    /// How much there may be.
    pub allowed: u64,
    /// How much there is.
    pub used: u64,
    /// How much is promised beside it.
    pub reserved: u64,
}

impl fmt::Display for OverLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { limit, allowed, used, reserved } = self;
        let free = match limit {
            Limit::Agents => "deactivate an agent, revoke an invitation, give a read-only role",
            Limit::StorageBytes => "delete what is not needed",
            Limit::TicketsPerMonth | Limit::ApiRequestsPerHour => "wait",
        };
        write!(
            f,
            "the plan has {allowed} {limit}; {used} are used and {reserved} are reserved: {free}, or ask for a larger plan"
        )
    }
}

/// What a tenant may use at an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entitlements {
    /// What was bought.
    pub plan: Plan,
    /// How much of everything that is limited; none: as much as is wanted.
    pub limits: BTreeMap<Limit, Entitled<Option<u64>>>,
    /// Which features.
    pub features: BTreeMap<Feature, Entitled<bool>>,
}

impl Plans {
    /// What it comes to at an instant.
    pub fn entitlements(&self, at: DateTime<Utc>) -> Entitlements {
        let trial = self.tried(at);
        let limits = Limit::ALL.iter().map(|limit| (*limit, self.limit(*limit, trial, at))).collect();
        let features = Feature::ALL.iter().map(|feature| (*feature, self.feature(*feature, trial, at))).collect();
        Entitlements { plan: self.plan, limits, features }
    }

    /// Whether there is a feature at an instant.
    pub fn has(&self, feature: Feature, at: DateTime<Utc>) -> bool {
        self.feature(feature, self.tried(at), at).value
    }

    fn tried(&self, at: DateTime<Utc>) -> Trial {
        self.trial.as_ref().filter(|trial| trial.until > at).map(|trial| (trial.plan, trial.until))
    }

    fn limit(&self, of: Limit, trial: Trial, at: DateTime<Utc>) -> Entitled<Option<u64>> {
        if let Some(agreed) = self.limits.get(&of).filter(|agreed| agreed.until.is_none_or(|until| until > at)) {
            return Entitled { value: agreed.limit, source: Source::Override { until: agreed.until } };
        }
        let bought = self.plan.limit(of);
        match trial.map(|(plan, until)| (plan.limit(of), until)) {
            Some((tried, until)) if is_more(tried, bought) => {
                Entitled { value: tried, source: Source::Trial { until } }
            }
            Some(_) | None => Entitled { value: bought, source: Source::Plan },
        }
    }

    fn feature(&self, of: Feature, trial: Trial, at: DateTime<Utc>) -> Entitled<bool> {
        if let Some(agreed) = self.features.get(&of).filter(|agreed| agreed.until.is_none_or(|until| until > at)) {
            return Entitled { value: agreed.included, source: Source::Override { until: agreed.until } };
        }
        let bought = of.plan() <= self.plan;
        match trial {
            Some((plan, until)) if !bought && of.plan() <= plan => {
                Entitled { value: true, source: Source::Trial { until } }
            }
            Some(_) | None => Entitled { value: bought, source: Source::Plan },
        }
    }
}

type Trial = Option<(Plan, DateTime<Utc>)>;

/// Without a limit is more than any.
fn is_more(one: Option<u64>, other: Option<u64>) -> bool {
    match (one, other) {
        (None, other) => other.is_some(),
        (Some(_), None) => false,
        (Some(one), Some(other)) => one > other,
    }
}

impl Entitlements {
    /// How much of something; none: as much as is wanted.
    pub fn limit(&self, of: Limit) -> Option<u64> {
        self.limits.get(&of).and_then(|limit| limit.value)
    }

    /// How many agents at work; none: as many as are wanted.
    pub fn agents(&self) -> Option<u32> {
        self.limit(Limit::Agents).map(narrow)
    }

    /// How many tickets within a month before they are flagged; none: as many as come.
    pub fn tickets_per_month(&self) -> Option<u32> {
        self.limit(Limit::TicketsPerMonth).map(narrow)
    }

    /// How many bytes of files; none: as many as are wanted.
    pub fn storage_bytes(&self) -> Option<u64> {
        self.limit(Limit::StorageBytes)
    }

    /// How many requests of one key within an hour.
    pub fn api_requests_per_hour(&self) -> u32 {
        self.limit(Limit::ApiRequestsPerHour).map_or(u32::MAX, narrow)
    }

    /// Whether there is a feature.
    pub fn has(&self, feature: Feature) -> bool {
        self.features.get(&feature).is_some_and(|feature| feature.value)
    }
}

fn narrow(limit: u64) -> u32 {
    u32::try_from(limit).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
