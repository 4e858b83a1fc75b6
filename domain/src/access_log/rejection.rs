//! Why the access log was not sealed.

use crate::aggregate::Rejection;

/// Why not. The codes are part of the public contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccessLogRejection {
    /// They would be sealed twice, or there are none.
    #[error("expected entries that were not sealed yet")]
    NotNew,
}

impl Rejection for AccessLogRejection {
    fn code(&self) -> &'static str {
        match self {
            Self::NotNew => "access_log_sealed",
        }
    }

    fn pointer(&self) -> Option<&'static str> {
        match self {
            Self::NotNew => None,
        }
    }
}
