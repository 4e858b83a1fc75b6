//! What never enters the log is cut to where the log is: rows of what had not happened yet open nothing, and go.

use event_store::{StoreError, TenantTx, restore::Cut};

use crate::files::recount;

/// Who gets in with what they had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Those of that tenant. What was revoked stays so, also when the log is cut before that.
    Kept,
    /// Nobody: it is a copy, under another name.
    Dropped,
}

const ACCESS: [&str; 6] = ["api_keys", "invitations", "passwords", "password_resets", "factors", "recovery_codes"];

/// What a copy was made with counts for another tenant.
const FORGET_MONTH: &str = "
    UPDATE head SET counters = (
        SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(counters)
        WHERE key NOT LIKE 'tickets_of_month %')";
/// What was lost does not count: the counter is at the last place that is left.
const CUT_MONTH: &str = "
    WITH zone AS (
        SELECT payload ->> 'time_zone' AS name FROM events
        WHERE aggregate_type = 'tenant' AND event_type = 'tenant.provisioned' ORDER BY position LIMIT 1
    ), last AS (
        SELECT recorded_at, (payload -> 'in_month' ->> 'place')::bigint AS place FROM events
        WHERE aggregate_type = 'ticket' AND sequence = 1 AND payload -> 'in_month' IS NOT NULL
        ORDER BY position DESC LIMIT 1)
    UPDATE head SET counters = counters || jsonb_build_object(
        'tickets_of_month ' || to_char(last.recorded_at AT TIME ZONE zone.name, 'YYYY-MM'), last.place)
    FROM zone, last";

/// Cuts keys, invitations, passwords and files to where the log was cut. Gives the ids of the files that no row is left of.
/// `tx`: as the owner.
pub async fn trim(tx: &TenantTx, cut: &Cut, access: Access) -> Result<Vec<String>, StoreError> {
    if access == Access::Dropped {
        // Who saw what there is that tenant's; numbers go on from where they were.
        tx.batch_execute(&format!("TRUNCATE access_log, {}", ACCESS.join(", "))).await?;
        tx.batch_execute(FORGET_MONTH).await?;
    }
    if !cut.is_partial() {
        return Ok(vec![]);
    }
    if access == Access::Kept {
        tx.batch_execute(FORGET_MONTH).await?;
        tx.batch_execute(CUT_MONTH).await?;
    }
    for table in ACCESS {
        let sql = format!("DELETE FROM {table} WHERE created_at > coalesce($1::timestamptz, '-infinity')");
        tx.execute(&sql, &[&cut.recorded_at]).await?;
    }
    let position = i64::try_from(cut.position).unwrap_or(i64::MAX);
    let sql = "DELETE FROM files WHERE position > $1 OR created_at > coalesce($2::timestamptz, '-infinity') RETURNING file_id";
    let rows = tx.query(sql, &[&position, &cut.recorded_at]).await?;
    recount(tx).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
