//! What the control plane knows of backups: which were made, and what became of them.

use chrono::{DateTime, Utc};
use tokio_postgres::Row;

use super::hold::Hold;
use crate::{
    database,
    error::StoreError,
    read::{signed, unsigned},
    store::Store,
    tenancy::TenantId,
};

/// A backup as the control plane knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupRecord {
    /// Which.
    pub backup: String,
    /// Whose wish it was.
    pub kind: String,
    /// When it was begun: it holds what was there then.
    pub started_at: DateTime<Utc>,
    /// When it ended; none: it runs, or was killed.
    pub finished_at: Option<DateTime<Utc>>,
    /// What it holds, if it came to its end.
    pub outcome: Option<BackupOutcome>,
    /// Why it did not.
    pub failure: Option<String>,
}

/// What a backup that came to its end holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackupOutcome {
    /// Up to where.
    pub position: u64,
    /// Bytes of all that it needs, in the store.
    pub bytes: u64,
    /// Bytes of what was not there before.
    pub added_bytes: u64,
}

const COLUMNS: &str = "backup, kind, started_at, finished_at, position, bytes, added_bytes, failure";
/// Of one that left no word.
const KILLED: &str = "it was interrupted: the process that made it ended, or lost its connection";

fn record(row: &Row) -> BackupRecord {
    let number = |column| row.get::<_, Option<i64>>(column).map(unsigned);
    let outcome = number(4).zip(number(5)).zip(number(6));
    BackupRecord {
        backup: row.get(0),
        kind: row.get(1),
        started_at: row.get(2),
        finished_at: row.get(3),
        outcome: outcome.map(|((position, bytes), added_bytes)| BackupOutcome { position, bytes, added_bytes }),
        failure: row.get(7),
    }
}

impl Store {
    /// Notes that a backup of the tenant that is held has begun. Any other that has no end was killed: nobody else makes
    /// one now.
    pub async fn begin_backup(&self, hold: &Hold, backup: &str, kind: &str) -> Result<(), StoreError> {
        let (tenant, now) = (hold.tenant().as_str(), self.clock().now());
        let killed = "UPDATE control.backups SET finished_at = $2, failure = $3
                      WHERE tenant = $1 AND finished_at IS NULL";
        hold.client.execute(killed, &[&tenant, &now, &KILLED]).await?;
        let begun = "INSERT INTO control.backups (backup, tenant, kind, started_at) VALUES ($1, $2, $3, $4)";
        hold.client.execute(begun, &[&backup, &tenant, &kind, &now]).await?;
        Ok(())
    }

    /// Notes what became of it.
    pub async fn end_backup(&self, backup: &str, ended: Result<BackupOutcome, String>) -> Result<(), StoreError> {
        let number = |of: fn(&BackupOutcome) -> u64| ended.as_ref().ok().map(|outcome| signed(of(outcome)));
        let (position, bytes) = (number(|outcome| outcome.position), number(|outcome| outcome.bytes));
        let (added, failure) = (number(|outcome| outcome.added_bytes), ended.as_ref().err());
        let admin = database::connection(self.admin_pool()).await?;
        let sql =
            "UPDATE control.backups SET finished_at = $2, position = $3, bytes = $4, added_bytes = $5, failure = $6
                   WHERE backup = $1 AND finished_at IS NULL";
        admin.execute(sql, &[&backup, &self.clock().now(), &position, &bytes, &added, &failure]).await?;
        Ok(())
    }

    /// At most `limit` backups of a tenant before one of them, the last one first.
    pub async fn backup_page(
        &self,
        tenant: &TenantId,
        before: Option<&str>,
        limit: u16,
    ) -> Result<Vec<BackupRecord>, StoreError> {
        let server = self.server_connection().await?;
        let sql = format!(
            "SELECT {COLUMNS} FROM control.backups WHERE tenant = $1 AND ($2::text IS NULL OR backup < $2)
             ORDER BY backup DESC LIMIT $3"
        );
        let rows = server.query(&sql, &[&tenant.as_str(), &before, &i64::from(limit)]).await?;
        Ok(rows.iter().map(record).collect())
    }

    /// One of them.
    pub async fn backup(&self, tenant: &TenantId, backup: &str) -> Result<Option<BackupRecord>, StoreError> {
        let server = self.server_connection().await?;
        let sql = format!("SELECT {COLUMNS} FROM control.backups WHERE tenant = $1 AND backup = $2");
        Ok(server.query_opt(&sql, &[&tenant.as_str(), &backup]).await?.as_ref().map(record))
    }

    /// Forgets the backups of the tenant that is held that were begun before then, but for those that are kept.
    pub async fn forget_backups(&self, hold: &Hold, before: DateTime<Utc>, kept: &[String]) -> Result<(), StoreError> {
        let sql = "DELETE FROM control.backups
                   WHERE tenant = $1 AND started_at < $2 AND finished_at IS NOT NULL AND backup <> ALL($3)";
        hold.client.execute(sql, &[&hold.tenant().as_str(), &before, &kept]).await?;
        Ok(())
    }
}
