//! What the benches wish for: small tickets of one customer.

use std::collections::BTreeSet;

use commands::{
    Desk, Request,
    customers::CreateCustomer,
    tickets::{CreateTicket, Requester},
};
use domain::{
    CustomerId, TicketId,
    customer::CreateCustomer as NewCustomer,
    text::{Body, Name, Title},
    ticket::{Priority, Status},
};
use event_store::{CommandId, Keep, Log};

/// As for a request without an Idempotency-Key.
pub fn request(desk: &Desk) -> Request {
    Request { keep: Keep::Nothing, ..Request::system("bench", CommandId(desk.store().ids().next())) }
}

/// About 340 bytes.
pub fn text() -> Body {
    Body::try_new("I cannot log in since this morning. ".repeat(9)).expect("a text")
}

/// A new customer.
pub async fn customer(desk: &Desk, log: &Log) -> CustomerId {
    let id = CustomerId::new(desk.store().ids().next());
    let name = Name::try_new("Ann").expect("a name");
    let wish = CreateCustomer(NewCustomer { id, name, email: None, phone: None, external_id: None });
    desk.run(log, &request(desk), &wish).await.expect("a customer");
    id
}

/// A ticket with its first message: one event.
pub fn open(id: TicketId, customer: CustomerId) -> CreateTicket {
    CreateTicket {
        id,
        title: Title::try_new("Login issues").expect("a title"),
        body: Some(text()),
        requester: Requester::Known(customer),
        priority: Priority::Medium,
        kind: None,
        tags: BTreeSet::new(),
        external_id: None,
        assignee: None,
        team: None,
        status: Status::Open,
    }
}
