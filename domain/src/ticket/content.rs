//! What was said in a ticket and can still be read, as its events tell of it: what an erasure of it needs to know.
//!
//! Each title and each text of a message is sealed with a key of its own, so that all of them can be destroyed and the
//! customer's other tickets stay. What was written before that shares its customer's key: once the ticket is erased nobody is
//! shown it any more, but it is unreadable only once the customer is erased.

use std::collections::BTreeSet;

use crate::{
    ids::TicketId,
    personal::Personal,
    ticket::{
        events::{Attachment, TicketEvent},
        message::MessageFact,
    },
};

/// What can be read of a ticket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TicketContent {
    /// The ids that the keys of its titles and messages have where they have keys of their own.
    pub texts: Vec<String>,
    /// The ids of its files, which are those of their keys.
    pub files: Vec<String>,
    /// Whom it is about.
    pub subjects: BTreeSet<String>,
}

/// The id of the key of a ticket's title, the one after so many.
pub fn title_key(ticket: TicketId, before: u32) -> String {
    if before == 0 { format!("{ticket}.title") } else { format!("{ticket}.title.{before}") }
}

impl TicketContent {
    /// From all events of the ticket.
    pub fn find(ticket: TicketId, events: &[TicketEvent]) -> Self {
        let mut content = Self::default();
        let since = events.iter().rposition(|event| matches!(event, TicketEvent::Erased(_))).map_or(0, |last| last + 1);
        let titles = events.iter().enumerate().filter_map(|(at, event)| Some((at, title(event)?)));
        for (before, (at, title)) in (0..).zip(titles) {
            if at >= since && title.value().is_some() {
                content.texts.push(title_key(ticket, before));
                content.subjects.insert(title.subject().to_owned());
            }
        }
        let written = events.iter().filter_map(TicketEvent::written).filter(|written| written.body.is_some());
        for message in written
            .map(|written| written.message)
            .filter_map(|id| MessageFact::find(id, events))
            .filter(|message| message.text.is_some())
        {
            content.texts.push(message.key());
            content.files.extend(message.files.iter().map(ToString::to_string));
            content.subjects.insert(message.subject);
        }
        content
    }
}

fn title(event: &TicketEvent) -> Option<&Personal> {
    if let TicketEvent::Opened(opened) = event {
        return Some(&opened.title);
    }
    if let TicketEvent::Retitled(retitled) = event {
        return Some(&retitled.title);
    }
    None
}

impl TicketEvent {
    /// As it is told once the ticket was erased after it: without what was said.
    #[must_use]
    pub fn without_content(mut self) -> Self {
        if let Self::Opened(opened) = &mut self {
            forget([&mut opened.title].into_iter().chain(&mut opened.body), &mut opened.attachments);
        } else if let Self::Retitled(retitled) = &mut self {
            forget([&mut retitled.title], &mut []);
        } else if let Self::Replied(replied) = &mut self {
            forget([&mut replied.body], &mut replied.attachments);
        } else if let Self::NoteAdded(note) = &mut self {
            forget([&mut note.body], &mut note.attachments);
        } else if let Self::MessageRectified(rectified) = &mut self {
            forget([&mut rectified.body], &mut []);
        }
        self
    }
}

fn forget<'a>(texts: impl IntoIterator<Item = &'a mut Personal>, files: &'a mut [Attachment]) {
    let of_files = files.iter_mut().flat_map(|file| [&mut file.name, &mut file.sha256, &mut file.key]);
    for text in texts.into_iter().chain(of_files) {
        *text = Personal::erased(text.subject());
    }
}
