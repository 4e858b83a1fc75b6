//! One message of a ticket, as its events tell of it: what a decision needs to know whose text goes.
//!
//! Each text is sealed with a key of its own, so that it can be destroyed alone. The first has the message's id for its
//! key's, those that came in its place a number behind it.

use crate::{
    ids::{FileId, MessageId},
    personal::Personal,
    ticket::events::{Attachment, MessageRectified, TicketEvent},
};

/// A message, folded from all events of its ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageFact {
    /// Which.
    pub id: MessageId,
    /// Whom it is about: whose erasure makes it unreadable, too.
    pub subject: String,
    /// What it says; none once nobody can read it any more.
    pub text: Option<String>,
    /// Whether that is because it was redacted.
    pub redacted: bool,
    /// How often another text came in the place of the one before.
    pub rectified: u32,
    /// The files that came with it.
    pub files: Vec<FileId>,
}

impl MessageFact {
    /// The message of this id; none when the ticket has no such message.
    pub fn find<'a>(id: MessageId, events: impl IntoIterator<Item = &'a TicketEvent>) -> Option<Self> {
        let mut found: Option<Self> = None;
        for event in events {
            if let Some((body, attachments)) = written(event, id) {
                let (subject, text) = (body.subject().to_owned(), body.value().map(str::to_owned));
                let files = attachments.iter().map(|attachment| attachment.file).collect();
                found = Some(Self { id, subject, text, redacted: false, rectified: 0, files });
            } else if let (Some(message), TicketEvent::MessageRectified(to)) = (&mut found, event) {
                message.rectify(to);
            } else if let (Some(message), TicketEvent::MessageRedacted(redacted)) = (&mut found, event)
                && redacted.message == id
            {
                (message.text, message.redacted) = (None, true);
            }
        }
        found
    }

    /// The id of the key of its present text.
    pub fn key(&self) -> String {
        key(self.id, self.rectified)
    }

    /// The id that the key of the next text gets.
    pub(super) fn next_key(&self) -> String {
        key(self.id, self.rectified + 1)
    }

    fn rectify(&mut self, to: &MessageRectified) {
        if to.message == self.id {
            self.text = to.body.value().map(str::to_owned);
            self.rectified += 1;
        }
    }
}

fn key(message: MessageId, rectified: u32) -> String {
    if rectified == 0 { message.to_string() } else { format!("{message}.{rectified}") }
}

/// What an event that wrote this message says, and the files that it brought.
fn written(event: &TicketEvent, id: MessageId) -> Option<(&Personal, &[Attachment])> {
    if let TicketEvent::Opened(opened) = event {
        let body = opened.body.as_ref().filter(|_| opened.message == id)?;
        return Some((body, &opened.attachments));
    }
    if let TicketEvent::Replied(replied) = event {
        return (replied.message == id).then_some((&replied.body, &replied.attachments));
    }
    if let TicketEvent::NoteAdded(note) = event {
        return (note.message == id).then_some((&note.body, &note.attachments));
    }
    None
}
