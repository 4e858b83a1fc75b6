//! The writer of one access log: all entries that wait go in one statement.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio::sync::{mpsc, oneshot};
use tokio_postgres::types::ToSql;

use super::{Access, SealedClient};
use crate::{
    database::{self, TenantTx, begin},
    error::StoreError,
    log::LogInner,
};

/// Entries that go together at most.
const MAX_BATCH: usize = 256;

/// The lock of the head is held until the commit, so numbers become visible in order. Targets come joined: PostgreSQL has
/// no arrays of rows of different length.
const INSERT: &str = "
    WITH head AS (
        UPDATE access_log_head SET number = number + $1, recorded_at = greatest(recorded_at, $2)
        RETURNING number - $1 AS number, recorded_at)
    INSERT INTO access_log (number, recorded_at, actor, session, operation, kind, targets, seen, query, request_id, status,
        client_key, client)
    SELECT head.number + entry.place, head.recorded_at, actor, session, operation, kind, string_to_array(targets, ' '),
        seen, query, request_id, status, client_key, client
    FROM head, unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::integer[], $9::text[], $10::text[],
        $11::integer[], $12::text[], $13::bytea[]) WITH ORDINALITY
        AS entry (actor, session, operation, kind, targets, seen, query, request_id, status, client_key, client, place)";

/// An entry, and who waits for it.
pub(crate) struct Waiting {
    pub access: Access,
    pub client: Option<SealedClient>,
    pub answer: oneshot::Sender<Result<(), StoreError>>,
}

/// Writes until nobody can send any more.
pub(crate) async fn write(log: Arc<LogInner>, mut waiting: mpsc::Receiver<Waiting>) {
    let mut batch = vec![];
    while waiting.recv_many(&mut batch, MAX_BATCH).await > 0 {
        let (mut rows, mut answers) = (Rows::default(), vec![]);
        for Waiting { access, client, answer } in batch.drain(..) {
            rows.push(access, client);
            answers.push(answer);
        }
        let written = insert(&log, &rows).await.inspect_err(|error| log.placement.note(error));
        for answer in answers {
            // An error: nobody waits any more. Then nothing is shown, either.
            let _ = answer.send(written.as_ref().copied().map_err(StoreError::same));
        }
    }
}

#[derive(Default)]
struct Rows {
    actor: Vec<String>,
    session: Vec<Option<String>>,
    operation: Vec<String>,
    kind: Vec<String>,
    targets: Vec<String>,
    seen: Vec<Option<i32>>,
    query: Vec<Option<String>>,
    request_id: Vec<Option<String>>,
    status: Vec<i32>,
    client_key: Vec<Option<String>>,
    client: Vec<Option<Vec<u8>>>,
}

impl Rows {
    fn push(&mut self, access: Access, client: Option<SealedClient>) {
        self.actor.push(access.actor);
        self.session.push(access.session);
        self.operation.push(access.operation);
        self.kind.push(access.kind);
        self.targets.push(access.targets.join(" "));
        self.seen.push(access.seen.map(|seen| i32::try_from(seen).unwrap_or(i32::MAX)));
        self.query.push(access.query);
        self.request_id.push(access.request_id);
        self.status.push(access.status.into());
        let (key, sealed) = client.map(|client| (client.key, client.sealed)).unzip();
        self.client_key.push(key);
        self.client.push(sealed);
    }

    fn params<'a>(&'a self, count: &'a i64, now: &'a DateTime<Utc>) -> [&'a (dyn ToSql + Sync); 13] {
        [
            count,
            now,
            &self.actor,
            &self.session,
            &self.operation,
            &self.kind,
            &self.targets,
            &self.seen,
            &self.query,
            &self.request_id,
            &self.status,
            &self.client_key,
            &self.client,
        ]
    }
}

/// In one round trip, once the connection knows the statement. As the log's own writer, it takes no seat of its tenant's.
async fn insert(log: &LogInner, rows: &Rows) -> Result<(), StoreError> {
    let begin = begin(&log.placement) + "; SET LOCAL synchronous_commit TO off";
    let tx = TenantTx::begun(database::connection(&log.pool).await?, &begin)?;
    let statement = tx.statement(INSERT).await?;
    let (count, now) = (i64::try_from(rows.actor.len()).unwrap_or(i64::MAX), log.clock.now());
    let params = rows.params(&count, &now);
    let (inserted, committed) = tokio::join!(tx.execute(&statement, &params), tx.batch_execute("COMMIT"));
    // A COMMIT after a failed statement says that all is well.
    inserted?;
    committed?;
    drop(tx.ended());
    Ok(())
}
