//! Why a wish for a retention policy was not granted.

use crate::aggregate::Rejection;

/// Why not. The codes are part of the public contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RetentionPoliciesRejection {
    /// There is none.
    #[error("there is no such retention policy")]
    NotFound,
    /// Too many.
    #[error("at most 50 retention policies are kept: delete one first")]
    TooMany,
    /// About tickets that are worked on, or about none.
    #[error("expected resolved, closed or both: what work goes on with is not destroyed")]
    Statuses,
    /// About no time, or about one that nobody lives to see.
    #[error("expected 1 to 36500 days")]
    Age,
    /// More labels than one policy names.
    #[error("expected at most 50 tags: make another policy for the others")]
    Tags,
}

impl Rejection for RetentionPoliciesRejection {
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "retention_policy_not_found",
            Self::TooMany => "too_many_retention_policies",
            Self::Statuses | Self::Age | Self::Tags => "invalid_value",
        }
    }

    fn pointer(&self) -> Option<&'static str> {
        match self {
            Self::Statuses => Some("/criteria/statuses"),
            Self::Age => Some("/criteria/older_than_days"),
            Self::Tags => Some("/criteria/tags"),
            Self::NotFound | Self::TooMany => None,
        }
    }
}
