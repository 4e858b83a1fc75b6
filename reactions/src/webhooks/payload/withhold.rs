//! What is not told of a customer whose data are restricted: whether they are is asked whenever something is sent, so that it
//! holds for what happened before, too.

use event_store::Log;
use projections::{
    as_of::{self, Moment},
    timeline::AuthorKind,
};
use serde_json::Value;

use super::{Data, PersonData, TicketData};
use crate::error::ReactionError;

/// What a ticket's and a customer's changes say of a person.
const PERSONAL: [&str; 5] = ["title", "name", "email", "phone", "external_id"];

/// Takes out whatever is personal, if the customer whom `data` is about is restricted now; says whether they are.
pub(super) async fn if_restricted(log: &Log, data: &mut Data) -> Result<bool, ReactionError> {
    let id = match &*data {
        Data::Ticket(ticket) => &ticket.customer.id,
        Data::Person(person) => &person.id,
        Data::Team(_) | Data::Limit(_) | Data::Webhook(_) => return Ok(false),
    };
    // An agent's is none.
    let Ok(id) = id.parse() else { return Ok(false) };
    let now = as_of::customer(log, id, Moment::Now).await?;
    let restricted = now.is_some_and(|customer| customer.restricted_at.is_some());
    match data {
        Data::Ticket(ticket) if restricted => withhold_ticket(ticket),
        Data::Person(person) if restricted => withhold_person(person),
        Data::Ticket(_) | Data::Person(_) | Data::Team(_) | Data::Limit(_) | Data::Webhook(_) => {}
    }
    Ok(restricted)
}

fn withhold_person(person: &mut PersonData) {
    (person.name, person.email, person.phone, person.external_id) = (None, None, None, None);
    withhold_changes(person.changes.as_mut());
}

fn withhold_ticket(ticket: &mut TicketData) {
    ticket.title = None;
    (ticket.customer.name, ticket.customer.email) = (None, None);
    withhold_changes(ticket.changes.as_mut());
    let Some(message) = &mut ticket.message else { return };
    message.body = None;
    message.attachments.clear();
    if let Some(author) = message.author.as_mut().filter(|author| author.kind == AuthorKind::Customer) {
        author.name = None;
    }
}

fn withhold_changes(changes: Option<&mut Value>) {
    let Some(Value::Object(changes)) = changes else { return };
    changes.retain(|field, _| !PERSONAL.contains(&field.as_str()));
}
