//! How many bytes a tenant's files have: one row, moved in the transaction that moves a file. So it is their sum whenever it
//! is looked at, whoever was killed meanwhile, and its lock decides who gets the last of the room, on any number of processes.

use domain::tenant::{Limit, OverLimit};
use event_store::{Log, StoreError, TenantTx, signed, unsigned};

use super::FileError;
use crate::error::CommandError;

const RESERVE: &str = "
    UPDATE storage SET reserved = reserved + $1 WHERE $2::bigint IS NULL OR used + reserved + $1 <= $2";
const HELD: &str = "SELECT used, reserved FROM storage";
const LOCK: &str = "SELECT 1 FROM storage FOR UPDATE";
/// A program of before this was counted may have taken files in beside this one.
const RECOUNT: &str = "
    UPDATE storage SET used = files.used, reserved = files.reserved
    FROM (SELECT coalesce(sum(size) FILTER (WHERE status <> 'receiving'), 0)::bigint AS used,
                 coalesce(sum(size) FILTER (WHERE status = 'receiving'), 0)::bigint AS reserved FROM files) AS files
    WHERE (storage.used, storage.reserved) IS DISTINCT FROM (files.used, files.reserved)";

/// Holds room for a file on its way in, if there is so much. Comes last in its transaction: others wait for it.
pub(super) async fn reserve(tx: &TenantTx, bytes: u64, allowed: Option<u64>) -> Result<(), FileError> {
    let limit = allowed.map(signed);
    if tx.execute(&tx.statement(RESERVE).await?, &[&signed(bytes), &limit]).await? > 0 {
        return Ok(());
    }
    let row = tx.query_one(&tx.statement(HELD).await?, &[]).await?;
    let (used, reserved) = (unsigned(row.get(0)), unsigned(row.get(1)));
    let over = OverLimit { limit: Limit::StorageBytes, allowed: allowed.unwrap_or(0), used, reserved };
    Err(CommandError::OverLimit(over).into())
}

/// How many bytes there are, and are let in.
pub(crate) async fn held(log: &Log) -> Result<u64, StoreError> {
    let rows = log.query(HELD, &[]).await?;
    Ok(rows.first().map_or(0, |row| unsigned(row.get(0)) + unsigned(row.get(1))))
}

/// Counts the files.
pub(crate) async fn recount(tx: &TenantTx) -> Result<(), StoreError> {
    // Apart, so that the sum sees what whoever held the lock has done.
    tx.execute(LOCK, &[]).await?;
    tx.execute(RECOUNT, &[]).await?;
    Ok(())
}
