//! What somebody at the door may be told.

use axum::http::{HeaderValue, StatusCode, header};
use commands::people::AccessError;

use crate::{openapi::problems, problem::ApiError};

problems!(
    /// What a request without credentials may be refused with.
    DoorProblems {
        "400" "The body is not JSON",
        "401" "What was sent opens nothing; never says why",
        "409" "It was changed at the same moment: try again",
        "413" "The body is larger than 1 MiB",
        "415" "The body is not `application/json`",
        "422" "A field of the body is not acceptable: see `errors`",
        "429" "Too many attempts: see `Retry-After`",
        "503" "Not now: see `Retry-After`",
    }
);

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
