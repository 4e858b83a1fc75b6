//! The row that all processes take from.

use chrono::{DateTime, Utc};
use event_store::{Log, StoreError};

use super::{quota::Quota, share::Leased};

/// Takes as many of those wanted as there are. `$6`: how far the row may be full in the future at most.
const TAKE: &str = "
    INSERT INTO rate_limits AS held (holder, bucket, full_at, granted)
    VALUES ($1, $2, $3::bigint + $4::bigint * $5::bigint, $4)
    ON CONFLICT (holder, bucket) DO UPDATE SET
        granted = greatest(0, least($4, ($6 - greatest(held.full_at - $3, 0)) / $5)),
        full_at = greatest(held.full_at, $3)
            + $5 * greatest(0, least($4, ($6 - greatest(held.full_at - $3, 0)) / $5))
    RETURNING granted, full_at";

/// What a crash of the database takes with it is a few requests that were not counted.
const QUICK: &str = "SET LOCAL synchronous_commit = off";

pub(super) async fn take(
    log: &Log,
    (bucket, holder): (&str, &str),
    quota: Quota,
    wanted: u32,
    now: DateTime<Utc>,
) -> Result<Leased, StoreError> {
    let tx = log.begin().await?;
    let statement = tx.statement(TAKE).await?;
    tx.batch_execute(QUICK).await?;
    let (now, wanted) = (now.timestamp_micros(), i64::from(wanted));
    let row = tx.query_one(&statement, &[&holder, &bucket, &now, &wanted, &quota.every(), &quota.furthest()]).await?;
    tx.commit().await?;
    let granted = u32::try_from(row.get::<_, i64>(0)).unwrap_or(0);
    Ok(Leased { granted, full_at: row.get(1) })
}
