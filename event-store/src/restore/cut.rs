//! A copy of a log is cut to a position: what came later is as if it had never been.

use chrono::{DateTime, Utc};

use super::filling::Filling;
use crate::{
    error::StoreError,
    read::{position_at, signed, unsigned},
};

/// How far a log is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// All that was copied.
    End,
    /// Up to this position.
    Position(u64),
    /// What was recorded at or before this instant.
    Instant(DateTime<Utc>),
}

/// Where a log was cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The last position that is kept.
    pub position: u64,
    /// When it was recorded; none of an empty log.
    pub recorded_at: Option<DateTime<Utc>>,
    /// The last position that the copy had.
    pub copied: u64,
}

impl Cut {
    /// Whether anything of the copy was cut off.
    pub fn is_partial(&self) -> bool {
        self.position < self.copied
    }
}

impl Filling {
    /// Cuts log, outcomes of commands and erasures; moves the head there. What the cut finds to be less than was wished, or
    /// not without holes, is refused.
    pub async fn cut(&self, until: Until) -> Result<Cut, StoreError> {
        let tx = self.begin().await?;
        let copied = unsigned(tx.query_one("SELECT position FROM head", &[]).await?.get(0));
        let position = match until {
            Until::End => copied,
            Until::Position(position) if position > copied => return Err(StoreError::Hole(copied + 1)),
            Until::Position(position) => position,
            Until::Instant(instant) => position_at(&tx, instant).await?,
        };
        let at = signed(position);
        tx.execute("DELETE FROM events WHERE position > $1", &[&at]).await?;
        let row = tx
            .query_one(
                "SELECT count(*), coalesce(min(position), 1), coalesce(max(position), 0),
                     (SELECT recorded_at FROM events WHERE position = $1) FROM events",
                &[&at],
            )
            .await?;
        let (count, first, last): (i64, i64, i64) = (row.get(0), row.get(1), row.get(2));
        if (count, first, last) != (at, 1, at) {
            return Err(StoreError::Hole(unsigned(count) + 1));
        }
        let cut = Cut { position, recorded_at: row.get(3), copied };
        if cut.is_partial() {
            let sql = "DELETE FROM commands
                       WHERE last_position > $1 OR (last_position IS NULL AND recorded_at > coalesce($2::timestamptz, '-infinity'))";
            tx.execute(sql, &[&at, &cut.recorded_at]).await?;
            tx.execute("DELETE FROM erased_subjects WHERE position > $1", &[&at]).await?;
        }
        let epoch = i32::try_from(self.placement.world.epoch).unwrap_or(i32::MAX);
        let sql = "UPDATE head SET position = $1, recorded_at = coalesce($2::timestamptz, '-infinity'), epoch = $3";
        tx.execute(sql, &[&at, &cut.recorded_at, &epoch]).await?;
        tx.commit().await?;
        Ok(cut)
    }

    /// Destroys the keys of these subjects, and the single keys of these ids: who was erased since the copy was made.
    pub async fn destroy_keys(&self, subjects: &[String]) -> Result<u64, StoreError> {
        let tx = self.begin().await?;
        let sql = "DELETE FROM subject_keys WHERE subject = ANY($1) OR key_id = ANY($1)";
        let gone = tx.execute(sql, &[&subjects]).await?;
        tx.commit().await?;
        Ok(gone)
    }
}
