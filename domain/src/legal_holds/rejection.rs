//! Why a wish for a legal hold was not granted.

use crate::aggregate::Rejection;

/// Why not. The codes are part of the public contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LegalHoldsRejection {
    /// There is none.
    #[error("there is no such legal hold")]
    NotFound,
    /// Too many.
    #[error("at most 200 legal holds stand at once: release one first, or place one about a tag")]
    TooMany,
    /// About nothing, or about more than one hold names.
    #[error("expected 1 to 100 ids: place several holds of one matter, or one about a tag")]
    Extent,
}

impl Rejection for LegalHoldsRejection {
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "legal_hold_not_found",
            Self::TooMany => "too_many_legal_holds",
            Self::Extent => "invalid_value",
        }
    }

    fn pointer(&self) -> Option<&'static str> {
        match self {
            Self::Extent => Some("/about"),
            Self::NotFound | Self::TooMany => None,
        }
    }
}
