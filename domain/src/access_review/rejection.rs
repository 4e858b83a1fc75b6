//! Why a wish for a review of access was not granted.

use crate::aggregate::Rejection;

/// Why not. The codes are part of the public contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccessReviewRejection {
    /// Opened twice under one id.
    #[error("this review is open already")]
    AlreadyOpened,
    /// There is none.
    #[error("there is no such review")]
    NotFound,
    /// It is over.
    #[error("this review is closed, and stays as it is: open another one")]
    Closed,
    /// In the past, or too far ahead.
    #[error("expected a time within the next 366 days")]
    DueDate,
    /// Whom it is about is nobody.
    #[error("expected at least one of agent, service_account and api_key of whom there is somebody")]
    NobodyToReview,
    /// Too many.
    #[error("a review has at most {most} items, and this one would have {found}: review one kind at a time")]
    TooMany {
        /// At most.
        most: usize,
        /// These.
        found: usize,
    },
    /// None of that review.
    #[error("nobody of this id is in this review")]
    NoSuchItem,
    /// A key decides.
    #[error("people decide about access: ask with an access token, or with a key of your own")]
    NotAPerson,
    /// Their own.
    #[error("nobody decides about their own access: another one who has security:write does")]
    OwnAccess,
    /// And otherwise.
    #[error("this item was decided before, and what was taken is not kept after all: see its decision")]
    AlreadyDecided,
    /// A key has no role.
    #[error("a key has no role: remove it, and make one with other scopes")]
    KeyHasNoRole,
    /// Not all.
    #[error("{left} items are undecided: decide about them, or send \"leave_undecided\": true")]
    Undecided {
        /// How many.
        left: usize,
    },
}

impl Rejection for AccessReviewRejection {
    fn code(&self) -> &'static str {
        match self {
            Self::AlreadyOpened => "review_already_open",
            Self::NotFound => "access_review_not_found",
            Self::Closed => "review_closed",
            Self::DueDate => "invalid_value",
            Self::NobodyToReview => "nobody_to_review",
            Self::TooMany { .. } => "too_many_items",
            Self::NoSuchItem => "item_not_found",
            Self::NotAPerson => "reviewer_is_no_person",
            Self::OwnAccess => "own_access",
            Self::AlreadyDecided => "already_decided",
            Self::KeyHasNoRole => "key_has_no_role",
            Self::Undecided { .. } => "items_undecided",
        }
    }

    fn pointer(&self) -> Option<&'static str> {
        match self {
            Self::DueDate => Some("/due_at"),
            Self::NobodyToReview | Self::TooMany { .. } => Some("/kinds"),
            Self::NoSuchItem => Some("/item"),
            Self::KeyHasNoRole => Some("/decision"),
            Self::AlreadyOpened
            | Self::NotFound
            | Self::Closed
            | Self::NotAPerson
            | Self::OwnAccess
            | Self::AlreadyDecided
            | Self::Undecided { .. } => None,
        }
    }
}
