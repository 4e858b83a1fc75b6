//! What was bought, what else a tenant was given, and what that comes to at an instant.
//!
//! What it protects: a plan is what the price list says; an override goes before a trial, and a trial before the plan;
//! what has run out does not count, without anybody having to end it.

mod entitlements;
mod events;
mod price_list;
mod state;

pub use entitlements::{Entitled, Entitlements, OverLimit, Source};
pub use events::{
    FeatureOverridden, LimitOverridden, OverrideCleared, PlanChanged, SeatTaken, ThresholdReached, TrialEnded,
    TrialStarted,
};
pub use price_list::{Entitlement, Feature, Limit, Plan};
pub use state::{PlanCommand, Plans, THRESHOLDS};
