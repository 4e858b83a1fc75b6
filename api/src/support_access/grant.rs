use axum::{extract::State, response::Response};
use chrono::{DateTime, Utc};
use commands::support::Grant;
use domain::{BuiltInRole, RoleId, SupportGrantId, support_access::GrantSupport, text::Reason};
use projections::{
    as_of::Moment,
    support_access::{self, SupportGrantView},
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    answer::Written,
    app::App,
    openapi::{CreateProblems, Created, Idempotent, schemas},
    problem::ApiError,
    request::{Body, Conditions, Session},
};

/// A grant.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"until": "2026-12-01T00:00:00Z", "reason": "webhooks do not arrive"}))]
pub struct NewSupportGrant {
    /// When it ends: within the next 30 days.
    until: DateTime<Utc>,
    /// What they are to look into. It stays in your event log as it is: name no persons.
    #[schema(value_type = schemas::Reason)]
    reason: Reason,
    /// What they may do: a role, and nothing that you may not; `auditor` when left out, who sees everything and changes
    /// nothing. Whatever the role, support makes no grants, keys, roles, agents or webhooks, and takes no copies of
    /// people's data.
    #[schema(value_type = Option<schemas::RoleId>)]
    role: Option<RoleId>,
}

/// Let the operator's staff in for a while
#[utoipa::path(
    post,
    path = "/support-access",
    operation_id = "grantSupportAccess",
    tag = "Support access",
    security(("api_key" = ["support:write"])),
    params(Idempotent),
    request_body = NewSupportGrant,
    responses(Created<SupportGrantView>, CreateProblems),
)]
pub async fn grant_support_access(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    body: Body<NewSupportGrant>,
) -> Result<Response, ApiError> {
    session.require_recent()?;
    let request = conditions.wish(&app, &session, &body.digest);
    let NewSupportGrant { until, reason, role } = body.value;
    let store = app.desk.store();
    let grant = GrantSupport {
        grant: SupportGrantId::new(store.ids().next()),
        until,
        reason: reason.into(),
        role: role.unwrap_or(RoleId::BuiltIn(BuiltInRole::Auditor)),
    };
    let wish = Grant { grant, now: store.clock().now() };
    let receipt = app.desk.run(&session.log, &request, &wish).await?;
    let visible = app.visible(&session.log, &receipt).await;
    // The newest as of this wish is the one that it made, the first time and whenever it is repeated.
    let then = support_access::get(&session.log, Moment::Position(receipt.position)).await?;
    let made = then.grants.first().filter(|_| visible);
    Ok(Written::created(&receipt, "/api/support-access".to_owned()).with(made))
}
