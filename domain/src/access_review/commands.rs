//! What may be wished of a review of access.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use crate::{
    access_review::{
        events::{ReviewItem, ReviewedRole},
        principal::{Principal, PrincipalKind},
        state::Decision,
    },
    ids::AgentId,
    role::RoleId,
    text::{Name, Reason},
};

/// A new review.
#[derive(Clone, Debug)]
pub struct OpenAccessReview {
    /// What it is called.
    pub title: Name,
    /// By when it is to be done.
    pub due_at: DateTime<Utc>,
    /// Whom it is about.
    pub kinds: BTreeSet<PrincipalKind>,
    /// Up to which position of the log the items are what it says.
    pub as_of_position: u64,
    /// The roles that they have.
    pub roles: BTreeMap<RoleId, ReviewedRole>,
    /// Who.
    pub items: Vec<ReviewItem>,
    /// When it is wished.
    pub now: DateTime<Utc>,
}

/// Who decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reviewer {
    /// The person who asks, or whose key does; none: a program.
    pub agent: Option<AgentId>,
    /// The key that asks, when one does.
    pub key: Option<Principal>,
    /// Whether they are the owner, and there is no other.
    pub is_only_owner: bool,
}

/// What is to become of one item.
#[derive(Clone, Debug)]
pub struct DecideItem {
    /// Which.
    pub item: Principal,
    /// What.
    pub decision: Decision,
    /// Why.
    pub note: Option<Reason>,
    /// Who decides.
    pub by: Reviewer,
}

/// The end of a review.
#[derive(Clone, Debug)]
pub struct CloseAccessReview {
    /// Whether it ends although some are undecided.
    pub leave_undecided: bool,
    /// SHA-256 of the result in JSON.
    pub json_sha256: String,
    /// The same in CSV.
    pub csv_sha256: String,
}

/// What may be wished of a review of access.
#[derive(Clone, Debug)]
pub enum AccessReviewCommand {
    /// Begin one.
    Open(OpenAccessReview),
    /// Decide about one who is in it. That it is done, too, is the caller's part.
    Decide(DecideItem),
    /// End it.
    Close(CloseAccessReview),
}
