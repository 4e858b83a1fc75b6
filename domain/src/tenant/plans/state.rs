//! What the rules read of what was bought; decide and apply.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{
    events::{
        FeatureOverridden, LimitOverridden, OverrideCleared, PlanChanged, SeatTaken, ThresholdReached, TrialEnded,
        TrialStarted,
    },
    price_list::{Entitlement, Feature, Limit, Plan},
};
use crate::tenant::{events::TenantEvent, rejection::TenantRejection};

/// The most that a program may be let ask in an hour.
const MAX_RATE: u64 = 1_000_000;

/// From how much of a limit on somebody should know, in percent.
pub const THRESHOLDS: [u64; 2] = [80, 100];

/// What may be wished of what was bought. The last field of each: why; `now`: the time of the wish.
#[derive(Clone, Debug)]
pub enum PlanCommand {
    /// Another plan.
    Change(Plan, String),
    /// What another plan has, for a while.
    StartTrial {
        /// What is wished.
        trial: TrialStarted,
        /// The time of the wish.
        now: DateTime<Utc>,
    },
    /// A trial is to be over.
    EndTrial {
        /// Why.
        reason: String,
        /// The time of the wish.
        now: DateTime<Utc>,
    },
    /// Another limit than the plan's.
    OverrideLimit {
        /// What is wished.
        wish: LimitOverridden,
        /// The time of the wish.
        now: DateTime<Utc>,
    },
    /// A feature, or none, whatever the plan says.
    OverrideFeature {
        /// What is wished.
        wish: FeatureOverridden,
        /// The time of the wish.
        now: DateTime<Utc>,
    },
    /// As the plan says again.
    ClearOverride(OverrideCleared),
    /// A seat: whether there is one was counted from the agents' streams.
    TakeSeat(SeatTaken),
    /// So much is used that somebody should know.
    ReachThreshold(ThresholdReached),
}

/// What was bought, and what else was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plans {
    /// The plan.
    pub plan: Plan,
    /// What is tried; it may have run out.
    pub trial: Option<TrialStarted>,
    /// Other limits; some may have run out.
    pub limits: BTreeMap<Limit, LimitOverridden>,
    /// Other features; some may have run out.
    pub features: BTreeMap<Feature, FeatureOverridden>,
    /// In which month each threshold was last said to be reached.
    pub reached: BTreeMap<(Limit, u64), String>,
}

impl Plans {
    pub(in crate::tenant) fn decide(&self, command: PlanCommand) -> Result<Vec<TenantEvent>, TenantRejection> {
        let future = |until: Option<DateTime<Utc>>, now| until.is_none_or(|until| until > now);
        Ok(match command {
            PlanCommand::Change(plan, _) if plan == self.plan => vec![],
            PlanCommand::Change(plan, reason) => vec![PlanChanged { plan, previous: self.plan, reason }.into()],
            PlanCommand::StartTrial { trial, .. } if self.trial.as_ref() == Some(&trial) => vec![],
            PlanCommand::StartTrial { trial, now } if trial.until > now => vec![trial.into()],
            PlanCommand::OverrideLimit { wish, .. } if self.limits.get(&wish.of) == Some(&wish) => vec![],
            PlanCommand::OverrideLimit { wish, .. } if !wish.is_possible() => {
                return Err(TenantRejection::RateNeedsLimit);
            }
            PlanCommand::OverrideLimit { wish, now } if future(wish.until, now) => vec![wish.into()],
            PlanCommand::OverrideFeature { wish, .. } if self.features.get(&wish.of) == Some(&wish) => vec![],
            PlanCommand::OverrideFeature { wish, now } if future(wish.until, now) => vec![wish.into()],
            PlanCommand::StartTrial { .. }
            | PlanCommand::OverrideLimit { .. }
            | PlanCommand::OverrideFeature { .. } => return Err(TenantRejection::OverAlready),
            PlanCommand::EndTrial { reason, now } if self.trial.as_ref().is_some_and(|trial| trial.until > now) => {
                vec![TrialEnded { reason }.into()]
            }
            PlanCommand::ClearOverride(cleared) if self.is_agreed(cleared.of) => vec![cleared.into()],
            PlanCommand::EndTrial { .. } | PlanCommand::ClearOverride(_) => vec![],
            PlanCommand::TakeSeat(taken) => vec![taken.into()],
            PlanCommand::ReachThreshold(event) if self.has_said(event.of, event.percent, &event.month) => vec![],
            PlanCommand::ReachThreshold(event) => vec![event.into()],
        })
    }

    /// Whether it was said in this month that a threshold is reached.
    pub fn has_said(&self, of: Limit, percent: u64, month: &str) -> bool {
        self.reached.get(&(of, percent)).is_some_and(|said| said == month)
    }

    pub(in crate::tenant) fn threshold_reached(&mut self, event: &ThresholdReached) {
        self.reached.insert((event.of, event.percent), event.month.clone());
    }

    fn is_agreed(&self, of: Entitlement) -> bool {
        match of {
            Entitlement::Limit(limit) => self.limits.contains_key(&limit),
            Entitlement::Feature(feature) => self.features.contains_key(&feature),
        }
    }

    pub(in crate::tenant) fn limit_overridden(&mut self, event: &LimitOverridden) {
        self.limits.insert(event.of, event.clone());
    }

    pub(in crate::tenant) fn feature_overridden(&mut self, event: &FeatureOverridden) {
        self.features.insert(event.of, event.clone());
    }

    pub(in crate::tenant) fn cleared(&mut self, of: Entitlement) {
        match of {
            Entitlement::Limit(limit) => drop(self.limits.remove(&limit)),
            Entitlement::Feature(feature) => drop(self.features.remove(&feature)),
        }
    }
}

impl LimitOverridden {
    fn is_possible(&self) -> bool {
        match self.of {
            Limit::ApiRequestsPerHour => self.limit.is_some_and(|limit| (1..=MAX_RATE).contains(&limit)),
            Limit::Agents | Limit::TicketsPerMonth | Limit::StorageBytes => true,
        }
    }
}
