//! What a test delivers: an event that looks like a real one, marked, about nobody.

use chrono::{DateTime, Utc};
use domain::ticket::{Channel, Priority, Status};
use projections::{tickets::CustomerRef, timeline::Actor};
use serde_json::json;

use crate::webhooks::payload::{Data, Payload, TicketData};

/// The integration guide's example, of this type.
pub(crate) fn sample(event: &str, id: &str, tenant: &str, at: DateTime<Utc>) -> Payload {
    Payload {
        event: event.to_owned(),
        kind: event.to_owned(),
        finer_type: event.to_owned(),
        id: id.to_owned(),
        timestamp: at,
        recorded_at: at,
        position: None,
        sequence: None,
        tenant: tenant.to_owned(),
        imported: false,
        test: true,
        actor: Actor { kind: "system".to_owned(), id: "webhooks".to_owned() },
        data: Data::Ticket(Box::new(ticket(at))),
        restricted: false,
        truncated: vec![],
    }
}

/// The guide's ticket, new.
pub(super) fn ticket(at: DateTime<Utc>) -> TicketData {
    TicketData {
        ticket_id: "T-001".to_owned(),
        title: Some("Login issues".to_owned()),
        customer: CustomerRef {
            id: "cus_00000000000070008000000000000001".to_owned(),
            name: Some("John Doe".to_owned()),
            email: Some("john@company.com".to_owned()),
        },
        priority: Priority::High,
        status: Status::Open,
        id: "tkt_00000000000070008000000000000001".to_owned(),
        external_id: None,
        kind: None,
        channel: Channel::Api,
        tags: vec![],
        assignee: None,
        team: None,
        created_at: at,
        updated_at: at,
        resolved_at: None,
        closed_at: None,
        deleted_at: None,
        erased_at: None,
        reopens: 0,
        rating: None,
        version: 1,
        changes: Some(json!({})),
        message: None,
    }
}

#[cfg(test)]
mod tests {
    use projections::timeline::Visibility;
    use serde_json::Value;

    use super::*;
    use crate::webhooks::payload::{MAX_BYTES, MessageData, bounded};

    fn at() -> DateTime<Utc> {
        "2024-01-15T10:30:00Z".parse().unwrap()
    }

    /// Whether all of `part` stands in `whole`.
    fn holds(whole: &Value, part: &Value) -> bool {
        match part {
            Value::Object(fields) => fields.iter().all(|(field, value)| holds(&whole[field], value)),
            other => whole == other,
        }
    }

    #[test]
    fn the_body_is_the_guides_and_more() {
        let guide = json!({
            "event": "ticket.created",
            "timestamp": "2024-01-15T10:30:00Z",
            "data": {
                "ticket_id": "T-001",
                "title": "Login issues",
                "customer": {"name": "John Doe", "email": "john@company.com"},
                "priority": "high",
                "status": "open"
            }
        });
        let body = serde_json::to_value(sample("ticket.created", "evt_1", "acme", at())).unwrap();
        assert!(holds(&body, &guide), "{body}");
        assert_eq!(body["type"], body["event"]);
        assert_eq!(body["test"], true);
    }

    fn with_message(body: String, tags: Vec<String>) -> Payload {
        let mut payload = sample("ticket.updated", "evt_1", "acme", at());
        let Data::Ticket(ticket) = &mut payload.data else { panic!("a ticket") };
        ticket.tags.clone_from(&tags);
        ticket.changes = Some(json!({"tags": [[], tags]}));
        ticket.message = Some(MessageData {
            id: "msg_1".to_owned(),
            visibility: Visibility::Public,
            author: None,
            body: Some(body),
            attachments: vec![],
            body_truncated: false,
            url: "/api/tickets/T-001/messages".to_owned(),
            created_at: at(),
        });
        payload
    }

    #[test]
    fn a_long_message_is_shortened_marked_and_linked() {
        for text in ["x", "ü", "\n", "\"", "\\", "💬"] {
            let payload = bounded(with_message(text.repeat(100_000), vec![]));
            let bytes = serde_json::to_vec(&payload).unwrap();
            assert!((MAX_BYTES - 16..=MAX_BYTES).contains(&bytes.len()), "{text:?}: {} bytes", bytes.len());
            let body = serde_json::to_value(&payload).unwrap();
            assert_eq!(body["data"]["message"]["body_truncated"], true);
            assert_eq!(body["data"]["message"]["url"], "/api/tickets/T-001/messages");
            assert_eq!(body["truncated"], json!(["message.body"]));
        }
        let short = with_message("Hello".to_owned(), vec![]);
        assert_eq!(bounded(short.clone()), short);
    }

    #[test]
    fn whatever_is_in_it_the_body_is_below_twenty_thousand_bytes() {
        let tags: Vec<String> = (0..1000).map(|number| format!("{number:060}")).collect();
        let payload = bounded(with_message("x".repeat(100_000), tags));
        assert!(serde_json::to_vec(&payload).unwrap().len() < 20_000);
        assert_eq!(payload.truncated, ["message.body", "changes", "tags"]);
    }
}
