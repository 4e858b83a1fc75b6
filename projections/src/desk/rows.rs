//! The rows of the group that a batch of events touches, in memory.

use std::collections::BTreeMap;

use domain::{DomainEvent, ticket::TicketEvent};
use event_store::{RecordedEvent, StreamId};
use serde_json::{Value, json};

use crate::{
    agents::AgentRow,
    customers::CustomerRow,
    desk::{FoldError, fold},
    records::{self, RecordRow},
    teams::TeamRow,
    tickets::TicketRow,
    timeline::{self, TimelineRow},
};

/// Rows by id, and the lines that were added to timelines.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Desk {
    pub tickets: BTreeMap<String, TicketRow>,
    pub timeline: Vec<TimelineRow>,
    pub records: Vec<RecordRow>,
    pub customers: BTreeMap<String, CustomerRow>,
    pub agents: BTreeMap<String, AgentRow>,
    pub teams: BTreeMap<String, TeamRow>,
}

impl Desk {
    /// Folds one event; gives whether it changed anything. After an error nothing has changed.
    pub fn apply(&mut self, at: &RecordedEvent, event: &DomainEvent) -> Result<bool, FoldError> {
        if let DomainEvent::Ticket(event) = event {
            return self.apply_to_ticket(at, event);
        }
        // The line says what changed, so it is written in view of the record as it was before.
        let line = records::line(at, event, |field| self.was(&at.stream, field));
        let fresh = self.apply_to_record(at, event)?;
        if fresh {
            self.records.push(line);
        }
        Ok(fresh)
    }

    fn apply_to_record(&mut self, at: &RecordedEvent, event: &DomainEvent) -> Result<bool, FoldError> {
        match event {
            DomainEvent::Ticket(event) => self.apply_to_ticket(at, event),
            DomainEvent::Customer(event) => fold(&mut self.customers, at, event),
            DomainEvent::Agent(event) => fold(&mut self.agents, at, event),
            DomainEvent::Team(event) => fold(&mut self.teams, at, event),
            // The tenant and its webhooks have no row here, only their lines.
            DomainEvent::Tenant(_) | DomainEvent::Webhook(_) => Ok(true),
        }
    }

    /// What a field of a record is, before the event that is being folded.
    fn was(&self, stream: &StreamId, field: &str) -> Option<Value> {
        let id = &stream.aggregate_id;
        let customer = self.customers.get(id);
        let agent = self.agents.get(id);
        match field {
            "name" => customer
                .map(|row| json!(row.name))
                .or_else(|| agent.map(|row| json!(row.name)))
                .or_else(|| self.teams.get(id).map(|row| json!(row.name))),
            "email" => customer.map(|row| json!(row.email)).or_else(|| agent.map(|row| json!(row.email))),
            "phone" => customer.map(|row| json!(row.phone)),
            _ => None,
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
