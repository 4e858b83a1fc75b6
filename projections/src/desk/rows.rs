//! The rows of the group that a batch of events touches, in memory.

use std::collections::BTreeMap;

use domain::{DomainEvent, tenant::TenantEvent, ticket::TicketEvent};
use event_store::RecordedEvent;

use crate::{
    agents::AgentRow,
    customers::CustomerRow,
    desk::{FoldError, fold},
    teams::TeamRow,
    tickets::TicketRow,
    timeline::{self, TimelineRow},
};

/// Rows by id, and the lines that were added to timelines.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Desk {
    pub tickets: BTreeMap<String, TicketRow>,
    pub timeline: Vec<TimelineRow>,
    pub customers: BTreeMap<String, CustomerRow>,
    pub agents: BTreeMap<String, AgentRow>,
    pub teams: BTreeMap<String, TeamRow>,
}

impl Desk {
    /// Folds one event; gives whether it changed anything. After an error nothing has changed.
    pub fn apply(&mut self, at: &RecordedEvent, event: &DomainEvent) -> Result<bool, FoldError> {
        match event {
            DomainEvent::Ticket(event) => self.apply_to_ticket(at, event),
            DomainEvent::Customer(event) => fold(&mut self.customers, at, event),
            DomainEvent::Agent(event) => fold(&mut self.agents, at, event),
            DomainEvent::Team(event) => fold(&mut self.teams, at, event),
            DomainEvent::Tenant(
                TenantEvent::TenantProvisioned(_) | TenantEvent::ApiKeyIssued(_) | TenantEvent::ApiKeyRevoked(_),
            ) => Ok(false),
        }
    }

    fn apply_to_ticket(&mut self, at: &RecordedEvent, event: &TicketEvent) -> Result<bool, FoldError> {
        // The line says what changed, so it is written in view of the ticket as it was before.
        let line = timeline::line(at, event, self.tickets.get(&at.stream.aggregate_id));
        let fresh = fold(&mut self.tickets, at, event)?;
        if fresh {
            self.timeline.push(line);
        }
        Ok(fresh)
    }
}
