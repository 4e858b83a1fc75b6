//! When tenants are saved, as the control plane keeps it, and how each stands.

use chrono::{DateTime, NaiveTime, Utc};
use tokio_postgres::Row;

use crate::{database, error::StoreError, read::unsigned, store::Store, tenancy::TenantId};

/// When a tenant is saved, and how long that is kept. What the words mean is for others to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupSchedule {
    /// By the tenant's clocks.
    pub at: NaiveTime,
    /// On which days.
    pub days: String,
    /// So many days a backup is kept.
    pub keep_days: i32,
    /// So many days its keys are.
    pub keys_keep_days: i32,
    /// So often one is brought back to see that it can be.
    pub drill_days: Option<i32>,
}

/// How a tenant stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupStanding {
    /// Which.
    pub tenant: TenantId,
    /// Since when there is something to save.
    pub created_at: DateTime<Utc>,
    /// When it is to be saved; none: as usual.
    pub schedule: Option<BackupSchedule>,
    /// When the last backup that came to its end was begun, and the bytes that it needs.
    pub saved: Option<(DateTime<Utc>, u64)>,
    /// When the last one ended that did not, if none came to its end since; and why.
    pub failed: Option<(DateTime<Utc>, String)>,
}

const STANDINGS: &str = "
    SELECT t.tenant, t.created_at, s.at, s.days, s.keep_days, s.keys_keep_days, s.drill_days,
           saved.started_at, saved.bytes, failed.finished_at, failed.failure
    FROM control.tenants t LEFT JOIN control.backup_schedules s ON s.tenant = t.tenant
    LEFT JOIN LATERAL (SELECT started_at, bytes FROM control.backups b
        WHERE b.tenant = t.tenant AND b.position IS NOT NULL ORDER BY started_at DESC LIMIT 1) saved ON true
    LEFT JOIN LATERAL (SELECT finished_at, failure FROM control.backups b
        WHERE b.tenant = t.tenant AND b.failure IS NOT NULL
          AND (saved.started_at IS NULL OR b.started_at > saved.started_at)
        ORDER BY started_at DESC LIMIT 1) failed ON true
    WHERE t.status IN ('active', 'suspended') AND ($1::text IS NULL OR t.tenant = $1)
    ORDER BY t.tenant";

fn schedule(row: &Row, first: usize) -> Option<BackupSchedule> {
    Some(BackupSchedule {
        at: row.get::<_, Option<_>>(first)?,
        days: row.get(first + 1),
        keep_days: row.get(first + 2),
        keys_keep_days: row.get(first + 3),
        drill_days: row.get(first + 4),
    })
}

fn standing(row: &Row) -> Option<BackupStanding> {
    let bytes = row.get::<_, Option<i64>>(8).map(unsigned);
    Some(BackupStanding {
        tenant: row.get::<_, &str>(0).parse().ok()?,
        created_at: row.get(1),
        schedule: schedule(row, 2),
        saved: row.get::<_, Option<_>>(7).zip(bytes),
        failed: row.get::<_, Option<_>>(9).zip(row.get(10)),
    })
}

impl Store {
    /// How every tenant stands that is in use or suspended; or this one.
    pub async fn backup_standings(&self, only: Option<&TenantId>) -> Result<Vec<BackupStanding>, StoreError> {
        let server = self.server_connection().await?;
        let rows = server.query(STANDINGS, &[&only.map(TenantId::as_str)]).await?;
        Ok(rows.iter().filter_map(standing).collect())
    }

    /// When a tenant is saved, or was until it was destroyed; none: as usual.
    pub async fn backup_schedule(&self, tenant: &TenantId) -> Result<Option<BackupSchedule>, StoreError> {
        let server = self.server_connection().await?;
        let sql =
            "SELECT at, days, keep_days, keys_keep_days, drill_days FROM control.backup_schedules WHERE tenant = $1";
        Ok(server.query_opt(sql, &[&tenant.as_str()]).await?.and_then(|row| schedule(&row, 0)))
    }

    /// Says when a tenant is saved.
    pub async fn set_backup_schedule(&self, tenant: &TenantId, schedule: &BackupSchedule) -> Result<(), StoreError> {
        let BackupSchedule { at, days, keep_days, keys_keep_days, drill_days } = schedule;
        let admin = database::connection(self.admin_pool()).await?;
        let sql =
            "INSERT INTO control.backup_schedules (tenant, at, days, keep_days, keys_keep_days, drill_days, updated_at)
                   VALUES ($1, $2, $3, $4, $5, $6, $7)
                   ON CONFLICT (tenant) DO UPDATE SET at = excluded.at, days = excluded.days,
                       keep_days = excluded.keep_days, keys_keep_days = excluded.keys_keep_days,
                       drill_days = excluded.drill_days, updated_at = excluded.updated_at";
        let now = self.clock().now();
        admin.execute(sql, &[&tenant.as_str(), at, days, keep_days, keys_keep_days, drill_days, &now]).await?;
        Ok(())
    }

    /// Says whether the backups of a tenant go with it when it is destroyed.
    pub async fn set_delete_backups(&self, tenant: &TenantId, delete: bool) -> Result<(), StoreError> {
        let admin = database::connection(self.admin_pool()).await?;
        let sql = "UPDATE control.tenants SET delete_backups = $2 WHERE tenant = $1";
        admin.execute(sql, &[&tenant.as_str(), &delete]).await?;
        Ok(())
    }

    /// Whether they do.
    pub async fn deletes_backups(&self, tenant: &TenantId) -> Result<bool, StoreError> {
        let server = self.server_connection().await?;
        let sql = "SELECT delete_backups FROM control.tenants WHERE tenant = $1";
        let row = server.query_opt(sql, &[&tenant.as_str()]).await?;
        Ok(row.is_some_and(|row| row.get(0)))
    }

    /// Forgets all that is known of the backups of a tenant that is no more.
    pub async fn forget_saved(&self, tenant: &TenantId) -> Result<(), StoreError> {
        let admin = database::connection(self.admin_pool()).await?;
        for table in ["backups", "backup_schedules", "drills"] {
            admin.execute(&format!("DELETE FROM control.{table} WHERE tenant = $1"), &[&tenant.as_str()]).await?;
        }
        Ok(())
    }
}
