//! Why a wish for a team was not granted.

use crate::aggregate::Rejection;

/// Why not. The codes are part of the public contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TeamRejection {
    /// Created twice under one id.
    #[error("this team exists already")]
    AlreadyExists,
    /// There is none.
    #[error("there is no such team")]
    NotFound,
    /// More members than one team can hold.
    #[error("a team holds at most 1000 members")]
    TooManyMembers,
}

impl Rejection for TeamRejection {
    fn code(&self) -> &'static str {
        match self {
            Self::AlreadyExists => "team_already_exists",
            Self::NotFound => "team_not_found",
            Self::TooManyMembers => "too_many_members",
        }
    }

    fn pointer(&self) -> Option<&'static str> {
        match self {
            Self::TooManyMembers => Some("/member_ids"),
            Self::AlreadyExists | Self::NotFound => None,
        }
    }
}
