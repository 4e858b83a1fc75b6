//! The wish to take a change of a ticket back.

use domain::{
    Aggregate, Event, EventId, TicketId,
    ticket::{Back, Step, Ticket, TicketCommand, TicketEvent, UndoRefusal, undo},
};
use event_store::{RecordedEvent, StreamId};

use crate::{
    caller::Permission,
    error::CommandError,
    legal_holds,
    tickets::{DeleteTicket, TicketPatch, apply, existing, single},
    unit::{About, Operation, Unit},
};

/// Take back the change that an event of a ticket was part of. What comes of it is decided like any other change, and
/// follows from that event.
#[derive(Clone, Copy, Debug)]
pub struct UndoChange {
    /// Of which ticket.
    pub ticket: TicketId,
    /// Which event.
    pub event: EventId,
}

impl Operation for UndoChange {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        let Self { ticket, event } = *self;
        let before = existing(unit, ticket, Permission::TicketsWrite).await?;
        let recorded = unit.log().load(&StreamId::new(Ticket::TYPE, ticket), 0).await?;
        let index = recorded.iter().position(|found| EventId::new(found.event_id) == event);
        let index = index.ok_or(CommandError::NotFound { kind: "event of this ticket", pointer: Some("/event_id") })?;
        let history: Vec<Step> = recorded.into_iter().map(step).collect::<Result<_, _>>()?;
        unit.follow_from(event);
        let mut patch = TicketPatch::default();
        for back in undo(&history, index).map_err(refused)? {
            match back {
                Back::Title(title) => patch.title = Some(title),
                Back::Priority(priority) => patch.priority = Some(priority),
                Back::Type(kind) => patch.kind = Some(kind),
                Back::Tagged(tag) => drop(patch.tags_add.insert(tag)),
                Back::Untagged(tag) => drop(patch.tags_remove.insert(tag)),
                Back::Requester(customer) => patch.customer = Some(customer),
                Back::Assignee(agent) => patch.assignee = Some(agent),
                Back::Team(team) => patch.team = Some(team),
                Back::ExternalId(external_id) => patch.external_id = Some(external_id),
                Back::Status(status) => unit.decide::<Ticket>(ticket, TicketCommand::SetStatus(status))?,
                Back::Restored => single(unit, ticket, TicketCommand::Restore).await.map(drop)?,
                Back::Deleted => DeleteTicket(ticket).attempt(unit).await.map(drop)?,
            }
        }
        apply(unit, ticket, &patch).await?;
        let after = unit.load::<Ticket>(ticket).await?;
        legal_holds::keep_within(unit, &before, &after).await?;
        Ok(About::of::<Ticket>(ticket))
    }
}

fn step(recorded: RecordedEvent) -> Result<Step, CommandError> {
    let (wish, imported) = (recorded.command_id, recorded.is_imported());
    let event = TicketEvent::decode(&recorded.event_type, recorded.event_version, recorded.payload)?;
    Ok(Step { wish, event, imported })
}

fn refused(refusal: UndoRefusal) -> CommandError {
    match refusal {
        UndoRefusal::ChangedSince(fields) => CommandError::ChangedSince(fields),
        UndoRefusal::Final(_) | UndoRefusal::Unfit(_) => {
            CommandError::Rejected { code: "cannot_undo", pointer: Some("/event_id"), message: refusal.to_string() }
        }
    }
}
