//! Why a wish for a service account was not granted.

use crate::aggregate::Rejection;

/// Why not. The codes are part of the public contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ServiceAccountRejection {
    /// Created twice under one id.
    #[error("this service account exists already")]
    AlreadyExists,
    /// There is none.
    #[error("there is no such service account")]
    NotFound,
    /// The role of the owner, who must be a person.
    #[error("a program is never the owner: give it the role admin, or one that may only what the program needs")]
    NeverOwner,
}

impl Rejection for ServiceAccountRejection {
    fn code(&self) -> &'static str {
        match self {
            Self::AlreadyExists => "service_account_already_exists",
            Self::NotFound => "service_account_not_found",
            Self::NeverOwner => "owner_is_a_person",
        }
    }

    fn pointer(&self) -> Option<&'static str> {
        match self {
            Self::NeverOwner => Some("/role"),
            Self::AlreadyExists | Self::NotFound => None,
        }
    }
}
