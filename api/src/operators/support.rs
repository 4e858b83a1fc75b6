//! `/tenants/{id}/support-sessions`: the operator's staff come into a tenant, by its grant or in an emergency.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, TimeDelta, Utc};
use commands::support::NewVisit;
use domain::text::Reason;
use event_store::{StoreError, TenantId};
use serde::{Deserialize, Serialize};

use super::caller::Operator;
use crate::{
    app::App,
    problem::ApiError,
    request::{Body, PathText, current_request_id},
};

const LONGEST_MINUTES: u16 = 60;

/// A visit that is wished.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewVisitBody {
    /// Why: the tenant reads it.
    reason: Reason,
    /// For how long; an hour, if left out.
    minutes: Option<u16>,
    /// To come without a grant, if there is none.
    #[serde(default)]
    break_glass: bool,
}

/// A visit, with what opens the tenant.
#[derive(Debug, Serialize)]
struct VisitView {
    session_id: String,
    /// For `Authorization: Bearer …` at the tenant's API. It is not stored, and is never shown again.
    token: String,
    until: DateTime<Utc>,
    /// None: in an emergency.
    grant_id: Option<String>,
    role: String,
}

/// `POST /tenants/{id}/support-sessions`.
pub async fn create(
    State(app): State<App>,
    Operator(operator): Operator,
    PathText(id): PathText,
    body: Body<NewVisitBody>,
) -> Result<Response, ApiError> {
    let tenant: TenantId = id.parse().map_err(|_| ApiError::not_found("tenant"))?;
    let NewVisitBody { reason, minutes, break_glass } = body.value;
    let minutes = minutes.unwrap_or(LONGEST_MINUTES);
    if !(1..=LONGEST_MINUTES).contains(&minutes) {
        let detail = format!("expected a number of minutes from 1 to {LONGEST_MINUTES}");
        return Err(ApiError::invalid_field("/minutes", "invalid_value", detail));
    }
    if break_glass && !app.break_glass {
        return Err(ApiError::new(
            StatusCode::FORBIDDEN,
            "break_glass_not_allowed",
            "this installation lets nobody in without a grant: ask the tenant for one, or set support.break_glass",
        ));
    }
    let log = match app.desk.store().log(&tenant).await {
        Err(StoreError::UnknownTenant(_)) => return Err(ApiError::not_found("tenant")),
        other => other?,
    };
    let span = TimeDelta::minutes(minutes.into());
    let new = NewVisit { reason, span, break_glass, request_id: current_request_id() };
    let visit = app.desk.enter_support(&log, &operator, &*app.random, new).await?;
    if visit.grant.is_none() {
        metrics::counter!("ledgerdesk_support_break_glass_total").increment(1);
        tracing::error!(%tenant, %operator, session = %visit.session, "an operator came into a tenant without its grant");
    }
    let view = VisitView {
        session_id: visit.session.to_string(),
        token: visit.token.reveal().to_owned(),
        until: visit.until,
        grant_id: visit.grant.map(|grant| grant.to_string()),
        role: visit.role.to_string(),
    };
    Ok((StatusCode::CREATED, Json(view)).into_response())
}
