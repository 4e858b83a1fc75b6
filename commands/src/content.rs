//! Wishes for all that was said in a ticket.

use domain::{
    RetentionPolicyId, TicketId,
    ticket::{Erased, Ticket, TicketCommand, TicketContent, TicketEvent, TicketState},
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
        let history = unit.history::<Ticket>(self.0).await?;
        erase_unheld(unit, self.0, &state, &history, None).await?;
        Ok(About::of::<Ticket>(self.0))
    }
}

/// Decides it, and destroys the keys of all that can be read, unless a legal hold keeps it: then nothing was decided.
/// `policy` is that by which its time is over, if one has it so.
pub(crate) async fn erase_unheld(
    unit: &mut Unit<'_>,
    id: TicketId,
    ticket: &TicketState,
    history: &[TicketEvent],
    policy: Option<RetentionPolicyId>,
) -> Result<(), CommandError> {
    legal_holds::spare_ticket(unit, id, ticket).await?;
    let content = TicketContent::find(id, history);
    // Of those whom it was about before.
    for customer in content.subjects.iter().filter_map(|subject| subject.parse().ok()) {
        legal_holds::spare_subject(unit, customer).await?;
    }
    let single = unit.single_keys(&content.texts).await?;
    let (mut destroyed, shared): (Vec<_>, Vec<_>) = content.texts.into_iter().partition(|key| single.contains(key));
    destroyed.extend(content.files);
    let (erasure, keys) = (ticket.erasure_name(id), destroyed.clone());
    let shared = u32::try_from(shared.len()).unwrap_or(u32::MAX);
    let erased = Erased { erasure: erasure.clone(), destroyed, shared, policy };
    unit.decide::<Ticket>(id, TicketCommand::Erase(erased))?;
    unit.erase_keys(erasure, keys);
    Ok(())
}
