//! Why a wish for a log stream was not granted.

use crate::aggregate::Rejection;

/// Why not. The codes are part of the public contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogStreamRejection {
    /// Created twice under one id.
    #[error("this log stream exists already")]
    AlreadyExists,
    /// There is none, or none any more.
    #[error("there is no such log stream")]
    NotFound,
    /// It would send nothing.
    #[error("expected at least one log, audit or access_log: to send nothing for a while, set active to false")]
    SendsNothing,
}

impl Rejection for LogStreamRejection {
    fn code(&self) -> &'static str {
        match self {
            Self::AlreadyExists => "log_stream_already_exists",
            Self::NotFound => "log_stream_not_found",
            Self::SendsNothing => "invalid_value",
        }
    }

    fn pointer(&self) -> Option<&'static str> {
        match self {
            Self::SendsNothing => Some("/logs"),
            Self::AlreadyExists | Self::NotFound => None,
        }
    }
}
