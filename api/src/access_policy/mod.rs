//! `/api/access-policy`: from where, how and for how long people and programs get in.

mod update;

use axum::{extract::State, response::Response};
use commands::{Permission, Receipt};
use projections::{
    access_policy::{self, AccessPolicyView},
    as_of::Moment,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    answer::{Resource, Written, shown},
    app::App,
    openapi::{Fresh, IfNoneMatch, ReadProblems, Shown},
    problem::ApiError,
    request::{Conditions, Query, Session},
};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get_access_policy, update::patch_access_policy))
}

impl Resource for AccessPolicyView {
    fn version(&self) -> u64 {
        self.version
    }
}

/// Get the access policy
#[utoipa::path(
    get,
    path = "/access-policy",
    operation_id = "getAccessPolicy",
    tag = "Access policy",
    security(("api_key" = ["security:read"])),
    params(
        Fresh,
        IfNoneMatch,
    ),
    responses(Shown<AccessPolicyView>, ReadProblems),
)]
pub async fn get_access_policy(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    mut query: Query,
) -> Result<Response, ApiError> {
    session.require(Permission::SecurityRead)?;
    let min_position = query.position("min_position")?;
    query.finish()?;
    app.reach(&session.log, min_position).await?;
    Ok(shown(&access_policy::get(&session.log, Moment::Now).await?, &conditions))
}

async fn answer(app: &App, session: &Session, receipt: &Receipt) -> Result<Response, ApiError> {
    let find = async |moment| Ok(access_policy::get(&session.log, moment).await?);
    Written::changed(receipt).folded(app, session, find).await
}
