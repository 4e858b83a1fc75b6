//! What may be wished of support access.

use chrono::{DateTime, Utc};

use crate::{
    ids::{SupportGrantId, SupportSessionId},
    role::RoleId,
};

/// A new grant.
#[derive(Clone, Debug)]
pub struct GrantSupport {
    /// The id that it gets.
    pub grant: SupportGrantId,
    /// When it ends.
    pub until: DateTime<Utc>,
    /// What support is to look into.
    pub reason: String,
    /// What they may do: what this role may, and no more than support ever may.
    pub role: RoleId,
}

/// Somebody of the operator's staff comes.
#[derive(Clone, Debug)]
pub struct EnterSupport {
    /// The id that the visit gets.
    pub session: SupportSessionId,
    /// Who.
    pub operator: String,
    /// Why.
    pub reason: String,
    /// When the visit ends at the latest.
    pub until: DateTime<Utc>,
    /// Whether they come without a grant, in an emergency.
    pub break_glass: bool,
}

/// A request of a visit.
#[derive(Clone, Debug)]
pub struct SupportRequest {
    /// Of which visit.
    pub session: SupportSessionId,
    /// The method of HTTP.
    pub method: String,
    /// The path of the API, with what it names where that is an id.
    pub path: String,
}

/// What may be wished of support access, at a moment where that matters.
#[derive(Clone, Debug)]
pub enum SupportAccessCommand {
    /// Let support in.
    Grant(GrantSupport, DateTime<Utc>),
    /// Let it in no more.
    Revoke(SupportGrantId),
    /// Come.
    Enter(EnterSupport, DateTime<Utc>),
    /// Note what a visit asked for.
    NoteRequest(SupportRequest),
}
