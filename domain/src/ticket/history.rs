//! Facts of another system, recorded as they were.
//!
//! History is not refused by today's rules: a ticket that was closed twice was closed twice. What a fact implies and
//! the other system did not say (work on a closed ticket means that it was reopened) is added, and marked.

use crate::{
    ids::{AgentId, CustomerId, MessageId},
    personal::Personal,
    text::{Activity, Body},
    ticket::{
        events::{
            ActivityRecorded, Assigned, Author, AwaitingCustomer, Closed, NoteAdded, Opened, Priority, PriorityChanged,
            Rated, ReopenReason, Reopened, Replied, RequesterChanged, Resolved, Started, Status, Tagged, TicketEvent,
            TypeChanged,
        },
        state::TicketState,
    },
};

/// One thing that another system says has happened to a ticket.
#[derive(Clone, Debug)]
pub enum Fact {
    /// It came in.
    Opened(Box<Opened>),
    /// This customer is the one who asks.
    Requester(CustomerId),
    /// This is how much it hurts.
    Priority(Priority),
    /// This is its kind.
    Type(String),
    /// This agent is responsible.
    Assignee(AgentId),
    /// These labels are on it.
    Tags(std::collections::BTreeSet<String>),
    /// Somebody began to work on it.
    Started,
    /// It waits for the customer.
    AwaitingCustomer,
    /// It was solved.
    Resolved,
    /// It was closed.
    Closed,
    /// It was taken up again.
    Reopened,
    /// Somebody said something that the customer saw.
    Replied {
        /// The id that the message gets.
        message: MessageId,
        /// Who said it.
        author: Author,
        /// What was said.
        body: Body,
    },
    /// Somebody said something that the customer did not see.
    NoteAdded {
        /// The id that the note gets.
        message: MessageId,
        /// Who said it.
        author: Option<AgentId>,
        /// What was said.
        body: Body,
    },
    /// The customer said how it went, 1 to 5.
    Rated(u8),
    /// A step that has no meaning of its own here.
    Activity {
        /// In the other system's words.
        activity: Activity,
        /// Who did it.
        agent: Option<AgentId>,
    },
}

/// The events that record `fact`. Statements that are already so (a priority, a customer) give none; steps (closed
/// again) always give one.
pub fn record(state: &TicketState, fact: Fact) -> Vec<TicketEvent> {
    let mut events = vec![];
    let works_on_it = matches!(fact, Fact::Started | Fact::AwaitingCustomer);
    if (state.is_over() && works_on_it) || (state.status == Status::Closed && matches!(fact, Fact::Resolved)) {
        events.push(Reopened { reason: ReopenReason::ImpliedByHistory }.into());
    }
    events.extend(stated(state, fact));
    events
}

fn stated(state: &TicketState, fact: Fact) -> Option<TicketEvent> {
    let requester = state.requester;
    Some(match fact {
        Fact::Opened(opened) => (*opened).into(),
        Fact::Requester(customer) => {
            let previous = requester.filter(|previous| *previous != customer)?;
            RequesterChanged { customer, previous }.into()
        }
        Fact::Priority(priority) if priority == state.priority => return None,
        Fact::Priority(priority) => PriorityChanged { priority, previous: state.priority }.into(),
        Fact::Type(kind) if state.kind.as_ref() == Some(&kind) => return None,
        Fact::Type(kind) => TypeChanged { kind: Some(kind), previous: state.kind.clone() }.into(),
        Fact::Assignee(agent) if state.assignee == Some(agent) => return None,
        Fact::Assignee(agent) => Assigned { agent, previous: state.assignee }.into(),
        Fact::Tags(tags) => {
            let tags: std::collections::BTreeSet<_> = tags.difference(&state.tags).cloned().collect();
            if tags.is_empty() {
                return None;
            }
            Tagged { tags }.into()
        }
        Fact::Started => Started {}.into(),
        Fact::AwaitingCustomer => AwaitingCustomer {}.into(),
        Fact::Resolved => Resolved {}.into(),
        Fact::Closed => Closed {}.into(),
        Fact::Reopened => Reopened { reason: ReopenReason::Requested }.into(),
        Fact::Replied { message, author, body } => {
            let body = Personal::new(requester?, body).under(message);
            Replied { message, author, body, attachments: vec![] }.into()
        }
        Fact::NoteAdded { message, author, body } => {
            let body = Personal::new(requester?, body).under(message);
            NoteAdded { message, author, body, attachments: vec![] }.into()
        }
        Fact::Rated(score) => Rated { score }.into(),
        Fact::Activity { activity, agent } => ActivityRecorded { activity: activity.into(), agent }.into(),
    })
}
