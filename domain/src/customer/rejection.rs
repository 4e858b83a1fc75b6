//! Why a wish for a customer was not granted.

use crate::aggregate::Rejection;

/// Why not. The codes are part of the public contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CustomerRejection {
    /// Created twice under one id.
    #[error("this customer exists already")]
    AlreadyExists,
    /// There is none.
    #[error("there is no such customer")]
    NotFound,
    /// It is kept, and not used.
    #[error(
        "the processing of this customer's data is restricted: they are kept and not used, but by whoever has privacy:write"
    )]
    Restricted,
    /// Nobody has said it yet.
    #[error("expected given_at to be now or earlier")]
    ConsentInFuture,
    /// They were never asked, or never agreed.
    #[error("this customer never consented to this purpose: see GET /api/customers/{{id}}/consents")]
    ConsentNotGiven,
    /// Too many.
    #[error("a customer consents to at most 100 purposes")]
    TooManyPurposes,
    /// Forgotten for ever.
    #[error("this customer was erased: nothing is recorded about them any more")]
    Erased,
}

impl Rejection for CustomerRejection {
    fn code(&self) -> &'static str {
        match self {
            Self::AlreadyExists => "customer_already_exists",
            Self::NotFound => "customer_not_found",
            Self::Restricted => "customer_restricted",
            Self::ConsentInFuture => "invalid_value",
            Self::ConsentNotGiven => "consent_not_given",
            Self::TooManyPurposes => "too_many_purposes",
            Self::Erased => "customer_erased",
        }
    }

    fn pointer(&self) -> Option<&'static str> {
        match self {
            Self::ConsentInFuture => Some("/given_at"),
            Self::ConsentNotGiven | Self::TooManyPurposes => Some("/purpose"),
            Self::AlreadyExists | Self::NotFound | Self::Restricted | Self::Erased => None,
        }
    }
}
