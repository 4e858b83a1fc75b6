//! Drills: whether a backup can be brought back, and what it is then.

use chrono::{DateTime, Utc};
use proof::{Hash, tile::Edge};
use serde_json::Value;
use tokio_postgres::Row;

use super::filling::Filling;
use crate::{
    database,
    error::StoreError,
    read::{signed, unsigned},
    store::Store,
    tenancy::TenantId,
    tree::StoredRows,
};

/// What came of a drill: a row of `control.drills`.
#[derive(Clone, Debug, PartialEq)]
pub struct DrillRecord {
    /// Its id.
    pub drill: String,
    /// Whose backup.
    pub tenant: TenantId,
    /// Which.
    pub backup: String,
    /// When it began.
    pub at: DateTime<Utc>,
    /// How long it took.
    pub took_ms: u64,
    /// The last position that was there.
    pub position: u64,
    /// Whether everything was as it should be.
    pub ok: bool,
    /// What was found.
    pub report: Value,
}

const COLUMNS: &str = "drill, tenant, backup, at, took_ms, position, ok, report";

fn record(row: &Row) -> Option<DrillRecord> {
    Some(DrillRecord {
        drill: row.get(0),
        tenant: row.get::<_, &str>(1).parse().ok()?,
        backup: row.get(2),
        at: row.get(3),
        took_ms: unsigned(row.get(4)),
        position: unsigned(row.get(5)),
        ok: row.get(6),
        report: row.get(7),
    })
}

impl Store {
    /// Notes what came of a drill.
    pub async fn note_drill(&self, drill: &DrillRecord) -> Result<(), StoreError> {
        let admin = database::connection(self.admin_pool()).await?;
        let sql = format!("INSERT INTO control.drills ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
        let DrillRecord { drill, tenant, backup, at, took_ms, position, ok, report } = drill;
        let (took_ms, position) = (signed(*took_ms), signed(*position));
        admin.execute(&sql, &[drill, &tenant.as_str(), backup, at, &took_ms, &position, ok, report]).await?;
        Ok(())
    }

    /// The drills of a tenant, the newest first.
    pub async fn drills(&self, tenant: &TenantId) -> Result<Vec<DrillRecord>, StoreError> {
        let server = self.server_connection().await?;
        let sql = format!("SELECT {COLUMNS} FROM control.drills WHERE tenant = $1 ORDER BY at DESC LIMIT 100");
        Ok(server.query(&sql, &[&tenant.as_str()]).await?.iter().filter_map(record).collect())
    }
}

impl Filling {
    /// The root of the tree over the first `size` events, computed from their rows.
    pub async fn root(&self, size: u64) -> Result<Hash, StoreError> {
        let tx = self.begin().await?;
        let mut edge = Edge::default();
        let mut rows = StoredRows::between(&tx, 1, signed(size)).await?;
        while let Some(row) = rows.next().await? {
            if unsigned(row.position) != edge.size() + 1 {
                return Err(StoreError::Hole(edge.size() + 1));
            }
            edge.push(row.leaf(), &mut |_, _| {});
        }
        drop(rows);
        if edge.size() != size {
            return Err(StoreError::Hole(edge.size() + 1));
        }
        tx.commit().await?;
        Ok(edge.root())
    }

    /// How many rows each table has.
    pub async fn count_rows(&self) -> Result<Vec<(String, u64)>, StoreError> {
        let tx = self.begin().await?;
        let sql = "SELECT relname::text FROM pg_class
                   WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' ORDER BY 1";
        let mut counts = vec![];
        for table in tx.query(sql, &[]).await?.iter().map(|row| row.get::<_, String>(0)) {
            let row = tx.query_one(&format!("SELECT count(*) FROM \"{table}\""), &[]).await?;
            counts.push((table, unsigned(row.get(0))));
        }
        tx.commit().await?;
        Ok(counts)
    }
}
