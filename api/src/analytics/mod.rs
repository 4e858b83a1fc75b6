//! `/api/analytics`: the numbers.

mod period;

use axum::{Json, extract::State};
use commands::Permission;
use projections::analytics::{self, Analytics, FirstContactBy};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    openapi::{Fresh, ListProblems, schemas},
    problem::ApiError,
    request::{Query, Session},
};

pub use period::{YEARS, take_bound, take_period};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get_analytics))
}

/// Get analytics
///
/// How many tickets, how fast, how well, and how that changed. Without `from` and `to`: all tickets as they stand now,
/// performance over all time. With them: the tickets that came in within the period, and what was answered, resolved
/// and rated within it. The trends end with `to`, or now. Deleted tickets do not count. Everything is of one position
/// of the log, and agrees with lists, reports and SQL at that position.
#[utoipa::path(
    get,
    path = "/analytics",
    operation_id = "getAnalytics",
    extensions(("x-personal-data" = json!("report"))),
    tag = "Analytics and reports",
    security(("api_key" = ["analytics:read"])),
    params(
        ("from" = inline(Option<schemas::Bound>), Query, description = "From then on: an instant, or a day where the tenant is"),
        ("to" = inline(Option<schemas::Bound>), Query, description = "Up to then: an instant (not included), or a day (with all of its hours)"),
        ("definition" = inline(Option<schemas::FirstContact>), Query, description = "What counts as settled at first contact; `one_reply` when left out"),
        Fresh,
    ),
    responses((status = 200, description = "The numbers", body = Analytics), ListProblems),
)]
pub async fn get_analytics(
    State(app): State<App>,
    session: Session,
    mut query: Query,
) -> Result<Json<Analytics>, ApiError> {
    session.require(Permission::AnalyticsRead)?;
    let asked = take_period(&mut query)?;
    let definition = definition(query.text("definition"))?;
    let min_position = query.position("min_position")?;
    query.finish()?;
    app.reach(&session.log, min_position).await?;
    let now = app.desk.store().clock().now();
    Ok(Json(analytics::read(&session.log, now, asked, definition).await?))
}

fn definition(asked: Option<String>) -> Result<FirstContactBy, ApiError> {
    let Some(asked) = asked else { return Ok(FirstContactBy::default()) };
    FirstContactBy::ALL.into_iter().find(|definition| definition.as_str() == asked).ok_or_else(|| {
        ApiError::invalid_parameter("definition", "expected a definition of first contact resolution")
            .allowed(FirstContactBy::ALL.map(FirstContactBy::as_str))
    })
}
