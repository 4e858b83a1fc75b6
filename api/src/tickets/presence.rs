use axum::{Json, http::StatusCode};
use chrono::{DateTime, Utc};
use commands::{Permission, presence};
use projections::timeline::Actor;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::known;
use crate::{
    openapi::{ActProblems, ChangeProblems, ReadProblems, TicketPath},
    problem::ApiError,
    request::{Body, PathText, Query, Session},
};

/// What somebody does at a ticket.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PresenceState {
    /// They look at it.
    Viewing,
    /// They write a reply or a note.
    Replying,
}

impl From<PresenceState> for presence::PresenceState {
    fn from(state: PresenceState) -> Self {
        match state {
            PresenceState::Viewing => Self::Viewing,
            PresenceState::Replying => Self::Replying,
        }
    }
}

/// Where you are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"state": "replying"}))]
pub struct NewPresence {
    /// What you do at this ticket.
    state: PresenceState,
}

/// Somebody who is at a ticket.
#[derive(Debug, Serialize, ToSchema)]
pub struct PresenceView {
    /// Who; what agents are called, `GET /api/agents` tells.
    actor: Actor,
    /// What they do there.
    state: PresenceState,
    /// Since when they do that.
    since: DateTime<Utc>,
}

impl From<presence::Presence> for PresenceView {
    fn from(known: presence::Presence) -> Self {
        let presence::Presence { actor, state, since } = known;
        let state = match state {
            presence::PresenceState::Viewing => PresenceState::Viewing,
            presence::PresenceState::Replying => PresenceState::Replying,
        };
        Self { actor: Actor::of(&actor.to_string()), state, since }
    }
}

/// The others who are at a ticket.
#[derive(Debug, Serialize, ToSchema)]
pub struct PresenceList {
    /// Whoever came first stands first: at most 50.
    #[schema(max_items = 50)]
    data: Vec<PresenceView>,
}

impl From<Vec<presence::Presence>> for PresenceList {
    fn from(others: Vec<presence::Presence>) -> Self {
        Self { data: others.into_iter().map(PresenceView::from).collect() }
    }
}

/// Say that you are at a ticket
///
/// It holds for 45 seconds: say it again before, and ask at the same time who else is there. It is no event: nothing of it
/// is in the log, the audit trail or the access log. At one ticket are at most 50, and you are at 20 at most: 409
/// `presence_full`.
#[utoipa::path(
    put,
    path = "/tickets/{id}/presence",
    operation_id = "putPresence",
    tag = "Tickets",
    security(("api_key" = ["tickets:read"])),
    params(TicketPath),
    request_body = NewPresence,
    responses((status = 200, description = "The others who are there", body = PresenceList), ChangeProblems),
    extensions(("x-personal-data" = json!({"none": "ids of colleagues, and nobody's name"}))),
)]
pub async fn put_presence(
    session: Session,
    PathText(id): PathText,
    body: Body<NewPresence>,
) -> Result<Json<PresenceList>, ApiError> {
    let scope = session.scope(Permission::TicketsRead)?;
    let ticket = known(&session.log, &scope, &id).await?;
    let others = presence::say(&session.log, ticket, &session.caller.actor, body.value.state.into()).await?;
    Ok(Json(others.into()))
}

/// List who else is at a ticket
///
/// Those who said so of late, but for yourself.
#[utoipa::path(
    get,
    path = "/tickets/{id}/presence",
    operation_id = "getPresence",
    tag = "Tickets",
    security(("api_key" = ["tickets:read"])),
    params(TicketPath),
    responses((status = 200, description = "The others who are there", body = PresenceList), ReadProblems),
    extensions(("x-personal-data" = json!({"none": "ids of colleagues, and nobody's name"}))),
)]
pub async fn get_presence(
    session: Session,
    PathText(id): PathText,
    query: Query,
) -> Result<Json<PresenceList>, ApiError> {
    let scope = session.scope(Permission::TicketsRead)?;
    query.finish()?;
    let ticket = known(&session.log, &scope, &id).await?;
    Ok(Json(presence::others(&session.log, ticket, &session.caller.actor).await?.into()))
}

/// Say that you have left a ticket
#[utoipa::path(
    delete,
    path = "/tickets/{id}/presence",
    operation_id = "deletePresence",
    tag = "Tickets",
    security(("api_key" = ["tickets:read"])),
    params(TicketPath),
    responses((status = 204, description = "You are not there, whether you were or not"), ActProblems),
    extensions(("x-personal-data" = json!({"none": "nothing is answered"}))),
)]
pub async fn delete_presence(session: Session, PathText(id): PathText) -> Result<StatusCode, ApiError> {
    let scope = session.scope(Permission::TicketsRead)?;
    let ticket = known(&session.log, &scope, &id).await?;
    presence::leave(&session.log, ticket, &session.caller.actor).await?;
    Ok(StatusCode::NO_CONTENT)
}
