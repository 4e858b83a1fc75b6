//! What the rules read of legal holds; decide and apply.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    aggregate::Aggregate,
    ids::{CustomerId, LegalHoldId, TicketId},
    legal_holds::{
        commands::{LegalHoldsCommand, PlaceLegalHold},
        events::{HeldThings, LegalHoldPlaced, LegalHoldReleased, LegalHoldsEvent},
        rejection::LegalHoldsRejection,
    },
    ticket::TicketState,
};

const MAX_HOLDS: usize = 200;
const MAX_IDS: usize = 100;

/// The aggregate; its state is [`LegalHoldsState`]. A tenant has one, under its own id: one version guards them all.
#[derive(Debug)]
pub struct LegalHolds;

/// The holds that stand, and the ids of those that were released.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LegalHoldsState {
    standing: BTreeMap<LegalHoldId, HeldThings>,
    released: BTreeSet<LegalHoldId>,
}

impl Aggregate for LegalHolds {
    const TYPE: &'static str = "legal_holds";
    type State = LegalHoldsState;
    type Command = LegalHoldsCommand;
    type Event = LegalHoldsEvent;
    type Rejection = LegalHoldsRejection;

    fn decide(
        state: &LegalHoldsState,
        command: LegalHoldsCommand,
    ) -> Result<Vec<LegalHoldsEvent>, LegalHoldsRejection> {
        match command {
            LegalHoldsCommand::Place(_) if state.standing.len() >= MAX_HOLDS => Err(LegalHoldsRejection::TooMany),
            LegalHoldsCommand::Place(PlaceLegalHold { hold, matter, reason, about }) => {
                if !names_enough(&about) {
                    return Err(LegalHoldsRejection::Extent);
                }
                Ok(vec![LegalHoldPlaced { hold, matter: matter.into(), reason: reason.into(), about }.into()])
            }
            LegalHoldsCommand::Release { hold, .. } if state.released.contains(&hold) => Ok(vec![]),
            LegalHoldsCommand::Release { hold, .. } if !state.standing.contains_key(&hold) => {
                Err(LegalHoldsRejection::NotFound)
            }
            LegalHoldsCommand::Release { hold, reason } => {
                Ok(vec![LegalHoldReleased { hold, reason: reason.into() }.into()])
            }
        }
    }

    fn changed_fields(event: &LegalHoldsEvent) -> &'static [&'static str] {
        match event {
            LegalHoldsEvent::LegalHoldPlaced(_) => &["matter", "reason", "about", "tag", "ticket_ids", "customer_ids"],
            LegalHoldsEvent::LegalHoldReleased(_) => &["released_at", "released_by", "release_reason"],
        }
    }

    fn apply(state: &mut LegalHoldsState, event: &LegalHoldsEvent) {
        match event {
            LegalHoldsEvent::LegalHoldPlaced(placed) => {
                state.standing.insert(placed.hold, placed.about.clone());
            }
            LegalHoldsEvent::LegalHoldReleased(LegalHoldReleased { hold, .. }) => {
                state.standing.remove(hold);
                state.released.insert(*hold);
            }
        }
    }
}

fn names_enough(about: &HeldThings) -> bool {
    let ids = match about {
        HeldThings::Tenant | HeldThings::Tag(_) => return true,
        HeldThings::Tickets(ids) => ids.len(),
        HeldThings::Customers(ids) => ids.len(),
    };
    (1..=MAX_IDS).contains(&ids)
}

impl LegalHoldsState {
    /// What is held, and by which hold.
    pub fn standing(&self) -> impl Iterator<Item = (LegalHoldId, &HeldThings)> {
        self.standing.iter().map(|(hold, about)| (*hold, about))
    }

    /// Whether there was ever a hold of this id.
    pub fn knows(&self, hold: LegalHoldId) -> bool {
        self.standing.contains_key(&hold) || self.released.contains(&hold)
    }

    /// A hold that stands, if there is one.
    pub fn any(&self) -> Option<LegalHoldId> {
        self.standing.keys().next().copied()
    }

    /// A hold on everything, if there is one.
    pub fn on_tenant(&self) -> Option<LegalHoldId> {
        self.find(|about| matches!(about, HeldThings::Tenant))
    }

    /// A hold that is about this customer, whatever their tickets are.
    pub fn on_customer(&self, customer: CustomerId) -> Option<LegalHoldId> {
        self.on_tenant().or_else(|| {
            self.find(|about| match about {
                HeldThings::Customers(customers) => customers.contains(&customer),
                HeldThings::Tenant | HeldThings::Tag(_) | HeldThings::Tickets(_) => false,
            })
        })
    }

    /// Whether a customer may be held by way of a ticket.
    pub fn looks_at_tickets(&self) -> bool {
        self.find(|about| matches!(about, HeldThings::Tag(_) | HeldThings::Tickets(_))).is_some()
    }

    /// A hold that is about this ticket, as it stands.
    pub fn on_ticket(&self, id: TicketId, ticket: &TicketState) -> Option<LegalHoldId> {
        ticket.requester.and_then(|customer| self.on_customer(customer)).or_else(|| {
            self.find(|about| match about {
                HeldThings::Tag(tag) => ticket.tags.contains(tag),
                HeldThings::Tickets(tickets) => tickets.contains(&id),
                HeldThings::Tenant | HeldThings::Customers(_) => false,
            })
        })
    }

    /// A hold that a ticket would come out of if it became what it is `after`.
    pub fn left_by(&self, before: &TicketState, after: &TicketState) -> Option<LegalHoldId> {
        let left = |customer: &CustomerId| before.requester == Some(*customer) && after.requester != Some(*customer);
        self.find(|about| match about {
            HeldThings::Tag(tag) => before.tags.contains(tag) && !after.tags.contains(tag),
            HeldThings::Customers(customers) => customers.iter().any(left),
            HeldThings::Tenant | HeldThings::Tickets(_) => false,
        })
    }

    fn find(&self, holds: impl Fn(&HeldThings) -> bool) -> Option<LegalHoldId> {
        self.standing.iter().find(|(_, about)| holds(about)).map(|(hold, _)| *hold)
    }
}

#[cfg(test)]
mod tests;
