//! `/api/invitations`: how people join.

mod accept;
mod create;
mod list;

use chrono::{DateTime, Utc};
use commands::people::Invited;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::App;

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_invitations, create::create_invitation))
        .routes(routes!(accept::accept_invitation))
        .routes(routes!(list::revoke_invitation))
}

/// What is known of an invitation. Its token was shown once.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationView {
    /// Its id.
    #[schema(example = "inv_0199aa00000070008000000000000011")]
    id: String,
    /// Who is invited.
    #[schema(example = "agt_0199aa00000070008000000000000002")]
    agent_id: String,
    /// What they are called. Null once it was erased.
    name: Option<String>,
    /// Where they read mail. Null when it was removed, or erased.
    email: Option<String>,
    /// The role that they have once they joined.
    #[schema(example = "agent")]
    role: String,
    /// Whether it can be accepted: otherwise it ran out, or they were deactivated.
    acceptable: bool,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it ends.
    expires_at: DateTime<Utc>,
}

impl InvitationView {
    fn new(invited: Invited, name: Option<String>, email: Option<String>, acceptable: bool) -> Self {
        let Invited { id, agent, role, created_at, expires_at } = invited;
        let (id, agent_id, role) = (id.to_string(), agent.to_string(), role.to_string());
        Self { id, agent_id, name, email, role, acceptable, created_at, expires_at }
    }
}
