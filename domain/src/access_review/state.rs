//! What the rules read of a review of access; decide and apply.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use crate::{
    access_review::{
        commands::{AccessReviewCommand, CloseAccessReview, DecideItem, OpenAccessReview, Reviewer},
        events::{
            AccessReviewClosed, AccessReviewEvent, AccessReviewItemAttested, AccessReviewItemRemoved,
            AccessReviewItemRoleChanged, AccessReviewItemsListed, AccessReviewOpened,
        },
        principal::{Principal, PrincipalKind},
        rejection::AccessReviewRejection,
    },
    aggregate::Aggregate,
    role::RoleId,
    tenant::KeyOwner,
};

const MAX_ITEMS: usize = 20_000;
/// So many stand in one event.
const LISTED_AT_ONCE: usize = 500;
/// As long as a review may take at most.
pub const MAX_REVIEW_DAYS: u16 = 366;

/// The aggregate; its state is [`AccessReviewState`].
#[derive(Debug)]
pub struct AccessReview;

/// The fields of a review that some rule reads.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AccessReviewState {
    /// Whether there is one.
    pub opened: bool,
    /// Whether it is over.
    pub closed: bool,
    /// Who is in it.
    pub items: BTreeMap<Principal, Item>,
}

/// What the rules read of somebody who is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// Whose key it is.
    pub owner: Option<KeyOwner>,
    /// What was decided; none: nothing yet.
    pub decision: Option<Decision>,
}

/// What is to become of somebody's access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It stays as it is.
    Attest,
    /// They have this role from now on.
    ChangeRole(RoleId),
    /// It ends.
    Remove,
}

impl AccessReviewState {
    /// How many are undecided.
    pub fn undecided(&self) -> usize {
        self.items.values().filter(|item| item.decision.is_none()).count()
    }

    fn may_decide(&self, item: Principal, by: &Reviewer) -> Result<Item, AccessReviewRejection> {
        let found = *self.items.get(&item).ok_or(AccessReviewRejection::NoSuchItem)?;
        let agent = by.agent.ok_or(AccessReviewRejection::NotAPerson)?;
        let is_own = is_own(item, found, by, KeyOwner::Agent(agent));
        if is_own && !by.is_only_owner { Err(AccessReviewRejection::OwnAccess) } else { Ok(found) }
    }

    fn decide(&self, wish: DecideItem) -> Result<Vec<AccessReviewEvent>, AccessReviewRejection> {
        let DecideItem { item, decision, note, by } = wish;
        let found = self.may_decide(item, &by)?;
        if matches!(decision, Decision::ChangeRole(_)) && item.kind() == PrincipalKind::ApiKey {
            return Err(AccessReviewRejection::KeyHasNoRole);
        }
        match found.decision {
            Some(before) if before == decision => return Ok(vec![]),
            // Whoever attested may think better of it; what was taken is not kept after all.
            None | Some(Decision::Attest) => {}
            Some(Decision::ChangeRole(_)) if decision == Decision::Remove => {}
            Some(Decision::ChangeRole(_) | Decision::Remove) => return Err(AccessReviewRejection::AlreadyDecided),
        }
        let own_access = by.agent.is_some_and(|agent| is_own(item, found, &by, KeyOwner::Agent(agent)));
        let note = note.map(String::from);
        Ok(vec![match decision {
            Decision::Attest => AccessReviewItemAttested { item, note, own_access }.into(),
            Decision::ChangeRole(role) => AccessReviewItemRoleChanged { item, role, note, own_access }.into(),
            Decision::Remove => AccessReviewItemRemoved { item, note, own_access }.into(),
        }])
    }

    fn decided(&mut self, item: Principal, decision: Decision) {
        if let Some(item) = self.items.get_mut(&item) {
            item.decision = Some(decision);
        }
    }
}

/// Whether an item is the reviewer, a key of theirs, or the key that they ask with.
fn is_own(item: Principal, found: Item, by: &Reviewer, reviewer: KeyOwner) -> bool {
    item == Principal::from(reviewer) || found.owner == Some(reviewer) || by.key == Some(item)
}

fn open(wish: OpenAccessReview) -> Result<Vec<AccessReviewEvent>, AccessReviewRejection> {
    let OpenAccessReview { title, due_at, kinds, as_of_position, roles, items, now } = wish;
    if due_at <= now || due_at > now + TimeDelta::days(MAX_REVIEW_DAYS.into()) {
        return Err(AccessReviewRejection::DueDate);
    }
    if items.is_empty() {
        return Err(AccessReviewRejection::NobodyToReview);
    }
    if items.len() > MAX_ITEMS {
        return Err(AccessReviewRejection::TooMany { most: MAX_ITEMS, found: items.len() });
    }
    let opened = AccessReviewOpened { title: title.into(), due_at, kinds, as_of_position, roles };
    let listed = items.chunks(LISTED_AT_ONCE).map(|items| AccessReviewItemsListed { items: items.to_vec() }.into());
    Ok([opened.into()].into_iter().chain(listed).collect())
}

impl Aggregate for AccessReview {
    const TYPE: &'static str = "access_review";
    type State = AccessReviewState;
    type Command = AccessReviewCommand;
    type Event = AccessReviewEvent;
    type Rejection = AccessReviewRejection;

    fn decide(
        state: &AccessReviewState,
        command: AccessReviewCommand,
    ) -> Result<Vec<AccessReviewEvent>, AccessReviewRejection> {
        match command {
            AccessReviewCommand::Open(_) if state.opened => Err(AccessReviewRejection::AlreadyOpened),
            AccessReviewCommand::Open(wish) => open(wish),
            _ if !state.opened => Err(AccessReviewRejection::NotFound),
            AccessReviewCommand::Decide(_) if state.closed => Err(AccessReviewRejection::Closed),
            AccessReviewCommand::Decide(wish) => state.decide(wish),
            AccessReviewCommand::Close(_) if state.closed => Ok(vec![]),
            AccessReviewCommand::Close(CloseAccessReview { leave_undecided, json_sha256, csv_sha256 }) => {
                match state.undecided() {
                    left if left > 0 && !leave_undecided => Err(AccessReviewRejection::Undecided { left }),
                    undecided => Ok(vec![AccessReviewClosed { json_sha256, csv_sha256, undecided }.into()]),
                }
            }
        }
    }

    fn changed_fields(event: &AccessReviewEvent) -> &'static [&'static str] {
        match event {
            AccessReviewEvent::AccessReviewOpened(_) => &["title", "due_at", "kinds", "state"],
            AccessReviewEvent::AccessReviewItemsListed(_)
            | AccessReviewEvent::AccessReviewItemAttested(_)
            | AccessReviewEvent::AccessReviewItemRoleChanged(_)
            | AccessReviewEvent::AccessReviewItemRemoved(_) => &["items"],
            AccessReviewEvent::AccessReviewClosed(_) => &["state"],
        }
    }

    fn apply(state: &mut AccessReviewState, event: &AccessReviewEvent) {
        match event {
            AccessReviewEvent::AccessReviewOpened(_) => state.opened = true,
            AccessReviewEvent::AccessReviewItemsListed(AccessReviewItemsListed { items }) => {
                let undecided = |owner| Item { owner, decision: None };
                state.items.extend(items.iter().map(|item| (item.principal, undecided(item.owner))));
            }
            AccessReviewEvent::AccessReviewItemAttested(event) => state.decided(event.item, Decision::Attest),
            AccessReviewEvent::AccessReviewItemRoleChanged(event) => {
                state.decided(event.item, Decision::ChangeRole(event.role));
            }
            AccessReviewEvent::AccessReviewItemRemoved(event) => state.decided(event.item, Decision::Remove),
            AccessReviewEvent::AccessReviewClosed(_) => state.closed = true,
        }
    }
}

#[cfg(test)]
mod tests;
