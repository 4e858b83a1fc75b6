//! One message of a ticket, as its events tell of it: what a decision needs to know whose text goes.
//!
//! Each text is sealed with a key of its own, so that it can be destroyed alone. The first has the message's id for its
//! key's, those that came in its place a number behind it.

use crate::{
    ids::{FileId, MessageId},
    personal::Personal,
    ticket::events::{Attachment, Author, MessageRectified, NoteAdded, Opened, Replied, TicketEvent},
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
            if let Some(Written { body: Some(body), attachments, .. }) =
                event.written().filter(|written| written.message == id)
            {
                let (subject, text) = (body.subject().to_owned(), body.value().map(str::to_owned));
                let files = attachments.iter().map(|attachment| attachment.file).collect();
                found = Some(Self { id, subject, text, redacted: false, rectified: 0, files });
            } else if let (Some(message), TicketEvent::MessageRectified(to)) = (&mut found, event) {
                message.rectify(to);
            } else if let (Some(message), TicketEvent::MessageRedacted(redacted)) = (&mut found, event)
                && redacted.message == id
            {
                (message.text, message.redacted) = (None, true);
            } else if let (Some(message), TicketEvent::Erased(_)) = (&mut found, event) {
                message.text = None;
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

/// A message as the event that wrote it has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Written<'a> {
    /// Which.
    pub message: MessageId,
    /// Whose words it has; none: an internal note of nobody in particular.
    pub author: Option<Author>,
    /// Whether the customer does not see it.
    pub internal: bool,
    /// What it says; none: the ticket was opened without a word.
    pub body: Option<&'a Personal>,
    /// The files that it brought.
    pub attachments: &'a [Attachment],
}

impl TicketEvent {
    /// The message that this event wrote, if it wrote one.
    pub fn written(&self) -> Option<Written<'_>> {
        if let Self::Opened(Opened { message, author, body, attachments, .. }) = self {
            let (message, author, body) = (*message, Some(*author), body.as_ref());
            return Some(Written { message, author, internal: false, body, attachments });
        }
        if let Self::Replied(Replied { message, author, body, attachments }) = self {
            let (message, author, body) = (*message, Some(*author), Some(body));
            return Some(Written { message, author, internal: false, body, attachments });
        }
        if let Self::NoteAdded(NoteAdded { message, author, body, attachments }) = self {
            let (message, author, body) = (*message, author.map(Author::Agent), Some(body));
            return Some(Written { message, author, internal: true, body, attachments });
        }
        None
    }
}
