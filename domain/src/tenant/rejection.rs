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
}

impl Rejection for TenantRejection {
    fn code(&self) -> &'static str {
        match self {
            Self::NotProvisioned => "tenant_not_provisioned",
            Self::AlreadyExists => "tenant_already_exists",
            Self::KeyAlreadyIssued => "api_key_already_issued",
            Self::KeyNotFound => "api_key_not_found",
        }
    }
}
