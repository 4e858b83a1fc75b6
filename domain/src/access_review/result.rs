//! What came of a review: a document whose digest stands in the event that closes it.
//!
//! A function of the review's events and of nothing else: whoever has the log can make it again, byte for byte, at any
//! time. So its form must not change: what is added to an event must be left out here where it is not there.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    access_review::{
        csv_document,
        events::{
            AccessReviewEvent, AccessReviewItemAttested, AccessReviewItemRemoved, AccessReviewItemRoleChanged,
            AccessReviewItemsListed, AccessReviewOpened, ReviewItem, ReviewedRole,
        },
        principal::{Principal, PrincipalKind},
        state::Decision,
    },
    role::RoleId,
};

/// An event, and what its envelope says.
#[derive(Clone, Debug)]
pub struct Happened {
    /// What.
    pub event: AccessReviewEvent,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// Who did it, as the envelope names them: `agent:agt_…`.
    pub by: String,
}

/// The result of a review, or how far it has come.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReviewResult {
    /// What this is.
    document: &'static str,
    /// Whose.
    pub tenant: String,
    /// Its id.
    pub review: String,
    /// What it is called.
    pub title: String,
    /// Whom it is about.
    pub kinds: BTreeSet<PrincipalKind>,
    /// By when it was to be done.
    pub due_at: DateTime<Utc>,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// By whom.
    pub opened_by: String,
    /// Up to which position of the log everything is as it stands in the items.
    pub as_of_position: u64,
    /// What came of it, in numbers.
    pub summary: ReviewSummary,
    /// The roles that anybody had, as they were then.
    pub roles: BTreeMap<RoleId, ReviewedRole>,
    /// Everybody, by kind and id.
    pub items: Vec<ItemResult>,
}

/// What came of a review, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ReviewSummary {
    /// How many are in it.
    pub items: usize,
    /// Of these, may go on.
    pub attested: usize,
    /// Got another role.
    pub role_changed: usize,
    /// May do nothing any more.
    pub removed: usize,
    /// Nobody decided about.
    pub undecided: usize,
}

/// What came of one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ItemResult {
    /// What they could do when the review was opened.
    #[serde(flatten)]
    pub item: ReviewItem,
    /// `attested`, `role_changed` or `removed`; none: undecided.
    pub decision: Option<&'static str>,
    /// The role that they got.
    pub new_role: Option<RoleId>,
    /// Why.
    pub note: Option<String>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// By whom.
    pub decided_by: Option<String>,
    /// Whether they decided about themselves, as the only owner.
    pub own_access: bool,
}

impl ReviewResult {
    /// What these events come to, in the order in which they happened; none: nothing was opened. That it was closed changes
    /// nothing of it.
    pub fn of(
        tenant: impl ToString,
        review: impl ToString,
        events: impl IntoIterator<Item = Happened>,
    ) -> Option<Self> {
        let mut events = events.into_iter();
        let Happened { event: AccessReviewEvent::AccessReviewOpened(opened), at, by } = events.next()? else {
            return None;
        };
        let AccessReviewOpened { title, due_at, kinds, as_of_position, roles } = opened;
        let mut found: BTreeMap<Principal, ItemResult> = BTreeMap::new();
        for happened in events {
            fold(&mut found, happened);
        }
        let items: Vec<ItemResult> = found.into_values().collect();
        Some(Self {
            document: "ledgerdesk access review 1",
            tenant: tenant.to_string(),
            review: review.to_string(),
            title,
            kinds,
            due_at,
            opened_at: at,
            opened_by: by,
            as_of_position,
            summary: ReviewSummary::of(&items),
            roles,
            items,
        })
    }

    /// As JSON: one line.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default() + "\n"
    }

    /// As CSV (RFC 4180), a line per item.
    pub fn to_csv(&self) -> String {
        csv_document::write(self)
    }
}

impl ReviewSummary {
    fn of(items: &[ItemResult]) -> Self {
        let count = |decision| items.iter().filter(|item| item.decision == decision).count();
        Self {
            items: items.len(),
            attested: count(Some(ATTESTED)),
            role_changed: count(Some(ROLE_CHANGED)),
            removed: count(Some(REMOVED)),
            undecided: count(None),
        }
    }
}

const ATTESTED: &str = "attested";
const ROLE_CHANGED: &str = "role_changed";
const REMOVED: &str = "removed";

fn fold(items: &mut BTreeMap<Principal, ItemResult>, happened: Happened) {
    let Happened { event, at, by } = happened;
    let mut decide = |item: Principal, decision: Decision, note: Option<String>, own_access: bool| {
        let Some(item) = items.get_mut(&item) else { return };
        let (word, new_role) = match decision {
            Decision::Attest => (ATTESTED, None),
            Decision::ChangeRole(role) => (ROLE_CHANGED, Some(role)),
            Decision::Remove => (REMOVED, None),
        };
        (item.decision, item.new_role, item.note, item.own_access) = (Some(word), new_role, note, own_access);
        (item.decided_at, item.decided_by) = (Some(at), Some(by.clone()));
    };
    match event {
        AccessReviewEvent::AccessReviewItemsListed(AccessReviewItemsListed { items: listed }) => {
            items.extend(listed.into_iter().map(|item| (item.principal, ItemResult::undecided(item))));
        }
        AccessReviewEvent::AccessReviewItemAttested(AccessReviewItemAttested { item, note, own_access }) => {
            decide(item, Decision::Attest, note, own_access);
        }
        AccessReviewEvent::AccessReviewItemRoleChanged(changed) => {
            let AccessReviewItemRoleChanged { item, role, note, own_access } = changed;
            decide(item, Decision::ChangeRole(role), note, own_access);
        }
        AccessReviewEvent::AccessReviewItemRemoved(AccessReviewItemRemoved { item, note, own_access }) => {
            decide(item, Decision::Remove, note, own_access);
        }
        AccessReviewEvent::AccessReviewOpened(_) | AccessReviewEvent::AccessReviewClosed(_) => {}
    }
}

impl ItemResult {
    fn undecided(item: ReviewItem) -> Self {
        let (decision, new_role, note) = (None, None, None);
        Self { item, decision, new_role, note, decided_at: None, decided_by: None, own_access: false }
    }
}
