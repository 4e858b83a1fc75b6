//! News of commits from process to process: one row per tenant in `control.moved`, written beside the commits and read
//! in one statement for all tenants. A hint where to look, never the truth: what a killed process did not tell, the slow
//! looks of the consumers find.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use deadpool_postgres::Pool;

use crate::{
    database,
    error::StoreError,
    read::{signed, unsigned},
    stirred::Stirred,
    store::{Store, epoch},
    tenancy::{Incarnation, TenantId},
};

/// News are told at most so often, of all tenants together.
const TELL: Duration = Duration::from_millis(250);
/// And heard.
const HEAR: Duration = Duration::from_secs(1);

/// What this process has to tell.
#[derive(Debug)]
pub(crate) struct News {
    pool: Pool,
    stirred: Arc<Stirred>,
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    /// The last of each world: of one tenant there may be two, while it is restored from a backup.
    positions: HashMap<Incarnation, u64>,
    /// Whether a task is about to tell them.
    taken_up: bool,
}

impl News {
    pub fn new(pool: Pool, stirred: Arc<Stirred>) -> Arc<Self> {
        Arc::new(Self { pool, stirred, waiting: Mutex::default() })
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A log has moved. Nobody waits until it is told.
    pub fn note(self: &Arc<Self>, world: &Incarnation, position: u64) {
        let mut waiting = self.waiting();
        waiting.positions.insert(world.clone(), position);
        if !std::mem::replace(&mut waiting.taken_up, true) {
            tokio::spawn(tell_all(Arc::clone(self)));
        }
    }

    fn take(&self) -> HashMap<Incarnation, u64> {
        let mut waiting = self.waiting();
        waiting.taken_up = !waiting.positions.is_empty();
        std::mem::take(&mut waiting.positions)
    }

    async fn tell(&self, positions: &HashMap<Incarnation, u64>) -> Result<(), StoreError> {
        let client = database::connection(&self.pool).await?;
        // In one order in every process: two that tell of the same tenants wait for each other and go on.
        let mut positions: Vec<_> = positions.iter().collect();
        positions.sort_unstable();
        // A statement may name a row once: of two worlds of one tenant, the later one.
        positions.reverse();
        positions.dedup_by(|(earlier, _), (later, _)| earlier.tenant == later.tenant);
        positions.reverse();
        let tenants: Vec<&str> = positions.iter().map(|(world, _)| world.tenant.as_str()).collect();
        let epochs: Vec<i32> =
            positions.iter().map(|(world, _)| i32::try_from(world.epoch).unwrap_or(i32::MAX)).collect();
        let positions: Vec<i64> = positions.iter().map(|(_, position)| signed(**position)).collect();
        let statement = client
            .prepare_cached(
                // Of one that is being destroyed nothing must be left.
                "INSERT INTO control.moved AS known (tenant, epoch, position)
                 SELECT * FROM unnest($1::text[], $2::integer[], $3::bigint[]) AS told (tenant, epoch, position)
                 WHERE EXISTS (SELECT FROM control.tenants t WHERE t.tenant = told.tenant AND t.status <> 'destroying')
                 ON CONFLICT (tenant) DO UPDATE SET epoch = excluded.epoch, position = excluded.position
                 WHERE (known.epoch, known.position) < (excluded.epoch, excluded.position)",
            )
            .await?;
        client.execute(&statement, &[&tenants, &epochs, &positions]).await?;
        Ok(())
    }
}

/// Until there is nothing more. What cannot be told is left to the slow looks.
async fn tell_all(news: Arc<News>) {
    loop {
        let positions = news.take();
        if positions.is_empty() {
            return;
        }
        news.stirred.note(positions.keys().map(|world| &world.tenant));
        if let Err(error) = news.tell(&positions).await {
            tracing::debug!(%error, "other processes were not told of commits");
        }
        tokio::time::sleep(TELL).await;
    }
}

impl Store {
    /// Tells of logs that other processes have written to ([`Log::committed`](crate::Log::committed),
    /// [`Store::stirred`]), until `shutdown` ends: one question a second,
    /// however many tenants there are.
    pub async fn hear(&self, shutdown: impl Future<Output = ()> + Send) {
        tokio::pin!(shutdown);
        let mut heard = None;
        loop {
            if let Err(error) = self.hear_once(&mut heard).await {
                tracing::debug!(%error, "other processes were not heard of");
            }
            tokio::select! {
                biased;
                () = &mut shutdown => return,
                () = tokio::time::sleep(HEAR) => {}
            }
        }
    }

    /// What is heard first is news of nobody knows when: those who look at all tenants see what became of it.
    async fn hear_once(&self, heard: &mut Option<HashMap<TenantId, (u32, u64)>>) -> Result<(), StoreError> {
        let client = self.server_connection().await?;
        let statement = client.prepare_cached("SELECT tenant, epoch, position FROM control.moved").await?;
        let rows = client.query(&statement, &[]).await?;
        drop(client);
        let is_first = heard.is_none();
        let heard = heard.get_or_insert_default();
        for row in rows {
            let Ok(tenant) = row.get::<_, &str>(0).parse::<TenantId>() else { continue };
            let world = Incarnation { tenant: tenant.clone(), epoch: epoch(row.get(1)) };
            let here = (world.epoch, unsigned(row.get(2)));
            if heard.insert(tenant.clone(), here) != Some(here) {
                self.heard(&world, here.1);
                if !is_first {
                    self.stir(&tenant);
                }
            }
        }
        Ok(())
    }
}
