//! Why a wish for a tenant was not granted.

use crate::aggregate::Rejection;

/// Why not. The codes are part of the public contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TenantRejection {
    /// There is none.
    #[error("this tenant is not provisioned yet")]
    NotProvisioned,
    /// There is another one of this id.
    #[error("there is a tenant of this id already, with another name, plan, time zone or domain: choose another id")]
    AlreadyExists,
    /// The same key twice.
    #[error("this key was issued already")]
    KeyAlreadyIssued,
    /// No such key.
    #[error("there is no such key")]
    KeyNotFound,
    /// Too many that open.
    #[error("this owner has 100 keys that open: revoke one first")]
    TooManyKeys,
    /// It is too late to rotate it.
    #[error("this key was revoked or is over, and cannot be rotated: make a new one")]
    KeyOver,
    /// Two of them open.
    #[error(
        "the rotation before this one is under way, and two keys of it open: revoke the one that you do not use any more, \
         or wait until the older one is over"
    )]
    RotationUnderWay,
    /// It would be over before it begins.
    #[error("expected an instant after now")]
    OverAlready,
    /// What a program may ask is always limited.
    #[error("expected a number of requests an hour, from 1 to 1000000: this limit cannot be lifted")]
    RateNeedsLimit,
    /// Too many.
    #[error("expected at most 100 ranges of addresses")]
    TooManyAddresses,
    /// More than the plan allows, or none at all.
    #[error("expected requests an hour from 1 to {most}, which is what the plan allows")]
    RateLimitOutOfPlan {
        /// What it allows.
        most: u32,
    },
}

impl Rejection for TenantRejection {
    fn code(&self) -> &'static str {
        match self {
            Self::NotProvisioned => "tenant_not_provisioned",
            Self::AlreadyExists => "tenant_already_exists",
            Self::KeyAlreadyIssued => "api_key_already_issued",
            Self::KeyNotFound => "api_key_not_found",
            Self::TooManyKeys => "too_many_keys",
            Self::KeyOver => "api_key_over",
            Self::RotationUnderWay => "rotation_under_way",
            Self::TooManyAddresses | Self::OverAlready | Self::RateNeedsLimit | Self::RateLimitOutOfPlan { .. } => {
                "invalid_value"
            }
        }
    }

    fn pointer(&self) -> Option<&'static str> {
        match self {
            Self::TooManyAddresses => Some("/allowed_addresses"),
            Self::OverAlready => Some("/until"),
            Self::RateNeedsLimit => Some("/limit"),
            Self::RateLimitOutOfPlan { .. } => Some("/rate_limit"),
            Self::NotProvisioned
            | Self::AlreadyExists
            | Self::KeyAlreadyIssued
            | Self::KeyNotFound
            | Self::TooManyKeys
            | Self::KeyOver
            | Self::RotationUnderWay => None,
        }
    }
}
