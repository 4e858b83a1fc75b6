//! The arithmetic of a bucket. Pure: the time comes with each question.

use chrono::{DateTime, Utc};

const HOUR_MICROS: i64 = 3_600_000_000;

/// So many requests in an hour: a full bucket holds so many, and an empty one is full again after an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota(u32);

/// What a caller is told of a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// How much a full one holds.
    pub limit: u32,
    /// How much is left.
    pub remaining: u32,
    /// When it is full again if nothing more is taken, in full seconds since 1970.
    pub full_at: u64,
    /// Seconds until then.
    pub full_in: u64,
}

impl Quota {
    /// The most that anybody can have.
    pub const MOST: u32 = 1_000_000;

    /// So many an hour, from one to [`Quota::MOST`].
    pub fn per_hour(requests: u32) -> Self {
        Self(requests.clamp(1, Self::MOST))
    }

    /// How many that are.
    pub fn limit(self) -> u32 {
        self.0
    }

    /// One more comes after so many microseconds.
    pub(super) fn every(self) -> i64 {
        HOUR_MICROS / i64::from(self.0)
    }

    /// What a process takes from the row at once.
    pub(super) fn chunk(self) -> u32 {
        (self.0 / 100).max(1)
    }

    /// What may be taken beyond what is told, so that nobody is refused what another process holds and tells of. Where
    /// processes take one at a time, none holds any.
    pub(super) fn slack(self) -> u32 {
        if self.chunk() > 1 { 4 * self.chunk() } else { 0 }
    }

    /// How far in the future the row may be full at most.
    pub(super) fn furthest(self) -> i64 {
        i64::from(self.0 + self.slack()) * self.every()
    }

    /// What is left of what is told, of a bucket that is full at `full_at`; less than nothing within the slack.
    pub(super) fn left(self, full_at: i64, now: DateTime<Utc>) -> i64 {
        let until_full = (full_at - now.timestamp_micros()).max(0);
        (i64::from(self.0) * self.every() - until_full).div_euclid(self.every())
    }

    /// Seconds until there is one more to take; 0: there is.
    pub(super) fn wait(self, full_at: i64, now: DateTime<Utc>) -> u64 {
        let after_one = full_at.max(now.timestamp_micros()) + self.every();
        seconds_up(after_one - self.furthest() - now.timestamp_micros())
    }

    /// What is told of a bucket, where a process holds some of it.
    pub(super) fn standing(self, full_at: i64, held: u32, now: DateTime<Utc>) -> Standing {
        // Where one at a time is taken, what was given back is this process's alone.
        let held = if self.chunk() > 1 { i64::from(held) } else { 0 };
        let remaining = (self.left(full_at, now) + held).clamp(0, i64::from(self.0));
        let full_at = (full_at - held * self.every()).max(now.timestamp_micros());
        Standing {
            limit: self.0,
            remaining: u32::try_from(remaining).unwrap_or(0),
            full_at: seconds_up(full_at),
            full_in: seconds_up(full_at - now.timestamp_micros()),
        }
    }
}

fn seconds_up(micros: i64) -> u64 {
    micros.max(0).unsigned_abs().div_ceil(1_000_000)
}
