//! Checkpoints that nobody will ask for are taken out of the database: a busy log has one a second.
//!
//! Every proof follows from the tree, of which nothing is ever taken away, and the files outside the database keep every
//! checkpoint. So an old one that is gone is missed by nobody: whoever holds it compares it with the tree.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};

use crate::{error::StoreError, log::Log};

/// Until then all are kept: for witnesses that are slow, and to say closely where a change is.
const ALL: TimeDelta = TimeDelta::days(7);
/// Of older ones the last of each day, and the last of so many events: bundles carry these, see the export.
const STRETCH: u32 = 8192;

/// Thins the checkpoints that are older than a week. As the tables' owner, so that the server's role cannot take any.
pub(super) async fn checkpoints(log: &Log, now: DateTime<Utc>) -> Result<(), StoreError> {
    let before = (now - ALL).to_rfc3339_opts(SecondsFormat::Micros, true);
    log.alter(&format!(
        "DELETE FROM seals USING (
            SELECT size, sealed_at, lead(size) OVER later AS next, lead(sealed_at) OVER later AS next_at
            FROM seals WINDOW later AS (ORDER BY size)) AS one
         WHERE seals.size = one.size AND one.sealed_at < '{before}'
            AND one.next / {STRETCH} = one.size / {STRETCH}
            AND (one.next_at AT TIME ZONE 'UTC')::date = (one.sealed_at AT TIME ZONE 'UTC')::date
            AND NOT EXISTS (SELECT FROM cosignatures WHERE cosignatures.size = one.size)"
    ))
    .await
}
