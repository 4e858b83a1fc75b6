//! Keeping a body below the size that receivers are promised.

use serde::Serialize;

use crate::webhooks::payload::{Data, Payload};

/// Standard Webhooks 1.0 asks for less than 20 kB.
pub(crate) const MAX_BYTES: usize = 19_500;
/// Of a long list, so many items stay: the first ones.
const ITEMS: usize = 40;

/// Shortens what is too long: first the message, then its files, then what changed, then lists. Names, titles and the like are bounded
/// where they come in, so that the rest always fits.
pub(crate) fn bounded(mut payload: Payload) -> Payload {
    let excess = |payload: &Payload| size(payload).saturating_sub(MAX_BYTES);
    if excess(&payload) == 0 {
        return payload;
    }
    if let Data::Ticket(ticket) = &mut payload.data
        && let Some(message) = &mut ticket.message
        && let Some(body) = message.body.take()
    {
        message.body_truncated = true;
        payload.truncated.push("message.body".to_owned());
        if excess(&payload) > 0
            && let Data::Ticket(ticket) = &mut payload.data
            && let Some(message) = &mut ticket.message
            && !message.attachments.is_empty()
        {
            message.attachments.clear();
            payload.truncated.push("message.attachments".to_owned());
        }
        let room = MAX_BYTES.saturating_sub(size(&payload));
        if let Data::Ticket(ticket) = &mut payload.data
            && let Some(message) = &mut ticket.message
        {
            message.body = Some(beginning(body, room));
        }
    }
    if excess(&payload) > 0 {
        let changes = match &mut payload.data {
            Data::Ticket(ticket) => &mut ticket.changes,
            Data::Person(person) => &mut person.changes,
            Data::Team(team) => &mut team.changes,
            Data::Webhook(webhook) => &mut webhook.changes,
            Data::Limit(_) => return payload,
        };
        *changes = None;
        payload.truncated.push("changes".to_owned());
    }
    if excess(&payload) > 0 {
        let (name, items) = match &mut payload.data {
            Data::Ticket(ticket) => ("tags", &mut ticket.tags),
            Data::Team(team) => ("member_ids", &mut team.member_ids),
            Data::Webhook(webhook) => ("events", &mut webhook.events),
            Data::Person(_) | Data::Limit(_) => return payload,
        };
        items.truncate(ITEMS);
        payload.truncated.push(name.to_owned());
    }
    payload
}

fn size(value: &impl Serialize) -> usize {
    serde_json::to_vec(value).map_or(0, |bytes| bytes.len())
}

/// As much of a text as takes `room` bytes in JSON, without the `null` that stood in its place.
fn beginning(mut text: String, room: usize) -> String {
    let mut used = 0;
    let end = text.char_indices().find_map(|(index, c)| {
        used += match c {
            '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
            c if u32::from(c) < 0x20 => 6,
            c => c.len_utf8(),
        };
        (used > room).then_some(index)
    });
    if let Some(end) = end {
        text.truncate(end);
    }
    text
}
