//! What can have happened to a review of access: the storage format.
//!
//! Nobody's name is in it: people stand here by their ids, so that the result of a review is the same for ever, whoever is
//! erased.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    access_review::principal::{Principal, PrincipalKind},
    aggregate::events,
    permission::Permissions,
    role::RoleId,
    tenant::KeyOwner,
};

/// Somebody who could do something when the review was opened, and what the log and the tables said of them then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewItem {
    /// Who.
    pub principal: Principal,
    /// What a program or a key is called.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    /// The role of a person, or the one that they get when they accept; of a program. Keys have none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub role: Option<RoleId>,
    /// What a key may do, as far as its owner may.
    #[serde(skip_serializing_if = "BTreeSet::is_empty", default)]
    pub scopes: BTreeSet<String>,
    /// Whose a key is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub owner: Option<KeyOwner>,
    /// Whether a person has joined.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub joined: Option<bool>,
    /// How many second factors a person has.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub second_factors: Option<usize>,
    /// When they were made.
    pub created_at: DateTime<Utc>,
    /// When a person last logged in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub last_log_in_at: Option<DateTime<Utc>>,
    /// When they last did anything, to the minute.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub last_used_at: Option<DateTime<Utc>>,
    /// When a key ends.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ends_at: Option<DateTime<Utc>>,
}

/// A role that somebody had, as it was then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewedRole {
    /// What it was called.
    pub name: String,
    /// What it allowed.
    pub permissions: Permissions,
}

/// A review was opened. Who is in it, the events behind it say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessReviewOpened {
    /// What it is called.
    pub title: String,
    /// By when it is to be done.
    pub due_at: DateTime<Utc>,
    /// Whom it is about.
    pub kinds: BTreeSet<PrincipalKind>,
    /// Up to which position of the log everything is as it stands in the items.
    pub as_of_position: u64,
    /// The roles that they had.
    pub roles: BTreeMap<RoleId, ReviewedRole>,
}

/// These are in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessReviewItemsListed {
    /// Who.
    pub items: Vec<ReviewItem>,
}

/// Somebody may go on doing what they may.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessReviewItemAttested {
    /// Who.
    pub item: Principal,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
    /// Whether they said so of themselves, as the only owner.
    #[serde(skip_serializing_if = "is_false", default)]
    pub own_access: bool,
}

/// Somebody got another role, by the same commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessReviewItemRoleChanged {
    /// Who.
    pub item: Principal,
    /// The role that they have now.
    pub role: RoleId,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
    /// Whether they did so to themselves, as the only owner.
    #[serde(skip_serializing_if = "is_false", default)]
    pub own_access: bool,
}

/// Somebody may do nothing any more: deactivated or revoked, by the same commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessReviewItemRemoved {
    /// Who.
    pub item: Principal,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
    /// Whether it was their own, as the only owner.
    #[serde(skip_serializing_if = "is_false", default)]
    pub own_access: bool,
}

/// The review is over. Its result is a function of the events before this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessReviewClosed {
    /// SHA-256 of the result in JSON, in hexadecimal digits.
    pub json_sha256: String,
    /// The same of it in CSV.
    pub csv_sha256: String,
    /// How many were left undecided.
    pub undecided: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_false(flag: &bool) -> bool {
    !*flag
}

events!(
    /// What can have happened to a review of access.
    AccessReviewEvent {
        "access_review.opened" v 1 => AccessReviewOpened;
        "access_review.items_listed" v 1 => AccessReviewItemsListed;
        "access_review.item_attested" v 1 => AccessReviewItemAttested;
        "access_review.item_role_changed" v 1 => AccessReviewItemRoleChanged;
        "access_review.item_removed" v 1 => AccessReviewItemRemoved;
        "access_review.closed" v 1 => AccessReviewClosed;
    }
);
