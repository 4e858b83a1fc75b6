//! Rows that are looked up by a key, for all who wait at once.
//!
//! Of the look-ups by one statement in one log, one is on its way at any time; who comes meanwhile goes with the next. So a
//! busy process begins one transaction where its callers would begin many, and a caller alone waits for nobody. What is
//! found was there after it was asked for, as if everybody had asked by themselves.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::oneshot;
use tokio_postgres::{Row, types::Type};

use crate::{
    database::TenantTx,
    error::StoreError,
    log::{Log, LogInner},
};

/// Keys that go together at most.
const MAX_BATCH: usize = 256;

type Answer = Result<Option<Arc<Row>>, StoreError>;

/// Who waits, by statement. One that is here is being asked.
#[derive(Default)]
pub(crate) struct LookUps(Mutex<HashMap<&'static str, Vec<Waiting>>>);

struct Waiting {
    key: String,
    answer: oneshot::Sender<Answer>,
}

impl LookUps {
    fn locked(&self) -> MutexGuard<'_, HashMap<&'static str, Vec<Waiting>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether nobody asks for those who wait: then the caller has to see to it.
    fn push(&self, sql: &'static str, waiting: Waiting) -> bool {
        let mut all = self.locked();
        let is_first = !all.contains_key(sql);
        all.entry(sql).or_default().push(waiting);
        is_first
    }

    /// The next who are asked for; none: nobody waits any more.
    fn next(&self, sql: &'static str) -> Option<Vec<Waiting>> {
        let mut all = self.locked();
        let waiting = all.get_mut(sql)?;
        if waiting.is_empty() {
            all.remove(sql);
            return None;
        }
        let count = waiting.len().min(MAX_BATCH);
        Some(waiting.drain(..count).collect())
    }
}

impl Log {
    /// The row that a statement finds by `key`. Of the statement's values `$1` is an array of keys (`text[]`), and `$2` this
    /// log's [identity](Log::identity); its first column is the place of a key in the array (`bigint`, from 1), and it finds
    /// at most one row by each.
    pub async fn look_up(&self, sql: &'static str, key: String) -> Answer {
        let (answer, answered) = oneshot::channel();
        if self.inner.look_ups.push(sql, Waiting { key, answer }) {
            tokio::spawn(answer_all(Arc::clone(&self.inner), sql));
        }
        answered.await.map_err(|_| StoreError::Pool("this process is shutting down".to_owned()))?
    }
}

/// Asks until nobody waits.
async fn answer_all(log: Arc<LogInner>, sql: &'static str) {
    while let Some(batch) = log.look_ups.next(sql) {
        let (mut keys, mut places, mut waiting) = (vec![], HashMap::new(), vec![]);
        for Waiting { key, answer } in batch {
            let place = *places.entry(key.clone()).or_insert(keys.len());
            if place == keys.len() {
                keys.push(key);
            }
            waiting.push((place, answer));
        }
        let found = find(&log, sql, keys).await.inspect_err(|error| log.placement.note(error));
        for (place, answer) in waiting {
            let row = found.as_ref().map(|rows| rows.get(place).cloned().flatten());
            // An error: nobody waits any more.
            let _ = answer.send(row.map_err(StoreError::same));
        }
    }
}

/// What is found, by the places of the keys.
async fn find(log: &LogInner, sql: &'static str, keys: Vec<String>) -> Result<Vec<Option<Arc<Row>>>, StoreError> {
    let tx = TenantTx::begin_generic(&log.pool, &log.placement).await?;
    let statement = tx.prepared(sql, &[Type::TEXT_ARRAY, Type::TEXT]).await?;
    let rows = tx.query(&statement, &[&keys, &log.placement.sealed_as.to_string()]).await?;
    tx.end();
    let mut found = vec![None; keys.len()];
    for row in rows {
        let place = usize::try_from(row.try_get::<_, i64>(0)?).unwrap_or_default();
        if let Some(found) = place.checked_sub(1).and_then(|index| found.get_mut(index)) {
            *found = Some(Arc::new(row));
        }
    }
    Ok(found)
}
