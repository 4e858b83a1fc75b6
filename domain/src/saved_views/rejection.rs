//! Why a wish for a saved view was not granted.

use crate::aggregate::Rejection;

/// Why not. The codes are part of the public contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SavedViewsRejection {
    /// There is none.
    #[error("there is no such view")]
    NotFound,
    /// Too many that everybody sees.
    #[error("at most 100 views are shared: delete one first, or keep this one to yourself")]
    TooManyShared,
    /// Too many of one owner.
    #[error("at most 50 views are one's own: delete one first")]
    TooManyOwn,
    /// More than a question.
    #[error("expected at most 2000 characters in all parameters together")]
    TooLong,
}

impl Rejection for SavedViewsRejection {
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "view_not_found",
            Self::TooManyShared | Self::TooManyOwn => "too_many_views",
            Self::TooLong => "invalid_value",
        }
    }

    fn pointer(&self) -> Option<&'static str> {
        match self {
            Self::TooLong => Some("/query"),
            Self::NotFound | Self::TooManyShared | Self::TooManyOwn => None,
        }
    }
}
