//! Public types of events: the contract with webhook consumers and readers of the feed, apart from the storage format.
//!
//! Every change that a customer's system can see has exactly one type, the most specific of the guide's; the finer
//! type is for those who want to tell replies from priorities. What has none appears as position and time only.

use crate::{agent::AgentEvent, catalogue::DomainEvent, customer::CustomerEvent, team::TeamEvent, ticket::TicketEvent};

/// What an event is called outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicType {
    /// One of the few that everybody handles, for instance `ticket.updated`.
    pub general: &'static str,
    /// For instance `ticket.replied`; the same as `general` where there is nothing finer.
    pub finer: &'static str,
}

const fn as_is(name: &'static str) -> PublicType {
    PublicType { general: name, finer: name }
}

const fn update(finer: &'static str) -> PublicType {
    PublicType { general: "ticket.updated", finer }
}

/// What `event` is called outside; `None`: nobody outside can see what it changed.
pub fn public_type(event: &DomainEvent) -> Option<PublicType> {
    match event {
        DomainEvent::Ticket(event) => Some(ticket_public_type(event)),
        DomainEvent::Customer(event) => match event {
            CustomerEvent::CustomerCreated(_) => Some(as_is("customer.created")),
            CustomerEvent::CustomerRenamed(_)
            | CustomerEvent::CustomerEmailChanged(_)
            | CustomerEvent::CustomerPhoneChanged(_)
            | CustomerEvent::CustomerExternalIdChanged(_) => Some(as_is("customer.updated")),
        },
        DomainEvent::Agent(event) => match event {
            AgentEvent::AgentCreated(_) => Some(as_is("agent.created")),
            AgentEvent::AgentRenamed(_)
            | AgentEvent::AgentEmailChanged(_)
            | AgentEvent::AgentExternalIdChanged(_)
            | AgentEvent::AgentDeactivated(_)
            | AgentEvent::AgentReactivated(_) => Some(as_is("agent.updated")),
        },
        DomainEvent::Team(event) => match event {
            TeamEvent::TeamCreated(_) => Some(as_is("team.created")),
            TeamEvent::TeamRenamed(_) | TeamEvent::TeamMemberAdded(_) | TeamEvent::TeamMemberRemoved(_) => {
                Some(as_is("team.updated"))
            }
        },
        DomainEvent::Tenant(_) => None,
    }
}

/// What an event of a ticket is called outside.
pub fn ticket_public_type(event: &TicketEvent) -> PublicType {
    match event {
        TicketEvent::Opened(_) => as_is("ticket.created"),
        TicketEvent::Assigned(_) => as_is("agent.assigned"),
        TicketEvent::Resolved(_) => as_is("ticket.resolved"),
        TicketEvent::Closed(_) => as_is("ticket.closed"),
        TicketEvent::Deleted(_) => as_is("ticket.deleted"),
        TicketEvent::Restored(_) => as_is("ticket.restored"),
        TicketEvent::Retitled(_) => update("ticket.retitled"),
        TicketEvent::Replied(_) => update("ticket.replied"),
        TicketEvent::NoteAdded(_) => update("ticket.note_added"),
        TicketEvent::Unassigned(_) => update("ticket.unassigned"),
        TicketEvent::MovedToTeam(_) => update("ticket.moved_to_team"),
        TicketEvent::RequesterChanged(_) => update("ticket.customer_changed"),
        TicketEvent::PriorityChanged(_) => update("ticket.priority_changed"),
        TicketEvent::TypeChanged(_) => update("ticket.type_changed"),
        TicketEvent::Tagged(_) => update("ticket.tagged"),
        TicketEvent::Untagged(_) => update("ticket.untagged"),
        TicketEvent::ExternalIdChanged(_) => update("ticket.external_id_changed"),
        TicketEvent::Started(_) | TicketEvent::Requeued(_) | TicketEvent::AwaitingCustomer(_) => {
            update("ticket.status_changed")
        }
        TicketEvent::Reopened(_) => update("ticket.reopened"),
        TicketEvent::Rated(_) => update("ticket.rated"),
        TicketEvent::ActivityRecorded(_) => update("ticket.activity_recorded"),
    }
}
