//! For the API's reference: what each public event sends, had it happened to the ticket of the integration guide.

use chrono::{DateTime, Utc};
use domain::{
    PublicType,
    ticket::{Priority, Status},
};
use projections::{
    tickets::{AgentRef, TeamRef},
    timeline::{Actor, Attachment, Author, AuthorKind, Visibility},
};
use serde_json::{Value, json};

use super::{Data, LimitData, MessageData, Payload, PersonData, TeamData, TicketData, WebhookData, sample::ticket};

const CUSTOMER: &str = "cus_00000000000070008000000000000001";
const OTHER_CUSTOMER: &str = "cus_00000000000070008000000000000007";
const AGENT: &str = "agt_00000000000070008000000000000002";
const FILE: &str = "fil_00000000000070008000000000000008";
const TEAM: &str = "tea_00000000000070008000000000000004";

/// The body of a delivery of this type, about something that happened at `at`.
pub fn example(name: PublicType, at: DateTime<Utc>) -> Payload {
    let data = match name.finer.split_once('.').map_or("", |(kind, _)| kind) {
        "customer" => Data::Person(customer(name.finer, at)),
        "agent" if name.finer != "agent.assigned" => Data::Person(agent(name.finer, at)),
        "team" => Data::Team(team(name.finer)),
        "plan" => Data::Limit(limit()),
        "webhook" => Data::Webhook(webhook(name.finer)),
        _ => Data::Ticket(Box::new(changed_ticket(name.finer, at))),
    };
    Payload {
        event: name.general.to_owned(),
        kind: name.general.to_owned(),
        finer_type: name.finer.to_owned(),
        id: "evt_00000000000070008000000000000031".to_owned(),
        timestamp: at,
        recorded_at: at,
        position: Some(2072),
        sequence: Some(if name.finer.ends_with(".created") { 1 } else { 2 }),
        tenant: "company-abc-123".to_owned(),
        imported: false,
        test: false,
        actor: Actor { kind: "api_key".to_owned(), id: "key_00000000000070008000000000000006".to_owned() },
        data,
        restricted: name.finer == "customer.restricted",
        truncated: vec![],
    }
}

fn limit() -> LimitData {
    LimitData { limit: "tickets_per_month", percent: 80, used: 800, allowed: 1000, month: "2024-01".to_owned() }
}

fn changed_ticket(finer: &str, at: DateTime<Utc>) -> TicketData {
    let mut ticket = ticket(at);
    ticket.version = if finer == "ticket.created" { 1 } else { 2 };
    let changes = match finer {
        "ticket.created" => {
            ticket.message = Some(message("I cannot log in.", Visibility::Public, AuthorKind::Customer, at));
            json!({"status": [null, "open"], "priority": [null, "high"], "customer_id": [null, CUSTOMER]})
        }
        "ticket.replied" => {
            ticket.message = Some(message("Please try again.", Visibility::Public, AuthorKind::Agent, at));
            json!({})
        }
        "ticket.note_added" => {
            ticket.message = Some(message("Known problem.", Visibility::Internal, AuthorKind::Agent, at));
            json!({})
        }
        "ticket.message_redacted" => {
            let message = message("", Visibility::Public, AuthorKind::Customer, at);
            let changes = json!({"message_id": message.id});
            ticket.message = Some(MessageData { body: None, ..message });
            changes
        }
        "ticket.message_rectified" => {
            let message = message("I cannot log in.", Visibility::Public, AuthorKind::Customer, at);
            let changes = json!({"message_id": message.id});
            ticket.message = Some(message);
            changes
        }
        "ticket.attachment_found_infected" => {
            let message = message("See the file.", Visibility::Public, AuthorKind::Customer, at);
            let changes = json!({"message_id": message.id, "file_id": FILE});
            ticket.message = Some(MessageData { attachments: vec![infected()], ..message });
            changes
        }
        "ticket.retitled" => {
            ticket.title = Some("Login issues since Monday".to_owned());
            json!({"title": ["Login issues", "Login issues since Monday"]})
        }
        "ticket.resolved" => status(&mut ticket, Status::Resolved, at),
        "ticket.closed" => status(&mut ticket, Status::Closed, at),
        "ticket.status_changed" => status(&mut ticket, Status::InProgress, at),
        "ticket.reopened" => {
            ticket.reopens = 1;
            json!({"status": ["resolved", "open"], "reason": "requested"})
        }
        "ticket.deleted" => {
            ticket.deleted_at = Some(at);
            json!({"deleted": [false, true]})
        }
        "ticket.restored" => json!({"deleted": [true, false]}),
        "ticket.erased" => {
            ticket.title = None;
            ticket.erased_at = Some(at);
            json!({})
        }
        _ => attribute(&mut ticket, finer),
    };
    ticket.changes = Some(changes);
    ticket
}

fn status(ticket: &mut TicketData, to: Status, at: DateTime<Utc>) -> Value {
    ticket.status = to;
    ticket.resolved_at = (to == Status::Resolved).then_some(at);
    ticket.closed_at = (to == Status::Closed).then_some(at);
    json!({"status": ["open", to]})
}

fn attribute(ticket: &mut TicketData, finer: &str) -> Value {
    match finer {
        "agent.assigned" => {
            ticket.assignee = Some(AgentRef { id: AGENT.to_owned(), name: Some("Eve Miller".to_owned()) });
            json!({"assignee_id": [null, AGENT]})
        }
        "ticket.unassigned" => json!({"assignee_id": [AGENT, null]}),
        "ticket.moved_to_team" => {
            ticket.team = Some(TeamRef { id: TEAM.to_owned(), name: Some("Second line".to_owned()) });
            json!({"team_id": [null, TEAM]})
        }
        "ticket.customer_changed" => json!({"customer_id": [OTHER_CUSTOMER, CUSTOMER]}),
        "ticket.priority_changed" => {
            ticket.priority = Priority::Critical;
            json!({"priority": ["high", "critical"]})
        }
        "ticket.type_changed" => {
            ticket.kind = Some("incident".to_owned());
            json!({"type": [null, "incident"]})
        }
        "ticket.tagged" => {
            ticket.tags = vec!["login".to_owned()];
            json!({"tags": [[], ["login"]]})
        }
        "ticket.untagged" => json!({"tags": [["login"], []]}),
        "ticket.external_id_changed" => {
            ticket.external_id = Some("CRM-42".to_owned());
            json!({"external_id": [null, "CRM-42"]})
        }
        "ticket.rated" => {
            ticket.status = Status::Resolved;
            ticket.resolved_at = Some(ticket.updated_at);
            ticket.rating = Some(5);
            json!({"rating": [null, 5]})
        }
        "ticket.activity_recorded" => json!({"activity": "Require upgrade", "agent_id": AGENT}),
        _ => json!({}),
    }
}

fn message(body: &str, visibility: Visibility, side: AuthorKind, at: DateTime<Utc>) -> MessageData {
    let (id, name) = match side {
        AuthorKind::Agent => (AGENT, "Eve Miller"),
        AuthorKind::Customer => (CUSTOMER, "John Doe"),
    };
    MessageData {
        id: "msg_00000000000070008000000000000005".to_owned(),
        visibility,
        author: Some(Author { kind: side, id: id.to_owned(), name: Some(name.to_owned()) }),
        body: Some(body.to_owned()),
        attachments: vec![],
        body_truncated: false,
        url: "/api/tickets/tkt_00000000000070008000000000000001/messages".to_owned(),
        created_at: at,
    }
}

fn infected() -> Attachment {
    Attachment {
        id: FILE.to_owned(),
        name: Some("invoice.zip".to_owned()),
        size: 48_213,
        content_type: "application/zip".to_owned(),
        infected: true,
        url: None,
    }
}

fn customer(finer: &str, at: DateTime<Utc>) -> PersonData {
    if finer == "customer.erased" {
        return erased(CUSTOMER, None, json!({"erased_at": [null, at]}), at);
    }
    if finer == "customer.restricted" {
        let changes = json!({"restricted_at": [null, at]});
        return PersonData { erased_at: None, restricted_at: Some(at), ..erased(CUSTOMER, None, changes, at) };
    }
    PersonData {
        id: CUSTOMER.to_owned(),
        name: Some("John Doe".to_owned()),
        email: Some("john@company.com".to_owned()),
        phone: Some("+1 555 0100".to_owned()),
        external_id: None,
        active: None,
        erased_at: None,
        restricted_at: None,
        changes: Some(match finer {
            "customer.created" => json!({"name": [null, "John Doe"], "email": [null, "john@company.com"]}),
            "customer.restriction_lifted" => json!({"restricted_at": [at, null]}),
            _ => json!({"phone": [null, "+1 555 0100"]}),
        }),
    }
}

fn agent(finer: &str, at: DateTime<Utc>) -> PersonData {
    if finer == "agent.erased" {
        return erased(AGENT, Some(false), json!({"active": [true, false], "erased_at": [null, at]}), at);
    }
    PersonData {
        id: AGENT.to_owned(),
        name: Some("Eve Miller".to_owned()),
        email: Some("eve@acme.com".to_owned()),
        phone: None,
        external_id: None,
        active: Some(true),
        erased_at: None,
        restricted_at: None,
        changes: Some(match finer {
            "agent.created" => {
                json!({"name": [null, "Eve Miller"], "email": [null, "eve@acme.com"], "active": [null, true]})
            }
            "agent.updated" => json!({"name": ["Eve Moss", "Eve Miller"]}),
            _ => json!({}),
        }),
    }
}

/// What is left of them. What it was before, nobody knows any more.
fn erased(id: &str, active: Option<bool>, changes: Value, at: DateTime<Utc>) -> PersonData {
    PersonData {
        id: id.to_owned(),
        name: None,
        email: None,
        phone: None,
        external_id: None,
        active,
        erased_at: Some(at),
        restricted_at: None,
        changes: Some(changes),
    }
}

fn team(finer: &str) -> TeamData {
    TeamData {
        id: TEAM.to_owned(),
        name: Some("Second line".to_owned()),
        member_ids: vec![AGENT.to_owned()],
        changes: Some(match finer {
            "team.created" => json!({"name": [null, "Second line"], "member_ids": [null, [AGENT]]}),
            _ => json!({"member_ids": [[], [AGENT]]}),
        }),
    }
}

fn webhook(finer: &str) -> WebhookData {
    let disabled = finer == "webhook.disabled";
    WebhookData {
        id: "whk_00000000000070008000000000000021".to_owned(),
        description: Some("CRM".to_owned()),
        events: vec!["ticket.*".to_owned()],
        active: !disabled && finer != "webhook.deleted",
        disabled_reason: disabled.then(|| "failing".to_owned()),
        changes: Some(match finer {
            "webhook.created" => {
                json!({"description": [null, "CRM"], "events": [[], ["ticket.*"]], "active": [false, true]})
            }
            "webhook.disabled" => json!({"active": [true, false], "disabled_reason": [null, "failing"]}),
            "webhook.enabled" => json!({"active": [false, true], "disabled_reason": ["failing", null]}),
            "webhook.deleted" => json!({"active": [true, false]}),
            _ => json!({"events": [["*"], ["ticket.*"]]}),
        }),
    }
}

#[cfg(test)]
mod tests {
    use domain::PUBLIC_TYPES;

    use super::*;

    #[test]
    fn every_public_event_has_an_example_that_says_what_changed() {
        for name in PUBLIC_TYPES {
            let body = serde_json::to_value(example(*name, DateTime::UNIX_EPOCH)).unwrap();
            assert_eq!((&body["type"], &body["finer_type"]), (&json!(name.general), &json!(name.finer)));
            let says = body["data"]["changes"].as_object().is_some_and(|changes| !changes.is_empty());
            let nothing_else_to_say =
                ["agent.invited", "agent.joined", "ticket.erased", "plan.threshold_reached"].contains(&name.finer);
            assert!(says || body["data"]["message"].is_object() || nothing_else_to_say, "{}", name.finer);
        }
    }
}
