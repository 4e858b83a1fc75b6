//! What the benches wish for: small tickets of one customer.

use std::collections::BTreeSet;

use commands::{
    Desk, Request,
    customers::CreateCustomer,
    tickets::{AddMessage, CreateTicket, Requester, Visibility},
};
use domain::{
    CustomerId, TicketId,
    customer::CreateCustomer as NewCustomer,
    text::{Body, Name, Title},
    ticket::{Author, Priority, Status},
};
use event_store::{CommandId, Keep, Log};

/// Of what [`Writer`] and its peer write.
pub const EVENTS_OF_A_STREAM: usize = 8;

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
        files: vec![],
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

/// One who opens a ticket, writes seven messages to it, and opens the next: streams of eight events.
#[derive(Debug)]
pub struct Writer {
    desk: Desk,
    log: Log,
    customer: CustomerId,
    ticket: TicketId,
    done: usize,
}

impl Writer {
    /// In this log, for this customer of it.
    pub fn new(desk: &Desk, log: &Log, customer: CustomerId) -> Self {
        let ticket = TicketId::new(desk.store().ids().next());
        Self { desk: desk.clone(), log: log.clone(), customer, ticket, done: 0 }
    }

    /// The next command, which is one event.
    pub fn act(&mut self) -> impl Future<Output = ()> + Send + use<> {
        let first = self.done.is_multiple_of(EVENTS_OF_A_STREAM);
        if first {
            self.ticket = TicketId::new(self.desk.store().ids().next());
        }
        self.done += 1;
        let (desk, log, customer, ticket) = (self.desk.clone(), self.log.clone(), self.customer, self.ticket);
        async move {
            let request = request(&desk);
            let outcome = if first {
                desk.run(&log, &request, &open(ticket, customer)).await
            } else {
                let author = Some(Author::Customer(customer));
                let wish = AddMessage { ticket, body: text(), files: vec![], visibility: Visibility::Public, author };
                desk.run(&log, &request, &wish).await
            };
            outcome.expect("an event");
        }
    }
}
