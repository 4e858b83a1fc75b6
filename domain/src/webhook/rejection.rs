//! Why a wish for a webhook was not granted.

use crate::aggregate::Rejection;

/// Why not. The codes are part of the public contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebhookRejection {
    /// Created twice under one id.
    #[error("this webhook exists already")]
    AlreadyExists,
    /// There is none, or none any more.
    #[error("there is no such webhook")]
    NotFound,
}

impl Rejection for WebhookRejection {
    fn code(&self) -> &'static str {
        match self {
            Self::AlreadyExists => "webhook_already_exists",
            Self::NotFound => "webhook_not_found",
        }
    }
}
