//! Wishes for what a message says: that nobody can read it any more, or that it says something else.

use domain::{
    FileId, MessageId, TicketId,
    text::Body,
    ticket::{MessageFact, Ticket, TicketCommand},
};

use crate::{
    caller::Permission,
    error::CommandError,
    legal_holds,
    tickets::existing,
    unit::{About, Operation, Unit},
};

/// Make what a message says unreadable, for ever, with its files: their keys are destroyed.
#[derive(Clone, Copy, Debug)]
pub struct RedactMessage {
    /// Of which ticket.
    pub ticket: TicketId,
    /// Which.
    pub message: MessageId,
}

impl Operation for RedactMessage {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        let Self { ticket, message } = *self;
        let mut files = vec![];
        let wish = |message: MessageFact| {
            files.clone_from(&message.files);
            TicketCommand::RedactMessage(message)
        };
        let (about, changed) = change(unit, ticket, message, wish).await?;
        if changed {
            files.iter().for_each(|file: &FileId| unit.erase(file));
        }
        Ok(about)
    }
}

/// Put another text in the place of what a message says: nobody can read that any more.
#[derive(Clone, Debug)]
pub struct RectifyMessage {
    /// Of which ticket.
    pub ticket: TicketId,
    /// Which.
    pub message: MessageId,
    /// What it is to say.
    pub body: Body,
}

impl Operation for RectifyMessage {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        let wish = |message| TicketCommand::RectifyMessage { message, body: self.body.clone() };
        Ok(change(unit, self.ticket, self.message, wish).await?.0)
    }
}

/// Decides it, and destroys the key of the present text if it is so; says whether it is.
async fn change(
    unit: &mut Unit<'_>,
    ticket: TicketId,
    message: MessageId,
    wish: impl FnOnce(MessageFact) -> TicketCommand,
) -> Result<(About, bool), CommandError> {
    let state = existing(unit, ticket, Permission::PrivacyErase).await?;
    let history = unit.history::<Ticket>(ticket).await?;
    let Some(fact) = MessageFact::find(message, &history) else {
        return Err(CommandError::NotFound { kind: "message", pointer: None });
    };
    if fact.text.is_some() {
        legal_holds::spare_ticket(unit, ticket, &state).await?;
        // Of one whom the ticket was about before.
        if let Ok(customer) = fact.subject.parse() {
            legal_holds::spare_subject(unit, customer).await?;
        }
    }
    let key = fact.key();
    if fact.text.is_some() && !unit.has_single_key(&key).await? {
        return Err(CommandError::Rejected {
            code: "message_shares_key",
            pointer: None,
            message: "this message was written before messages had keys of their own, and cannot be made unreadable \
                      alone: erase the customer whom it is about"
                .to_owned(),
        });
    }
    let about = About::of::<Ticket>(ticket);
    let before = unit.version(&about);
    unit.decide::<Ticket>(ticket, wish(fact))?;
    let changed = unit.version(&about) > before;
    if changed {
        unit.erase(key);
    }
    Ok((about, changed))
}
