//! What never enters the log is cut to where the log is: rows of what had not happened yet open nothing, and go.

use event_store::{StoreError, TenantTx, restore::Cut};

/// Who gets in with what they had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Those of that tenant. What was revoked stays so, also when the log is cut before that.
    Kept,
    /// Nobody: it is a copy, under another name.
    Dropped,
}

const ACCESS: [&str; 6] = ["api_keys", "invitations", "passwords", "password_resets", "factors", "recovery_codes"];

/// Cuts keys, invitations, passwords and files to where the log was cut. Gives the ids of the files that no row is left of.
/// `tx`: as the owner.
pub async fn trim(tx: &TenantTx, cut: &Cut, access: Access) -> Result<Vec<String>, StoreError> {
    if access == Access::Dropped {
        // Who saw what there is that tenant's; numbers go on from where they were.
        tx.batch_execute(&format!("TRUNCATE access_log, {}", ACCESS.join(", "))).await?;
    }
    if !cut.is_partial() {
        return Ok(vec![]);
    }
    for table in ACCESS {
        let sql = format!("DELETE FROM {table} WHERE created_at > coalesce($1::timestamptz, '-infinity')");
        tx.execute(&sql, &[&cut.recorded_at]).await?;
    }
    let position = i64::try_from(cut.position).unwrap_or(i64::MAX);
    let sql = "DELETE FROM files WHERE position > $1 OR created_at > coalesce($2::timestamptz, '-infinity') RETURNING file_id";
    let rows = tx.query(sql, &[&position, &cut.recorded_at]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
