//! What is restored at the moment, what was, and what became of it: `control.restores`.

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio_postgres::Row;

use crate::{
    database,
    error::StoreError,
    read::{signed, unsigned},
    store::{Store, epoch},
    tenancy::TenantId,
};

/// How far a restore is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestoreStep {
    /// The schema is filled; until the switch, everything can be thrown away.
    Filling,
    /// The tenant is in the new schema; what is left goes on after an interruption.
    Switched,
    /// It is done.
    Done,
    /// It was given up before the switch, and the tenant is as it was.
    Failed,
}

impl RestoreStep {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Filling => "filling",
            Self::Switched => "switched",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    fn of(text: &str) -> Self {
        let all = [Self::Filling, Self::Switched, Self::Done];
        all.into_iter().find(|step| step.as_str() == text).unwrap_or(Self::Failed)
    }
}

/// A restore that begins.
#[derive(Clone, Debug)]
pub struct NewRestore<'a> {
    /// Its id.
    pub restore: &'a str,
    /// The tenant that is restored, or made.
    pub tenant: &'a TenantId,
    /// What was wished: the same wish again goes on with it.
    pub wish: &'a Value,
    /// Who wished it.
    pub by: &'a str,
    /// The epoch that the tenant is to be in.
    pub epoch: u32,
}

/// A restore.
#[derive(Clone, Debug, PartialEq)]
pub struct RestoreRecord {
    /// Its id.
    pub restore: String,
    /// The tenant that is restored, or made.
    pub tenant: TenantId,
    /// What was wished.
    pub wish: Value,
    /// Who wished it.
    pub by: String,
    /// The epoch that the tenant is to be in.
    pub epoch: u32,
    /// How far it is.
    pub step: RestoreStep,
    /// What is being done, for people.
    pub progress: String,
    /// When it began.
    pub begun_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// The last position that was kept, once it is known.
    pub position: Option<u64>,
    /// What there is to know for what comes after the switch.
    pub facts: Option<Value>,
    /// Why it was given up.
    pub failure: Option<String>,
}

const COLUMNS: &str =
    "restore, tenant, wish, by, epoch, step, progress, begun_at, finished_at, position, facts, failure";

fn record(row: &Row) -> Option<RestoreRecord> {
    Some(RestoreRecord {
        restore: row.get(0),
        tenant: row.get::<_, &str>(1).parse().ok()?,
        wish: row.get(2),
        by: row.get(3),
        epoch: epoch(row.get(4)),
        step: RestoreStep::of(row.get(5)),
        progress: row.get(6),
        begun_at: row.get(7),
        finished_at: row.get(8),
        position: row.get::<_, Option<i64>>(9).map(unsigned),
        facts: row.get(10),
        failure: row.get(11),
    })
}

impl Store {
    /// Notes that a restore begins.
    pub async fn begin_restore(&self, new: &NewRestore<'_>) -> Result<(), StoreError> {
        let admin = database::connection(self.admin_pool()).await?;
        let epoch = i32::try_from(new.epoch).unwrap_or(i32::MAX);
        let sql = "INSERT INTO control.restores (restore, tenant, wish, by, epoch, step, progress, begun_at)
                   VALUES ($1, $2, $3, $4, $5, $6, 'begun', $7)";
        let (tenant, step, now) = (new.tenant.as_str(), RestoreStep::Filling.as_str(), self.clock().now());
        admin.execute(sql, &[&new.restore, &tenant, new.wish, &new.by, &epoch, &step, &now]).await?;
        Ok(())
    }

    /// Notes what is being done.
    pub async fn note_restore(&self, restore: &str, progress: &str) -> Result<(), StoreError> {
        let admin = database::connection(self.admin_pool()).await?;
        admin.execute("UPDATE control.restores SET progress = $2 WHERE restore = $1", &[&restore, &progress]).await?;
        Ok(())
    }

    /// Notes, before the switch, where the log was cut, and what there is to know for what comes after.
    pub async fn note_restore_facts(&self, restore: &str, position: u64, facts: &Value) -> Result<(), StoreError> {
        let admin = database::connection(self.admin_pool()).await?;
        let sql = "UPDATE control.restores SET position = $2, facts = $3 WHERE restore = $1";
        admin.execute(sql, &[&restore, &signed(position), facts]).await?;
        Ok(())
    }

    /// Moves a restore on.
    pub async fn move_restore(
        &self,
        restore: &str,
        step: RestoreStep,
        failure: Option<&str>,
    ) -> Result<(), StoreError> {
        let admin = database::connection(self.admin_pool()).await?;
        let finished = matches!(step, RestoreStep::Done | RestoreStep::Failed).then(|| self.clock().now());
        let sql =
            "UPDATE control.restores SET step = $2, progress = $2, finished_at = $3, failure = $4 WHERE restore = $1";
        admin.execute(sql, &[&restore, &step.as_str(), &finished, &failure]).await?;
        Ok(())
    }

    /// The last position of a tenant's log that any process has told of, in the world that it is in.
    pub async fn told_position(&self, tenant: &TenantId) -> Result<Option<u64>, StoreError> {
        let server = self.server_connection().await?;
        let sql =
            "SELECT m.position FROM control.moved m JOIN control.tenants t USING (tenant, epoch) WHERE tenant = $1";
        let row = server.query_opt(sql, &[&tenant.as_str()]).await?;
        Ok(row.map(|row| unsigned(row.get(0))))
    }

    /// The epochs that began with a restore: which, whose log each goes on with, and up to where that was kept.
    pub async fn restored_epochs(&self, tenant: &TenantId) -> Result<Vec<(u32, u32, u64)>, StoreError> {
        let server = self.server_connection().await?;
        let sql = "SELECT epoch, (facts->>'epoch')::integer, position FROM control.restores
                   WHERE tenant = $1 AND epoch > 1 AND step IN ('switched', 'done')";
        let rows = server.query(sql, &[&tenant.as_str()]).await?;
        Ok(rows.iter().map(|row| (epoch(row.get(0)), epoch(row.get(1)), unsigned(row.get(2)))).collect())
    }

    /// The restore of a tenant that is not finished: it runs, or was killed.
    pub async fn open_restore(&self, tenant: &TenantId) -> Result<Option<RestoreRecord>, StoreError> {
        self.some_restores("tenant = $1 AND finished_at IS NULL", tenant.as_str())
            .await
            .map(|found| found.into_iter().next())
    }

    /// One restore.
    pub async fn restore(&self, restore: &str) -> Result<Option<RestoreRecord>, StoreError> {
        self.some_restores("restore = $1", restore).await.map(|found| found.into_iter().next())
    }

    /// The restores of a tenant, the newest first.
    pub async fn restores(&self, tenant: &TenantId) -> Result<Vec<RestoreRecord>, StoreError> {
        self.some_restores("tenant = $1", tenant.as_str()).await
    }

    async fn some_restores(&self, which: &str, value: &str) -> Result<Vec<RestoreRecord>, StoreError> {
        let server = self.server_connection().await?;
        let sql = format!("SELECT {COLUMNS} FROM control.restores WHERE {which} ORDER BY begun_at DESC LIMIT 100");
        Ok(server.query(&sql, &[&value]).await?.iter().filter_map(record).collect())
    }
}
