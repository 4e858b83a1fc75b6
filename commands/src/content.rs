//! Wishes for all that was said in a ticket.

use domain::{
    TicketId,
    ticket::{Erased, Ticket, TicketCommand, TicketContent, TicketState},
};

use crate::{
    caller::Permission,
    error::CommandError,
    legal_holds,
    tickets::existing,
    unit::{About, Operation, Unit},
};

/// Make what was said in a ticket unreadable, for ever: its titles, messages, notes and files. Its number, its times and where
/// it stands stay.
#[derive(Clone, Copy, Debug)]
pub struct EraseTicket(pub TicketId);

impl Operation for EraseTicket {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        let state = existing(unit, self.0, Permission::PrivacyErase).await?;
        if state.erased {
            return Ok(About::of::<Ticket>(self.0));
        }
        legal_holds::spare_ticket(unit, self.0, &state).await?;
        erase(unit, self.0, &state).await?;
        Ok(About::of::<Ticket>(self.0))
    }
}

/// Decides it, and destroys the keys of all that can be read. Whoever calls this has looked at the holds on the ticket.
async fn erase(unit: &mut Unit<'_>, id: TicketId, ticket: &TicketState) -> Result<(), CommandError> {
    let content = TicketContent::find(id, &unit.history::<Ticket>(id).await?);
    // Of those whom it was about before.
    for customer in content.subjects.iter().filter_map(|subject| subject.parse().ok()) {
        legal_holds::spare_subject(unit, customer).await?;
    }
    let single = unit.single_keys(&content.texts).await?;
    let (mut destroyed, shared): (Vec<_>, Vec<_>) = content.texts.into_iter().partition(|key| single.contains(key));
    destroyed.extend(content.files);
    let (erasure, keys) = (ticket.erasure_name(id), destroyed.clone());
    let shared = u32::try_from(shared.len()).unwrap_or(u32::MAX);
    unit.decide::<Ticket>(id, TicketCommand::Erase(Erased { erasure: erasure.clone(), destroyed, shared }))?;
    unit.erase_keys(erasure, keys);
    Ok(())
}
