//! What each event of a ticket says on its timeline, in public words.

use domain::{
    MessageId, RetentionPolicyId,
    ticket::{Attachment, Author, Opened, ReopenReason, Replied, Status, TicketEvent},
    ticket_public_type,
};
use serde_json::{Map, Value, json};

use crate::{
    fold::At,
    sql::signed,
    tickets::{TicketRow, micros},
    timeline::row::TimelineRow,
};

/// What lines about a message that was written before say which it is by.
pub const MESSAGE_ID: &str = "message_id";
/// What the line of a message has besides, once it was rewritten.
pub(crate) const REDACTED_AT: &str = "redacted_at";
pub(crate) const RECTIFIED_AT: &str = "rectified_at";
/// The position of what rewrote it last.
pub(crate) const REWRITTEN: &str = "rewritten";
/// The files that came with it.
pub(crate) const ATTACHMENTS: &str = "attachments";
/// Of one of them, once a scanner found something in it.
pub(crate) const INFECTED: &str = "infected";

/// The line for `event`, which found the ticket as `before`.
pub(crate) fn line(at: &At<'_>, event: &TicketEvent, before: Option<&TicketRow>) -> TimelineRow {
    let message = event.written().filter(|message| message.body.is_some());
    let author = message.and_then(|message| message.author);
    let (author_kind, author_id) = author.map_or((None, None), |author| {
        let (kind, id) = match author {
            Author::Agent(id) => ("agent", id.to_string()),
            Author::Customer(id) => ("customer", id.to_string()),
        };
        (Some(kind.to_owned()), Some(id))
    });
    let (answered_by, answered_micros) = answered(at, event, before).unzip();
    let mut detail = detail(event, before);
    if let Some(message) = message.filter(|message| !message.attachments.is_empty()) {
        detail.insert(ATTACHMENTS.to_owned(), message.attachments.iter().map(attachment).collect());
    }
    TimelineRow {
        ticket_id: at.aggregate_id.to_owned(),
        sequence: signed(at.sequence),
        position: signed(at.position),
        event_type: ticket_public_type(event).finer.to_owned(),
        occurred_at: at.occurred_at,
        recorded_at: at.recorded_at,
        actor: at.actor.to_owned(),
        origin: at.origin.to_owned(),
        request_id: at.request_id.map(str::to_owned),
        author_kind,
        author_id,
        visibility: message.map(|message| if message.internal { "internal" } else { "public" }.to_owned()),
        message_id: message.map(|message| message.message.to_string()),
        body: message.and_then(|message| message.body?.value()).map(str::to_owned),
        detail: Value::Object(detail),
        answered_micros,
        answered_by,
    }
}

/// What ended the customer's waiting for another answer, and how long that was.
fn answered(at: &At<'_>, event: &TicketEvent, before: Option<&TicketRow>) -> Option<(String, i64)> {
    let since = before?.unanswered_since?;
    let by = if let TicketEvent::Replied(Replied { author: Author::Agent(_), .. }) = event {
        "reply"
    } else if let TicketEvent::Resolved(_) = event {
        "resolution"
    } else if let TicketEvent::Closed(_) = event {
        "closing"
    } else {
        return None;
    };
    Some((by.to_owned(), micros(since, at.occurred_at)))
}

/// As the view reads it again. The name is null once its key was destroyed.
fn attachment(attachment: &Attachment) -> Value {
    let Attachment { file, name, size, content_type, .. } = attachment;
    json!({"id": file, "name": name.value(), "size": size, "content_type": content_type})
}

type Detail = Map<String, Value>;

/// field -> [before, after].
fn changed<const N: usize>(fields: [(&str, Value, Value); N]) -> Detail {
    fields.into_iter().map(|(field, before, after)| (field.to_owned(), json!([before, after]))).collect()
}

fn detail(event: &TicketEvent, before: Option<&TicketRow>) -> Detail {
    let status = |after: Status| {
        let was = before.map(|row| row.status.0.as_str());
        changed([("status", json!(was), json!(after.as_str()))])
    };
    let deleted = |after: bool| changed([("deleted", json!(!after), json!(after))]);
    match event {
        TicketEvent::Opened(opened) => opening(opened),
        TicketEvent::Retitled(retitled) => {
            let was = before.and_then(|row| row.title.as_deref());
            changed([("title", json!(was), json!(retitled.title.value()))])
        }
        TicketEvent::Replied(_) | TicketEvent::NoteAdded(_) => Detail::new(),
        TicketEvent::Erased(erased) => by_policy(erased.policy),
        TicketEvent::MessageRedacted(redacted) => about_message(redacted.message),
        TicketEvent::MessageRectified(rectified) => about_message(rectified.message),
        TicketEvent::AttachmentFoundInfected(found) => {
            let mut detail = about_message(found.message);
            detail.insert("file_id".to_owned(), json!(found.file));
            detail
        }
        TicketEvent::Assigned(assigned) => changed([("assignee_id", json!(assigned.previous), json!(assigned.agent))]),
        TicketEvent::Unassigned(unassigned) => changed([("assignee_id", json!(unassigned.previous), Value::Null)]),
        TicketEvent::MovedToTeam(moved) => changed([("team_id", json!(moved.previous), json!(moved.team))]),
        TicketEvent::RequesterChanged(to) => changed([("customer_id", json!(to.previous), json!(to.customer))]),
        TicketEvent::PriorityChanged(to) => changed([("priority", json!(to.previous), json!(to.priority))]),
        TicketEvent::TypeChanged(to) => changed([("type", json!(to.previous), json!(to.kind))]),
        TicketEvent::Tagged(tagged) => {
            let was = before.map(|row| row.tags.0.clone()).unwrap_or_default();
            let now = was.union(&tagged.tags).cloned().collect::<Vec<_>>();
            changed([("tags", json!(was), json!(now))])
        }
        TicketEvent::Untagged(untagged) => {
            let was = before.map(|row| row.tags.0.clone()).unwrap_or_default();
            let now = was.difference(&untagged.tags).cloned().collect::<Vec<_>>();
            changed([("tags", json!(was), json!(now))])
        }
        TicketEvent::ExternalIdChanged(to) => changed([("external_id", json!(to.previous), json!(to.external_id))]),
        TicketEvent::Started(_) => status(Status::InProgress),
        TicketEvent::Requeued(_) => status(Status::Open),
        TicketEvent::AwaitingCustomer(_) => status(Status::Pending),
        TicketEvent::Resolved(_) => status(Status::Resolved),
        TicketEvent::Closed(_) => status(Status::Closed),
        TicketEvent::Reopened(reopened) => with_reason(status(Status::Open), reopened.reason),
        TicketEvent::Deleted(_) => deleted(true),
        TicketEvent::Restored(_) => deleted(false),
        TicketEvent::Rated(rated) => {
            let was = before.and_then(|row| row.rating);
            changed([("rating", json!(was), json!(rated.score))])
        }
        TicketEvent::ActivityRecorded(recorded) => {
            let mut detail = Detail::new();
            detail.insert("activity".to_owned(), json!(recorded.activity));
            if let Some(agent) = recorded.agent {
                detail.insert("agent_id".to_owned(), json!(agent));
            }
            detail
        }
    }
}

fn opening(opened: &Opened) -> Detail {
    let mut detail = changed([
        ("status", Value::Null, json!(Status::Open)),
        ("priority", Value::Null, json!(opened.priority)),
        ("customer_id", Value::Null, json!(opened.requester)),
    ]);
    if let Some(kind) = &opened.kind {
        detail.extend(changed([("type", Value::Null, json!(kind))]));
    }
    if !opened.tags.is_empty() {
        detail.extend(changed([("tags", json!([]), json!(opened.tags))]));
    }
    if let Some(external_id) = &opened.external_id {
        detail.extend(changed([("external_id", Value::Null, json!(external_id))]));
    }
    detail
}

/// Which retention policy did it, if one did.
fn by_policy(policy: Option<RetentionPolicyId>) -> Detail {
    policy.map(|policy| ("retention_policy_id".to_owned(), json!(policy))).into_iter().collect()
}

fn about_message(id: MessageId) -> Detail {
    [(MESSAGE_ID.to_owned(), json!(id))].into_iter().collect()
}

/// The public types of those events that [`rewrites`] names.
pub(crate) const REWRITING: [&str; 4] =
    ["ticket.erased", "ticket.message_redacted", "ticket.message_rectified", "ticket.attachment_found_infected"];

/// Whether an event changes what a line says that was written before.
pub(crate) fn rewrites(event: &TicketEvent) -> bool {
    matches!(
        event,
        TicketEvent::Erased(_)
            | TicketEvent::MessageRedacted(_)
            | TicketEvent::MessageRectified(_)
            | TicketEvent::AttachmentFoundInfected(_)
    )
}

/// Changes what `event` rewrites among `lines`: the line of a message, or all lines of its ticket.
pub(crate) fn rewrite(lines: &mut [TimelineRow], at: &At<'_>, event: &TicketEvent) {
    if let TicketEvent::Erased(_) = event {
        lines.iter_mut().filter(|line| line.ticket_id == at.aggregate_id).for_each(|line| forget(line, at));
        return;
    }
    let message = if let TicketEvent::MessageRedacted(redacted) = event {
        redacted.message
    } else if let TicketEvent::MessageRectified(rectified) = event {
        rectified.message
    } else if let TicketEvent::AttachmentFoundInfected(found) = event {
        found.message
    } else {
        return;
    };
    let (ticket, id) = (at.aggregate_id, message.to_string());
    let line = lines.iter_mut().find(|line| line.ticket_id == ticket && line.message_id.as_ref() == Some(&id));
    let Some(line) = line else { return };
    line.detail[REWRITTEN] = json!(at.position);
    if let TicketEvent::MessageRedacted(_) = event {
        line.body = None;
        line.detail[REDACTED_AT] = json!(at.occurred_at);
        attachments(line).for_each(|attachment| attachment["name"] = Value::Null);
    } else if let TicketEvent::MessageRectified(rectified) = event {
        line.body = rectified.body.value().map(str::to_owned);
        line.detail[RECTIFIED_AT] = json!(at.occurred_at);
    } else if let TicketEvent::AttachmentFoundInfected(found) = event {
        let file = json!(found.file);
        let infected = attachments(line).filter(|attachment| attachment["id"] == file);
        infected.for_each(|attachment| attachment[INFECTED] = json!(true));
    }
}

/// What was said in a ticket that was erased, also where its text shares the key of the customer.
fn forget(line: &mut TimelineRow, at: &At<'_>) {
    if let Some(title) = line.detail.get_mut("title") {
        *title = json!([null, null]);
    }
    if line.message_id.is_none() || line.detail.get(REDACTED_AT).is_some() {
        return;
    }
    line.body = None;
    line.detail[REWRITTEN] = json!(at.position);
    line.detail[REDACTED_AT] = json!(at.occurred_at);
    attachments(line).for_each(|attachment| attachment["name"] = Value::Null);
}

/// The files of the message that a line has.
fn attachments(line: &mut TimelineRow) -> impl Iterator<Item = &mut Value> {
    line.detail.get_mut(ATTACHMENTS).and_then(Value::as_array_mut).into_iter().flatten()
}

/// What a line says of its event: without what there is to say of its message.
pub(crate) fn changes(mut detail: Value) -> Value {
    if let Some(detail) = detail.as_object_mut() {
        detail.retain(|name, _| ![ATTACHMENTS, REDACTED_AT, RECTIFIED_AT, REWRITTEN].contains(&name.as_str()));
    }
    detail
}

fn with_reason(mut detail: Detail, reason: ReopenReason) -> Detail {
    detail.insert("reason".to_owned(), json!(reason));
    detail
}
