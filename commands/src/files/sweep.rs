//! Files that no message took are removed, a little after their time; what a message took is settled.

use chrono::TimeDelta;
use domain::FileId;
use event_store::{Log, TenantId};
use files::Name;

use super::{FileError, Files, record, recount};

/// Longer than a commit that takes a file in its last second can last.
const GRACE: TimeDelta = TimeDelta::hours(1);
/// Rows that are looked at at once.
const BATCH: i64 = 100;

const OVERDUE: &str = "SELECT file_id FROM files WHERE expires_at < $1 ORDER BY expires_at LIMIT $2";

impl Files {
    /// Removes those whose time is over; gives how many.
    pub async fn sweep(&self, log: &Log) -> Result<u64, FileError> {
        self.settle(log).await?;
        let before = self.desk.store().clock().now() - GRACE;
        let mut gone = 0;
        loop {
            let tx = log.begin().await?;
            let rows = tx.query(&tx.statement(OVERDUE).await?, &[&before, &BATCH]).await?;
            tx.commit().await?;
            let ids: Vec<FileId> = rows.iter().filter_map(|row| row.get::<_, &str>(0).parse().ok()).collect();
            if ids.is_empty() {
                let tx = log.begin().await?;
                recount(&tx).await?;
                tx.commit().await?;
                return Ok(gone);
            }
            for id in ids {
                self.discard(log, id).await?;
                gone += 1;
            }
        }
    }

    /// Removes all files of a tenant that is no more: without its keys nobody can read them.
    pub async fn remove_all(&self, tenant: &TenantId) -> Result<(), FileError> {
        Ok(self.vault.remove_all(tenant.as_str()).await?)
    }

    /// Removes a file. The row goes last: as long as it is there, somebody will come back to it.
    pub(super) async fn discard(&self, log: &Log, id: FileId) -> Result<(), FileError> {
        let id = id.to_string();
        self.vault.remove(Name::file(log.tenant().as_str(), &id)).await?;
        Ok(record::forget(log, &id).await?)
    }
}
