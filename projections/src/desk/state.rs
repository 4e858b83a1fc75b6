//! The group in memory: rows that events fold into, and the lines that they added.

use domain::{DomainEvent, agent::AgentEvent, customer::CustomerEvent, ticket::TicketEvent};
use serde_json::{Value, json};

use crate::{
    agents::AgentRow,
    customers::CustomerRow,
    desk::Rows,
    fold::{At, FoldError},
    records::{self, RecordRow},
    teams::TeamRow,
    tickets::TicketRow,
    timeline::{self, TimelineRow},
};

/// Rows by id, and lines that are not written yet.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Desk {
    pub tickets: Rows<TicketRow>,
    pub timeline: Vec<TimelineRow>,
    pub records: Vec<RecordRow>,
    pub customers: Rows<CustomerRow>,
    pub agents: Rows<AgentRow>,
    pub teams: Rows<TeamRow>,
    /// Who was erased: what the rows that were written before say about them must go.
    pub erased: Vec<String>,
    /// The tickets of which a message says something else now, or nothing.
    pub rewritten: Vec<String>,
}

impl Desk {
    /// Folds one event; gives whether it changed anything. After an error nothing has changed.
    pub fn apply(&mut self, at: &At<'_>, event: &DomainEvent) -> Result<bool, FoldError> {
        if let DomainEvent::Ticket(event) = event {
            return self.apply_to_ticket(at, event);
        }
        // The line says what changed, so it is written in view of the record as it was before.
        let line = records::line(at, event, |field| self.was(at.aggregate_id, field));
        let fresh = self.apply_to_record(at, event)?;
        if fresh {
            self.records.push(line);
            if is_erasure(event) {
                self.erased.push(at.aggregate_id.to_owned());
            }
        }
        Ok(fresh)
    }

    fn apply_to_record(&mut self, at: &At<'_>, event: &DomainEvent) -> Result<bool, FoldError> {
        match event {
            DomainEvent::Ticket(event) => self.apply_to_ticket(at, event),
            DomainEvent::Customer(event) => self.customers.fold(at, event),
            DomainEvent::Agent(event) => self.agents.fold(at, event),
            DomainEvent::Team(event) => self.teams.fold(at, event),
            // The tenant, its webhooks, its access policy and support have no row here, only their lines.
            DomainEvent::Tenant(_)
            | DomainEvent::Webhook(_)
            | DomainEvent::AccessPolicy(_)
            | DomainEvent::ServiceAccount(_)
            | DomainEvent::SupportAccess(_)
            | DomainEvent::LegalHolds(_)
            | DomainEvent::AccessLog(_)
            | DomainEvent::AccessReview(_)
            | DomainEvent::LogStream(_)
            | DomainEvent::RetentionPolicies(_)
            | DomainEvent::SavedViews(_) => Ok(true),
        }
    }

    /// What a field of a record is, before the event that is being folded.
    fn was(&self, id: &str, field: &str) -> Option<Value> {
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

    fn apply_to_ticket(&mut self, at: &At<'_>, event: &TicketEvent) -> Result<bool, FoldError> {
        // The line says what changed, so it is written in view of the ticket as it was before.
        let line = timeline::line(at, event, self.tickets.get(at.aggregate_id));
        let fresh = self.tickets.fold(at, event)?;
        if fresh {
            self.timeline.push(line);
            timeline::rewrite(&mut self.timeline, at, event);
            if timeline::rewrites(event) {
                self.rewritten.push(at.aggregate_id.to_owned());
            }
        }
        Ok(fresh)
    }
}

fn is_erasure(event: &DomainEvent) -> bool {
    matches!(
        event,
        DomainEvent::Customer(CustomerEvent::CustomerErased(_)) | DomainEvent::Agent(AgentEvent::AgentErased(_))
    )
}
