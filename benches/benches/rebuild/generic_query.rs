//! The `GenericQuery` of postgres-es 0.5, as its documentation shows it: a view per ticket in a table of its own, read,
//! updated and written back with every event.

use std::{collections::HashMap, time::Instant};

use benches::peer::{self, Replied, Ticket};
use cqrs_es::{EventEnvelope, Query, View, persist::GenericQuery as Stock};
use postgres_es::PostgresViewRepository;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;

type OfTickets = Stock<PostgresViewRepository<Messages, Ticket>, Messages, Ticket>;

/// Tickets whose events take turns, as ours do.
const AT_ONCE: usize = 100;

/// The peer, ready.
pub struct GenericQuery {
    query: OfTickets,
    pool: PgPool,
}

/// A view that counts, and keeps what was said last: the least that makes a load necessary.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Messages {
    count: u64,
    last: String,
}

impl View<Ticket> for Messages {
    fn update(&mut self, event: &EventEnvelope<Ticket>) {
        self.count += 1;
        self.last.clone_from(&event.payload.body);
    }
}

impl GenericQuery {
    /// In the database of `url`, beside our schemas.
    pub async fn start(url: &str) -> Self {
        let pool = peer::pool(url, 4).await;
        let table = "CREATE TABLE messages (view_id text PRIMARY KEY, version bigint NOT NULL, payload json NOT NULL)";
        sqlx::query(table).execute(&pool).await.expect("its table");
        let mut query = Stock::new(std::sync::Arc::new(PostgresViewRepository::new("messages", pool.clone())));
        query.use_error_handler(Box::new(|error| panic!("{error}")));
        Self { query, pool }
    }

    /// Folds so many events into an empty table; gives how many a second.
    pub async fn rebuild(&self, events: usize) -> f64 {
        sqlx::query("TRUNCATE messages").execute(&self.pool).await.expect("an empty table");
        let began = Instant::now();
        for number in 0..events {
            let aggregate_id = format!("tkt_{:032}", number % AT_ONCE);
            let payload = Replied { body: "I cannot log in since this morning. ".repeat(9) };
            let sequence = number / AT_ONCE + 1;
            let event =
                EventEnvelope { aggregate_id: aggregate_id.clone(), sequence, payload, metadata: HashMap::new() };
            self.query.dispatch(&aggregate_id, &[event]).await;
        }
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        let count = events as f64;
        count / began.elapsed().as_secs_f64()
    }
}
