//! The peer, postgres-es 0.5, as its documentation shows it: over its own pool and its own tables, beside our schemas.

use cqrs_es::{Aggregate, DomainEvent, event_sink::EventSink};
use serde::{Deserialize, Serialize};
use sqlx::{PgPool, postgres::PgPoolOptions};

/// A ticket that counts its messages: the least that makes a load necessary.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Ticket {
    messages: u64,
}

/// Its only event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Replied {
    /// What was said.
    pub body: String,
}

/// Why it refuses.
#[derive(Debug)]
pub enum Never {}

impl std::fmt::Display for Never {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {}
    }
}

impl std::error::Error for Never {}

impl DomainEvent for Replied {
    fn event_type(&self) -> String {
        "ticket.replied".to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

impl Aggregate for Ticket {
    const TYPE: &'static str = "ticket";
    type Command = String;
    type Event = Replied;
    type Error = Never;
    type Services = ();

    async fn handle(&mut self, body: String, (): &(), sink: &EventSink<Self>) -> Result<(), Never> {
        sink.write(Replied { body }, self).await;
        Ok(())
    }

    fn apply(&mut self, _: Replied) {
        self.messages += 1;
    }
}

/// Its pool, with the table of its events.
pub async fn pool(url: &str, connections: u32) -> PgPool {
    // sqlx takes the socket's directory as a parameter, where our form has it as the host.
    let (user, rest) = url.trim_start_matches("postgresql://").split_once('@').expect("a user");
    let url = format!("postgresql://{user}@localhost{rest}");
    let pool = PgPoolOptions::new().max_connections(connections).connect(&url).await.expect("a connection");
    let table = "CREATE TABLE events (aggregate_type text NOT NULL, aggregate_id text NOT NULL,
         sequence bigint CHECK (sequence >= 0) NOT NULL, event_type text NOT NULL, event_version text NOT NULL,
         payload json NOT NULL, metadata json NOT NULL, PRIMARY KEY (aggregate_type, aggregate_id, sequence))";
    sqlx::query(table).execute(&pool).await.expect("its table");
    pool
}
