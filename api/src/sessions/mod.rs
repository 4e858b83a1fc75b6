//! `/api/sessions`, `/api/password`, `/.well-known/jwks.json`: how people get in, and out again.

mod jwks;
mod keeping;
mod list;
mod log_in;
mod passkey;
mod password;
mod reauthentication;
mod refresh;
mod refused;
mod second_step;

use axum::{
    Json,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use commands::people::{LoggedIn, token};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::App;

pub use keeping::{Keeping, KeptAs};
pub use list::{SessionList, SessionView};
pub use passkey::PasskeyRequest;
pub use second_step::{Entered, SecondStepView};

static POSITION: HeaderName = HeaderName::from_static("helpdesk-position");

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(log_in::log_in, list::list_sessions))
        .routes(routes!(second_step::finish_log_in))
        .routes(routes!(passkey::passkey_options))
        .routes(routes!(passkey::log_in_with_passkey))
        .routes(routes!(refresh::refresh_session))
        .routes(routes!(list::end_current_session))
        .routes(routes!(reauthentication::reauthenticate))
        .routes(routes!(reauthentication::reauthentication_options))
        .routes(routes!(list::end_session))
        .routes(routes!(password::change_password))
}

/// What has its place at the root of a site.
pub fn well_known() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(jwks::key_set))
}

/// The agent who is logged in.
#[derive(Debug, Serialize, ToSchema)]
pub struct SelfView {
    /// Their id.
    #[schema(example = "agt_0199aa00000070008000000000000002")]
    id: String,
    /// What they are called. Null once it was erased.
    name: Option<String>,
    /// Where they read mail. Null once it was erased.
    email: Option<String>,
    /// What they may do.
    #[schema(example = "agent")]
    role: String,
}

/// What lets somebody in from now on.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tokens {
    /// A JWT (`EdDSA`) for `Authorization: Bearer`. Verify it with the keys of `/.well-known/jwks.json`; only this API
    /// knows whether its session is still open.
    access_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// Seconds that the access token is good for.
    #[schema(example = 900)]
    expires_in: i64,
    /// Good for the next pair of tokens, once: whoever sends it a second time ends the session. How long a session lasts,
    /// the access policy says: by default 14 days without being used, and 90 days in all.
    /// Null where it is kept in a cookie (`Helpdesk-Session: cookie`).
    refresh_token: Option<String>,
    /// The session.
    #[schema(example = "ses_0199aa00000070008000000000000013")]
    session_id: String,
    /// Who logged in.
    agent: SelfView,
}

impl Tokens {
    fn new(let_in: LoggedIn, keeping: &Keeping) -> Self {
        let LoggedIn { session, access_token, refresh_token, agent, name, email, role, .. } = let_in;
        Self {
            access_token,
            token_type: "Bearer",
            expires_in: token::LIFETIME,
            refresh_token: matches!(keeping, Keeping::Answer).then(|| refresh_token.reveal().to_owned()),
            session_id: session.to_string(),
            agent: SelfView { id: agent.to_string(), name, email, role: role.to_string() },
        }
    }
}

impl Tokens {
    /// With the position that covers the log-in, where something was recorded.
    pub fn answer(status: StatusCode, let_in: LoggedIn, keeping: &Keeping) -> Response {
        let (position, cookie) = (let_in.position, keeping.cookie(let_in.refresh_token.reveal()));
        let mut response = (status, Json(Self::new(let_in, keeping))).into_response();
        if let Some(cookie) = cookie {
            response.headers_mut().insert(header::SET_COOKIE, cookie);
        }
        if let Some(position) = position {
            response.headers_mut().insert(POSITION.clone(), HeaderValue::from(position));
        }
        response
    }
}
