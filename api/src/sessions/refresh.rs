use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Tokens;
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
    /// The refresh token of the last pair.
    refresh_token: String,
}

/// Exchange a refresh token for a new pair of tokens
///
/// Each refresh token is good once. One that comes again is known to two, so its session ends for both, and they log
/// in again; that holds for a retry after a lost answer too.
#[utoipa::path(
    post,
    path = "/sessions/refresh",
    operation_id = "refreshSession",
    tag = "Sessions",
    security(()),
    request_body = Refresh,
    responses((status = 200, description = "The next pair", body = Tokens), DoorProblems),
)]
pub async fn refresh_session(
    State(app): State<App>,
    Visiting(visitor): Visiting,
    body: Body<Refresh>,
) -> Result<Response, ApiError> {
    let let_in = app.desk.refresh(&body.value.refresh_token, &visitor, &*app.random).await?;
    Ok(Tokens::answer(StatusCode::OK, let_in))
}
