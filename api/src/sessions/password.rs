use axum::{extract::State, response::Response};
use commands::people::{ChangePassword, NewPassword, TypedPassword};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    answer::Written,
    app::App,
    openapi::{CreateProblems, Done, Idempotent},
    problem::{ApiError, Problem},
    request::{Body, Conditions, Enrolling},
};

/// A wish for another password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"current": "twelve or more characters", "new": "another dozen characters"}))]
pub struct PasswordChange {
    /// The password that counts.
    #[schema(value_type = String, format = Password)]
    current: TypedPassword,
    /// The one that is to count: any characters, but not one of the most common.
    #[schema(value_type = String, format = Password, min_length = 12, max_length = 256)]
    new: NewPassword,
}

/// Change your password
///
/// All your other sessions end.
#[utoipa::path(
    post,
    path = "/password",
    operation_id = "changePassword",
    extensions(("x-personal-data" = json!({"none": "nothing is answered"}))),
    tag = "Sessions",
    security(("access_token" = [])),
    params(Idempotent),
    request_body = PasswordChange,
    responses(
        Done,
        (status = 429, description = "Too many attempts: see `Retry-After`", body = Problem,
            content_type = "application/problem+json"),
        CreateProblems,
    ),
)]
pub async fn change_password(
    State(app): State<App>,
    Enrolling(session): Enrolling,
    conditions: Conditions,
    body: Body<PasswordChange>,
) -> Result<Response, ApiError> {
    let person = session.somebody()?;
    let PasswordChange { current, new } = body.value;
    // Without the body's digest: it would be a fast hash of both passwords, kept for a day.
    let request = conditions.wish(&app, &session, &[]).once();
    let receipt = app.desk.change_password(person, &request, &*app.random, ChangePassword { current, new }).await?;
    Ok(Written::changed(&receipt).empty(app.visible(&session.log, &receipt).await))
}
