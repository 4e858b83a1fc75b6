//! What somebody at the door may be told.

use axum::http::{HeaderValue, StatusCode, header};
use commands::people::AccessError;
use utoipa::IntoResponses;

use crate::problem::{ApiError, Problem};

/// What a request without credentials may be refused with.
#[derive(Debug, IntoResponses)]
#[expect(dead_code, reason = "read by the macro that writes the document")]
pub enum DoorProblems {
    /// Not JSON.
    #[response(status = 400, description = "The body is not JSON", content_type = "application/problem+json")]
    BadRequest(#[to_schema] Problem),
    /// Not the right ones.
    #[response(
        status = 401,
        description = "What was sent opens nothing; never says why",
        content_type = "application/problem+json"
    )]
    Unauthorized(#[to_schema] Problem),
    /// Somebody else did the same at the same time.
    #[response(
        status = 409,
        description = "It was changed at the same moment: try again",
        content_type = "application/problem+json"
    )]
    Conflict(#[to_schema] Problem),
    /// Too large.
    #[response(status = 413, description = "The body is larger than 1 MiB", content_type = "application/problem+json")]
    TooLarge(#[to_schema] Problem),
    /// Not JSON by its own word.
    #[response(
        status = 415,
        description = "The body is not `application/json`",
        content_type = "application/problem+json"
    )]
    UnsupportedMediaType(#[to_schema] Problem),
    /// A field is not acceptable.
    #[response(
        status = 422,
        description = "A field of the body is not acceptable: see `errors`",
        content_type = "application/problem+json"
    )]
    Unprocessable(#[to_schema] Problem),
    /// Too many attempts.
    #[response(
        status = 429,
        description = "Too many attempts: see `Retry-After`",
        content_type = "application/problem+json"
    )]
    TooMany(#[to_schema] Problem),
    /// Not now.
    #[response(status = 503, description = "Not now: see `Retry-After`", content_type = "application/problem+json")]
    Unavailable(#[to_schema] Problem),
}

impl From<AccessError> for ApiError {
    fn from(error: AccessError) -> Self {
        let text = error.to_string();
        let bearer = (header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        match error {
            AccessError::WrongCredentials => {
                Self::new(StatusCode::UNAUTHORIZED, "wrong_credentials", text).header(bearer.0, bearer.1)
            }
            AccessError::InvalidRefreshToken => {
                Self::new(StatusCode::UNAUTHORIZED, "invalid_refresh_token", text).header(bearer.0, bearer.1)
            }
            AccessError::WrongPassword => Self::invalid_field("/current", "wrong_password", text),
            AccessError::NoInvitation => Self::new(StatusCode::NOT_FOUND, "not_found", text),
            AccessError::TooManyAttempts { retry_after } => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", text)
                    .header(header::RETRY_AFTER, HeaderValue::from(retry_after))
            }
            AccessError::Busy => Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", text)
                .header(header::RETRY_AFTER, HeaderValue::from_static("1")),
            AccessError::Command(error) => error.into(),
        }
    }
}
