//! Everything that is known about one person, for whoever has a right to a copy of it: read from the log itself, a piece
//! at a time.
//!
//! What is about others in the same events is left out: whose a value is, its seal says. What somebody wrote is theirs,
//! also on a ticket of another's.

mod own;
mod reader;

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use domain::{AgentId, Aggregate, CustomerId, agent::Agent, customer::Customer};
use event_store::StreamId;
use serde::Serialize;
use serde_json::Value;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{Ref, RefOr, Schema, schema::AnyOfBuilder},
};

pub use reader::{ReadError, Reader, read};

use crate::{agents::AgentView, audit::Target, customers::CustomerView, timeline::Actor};

/// Who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Person {
    /// Somebody who asks.
    Customer(CustomerId),
    /// Somebody who helps.
    Agent(AgentId),
}

impl Person {
    /// `customer` or `agent`.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Customer(_) => Customer::TYPE,
            Self::Agent(_) => Agent::TYPE,
        }
    }

    /// Their id.
    pub fn id(self) -> String {
        match self {
            Self::Customer(id) => id.to_string(),
            Self::Agent(id) => id.to_string(),
        }
    }

    fn stream(self) -> StreamId {
        StreamId::new(self.kind(), self.id())
    }
}

/// What they are now.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Profile {
    /// Of a customer.
    Customer(CustomerView),
    /// Of an agent.
    Agent(AgentView),
}

impl PartialSchema for Profile {
    /// Any, not one: what tells them apart is the `kind` beside it.
    fn schema() -> RefOr<Schema> {
        AnyOfBuilder::new()
            .description(Some("What they are now: a customer or an agent, as `kind` says."))
            .item(Ref::from_schema_name(CustomerView::name()))
            .item(Ref::from_schema_name(AgentView::name()))
            .into()
    }
}

impl ToSchema for Profile {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("PersonProfile")
    }
}

/// Something that happened to them, or on a ticket of theirs.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = PersonEvent)]
pub struct OwnEvent {
    /// Its place in your event log.
    #[schema(minimum = 1)]
    pub position: u64,
    /// What happened.
    #[serde(rename = "type")]
    #[schema(example = "customer.renamed")]
    pub event_type: String,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// Who caused it.
    pub actor: Actor,
    /// What the log says of it. Values about others are null, and so are erased ones.
    #[schema(value_type = Object)]
    pub data: Value,
}

/// A ticket that they asked about, or wrote on.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = PersonTicket)]
pub struct OwnTicket {
    /// The ticket's id.
    pub id: String,
    /// The number that people use.
    #[schema(example = "T-001")]
    pub ticket_id: String,
    /// Where it stands.
    pub status: String,
    /// When it came in.
    pub created_at: DateTime<Utc>,
    /// What happened while it was theirs, and what they wrote on it at any time.
    pub events: Vec<OwnEvent>,
}

/// Something that they did.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = PersonAct)]
pub struct Act {
    /// Its place in your event log.
    #[schema(minimum = 1)]
    pub position: u64,
    /// What was done.
    #[schema(example = "ticket.replied")]
    pub action: String,
    /// When.
    pub occurred_at: DateTime<Utc>,
    /// What it was done to.
    pub target: Target,
    /// The network address and user agent that it came from.
    #[schema(value_type = Option<Object>)]
    pub client: Option<Value>,
}

/// A piece of what is known.
#[derive(Clone, Debug)]
pub enum Part {
    /// What happened to them themselves, in order.
    History(Vec<OwnEvent>),
    /// A ticket.
    Ticket(OwnTicket),
    /// What they did, the newest first.
    Acts(Vec<Act>),
}
