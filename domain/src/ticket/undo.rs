//! Taking a change back: what a ticket was before, as wishes that are decided like any others.
//!
//! A change is what one wish did, part by part (the status, one tag). A part is brought back to what it was before that
//! wish, unless somebody else changed it since: nobody undoes what they have not seen.

use uuid::Uuid;

use crate::{
    aggregate::Aggregate,
    ids::{AgentId, CustomerId, TeamId},
    personal::Personal,
    text::{ExternalId, Tag, TextError, TicketType, Title},
    ticket::{
        events::{Priority, Status, TicketEvent},
        state::{Ticket, TicketState},
    },
};

/// An event of a ticket, and the wish that it was part of.
#[derive(Clone, Debug)]
pub struct Step {
    /// The command.
    pub wish: Uuid,
    /// What happened.
    pub event: TicketEvent,
    /// Whether it is history of another help desk.
    pub imported: bool,
}

/// What brings a part of a ticket back to what it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Back {
    /// This subject line.
    Title(Title),
    /// This status; of several, one after the other.
    Status(Status),
    /// This priority.
    Priority(Priority),
    /// This kind, or none.
    Type(Option<TicketType>),
    /// With this label.
    Tagged(Tag),
    /// Without this label.
    Untagged(Tag),
    /// This customer asks.
    Requester(CustomerId),
    /// This agent is responsible, or nobody.
    Assignee(Option<AgentId>),
    /// This team has it, or none.
    Team(Option<TeamId>),
    /// This id in another system, or none.
    ExternalId(Option<ExternalId>),
    /// Shown again.
    Restored,
    /// Hidden again.
    Deleted,
}

/// Why a change is not taken back.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UndoRefusal {
    /// What others did since would be lost.
    #[error("this was changed again since: {}", .0.join(", "))]
    ChangedSince(Vec<&'static str>),
    /// It is of a kind that stays.
    #[error("this cannot be taken back: {0}")]
    Final(&'static str),
    /// What was before is not accepted any more.
    #[error("this cannot be taken back: what was before is not accepted any more: {0}")]
    Unfit(#[from] TextError),
}

/// A part of a ticket that changes by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Title,
    Status,
    Priority,
    Type,
    Tag(String),
    Requester,
    Assignee,
    Team,
    ExternalId,
    Deleted,
}

const ERASED: &str = "what was said in this ticket was erased";

/// What takes back the change that the step at `index` was part of; nothing when it is as before already.
pub fn undo(history: &[Step], index: usize) -> Result<Vec<Back>, UndoRefusal> {
    let Some(step) = history.get(index) else { return Ok(vec![]) };
    if step.imported {
        return Err(UndoRefusal::Final("it is history of another help desk, which stands as it was"));
    }
    let now = fold(history);
    let erased = history[index..].iter().any(|later| matches!(later.event, TicketEvent::Erased(_)));
    let (mut back, mut changed) = (vec![], vec![]);
    for part in parts(&step.event)? {
        if erased && part == Part::Title {
            return Err(UndoRefusal::Final(ERASED));
        }
        let touches = |other: &Step| parts(&other.event).is_ok_and(|parts| parts.contains(&part));
        let ours = |other: &Step| other.wish == step.wish && touches(other);
        let begun = history.iter().position(ours).unwrap_or(index);
        let before = fold(&history[..begun]);
        let wish = part.back(&before)?;
        if part.is_same(&before, &now) {
            continue;
        }
        if history[index..].iter().any(|later| later.wish != step.wish && touches(later)) {
            changed.push(part.field());
        } else {
            // What is closed is taken up again before it is resolved.
            if (now.status, &wish) == (Status::Closed, &Back::Status(Status::Resolved)) {
                back.push(Back::Status(Status::Open));
            }
            back.push(wish);
        }
    }
    changed.dedup();
    if changed.is_empty() { Ok(back) } else { Err(UndoRefusal::ChangedSince(changed)) }
}

fn fold(history: &[Step]) -> TicketState {
    let mut state = TicketState::default();
    history.iter().for_each(|step| Ticket::apply(&mut state, &step.event));
    state
}

/// The parts that an event changed; or why it stays.
fn parts(event: &TicketEvent) -> Result<Vec<Part>, UndoRefusal> {
    let stays = |why| Err(UndoRefusal::Final(why));
    match event {
        TicketEvent::Opened(_) => stays("a ticket that came in was there; delete it to hide it"),
        TicketEvent::Replied(_) => stays("the customer was told; write again, or redact the message"),
        TicketEvent::NoteAdded(_) => stays("a note stays; write again, or redact it"),
        TicketEvent::MessageRedacted(_) | TicketEvent::MessageRectified(_) => {
            stays("nobody can read what the message said before: its key was destroyed")
        }
        TicketEvent::Erased(_) => stays(ERASED),
        TicketEvent::AttachmentFoundInfected(_) => stays("a scanner found this"),
        TicketEvent::Rated(_) => stays("the customer said this; they may rate again"),
        TicketEvent::ActivityRecorded(_) => stays("it changed nothing"),
        TicketEvent::Retitled(_) => Ok(vec![Part::Title]),
        TicketEvent::Assigned(_) | TicketEvent::Unassigned(_) => Ok(vec![Part::Assignee]),
        TicketEvent::MovedToTeam(_) => Ok(vec![Part::Team]),
        TicketEvent::RequesterChanged(_) => Ok(vec![Part::Requester]),
        TicketEvent::PriorityChanged(_) => Ok(vec![Part::Priority]),
        TicketEvent::TypeChanged(_) => Ok(vec![Part::Type]),
        TicketEvent::Tagged(tagged) => Ok(tagged.tags.iter().cloned().map(Part::Tag).collect()),
        TicketEvent::Untagged(untagged) => Ok(untagged.tags.iter().cloned().map(Part::Tag).collect()),
        TicketEvent::ExternalIdChanged(_) => Ok(vec![Part::ExternalId]),
        TicketEvent::Started(_)
        | TicketEvent::Requeued(_)
        | TicketEvent::AwaitingCustomer(_)
        | TicketEvent::Resolved(_)
        | TicketEvent::Reopened(_)
        | TicketEvent::Closed(_) => Ok(vec![Part::Status]),
        TicketEvent::Deleted(_) | TicketEvent::Restored(_) => Ok(vec![Part::Deleted]),
    }
}

impl Part {
    /// As the public ticket has it.
    fn field(&self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Status => "status",
            Self::Priority => "priority",
            Self::Type => "type",
            Self::Tag(_) => "tags",
            Self::Requester => "customer",
            Self::Assignee => "assignee",
            Self::Team => "team",
            Self::ExternalId => "external_id",
            Self::Deleted => "deleted_at",
        }
    }

    fn is_same(&self, before: &TicketState, now: &TicketState) -> bool {
        match self {
            Self::Title => title(before) == title(now),
            Self::Status => before.status == now.status,
            Self::Priority => before.priority == now.priority,
            Self::Type => before.kind == now.kind,
            Self::Tag(tag) => before.tags.contains(tag) == now.tags.contains(tag),
            Self::Requester => before.requester == now.requester,
            Self::Assignee => before.assignee == now.assignee,
            Self::Team => before.team == now.team,
            Self::ExternalId => before.external_id == now.external_id,
            Self::Deleted => before.deleted == now.deleted,
        }
    }

    fn back(&self, before: &TicketState) -> Result<Back, UndoRefusal> {
        Ok(match self {
            Self::Title => {
                let erased = UndoRefusal::Final("nobody can read the title any more that it had: it was erased");
                Back::Title(Title::try_new(title(before).ok_or(erased)?)?)
            }
            Self::Status => Back::Status(before.status),
            Self::Priority => Back::Priority(before.priority),
            Self::Type => Back::Type(before.kind.clone().map(TicketType::try_new).transpose()?),
            Self::Tag(tag) if before.tags.contains(tag) => Back::Tagged(Tag::try_new(tag)?),
            Self::Tag(tag) => Back::Untagged(Tag::try_new(tag)?),
            Self::Requester => {
                let unknown = UndoRefusal::Final("nobody is known who asked before");
                Back::Requester(before.requester.ok_or(unknown)?)
            }
            Self::Assignee => Back::Assignee(before.assignee),
            Self::Team => Back::Team(before.team),
            Self::ExternalId => Back::ExternalId(before.external_id.clone().map(ExternalId::try_new).transpose()?),
            Self::Deleted if before.deleted => Back::Deleted,
            Self::Deleted => Back::Restored,
        })
    }
}

fn title(state: &TicketState) -> Option<&str> {
    state.title.as_ref().and_then(Personal::value)
}

/// Whether a change of this public type can be taken back, as far as its kind goes.
pub fn is_undoable(public_type: &str) -> bool {
    [
        "ticket.retitled",
        "agent.assigned",
        "ticket.unassigned",
        "ticket.moved_to_team",
        "ticket.customer_changed",
        "ticket.priority_changed",
        "ticket.type_changed",
        "ticket.tagged",
        "ticket.untagged",
        "ticket.external_id_changed",
        "ticket.status_changed",
        "ticket.resolved",
        "ticket.reopened",
        "ticket.closed",
        "ticket.deleted",
        "ticket.restored",
    ]
    .contains(&public_type)
}

#[cfg(test)]
mod tests;
