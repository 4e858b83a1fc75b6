//! Who asks: proves an operator before a handler runs.

use axum::{extract::FromRequestParts, http::request::Parts};
use commands::operators::OperatorName;

use crate::{app::App, problem::ApiError, request};

/// An operator.
#[derive(Debug)]
pub struct Operator(pub OperatorName);

impl FromRequestParts<App> for Operator {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let shown = request::presented(&parts.headers).ok_or_else(refused)?;
        app.desk.operator_of(shown).await?.map(Self).ok_or_else(refused)
    }
}

fn refused() -> ApiError {
    ApiError::unauthorized().saying(
        "send the token of an operator as Authorization: Bearer …; make one with `ledgerdesk operator create NAME`",
    )
}
