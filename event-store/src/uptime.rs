//! Which minutes this installation was up, as it saw itself: in each minute every server process sets a bit in a row of
//! `control.uptime`, so that a minute is up when one of them, at least, could commit to the database. Those who could not
//! leave nothing, and nothing is what a minute without any of them has.
//!
//! It says nothing of the way from the world to here: whoever measures that stands outside.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use crate::{error::StoreError, store::Store};

/// Of a day.
const MINUTES: i64 = 1440;

/// Where another process was first, nothing is written.
const NOTE: &str = "
    INSERT INTO control.uptime AS known (day, minutes) VALUES ($1, set_bit($3::bytea, $2::bigint, 1))
    ON CONFLICT (day) DO UPDATE SET minutes = set_bit(known.minutes, $2::bigint, 1)
    WHERE get_bit(known.minutes, $2::bigint) = 0";
const FIRST: &str = "SELECT day, minutes FROM control.uptime ORDER BY day LIMIT 1";
const DAYS: &str = "SELECT day, minutes FROM control.uptime WHERE day BETWEEN $1 AND $2";

/// What is known of a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uptime {
    /// The first minute that is counted: that of the period, or the first that was ever noted.
    pub from: DateTime<Utc>,
    /// The end of the last.
    pub until: DateTime<Utc>,
    /// Minutes that were noted.
    pub up: u64,
    /// Minutes that were not.
    pub down: u64,
    /// The times without any note, the first before the last.
    pub gaps: Vec<Gap>,
}

/// Minutes in a row that nobody noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The begin of the first.
    pub from: DateTime<Utc>,
    /// How many.
    pub minutes: u64,
}

type Days = HashMap<NaiveDate, Vec<u8>>;

impl Store {
    /// Notes that this installation is up at an instant. Again within its minute changes nothing.
    pub async fn note_up(&self, at: DateTime<Utc>) -> Result<(), StoreError> {
        let server = self.server_connection().await?;
        let none = [0_u8; 180].as_slice();
        server.execute(&server.prepare_cached(NOTE).await?, &[&at.date_naive(), &number(at), &none]).await?;
        Ok(())
    }

    /// What is known of the whole minutes between two instants; none where nothing was ever noted before the later one.
    pub async fn uptime(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Option<Uptime>, StoreError> {
        let server = self.server_connection().await?;
        let Some(first) = server.query_opt(FIRST, &[]).await? else { return Ok(None) };
        let Some(first) = first_of(first.get(0), first.get(1)) else { return Ok(None) };
        let (from, until) = (next_minute(from).max(first), minute(to));
        if from >= until {
            return Ok(None);
        }
        let rows = server.query(DAYS, &[&from.date_naive(), &until.date_naive()]).await?;
        let days: Days = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        Ok(Some(counted(&days, from, until)))
    }
}

/// The begin of its minute.
fn minute(at: DateTime<Utc>) -> DateTime<Utc> {
    at - TimeDelta::nanoseconds(at.timestamp_nanos_opt().unwrap_or(0).rem_euclid(60_000_000_000))
}

fn next_minute(at: DateTime<Utc>) -> DateTime<Utc> {
    if minute(at) == at { at } else { minute(at) + TimeDelta::minutes(1) }
}

/// Which minute of its day.
fn number(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(60).rem_euclid(MINUTES)
}

/// As PostgreSQL numbers bits: from the right within a byte.
fn is_up(minutes: &[u8], number: i64) -> bool {
    let byte = usize::try_from(number / 8).ok().and_then(|at| minutes.get(at));
    byte.is_some_and(|byte| byte >> (number % 8) & 1 == 1)
}

fn first_of(day: NaiveDate, minutes: &[u8]) -> Option<DateTime<Utc>> {
    let first = (0..MINUTES).find(|number| is_up(minutes, *number))?;
    Some(day.and_time(NaiveTime::MIN).and_utc() + TimeDelta::minutes(first))
}

/// From a minute up to another.
fn counted(days: &Days, from: DateTime<Utc>, until: DateTime<Utc>) -> Uptime {
    let mut uptime = Uptime { from, until, up: 0, down: 0, gaps: vec![] };
    let (mut at, mut gap) = (from, None::<Gap>);
    while at < until {
        if days.get(&at.date_naive()).is_some_and(|minutes| is_up(minutes, number(at))) {
            uptime.up += 1;
            uptime.gaps.extend(gap.take());
        } else {
            uptime.down += 1;
            gap.get_or_insert(Gap { from: at, minutes: 0 }).minutes += 1;
        }
        at += TimeDelta::minutes(1);
    }
    uptime.gaps.extend(gap);
    uptime
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn noted(instants: &[&str]) -> Days {
        let mut days = Days::new();
        for instant in instants {
            let (day, number) = (at(instant).date_naive(), usize::try_from(number(at(instant))).unwrap());
            days.entry(day).or_insert_with(|| vec![0; 180])[number / 8] |= 1 << (number % 8);
        }
        days
    }

    #[test]
    fn minutes_that_nobody_noted_are_gaps_also_across_days_and_at_both_ends() {
        let days =
            noted(&["2026-11-22T23:57:59Z", "2026-11-22T23:58:00Z", "2026-11-25T00:00:30Z", "2026-11-25T00:02:00Z"]);
        let found = counted(&days, at("2026-11-22T23:56:00Z"), at("2026-11-25T00:05:00Z"));
        assert_eq!((found.up, found.down), (4, 4 + 2 * 1440 + 5 - 4));
        let gaps: Vec<_> = found.gaps.iter().map(|gap| (gap.from, gap.minutes)).collect();
        let expected = [
            (at("2026-11-22T23:56:00Z"), 1),
            (at("2026-11-22T23:59:00Z"), 1 + 2 * 1440),
            (at("2026-11-25T00:01:00Z"), 1),
            (at("2026-11-25T00:03:00Z"), 2),
        ];
        assert_eq!(gaps, expected);
        let first = at("2026-11-22T00:00:00Z").date_naive();
        assert_eq!(first_of(first, &days[&first]), Some(at("2026-11-22T23:57:00Z")));
    }

    #[test]
    fn only_whole_minutes_are_of_a_period() {
        assert_eq!(
            (minute(at("2026-11-22T10:00:59.5Z")), next_minute(at("2026-11-22T10:00:00.1Z"))),
            (at("2026-11-22T10:00:00Z"), at("2026-11-22T10:01:00Z"))
        );
        assert_eq!(
            (minute(at("2026-11-22T10:00:00Z")), next_minute(at("2026-11-22T10:00:00Z"))),
            (at("2026-11-22T10:00:00Z"), at("2026-11-22T10:00:00Z"))
        );
    }
}
