//! `/api/support-access`: whom of the operator's staff a tenant lets in, and who came.

mod grant;
mod revoke;

use axum::{extract::State, response::Response};
use commands::Permission;
use projections::{
    as_of::Moment,
    support_access::{self, SupportAccessView, SupportGrantView},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    answer::{Resource, shown},
    app::App,
    openapi::{Fresh, IfNoneMatch, ReadProblems, Shown},
    problem::ApiError,
    request::{Conditions, Query, Session},
};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(get_support_access, grant::grant_support_access))
        .routes(routes!(revoke::revoke_support_access))
}

impl Resource for SupportAccessView {
    fn version(&self) -> u64 {
        self.version
    }
}

impl Resource for SupportGrantView {
    fn version(&self) -> u64 {
        self.version
    }
}

/// See who of the operator's staff may come, and who came
///
/// Nobody of them sees anything of yours without a grant, but in an emergency, where the operator's installation allows
/// that; a visit without a grant has no `grant_id`. Every request that they make is in the audit trail
/// (`filter[action]=support.viewed`).
#[utoipa::path(
    get,
    path = "/support-access",
    operation_id = "getSupportAccess",
    tag = "Support access",
    security(("api_key" = ["security:read"])),
    params(
        Fresh,
        IfNoneMatch,
    ),
    responses(Shown<SupportAccessView>, ReadProblems),
)]
pub async fn get_support_access(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    mut query: Query,
) -> Result<Response, ApiError> {
    session.require(Permission::SecurityRead)?;
    let min_position = query.position("min_position")?;
    query.finish()?;
    app.reach(&session.log, min_position).await?;
    Ok(shown(&support_access::get(&session.log, Moment::Now).await?, &conditions))
}
