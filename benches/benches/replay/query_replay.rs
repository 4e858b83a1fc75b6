//! The replay of postgres-es, as its documentation shows it: `QueryReplay` over its repository, into a query.
//!
//! Its table holds our events in its own form, in which the variant of an enum names the type; they are decoded into
//! our types and folded by our function, so that only the way from the table to the fold differs.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use benches::{
    Rig,
    peer::{self, Never},
};
use cqrs_es::{Aggregate, DomainEvent, EventEnvelope, Query, event_sink::EventSink, persist};
use domain::{
    Aggregate as _,
    ticket::{
        self, Assigned, AwaitingCustomer, Closed, Opened, Rated, Replied, Resolved, Started, TicketEvent, TicketState,
    },
};
use postgres_es::PostgresEventRepository;
use serde::{Deserialize, Serialize};

/// The peer, ready.
pub struct QueryReplay {
    replay: persist::QueryReplay<PostgresEventRepository, Tickets, Ticket>,
    tickets: Tickets,
}

/// What it folds into.
#[derive(Clone, Default)]
struct Tickets(Arc<Mutex<HashMap<String, TicketState>>>);

#[derive(Debug, Default, Serialize, Deserialize)]
struct Ticket;

/// What the history is made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Stored {
    #[serde(rename = "ticket.opened")]
    Opened(Opened),
    #[serde(rename = "ticket.assigned")]
    Assigned(Assigned),
    #[serde(rename = "ticket.started")]
    Started(Started),
    #[serde(rename = "ticket.replied")]
    Replied(Replied),
    #[serde(rename = "ticket.awaiting_customer")]
    AwaitingCustomer(AwaitingCustomer),
    #[serde(rename = "ticket.resolved")]
    Resolved(Resolved),
    #[serde(rename = "ticket.rated")]
    Rated(Rated),
    #[serde(rename = "ticket.closed")]
    Closed(Closed),
}

impl Stored {
    fn event(self) -> TicketEvent {
        match self {
            Self::Opened(event) => event.into(),
            Self::Assigned(event) => event.into(),
            Self::Started(event) => event.into(),
            Self::Replied(event) => event.into(),
            Self::AwaitingCustomer(event) => event.into(),
            Self::Resolved(event) => event.into(),
            Self::Rated(event) => event.into(),
            Self::Closed(event) => event.into(),
        }
    }
}

impl DomainEvent for Stored {
    fn event_type(&self) -> String {
        domain::Event::event_type(&self.clone().event()).to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

impl Aggregate for Ticket {
    const TYPE: &'static str = "ticket";
    type Command = ();
    type Event = Stored;
    type Error = Never;
    type Services = ();

    async fn handle(&mut self, (): (), (): &(), _: &EventSink<Self>) -> Result<(), Never> {
        Ok(())
    }

    fn apply(&mut self, _: Stored) {}
}

#[async_trait::async_trait]
impl Query<Ticket> for Tickets {
    async fn dispatch(&self, id: &str, events: &[EventEnvelope<Ticket>]) {
        let mut tickets = self.0.lock().expect("nobody panics with it");
        let ticket = tickets.entry(id.to_owned()).or_default();
        for event in events {
            ticket::Ticket::apply(ticket, &event.payload.clone().event());
        }
    }
}

impl QueryReplay {
    /// Copies the events of tickets up to position `end`; gives how many there are.
    pub async fn start(rig: &Rig, end: u64) -> (Self, u64) {
        let pool = peer::pool(&rig.superuser_url, 4).await;
        let copy = format!(
            "INSERT INTO public.events SELECT aggregate_type, aggregate_id, sequence, event_type, event_version,
             json_build_object(event_type, payload), metadata
             FROM tenant_bench.events WHERE aggregate_type = 'ticket' AND position <= {end} ORDER BY position"
        );
        let count = rig.database.execute(&copy, &[]).await.expect("its events");
        let tickets = Tickets::default();
        let mut replay = persist::QueryReplay::new(PostgresEventRepository::new(pool), tickets.clone());
        replay.use_error_handler(Box::new(|error| panic!("{error}")));
        (Self { replay, tickets }, count)
    }

    /// All tickets, folded anew; gives how many there are.
    pub async fn replay(&self) -> usize {
        self.tickets.0.lock().expect("nobody panics with it").clear();
        self.replay.replay_all().await.expect("a replay");
        self.tickets.0.lock().expect("nobody panics with it").len()
    }
}
