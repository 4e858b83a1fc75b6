//! A limit of the plan in a delivery, as it stood with the event.

use domain::tenant::ThresholdReached;
use serde::Serialize;
use utoipa::ToSchema;

/// A limit of the plan of which so much is used that somebody should know. Said once in a month of each limit and threshold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = WebhookLimit)]
pub struct LimitData {
    /// Which: `agents`, `tickets_per_month` or `storage_bytes`.
    #[schema(example = "tickets_per_month")]
    pub limit: &'static str,
    /// Which threshold is reached, in percent: 80 or 100.
    #[schema(example = 80)]
    pub percent: u64,
    /// How much is used, with what is promised beside it.
    #[schema(example = 800)]
    pub used: u64,
    /// How much the plan has.
    #[schema(example = 1000)]
    pub allowed: u64,
    /// In which month, where the tenant is.
    #[schema(example = "2026-11")]
    pub month: String,
}

impl From<&ThresholdReached> for LimitData {
    fn from(event: &ThresholdReached) -> Self {
        let ThresholdReached { of, percent, used, limit, month } = event;
        Self { limit: of.as_str(), percent: *percent, used: *used, allowed: *limit, month: month.clone() }
    }
}
