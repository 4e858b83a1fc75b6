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
            Self::Erased => "customer_erased",
        }
    }
}
