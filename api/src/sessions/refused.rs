//! What somebody at the door may be told.

use axum::http::{HeaderValue, StatusCode, header};
use commands::people::AccessError;

use crate::problem::ApiError;

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
            AccessError::LogInOver => {
                Self::new(StatusCode::UNAUTHORIZED, "invalid_mfa_token", text).header(bearer.0, bearer.1)
            }
            AccessError::WrongSecondFactor => {
                Self::new(StatusCode::UNAUTHORIZED, "wrong_second_factor", text).header(bearer.0, bearer.1)
            }
            AccessError::WrongProof { pointer } => Self::invalid_field(pointer, "wrong_proof", text),
            AccessError::EnrolmentOver => Self::new(StatusCode::CONFLICT, "enrolment_over", text),
            AccessError::Enrolled => Self::new(StatusCode::CONFLICT, "already_enrolled", text),
            AccessError::NotProven(_) => Self::invalid_field("/passkey", "wrong_proof", text),
            AccessError::NoPasskeysHere => Self::new(StatusCode::CONFLICT, "passkeys_unavailable", text),
            AccessError::WrongPassword => Self::invalid_field("/current", "wrong_password", text),
            AccessError::NoInvitation | AccessError::NoReset => Self::new(StatusCode::NOT_FOUND, "not_found", text),
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
