//! What can have happened to support access: the storage format.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    aggregate::events,
    ids::{SupportGrantId, SupportSessionId},
    role::RoleId,
};

/// Support was let in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupportGranted {
    /// The grant.
    pub grant: SupportGrantId,
    /// When it ends.
    pub until: DateTime<Utc>,
    /// What they are to look into.
    pub reason: String,
    /// What they may do.
    pub role: RoleId,
}

/// Support is let in no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupportRevoked {
    /// The grant.
    pub grant: SupportGrantId,
}

/// Somebody of the operator's staff came, by a grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupportEntered {
    /// The visit.
    pub session: SupportSessionId,
    /// Who, by the name that the operator's installation knows them under.
    pub operator: String,
    /// Why.
    pub reason: String,
    /// By which grant.
    pub grant: SupportGrantId,
    /// When the visit ends at the latest.
    pub until: DateTime<Utc>,
}

/// Somebody of the operator's staff came without a grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupportBreakGlass {
    /// The visit.
    pub session: SupportSessionId,
    /// Who.
    pub operator: String,
    /// Why.
    pub reason: String,
    /// When the visit ends at the latest.
    pub until: DateTime<Utc>,
}

/// Somebody of the operator's staff asked for something. What came of it, other events say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupportViewed {
    /// In which visit.
    pub session: SupportSessionId,
    /// The method of HTTP.
    pub method: String,
    /// The path of the API; what it names, where that is an id.
    pub path: String,
}

events!(
    /// What can have happened to support access.
    SupportAccessEvent {
        "support.granted" v 1 => SupportGranted;
        "support.revoked" v 1 => SupportRevoked;
        "support.entered" v 1 => SupportEntered;
        "support.break_glass" v 1 => SupportBreakGlass;
        "support.viewed" v 1 => SupportViewed;
    }
);
