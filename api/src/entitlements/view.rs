//! What is told of entitlements. The fields' docs are the API's reference.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::tenant::{Entitlements, Source};
use event_store::Log;
use serde::Serialize;
use utoipa::ToSchema;

use crate::openapi::schemas;

/// What a tenant may use.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Entitlements)]
pub struct EntitlementsView {
    /// Whose.
    #[schema(example = "company-abc-123")]
    tenant_id: String,
    /// What was bought.
    #[schema(value_type = schemas::Plan)]
    plan: &'static str,
    /// What it costs, in the words of the price list.
    #[schema(example = "$79/month")]
    price: &'static str,
    /// How much of what is limited: `agents`, `tickets_per_month`, `storage_bytes`, `api_requests_per_hour`.
    #[schema(example = json!({"agents": {"limit": 10, "source": "plan", "until": null}}))]
    limits: BTreeMap<&'static str, LimitView>,
    /// Every feature there is, and whether the tenant has it.
    #[schema(example = json!({"webhooks": {"included": true, "source": "plan", "until": null}}))]
    features: BTreeMap<&'static str, FeatureView>,
}

/// A limit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LimitEntitlement)]
pub struct LimitView {
    /// How much; null: as much as is wanted.
    limit: Option<u64>,
    #[serde(flatten)]
    source: SourceView,
}

/// A feature.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FeatureEntitlement)]
pub struct FeatureView {
    /// Whether the tenant has it.
    included: bool,
    #[serde(flatten)]
    source: SourceView,
}

/// Whence it is so.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EntitlementSource)]
pub struct SourceView {
    /// `plan`, `trial` or `override`.
    #[schema(example = "plan")]
    source: &'static str,
    /// Until when; null: as long as the plan is, or until it is changed.
    until: Option<DateTime<Utc>>,
}

impl From<Source> for SourceView {
    fn from(source: Source) -> Self {
        match source {
            Source::Plan => Self { source: "plan", until: None },
            Source::Trial { until } => Self { source: "trial", until: Some(until) },
            Source::Override { until } => Self { source: "override", until },
        }
    }
}

impl EntitlementsView {
    /// Of this tenant.
    pub fn of(log: &Log, entitlements: &Entitlements) -> Self {
        let Entitlements { plan, limits, features } = entitlements;
        Self {
            tenant_id: log.tenant().to_string(),
            plan: plan.as_str(),
            price: plan.price(),
            limits: limits
                .iter()
                .map(|(of, it)| (of.as_str(), LimitView { limit: it.value, source: it.source.into() }))
                .collect(),
            features: features
                .iter()
                .map(|(of, it)| (of.as_str(), FeatureView { included: it.value, source: it.source.into() }))
                .collect(),
        }
    }
}
