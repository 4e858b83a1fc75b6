//! postgres-es 0.5 as its documentation shows it: `postgres_cqrs` over its own pool and its own tables.

use std::sync::atomic::{AtomicU64, Ordering};

use cqrs_es::{Aggregate, DomainEvent, event_sink::EventSink};
use postgres_es::{PostgresCqrs, postgres_cqrs};
use serde::{Deserialize, Serialize};
use sqlx::postgres::PgPoolOptions;

/// The peer, ready.
pub struct Peer {
    framework: PostgresCqrs<Ticket>,
    ids: AtomicU64,
}

/// A ticket that counts its messages: the least that makes a load necessary.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Ticket {
    messages: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Replied {
    body: String,
}

#[derive(Debug)]
pub struct Never;

impl std::fmt::Display for Never {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("never")
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

impl Peer {
    /// In the database of `url`, beside our schemas.
    pub async fn start(url: &str) -> Self {
        // sqlx takes the socket's directory as a parameter, where our form has it as the host.
        let (user, rest) = url.trim_start_matches("postgresql://").split_once('@').expect("a user");
        let url = format!("postgresql://{user}@localhost{rest}");
        let pool = PgPoolOptions::new().max_connections(16).connect(&url).await.expect("a connection");
        sqlx::query(
            "CREATE TABLE events (aggregate_type text NOT NULL, aggregate_id text NOT NULL,
             sequence bigint CHECK (sequence >= 0) NOT NULL, event_type text NOT NULL, event_version text NOT NULL,
             payload json NOT NULL, metadata json NOT NULL, PRIMARY KEY (aggregate_type, aggregate_id, sequence))",
        )
        .execute(&pool)
        .await
        .expect("its table");
        Self { framework: postgres_cqrs(pool, vec![], ()), ids: AtomicU64::new(0) }
    }

    pub fn new_id(&self) -> String {
        format!("tkt_{:032}", self.ids.fetch_add(1, Ordering::Relaxed))
    }

    /// One command, one event.
    pub async fn act(&self, id: &str, body: &str) {
        self.framework.execute(id, body.to_owned()).await.expect("an event");
    }
}
