//! What can have happened to a ticket: the storage format. A shape that was ever written is never edited.

use std::{collections::BTreeSet, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    aggregate::events,
    ids::{AgentId, CustomerId, FileId, MessageId, RetentionPolicyId, TeamId},
    number::NextNumber,
    personal::Personal,
    ticket::month::InMonth,
};

macro_rules! words {
    ($(#[$meta:meta])* $name:ident, $what:literal { $($(#[$vmeta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word that stands for it, in the log and in the API.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = crate::text::TextError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text).ok_or_else(|| Self::Err {
                    expected: format!(
                        concat!("expected ", $what, ", one of {}"),
                        Self::ALL.iter().map(|word| word.as_str()).collect::<Vec<_>>().join(", ")
                    ),
                })
            }
        }
    };
}

words!(
    /// How much it hurts. The order is the order of urgency.
    Priority, "a priority" {
        /// Answer within 72 hours.
        Low = "low",
        /// Answer within 24 hours.
        Medium = "medium",
        /// Answer within 4 hours.
        High = "high",
        /// Answer within 1 hour.
        Critical = "critical",
    }
);

words!(
    /// Where a ticket stands. The categories that every custom status will map to.
    Status, "a status" {
        /// Nobody works on it yet.
        Open = "open",
        /// Somebody works on it.
        InProgress = "in_progress",
        /// It waits for the customer.
        Pending = "pending",
        /// An answer was given that should settle it.
        Resolved = "resolved",
        /// It is over.
        Closed = "closed",
    }
);

impl Status {
    /// Whether work on a ticket that stands here has ended.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Resolved | Self::Closed)
    }
}

words!(
    /// The way by which a ticket came in.
    Channel, "a channel" {
        /// Another system, over the REST API.
        Api = "api",
        /// History of another help desk.
        Import = "import",
    }
);

words!(
    /// Why a ticket was reopened.
    ReopenReason, "a reason" {
        /// Somebody asked for it.
        Requested = "requested",
        /// The customer wrote again.
        CustomerReplied = "customer_replied",
        /// Imported history goes on after the end, so it must have been reopened.
        ImpliedByHistory = "implied_by_history",
    }
);

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Author {
    /// A person who helps.
    Agent(AgentId),
    /// The person who asks, or another customer.
    Customer(CustomerId),
}

/// A file that came with a message. Its bytes are elsewhere, sealed under its key; what there is to hide of it is sealed
/// here with a key of its own, named after it, so that it can be destroyed alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attachment {
    /// Which.
    pub file: FileId,
    /// What it is called.
    pub name: Personal,
    /// Bytes.
    pub size: u64,
    /// What it is.
    pub content_type: String,
    /// The SHA-256 of its bytes, in hexadecimal: what is proved of the log is so proved of the file.
    pub sha256: Personal,
    /// The key that its bytes are sealed with, in hexadecimal.
    pub key: Personal,
}

/// A ticket came in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// Its display number.
    pub number: NextNumber,
    /// The subject line.
    pub title: Personal,
    /// The first message, when there was one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub body: Option<Personal>,
    /// The id of that message.
    pub message: MessageId,
    /// The files that came with it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub attachments: Vec<Attachment>,
    /// Who asks.
    pub requester: CustomerId,
    /// Who wrote the first message: the requester, or an agent on their behalf.
    pub author: Author,
    /// The way by which it came in.
    pub channel: Channel,
    /// How much it hurts.
    pub priority: Priority,
    /// The company's own kind of ticket.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none", default)]
    pub kind: Option<String>,
    /// Labels.
    #[serde(skip_serializing_if = "BTreeSet::is_empty", default)]
    pub tags: BTreeSet<String>,
    /// Its id in another system.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub external_id: Option<String>,
    /// Whose ticket it is by having opened it: an agent or a service account. None: a customer's, or from a time when this
    /// was not recorded.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub opened_by: Option<Box<str>>,
    /// Its place in its month. None: it was imported, or is from a time when this was not recorded.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub in_month: Option<Box<InMonth>>,
}

impl Opened {
    /// Who opened it; before this was recorded, the agent who wrote the first message.
    pub fn opener(&self) -> Option<String> {
        let author = || match self.author {
            Author::Agent(agent) => Some(agent.to_string()),
            Author::Customer(_) => None,
        };
        self.opened_by.as_deref().map(str::to_owned).or_else(author)
    }
}

/// The subject line was changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Retitled {
    /// The new one.
    pub title: Personal,
}

/// A message that the customer sees.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Replied {
    /// Its id.
    pub message: MessageId,
    /// Who wrote it.
    pub author: Author,
    /// What it says.
    pub body: Personal,
    /// The files that came with it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub attachments: Vec<Attachment>,
}

/// A note that the customer does not see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoteAdded {
    /// Its id.
    pub message: MessageId,
    /// Who wrote it; none when a program did.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub author: Option<AgentId>,
    /// What it says.
    pub body: Personal,
    /// The files that came with it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub attachments: Vec<Attachment>,
}

/// Nobody can read any more what a message said: the commit that says so destroyed its key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageRedacted {
    /// Which.
    pub message: MessageId,
    /// The id of the key.
    pub destroyed: String,
    /// The files that came with it: their keys were destroyed, too.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub files: Vec<FileId>,
}

/// A message says something else. What it said before nobody can read any more: the commit destroyed its key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MessageRectified {
    /// Which.
    pub message: MessageId,
    /// The id of the key.
    pub destroyed: String,
    /// What it says now.
    pub body: Personal,
}

/// An agent became responsible.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assigned {
    /// Who.
    pub agent: AgentId,
    /// Who was before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub previous: Option<AgentId>,
}

/// Nobody is responsible any more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unassigned {
    /// Who was before.
    pub previous: AgentId,
}

/// Another team, or none, has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MovedToTeam {
    /// The team that has it now.
    pub team: Option<TeamId>,
    /// The team that had it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub previous: Option<TeamId>,
}

/// Another customer is the one who asks. What was said before stays under the key of the one who asked then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RequesterChanged {
    /// Who asks now.
    pub customer: CustomerId,
    /// Who asked before.
    pub previous: CustomerId,
}

/// It hurts more, or less.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PriorityChanged {
    /// Now.
    pub priority: Priority,
    /// Before.
    pub previous: Priority,
}

/// The company's own kind of ticket was changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TypeChanged {
    /// Now.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub previous: Option<String>,
}

/// Labels were put on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tagged {
    /// Only those that were not on it.
    pub tags: BTreeSet<String>,
}

/// Labels were taken off.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Untagged {
    /// Only those that were on it.
    pub tags: BTreeSet<String>,
}

/// It has this id in another system now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExternalIdChanged {
    /// Now.
    pub external_id: Option<String>,
    /// Before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub previous: Option<String>,
}

/// A scanner found something in a file that a message has: it is not served any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentFoundInfected {
    /// The message that has it.
    pub message: MessageId,
    /// Which file.
    pub file: FileId,
}

/// What was said in it is gone: the same commit destroyed the keys of its titles, of its messages and of their files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erased {
    /// What the erasure is called: the ticket's id, with a number behind it where it was erased before.
    pub erasure: String,
    /// The ids of these keys.
    pub destroyed: Vec<String>,
    /// How many texts were written before texts had keys of their own: nobody is shown them any more, and they are unreadable
    /// once their customer is erased.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub shared: u32,
    /// The retention policy by which its time was over; none: somebody wished it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub policy: Option<RetentionPolicyId>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

macro_rules! bare {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $name {}
    )+};
}

bare!(
    /// Somebody works on it now.
    Started,
    /// It went back to the queue: nobody works on it, and it waits for nobody.
    Requeued,
    /// It waits for the customer.
    AwaitingCustomer,
    /// An answer was given that should settle it.
    Resolved,
    /// It is over.
    Closed,
    /// It is hidden; it can be restored.
    Deleted,
    /// It is shown again.
    Restored,
);

/// It was not over after all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reopened {
    /// Why.
    pub reason: ReopenReason,
}

/// The customer said how it went.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rated {
    /// 1 (bad) to 5 (good).
    pub score: u8,
}

/// Another system's step that has no meaning of its own here, kept in that system's words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActivityRecorded {
    /// In that system's words.
    pub activity: String,
    /// Who did it, when known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub agent: Option<AgentId>,
}

events!(
    /// What can have happened to a ticket.
    TicketEvent {
        "ticket.opened" v 1 => Opened;
        "ticket.retitled" v 1 => Retitled;
        "ticket.replied" v 1 => Replied;
        "ticket.note_added" v 1 => NoteAdded;
        "ticket.message_redacted" v 1 => MessageRedacted;
        "ticket.message_rectified" v 1 => MessageRectified;
        "ticket.attachment_found_infected" v 1 => AttachmentFoundInfected;
        "ticket.assigned" v 1 => Assigned;
        "ticket.unassigned" v 1 => Unassigned;
        "ticket.moved_to_team" v 1 => MovedToTeam;
        "ticket.requester_changed" v 1 => RequesterChanged;
        "ticket.priority_changed" v 1 => PriorityChanged;
        "ticket.type_changed" v 1 => TypeChanged;
        "ticket.tagged" v 1 => Tagged;
        "ticket.untagged" v 1 => Untagged;
        "ticket.external_id_changed" v 1 => ExternalIdChanged;
        "ticket.started" v 1 => Started;
        "ticket.requeued" v 1 => Requeued;
        "ticket.awaiting_customer" v 1 => AwaitingCustomer;
        "ticket.resolved" v 1 => Resolved;
        "ticket.reopened" v 1 => Reopened;
        "ticket.closed" v 1 => Closed;
        "ticket.deleted" v 1 => Deleted;
        "ticket.restored" v 1 => Restored;
        "ticket.erased" v 1 => Erased;
        "ticket.rated" v 1 => Rated;
        "ticket.activity_recorded" v 1 => ActivityRecorded;
    }
);
