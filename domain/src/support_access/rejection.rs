//! Why a wish for support access was not granted.

use crate::aggregate::Rejection;

/// Why not. The codes are part of the public contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SupportAccessRejection {
    /// There is none, it was revoked, or it is over.
    #[error("there is no such grant")]
    NoSuchGrant,
    /// Too many.
    #[error("at most 20 grants stand at once: revoke one first")]
    TooManyGrants,
    /// In the past, or too far ahead.
    #[error("expected a time within the next 30 days")]
    Until,
    /// Nobody let them in.
    #[error(
        "the tenant lets no support in at this moment: ask it for a grant (POST /api/support-access); in an emergency, \
         break_glass, where the installation allows it"
    )]
    NoGrant,
    /// Longer than a visit lasts.
    #[error("expected a time within the next hour")]
    TooLong,
    /// None that stands.
    #[error("there is no such visit of support")]
    NoSuchSession,
}

impl Rejection for SupportAccessRejection {
    fn code(&self) -> &'static str {
        match self {
            Self::NoSuchGrant => "grant_not_found",
            Self::TooManyGrants => "too_many_grants",
            Self::Until | Self::TooLong => "invalid_value",
            Self::NoGrant => "support_not_granted",
            Self::NoSuchSession => "session_not_found",
        }
    }

    fn pointer(&self) -> Option<&'static str> {
        match self {
            Self::Until => Some("/until"),
            Self::TooLong => Some("/minutes"),
            Self::NoSuchGrant | Self::TooManyGrants | Self::NoGrant | Self::NoSuchSession => None,
        }
    }
}
