use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use commands::people::{Invitation, Invited};
use domain::{
    RoleId,
    text::{Email, Name},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    app::App,
    openapi::{CreateProblems, OnceOnly, schemas},
    problem::ApiError,
    request::{Body, Conditions, Session, not_null},
};

/// Whom to invite.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "eve@acme.com", "name": "Eve Miller"}))]
pub struct NewInvitation {
    /// Where they read mail. An agent who has this address is invited; otherwise one is created.
    #[schema(value_type = schemas::Email)]
    email: Email,
    /// What they are called, if they are created.
    #[schema(value_type = schemas::Name)]
    name: Name,
    /// What they may do: a role that gives nothing that you have not. As before when left out, and `agent` at first.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = schemas::RoleId, required = false)]
    role: Option<RoleId>,
}

/// An invitation, for the one time that its token is shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct IssuedInvitation {
    /// Its id.
    #[schema(example = "inv_0199aa00000070008000000000000011")]
    id: String,
    /// Who is invited.
    #[schema(example = "agt_0199aa00000070008000000000000002")]
    agent_id: String,
    /// The role that they have once they joined.
    #[schema(example = "agent")]
    role: String,
    /// Hand it to them: it is not stored, and is never shown again.
    token: String,
    /// The path of the page that accepts it, to be put behind the address where your people reach this server. What follows the `#` is not
    /// sent to any server, so it stands in no log.
    #[schema(example = "/join#tenant=acme&token=…")]
    accept_path: String,
    /// When it ends.
    expires_at: DateTime<Utc>,
}

/// Invite an agent
///
/// They join with `POST /api/invitations/accept`. Inviting somebody again replaces the invitation before; for somebody
/// who has joined, it is how a forgotten password is replaced, and takes `security:write`.
/// The answer is the only place where the token is ever shown, so a repeat under one `Idempotency-Key` is refused.
#[utoipa::path(
    post,
    path = "/invitations",
    operation_id = "createInvitation",
    tag = "Invitations",
    security(("api_key" = ["agents:write"])),
    params(OnceOnly),
    request_body = NewInvitation,
    responses((status = 201, description = "The invitation", body = IssuedInvitation), CreateProblems),
)]
pub async fn create_invitation(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    body: Body<NewInvitation>,
) -> Result<Response, ApiError> {
    let NewInvitation { email, name, role } = body.value;
    let request = conditions.wish(&app, &session, &body.digest).once();
    let wish = Invitation { email, name, role };
    let (invited, token, receipt) = app.desk.invite(&session.log, &request, &*app.random, wish).await?;
    let visible = app.visible(&session.log, &receipt).await;
    let Invited { id, agent, role, expires_at, .. } = invited;
    let token = token.reveal().to_owned();
    let issued = IssuedInvitation {
        id: id.to_string(),
        agent_id: agent.to_string(),
        role: role.to_string(),
        accept_path: format!("/join#tenant={}&token={token}", session.log.tenant()),
        token,
        expires_at,
    };
    let mut response = (StatusCode::CREATED, Json(issued)).into_response();
    let headers = response.headers_mut();
    headers.insert("helpdesk-position", HeaderValue::from(receipt.position));
    headers.insert("helpdesk-visible", HeaderValue::from_static(if visible { "true" } else { "false" }));
    if let Ok(location) = HeaderValue::from_str(&format!("/api/invitations/{id}")) {
        headers.insert(header::LOCATION, location);
    }
    Ok(response)
}
