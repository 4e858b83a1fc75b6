use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Keeping, KeptAs, Tokens};
use crate::{
    app::App,
    openapi::DoorProblems,
    problem::ApiError,
    request::{Body, Visiting},
};

/// What is exchanged.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"refresh_token": "hd_refresh_acme_…"}))]
pub struct Refresh {
    /// The refresh token of the last pair; left out where it is in a cookie (`Helpdesk-Session: cookie`).
    refresh_token: Option<String>,
}

/// Exchange a refresh token for a new pair of tokens
///
/// Each refresh token is good once. One that comes again is known to two, so its session ends for both, and they log
/// in again; that holds for a retry after a lost answer too.
#[utoipa::path(
    post,
    path = "/sessions/refresh",
    operation_id = "refreshSession",
    extensions(("x-personal-data" = json!({"own": "who is logged in is told their own name"}))),
    tag = "Sessions",
    security(()),
    params(KeptAs),
    request_body = Refresh,
    responses((status = 200, description = "The next pair", body = Tokens), DoorProblems),
)]
pub async fn refresh_session(
    State(app): State<App>,
    Visiting(visitor): Visiting,
    keeping: Keeping,
    body: Body<Refresh>,
) -> Result<Response, ApiError> {
    let token = match (&keeping, body.value.refresh_token) {
        // One that was shown before may go into a cookie from here on.
        (_, Some(token)) => token,
        (Keeping::Cookie { token, .. }, None) => token.clone().unwrap_or_default(),
        (Keeping::Answer, None) => {
            let detail = "expected the refresh token here, or in the cookie, with Helpdesk-Session: cookie";
            return Err(ApiError::invalid_field("/refresh_token", "required", detail));
        }
    };
    let let_in = app.desk.refresh(&token, &visitor, &*app.random).await?;
    Ok(Tokens::answer(StatusCode::OK, let_in, &keeping))
}
