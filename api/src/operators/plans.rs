//! `/tenants/{id}/plan`, `/trial`, `/overrides/{of}`: what a tenant bought, and what else it is given. Each says why: the
//! tenant reads it in its audit trail.

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use domain::{
    tenant::{Entitlement, FeatureOverridden, LimitOverridden, OverrideCleared, Plan, PlanCommand, TrialStarted},
    text::Reason,
};
use event_store::{Log, StoreError, TenantId};
use serde::Deserialize;

use super::caller::Operator;
use crate::{
    app::App,
    entitlements::{EntitlementsView, PreviewView, preview, take_plan},
    problem::ApiError,
    request::{Body, PathText, PathTexts, Query, nullable},
};

type Answer = Result<Json<EntitlementsView>, ApiError>;

async fn named(app: &App, id: &str) -> Result<Log, ApiError> {
    let tenant: TenantId = id.parse().map_err(|_| ApiError::not_found("tenant"))?;
    match app.desk.store().log(&tenant).await {
        Err(StoreError::UnknownTenant(_)) => Err(ApiError::not_found("tenant")),
        other => Ok(other?),
    }
}

async fn change(app: &App, by: &Operator, id: &str, command: PlanCommand) -> Answer {
    let tenant: TenantId = id.parse().map_err(|_| ApiError::not_found("tenant"))?;
    let changed = app.desk.change_plan(&tenant, &by.0.actor(), command).await?;
    changed.ok_or_else(|| ApiError::not_found("tenant"))?;
    show(app, id).await
}

async fn show(app: &App, id: &str) -> Answer {
    let log = named(app, id).await?;
    Ok(Json(EntitlementsView::of(&log, &app.desk.entitlements(&log).await?)))
}

/// `GET /tenants/{id}/entitlements`.
pub async fn entitlements(State(app): State<App>, _: Operator, PathText(id): PathText, query: Query) -> Answer {
    query.finish()?;
    show(&app, &id).await
}

/// `GET /tenants/{id}/plan-preview?plan=…`: what would stop, and what would have to be chosen.
pub async fn plan_preview(
    State(app): State<App>,
    _: Operator,
    PathText(id): PathText,
    mut query: Query,
) -> Result<Json<PreviewView>, ApiError> {
    let plan = take_plan(&mut query)?;
    query.finish()?;
    Ok(Json(preview(&app, &named(&app, &id).await?, plan).await?))
}

/// Another plan.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanBody {
    plan: Plan,
    reason: Reason,
}

/// `PUT /tenants/{id}/plan`.
pub async fn set_plan(State(app): State<App>, by: Operator, PathText(id): PathText, body: Body<PlanBody>) -> Answer {
    let PlanBody { plan, reason } = body.value;
    change(&app, &by, &id, PlanCommand::Change(plan, reason.into())).await
}

/// What another plan has, for a while.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrialBody {
    plan: Plan,
    until: DateTime<Utc>,
    reason: Reason,
}

/// `PUT /tenants/{id}/trial`. It ends by itself.
pub async fn start_trial(
    State(app): State<App>,
    by: Operator,
    PathText(id): PathText,
    body: Body<TrialBody>,
) -> Answer {
    let TrialBody { plan, until, reason } = body.value;
    let trial = TrialStarted { plan, until, reason: reason.into() };
    let now = app.desk.store().clock().now();
    change(&app, &by, &id, PlanCommand::StartTrial { trial, now }).await
}

/// `DELETE /tenants/{id}/trial?reason=…`: before its time.
pub async fn end_trial(State(app): State<App>, by: Operator, PathText(id): PathText, mut query: Query) -> Answer {
    let reason = take_reason(&mut query)?;
    query.finish()?;
    let now = app.desk.store().clock().now();
    change(&app, &by, &id, PlanCommand::EndTrial { reason, now }).await
}

/// Another limit, or a feature or none, whatever the plan says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OverrideBody {
    /// Of a limit; null: as much as is wanted.
    #[serde(default, deserialize_with = "nullable")]
    limit: Option<Option<u64>>,
    /// Of a feature.
    included: Option<bool>,
    until: Option<DateTime<Utc>>,
    reason: Reason,
}

/// `PUT /tenants/{id}/overrides/{of}`.
pub async fn set_override(
    State(app): State<App>,
    by: Operator,
    PathTexts(id, of): PathTexts,
    body: Body<OverrideBody>,
) -> Answer {
    let OverrideBody { limit, included, until, reason } = body.value;
    let (now, reason) = (app.desk.store().clock().now(), reason.into());
    let missing =
        |pointer| ApiError::invalid_field(pointer, "required", "expected this, and of limit and included no other");
    let command = match (entitlement(&of)?, limit, included) {
        (Entitlement::Limit(of), Some(limit), None) => {
            PlanCommand::OverrideLimit { wish: LimitOverridden { of, limit, until, reason }, now }
        }
        (Entitlement::Feature(of), None, Some(included)) => {
            PlanCommand::OverrideFeature { wish: FeatureOverridden { of, included, until, reason }, now }
        }
        (Entitlement::Limit(_), ..) => return Err(missing("/limit")),
        (Entitlement::Feature(_), ..) => return Err(missing("/included")),
    };
    change(&app, &by, &id, command).await
}

/// `DELETE /tenants/{id}/overrides/{of}?reason=…`: as the plan says again.
pub async fn clear_override(
    State(app): State<App>,
    by: Operator,
    PathTexts(id, of): PathTexts,
    mut query: Query,
) -> Answer {
    let reason = take_reason(&mut query)?;
    query.finish()?;
    change(&app, &by, &id, PlanCommand::ClearOverride(OverrideCleared { of: entitlement(&of)?, reason })).await
}

fn entitlement(text: &str) -> Result<Entitlement, ApiError> {
    text.parse().map_err(|error: domain::text::TextError| ApiError::not_found("entitlement").saying(&error.expected))
}

fn take_reason(query: &mut Query) -> Result<String, ApiError> {
    let text = query.text("reason").unwrap_or_default();
    let reason = Reason::try_new(text).map_err(|error| ApiError::invalid_parameter("reason", error.expected))?;
    Ok(reason.into())
}
