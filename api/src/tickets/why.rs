use axum::{Json, extract::State};
use commands::Permission;
use domain::EventId;
use projections::timeline::{self, TimelineEntry};
use serde::Serialize;
use utoipa::ToSchema;

use super::known;
use crate::{
    app::App,
    openapi::{Fresh, OneEvent, ReadProblems},
    problem::ApiError,
    request::{PathTexts, Query, Session},
};

/// Why something happened.
#[derive(Debug, Serialize, ToSchema)]
pub struct Causes {
    /// The event, then what caused it, and so on; the last one is what somebody wished.
    data: Vec<TimelineEntry>,
}

/// Get why something happened to a ticket
///
/// The chain of what caused it: the event, then the one that it follows from, back to the one that is nobody's
/// consequence: its `actor` wished it, in its `request_id`.
#[utoipa::path(
    get,
    path = "/tickets/{id}/events/{event_id}/why",
    operation_id = "getCauses",
    tag = "Tickets",
    security(("api_key" = ["tickets:read"])),
    params(OneEvent, Fresh),
    responses((status = 200, description = "The event, and what caused it", body = Causes), ReadProblems),
)]
pub async fn get_causes(
    State(app): State<App>,
    session: Session,
    PathTexts(id, event): PathTexts,
    mut query: Query,
) -> Result<Json<Causes>, ApiError> {
    let scope = session.scope(Permission::TicketsRead)?;
    let min_position = query.position("min_position")?;
    query.finish()?;
    app.reach(&session.log, min_position).await?;
    let ticket = known(&session.log, &scope, &id).await?;
    let event: EventId = event.parse().map_err(|_| ApiError::not_found("event"))?;
    let tx = session.log.begin().await?;
    let data = timeline::causes(&tx, ticket, event).await?;
    tx.commit().await?;
    if data.is_empty() { Err(ApiError::not_found("event")) } else { Ok(Json(Causes { data })) }
}
