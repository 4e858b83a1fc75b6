//! Why a wish for an access policy was not granted.

use crate::aggregate::Rejection;

/// Why not. The codes are part of the public contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccessPolicyRejection {
    /// There is none, or it was deleted.
    #[error("there is no such role")]
    NoSuchRole,
    /// Somebody has it.
    #[error("{holders} of your agents have this role: give them another one first")]
    RoleInUse {
        /// How many.
        holders: usize,
    },
    /// Another role has it.
    #[error("another role is called that: choose another name")]
    RoleNameTaken,
    /// Too many.
    #[error("a tenant has at most 100 roles of its own: delete one first")]
    TooManyRoles,
    /// For some tickets only, of what is not about tickets.
    #[error(
        "only tickets:*, events:read, audit:read and reports:read can be given for some tickets: give the others for all"
    )]
    MisplacedReach,
    /// Somebody must be left.
    #[error("this is the last owner: make somebody else an owner first")]
    LastOwner,
    /// Too many.
    #[error("expected at most 100 ranges of addresses")]
    TooManyAddresses,
    /// Too many.
    #[error("expected at most 50 origins")]
    TooManyOrigins,
    /// Out of bounds.
    #[error("expected between 5 minutes and a year, and an idle limit that is not longer than the absolute one")]
    SessionLimits,
    /// Never, or too seldom.
    #[error("expected 1 to 24 months")]
    ReviewMonths,
    /// No time, or too long.
    #[error("expected 1 to 366 days")]
    ReviewDays,
    /// Past, or too far away.
    #[error("expected a time in the future, within two years")]
    FirstReview,
}

impl Rejection for AccessPolicyRejection {
    fn code(&self) -> &'static str {
        match self {
            Self::NoSuchRole => "role_not_found",
            Self::RoleInUse { .. } => "role_in_use",
            Self::RoleNameTaken => "role_name_taken",
            Self::TooManyRoles => "too_many_roles",
            Self::MisplacedReach
            | Self::TooManyAddresses
            | Self::TooManyOrigins
            | Self::SessionLimits
            | Self::ReviewMonths
            | Self::ReviewDays
            | Self::FirstReview => "invalid_value",
            Self::LastOwner => "last_owner",
        }
    }

    fn pointer(&self) -> Option<&'static str> {
        match self {
            Self::RoleNameTaken => Some("/name"),
            Self::MisplacedReach => Some("/permissions"),
            Self::TooManyAddresses => Some("/allowed_addresses"),
            Self::TooManyOrigins => Some("/origins"),
            Self::SessionLimits => Some("/sessions"),
            Self::ReviewMonths => Some("/access_reviews/every_months"),
            Self::ReviewDays => Some("/access_reviews/due_days"),
            Self::FirstReview => Some("/access_reviews/first_at"),
            Self::NoSuchRole | Self::RoleInUse { .. } | Self::TooManyRoles | Self::LastOwner => None,
        }
    }
}
