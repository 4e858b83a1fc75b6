//! What would become of a tenant on another plan.

use domain::tenant::{Branding, Entitlements, Feature, Limit, Plan, TenantState};
use event_store::Log;
use projections::usage::Usage;
use reactions::{log_streams, webhooks};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{app::App, openapi::schemas, problem::ApiError};

/// What would become of the tenant on another plan.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlanPreview)]
pub struct PreviewView {
    /// The plan that is thought of.
    #[schema(value_type = schemas::Plan)]
    plan: &'static str,
    /// What it costs, in the words of the price list.
    #[schema(example = "$29/month")]
    price: &'static str,
    /// Limits that what is used is beyond. Nothing is taken away; nothing is added either, until it is within.
    over: Vec<OverView>,
    /// Features that are had now, and would be had no more.
    stops: Vec<StopView>,
}

/// A limit that what is used is beyond.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlanPreviewLimit)]
pub struct OverView {
    /// Which.
    #[schema(example = "agents")]
    limit: &'static str,
    /// How much is used.
    used: u64,
    /// How much there would be.
    allowed: u64,
    /// What would have to be chosen, or would happen.
    #[schema(example = "choose 7 agents to deactivate: until then nobody is invited, created or reactivated")]
    effect: String,
}

/// A feature that would be had no more.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlanPreviewFeature)]
pub struct StopView {
    /// Which.
    #[schema(example = "webhooks")]
    feature: &'static str,
    /// How many things there are that stand on it.
    affected: u64,
    /// What would happen to them.
    #[schema(
        example = "paused, not deleted: what happens meanwhile waits, and goes out when the plan has webhooks again"
    )]
    effect: &'static str,
}

/// What would become of a tenant on another plan: what is tried or agreed upon apart from it stays.
pub async fn preview(app: &App, log: &Log, plan: Plan) -> Result<PreviewView, ApiError> {
    let now = app.desk.store().clock().now();
    let state = app.desk.tenant(log).await?;
    let mut thought_of = state.plans.clone();
    thought_of.plan = plan;
    let (have, would) = (state.entitlements(now), thought_of.entitlements(now));
    let zone = app.desk.time_zone(log).await?;
    let used = projections::usage::usage(log, zone.name(), now, None).await?;
    let tx = log.begin().await?;
    let endpoints = webhooks::endpoints(&tx).await?.into_iter().filter(|webhook| webhook.active).count() as u64;
    tx.end();
    let streams = log_streams::list(&app.log_streams, log).await?.iter().filter(|stream| stream.active).count() as u64;
    Ok(PreviewView {
        plan: plan.as_str(),
        price: plan.price(),
        over: Limit::ALL.iter().filter_map(|limit| over(*limit, &used, &would)).collect(),
        stops: Feature::ALL
            .iter()
            .filter(|feature| have.has(**feature) && !would.has(**feature))
            .map(|feature| stop(*feature, &state, (endpoints, streams), now))
            .collect(),
    })
}

fn over(limit: Limit, usage: &Usage, would: &Entitlements) -> Option<OverView> {
    let allowed = would.limit(limit)?;
    let used = match limit {
        Limit::Agents => usage.seats.used + usage.seats.reserved,
        Limit::TicketsPerMonth => usage.tickets.this_month,
        Limit::StorageBytes => usage.storage.file_bytes?,
        // Who asks is what they ask: it is not kept.
        Limit::ApiRequestsPerHour => return None,
    };
    let beyond = used.checked_sub(allowed).filter(|beyond| *beyond > 0)?;
    let effect = match limit {
        Limit::Agents => {
            format!("choose {beyond} agents to deactivate: until then nobody is invited, created or reactivated")
        }
        Limit::TicketsPerMonth => "tickets are taken as before".to_owned(),
        Limit::StorageBytes => "nothing is deleted; until enough is, no file is taken in".to_owned(),
        Limit::ApiRequestsPerHour => return None,
    };
    Some(OverView { limit: limit.as_str(), used, allowed, effect })
}

fn stop(
    feature: Feature,
    state: &TenantState,
    (endpoints, streams): (u64, u64),
    now: chrono::DateTime<chrono::Utc>,
) -> StopView {
    let (affected, effect) = match feature {
        Feature::ApiAccess => {
            let keys = state.keys.iter().filter(|(_, key)| key.opens_at(now)).count() as u64;
            (keys, "keys open nothing until the plan has api_access again; people log in as before")
        }
        Feature::Webhooks => (
            endpoints,
            "paused, not deleted: what happens meanwhile waits, and goes out when the plan has webhooks again",
        ),
        Feature::WhiteLabel => {
            let looks = u64::from(state.branding != Branding::default()) + u64::from(state.custom_domain.is_some());
            (looks, "kept, and not changed until the plan has white_label again")
        }
        Feature::AdvancedReporting => (0, "reports are refused; analytics of now stay"),
        Feature::CustomIntegrations => (
            streams,
            "paused, not deleted: log streams go on where they stood when the plan has custom_integrations again",
        ),
        Feature::BasicReporting | Feature::EmailSupport | Feature::Sso | Feature::Sla => (0, "it is not had any more"),
    };
    StopView { feature: feature.as_str(), affected, effect }
}
