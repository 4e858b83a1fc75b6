//! What one process holds of one bucket. Pure: rows and time come from outside.

use chrono::{DateTime, TimeDelta, Utc};

use super::quota::{Quota, Standing};

/// What is told of a bucket is no older, while it is asked for.
const FRESH: TimeDelta = TimeDelta::seconds(5);

/// What was taken from the row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leased {
    /// How many.
    pub granted: u32,
    /// When the row will be full, in microseconds.
    pub full_at: i64,
}

/// What a process holds.
#[derive(Debug, Default)]
pub(super) struct Held {
    tokens: u32,
    /// As the row said last, and when.
    row: Option<(i64, DateTime<Utc>)>,
}

/// What comes of asking for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// It was taken. `renew`: it is time to take more from the row.
    Granted { renew: bool },
    /// Nothing is held; the row may have more.
    Empty,
    /// Nothing is held, and the row has nothing either.
    Refused { retry_after: u64 },
}

impl Held {
    /// Takes one.
    pub fn ask(&mut self, quota: Quota, now: DateTime<Utc>) -> Asked {
        if self.tokens > 0 {
            self.tokens -= 1;
            let low = quota.chunk() > 1 && self.tokens < quota.chunk().div_ceil(2);
            let stale = self.row.is_none_or(|(_, seen)| now - seen >= FRESH);
            return Asked::Granted { renew: stale || (low && self.wait(quota, now) == 0) };
        }
        match self.wait(quota, now) {
            0 => Asked::Empty,
            retry_after => Asked::Refused { retry_after },
        }
    }

    /// Seconds until the row has one, as far as is known: others can only have taken more.
    fn wait(&self, quota: Quota, now: DateTime<Utc>) -> u64 {
        self.row.map_or(0, |(full_at, _)| quota.wait(full_at, now))
    }

    /// How many to take so that a chunk is held; where one at a time is taken, none beforehand.
    pub fn missing(&self, quota: Quota) -> u32 {
        if quota.chunk() > 1 { quota.chunk().saturating_sub(self.tokens) } else { 0 }
    }

    /// Adds what was taken from the row.
    pub fn add(&mut self, leased: &Leased, now: DateTime<Utc>) {
        self.tokens += leased.granted;
        self.row = Some((leased.full_at, now));
    }

    /// Adds one that was not used after all.
    pub fn give_back(&mut self, quota: Quota) {
        self.tokens = (self.tokens + 1).min(2 * quota.chunk());
    }

    /// What is told.
    pub fn standing(&self, quota: Quota, now: DateTime<Utc>) -> Standing {
        let full_at = self.row.map_or(now.timestamp_micros(), |(full_at, _)| full_at);
        quota.standing(full_at, self.tokens, now)
    }
}

#[cfg(test)]
mod tests;
