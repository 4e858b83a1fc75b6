//! What may be wished of a ticket.

use std::collections::BTreeSet;

use crate::{
    ids::{AgentId, CustomerId, FileId, MessageId, TeamId, TicketId},
    text::{Body, ExternalId, Tag, TicketType, Title},
    ticket::{
        events::{Author, Channel, Erased, Priority, ReopenReason, Status},
        message::MessageFact,
        month::InMonth,
    },
};

/// What a decision needs to know of an agent, read from the agent's stream and guarded by its version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgentFact {
    /// Who.
    pub id: AgentId,
    /// Whether they may get work.
    pub active: bool,
}

/// What a decision needs to know of a customer: that there is such a one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CustomerFact {
    /// Who.
    pub id: CustomerId,
}

/// What a decision needs to know of a team: that there is such a one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TeamFact {
    /// Which.
    pub id: TeamId,
}

/// What a decision needs to know of a file: that it is there, waits for a message, and is claimed for this one.
#[derive(Clone, PartialEq, Eq)]
pub struct FileFact {
    /// Which.
    pub id: FileId,
    /// What it is called.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// What it is.
    pub content_type: String,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// The key that its bytes are sealed with, in hexadecimal.
    pub key: String,
}

/// Prints neither name nor key.
impl std::fmt::Debug for FileFact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FileFact({})", self.id)
    }
}

/// A new ticket.
#[derive(Clone, Debug)]
pub struct OpenTicket {
    /// Its id: the key of its title is named after it.
    pub ticket: TicketId,
    /// The subject line.
    pub title: Title,
    /// The first message.
    pub body: Option<Body>,
    /// The id of that message.
    pub message: MessageId,
    /// The files that come with it.
    pub files: Vec<FileFact>,
    /// Who asks.
    pub requester: CustomerFact,
    /// Who wrote the first message.
    pub author: Author,
    /// The way by which it comes in.
    pub channel: Channel,
    /// How much it hurts.
    pub priority: Priority,
    /// The company's own kind of ticket.
    pub kind: Option<TicketType>,
    /// Labels.
    pub tags: BTreeSet<Tag>,
    /// Its id in another system.
    pub external_id: Option<ExternalId>,
    /// The agent or service account that opens it.
    pub opened_by: Option<String>,
    /// Its place in its month; none: it takes none.
    pub in_month: Option<InMonth>,
}

/// What may be wished of a ticket.
#[derive(Clone, Debug)]
pub enum TicketCommand {
    /// Let it in.
    Open(Box<OpenTicket>),
    /// Change the subject line.
    Retitle {
        /// Which ticket it is: the key of its title is named after it.
        ticket: TicketId,
        /// The new one.
        title: Title,
    },
    /// Say something that the customer sees.
    Reply {
        /// The id that the message gets.
        message: MessageId,
        /// Who says it.
        author: Author,
        /// What is said.
        body: Body,
        /// The files that come with it.
        files: Vec<FileFact>,
    },
    /// Say something that the customer does not see.
    AddNote {
        /// The id that the note gets.
        message: MessageId,
        /// Who says it; none when a program does.
        author: Option<AgentId>,
        /// What is said.
        body: Body,
        /// The files that come with it.
        files: Vec<FileFact>,
    },
    /// Make what a message says unreadable, for ever.
    RedactMessage(MessageFact),
    /// Put another text in the place of what a message says, which nobody can read after that.
    RectifyMessage {
        /// Which.
        message: MessageFact,
        /// What it is to say.
        body: Body,
    },
    /// Say that a scanner found something in a file that a message has.
    ReportInfected {
        /// The message.
        message: MessageId,
        /// The file.
        file: FileId,
    },
    /// Make an agent responsible.
    Assign(AgentFact),
    /// Make nobody responsible.
    Unassign,
    /// Give it to a team, or to none.
    MoveToTeam(Option<TeamFact>),
    /// Make another customer the one who asks.
    ChangeRequester(CustomerFact),
    /// Say how much it hurts.
    SetPriority(Priority),
    /// Set or clear the company's own kind.
    SetType(Option<TicketType>),
    /// Put labels on.
    Tag(BTreeSet<Tag>),
    /// Take labels off.
    Untag(BTreeSet<Tag>),
    /// Let exactly these labels be on it.
    ReplaceTags(BTreeSet<Tag>),
    /// Set or clear its id in another system.
    SetExternalId(Option<ExternalId>),
    /// Bring it to a status, by whatever steps lead there. A closed ticket must be reopened before it is resolved.
    SetStatus(Status),
    /// Take it up again after it was resolved or closed.
    Reopen(ReopenReason),
    /// Say how it went: 1 (bad) to 5 (good).
    Rate(u8),
    /// Hide it.
    Delete,
    /// Destroy what was said in it.
    Erase(Erased),
    /// Show it again.
    Restore,
}
