//! The moment that is asked about.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use clap::Args;
use event_store::Log;
use projections::as_of::Moment;
use serde::Serialize;

use crate::{
    Failure,
    terminal::{grouped, instant},
};

/// Which state of the past is meant; the present by default.
#[derive(Debug, Args)]
pub struct Past {
    /// As it was known then: a position of the log, an instant (RFC 3339), or a date, which means its end (UTC)
    #[arg(long, value_name = "INSTANT|POSITION", value_parser = parse_as_of, conflicts_with = "happened_by")]
    as_of: Option<Moment>,
    /// As it was then, as known today: imported history counts from when it happened, not from when it was recorded
    #[arg(long, value_name = "INSTANT", value_parser = parse_happened_by)]
    happened_by: Option<Moment>,
}

impl Past {
    pub fn moment(&self) -> Moment {
        self.as_of.or(self.happened_by).unwrap_or(Moment::Now)
    }
}

/// The moment that an answer is about, said in it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// Everything that is recorded, up to this position.
    Now { position: u64 },
    /// Recorded up to this position.
    Position(u64),
    /// Recorded at or before this instant.
    Recorded(DateTime<Utc>),
    /// Happened at or before this instant.
    Happened(DateTime<Utc>),
}

impl Told {
    pub async fn of(moment: Moment, log: &Log) -> Result<Self, Failure> {
        Ok(match moment {
            Moment::Now => Self::Now { position: log.head().await?.position },
            Moment::Position(position) => Self::Position(position),
            Moment::Recorded(instant) => Self::Recorded(instant),
            Moment::Happened(instant) => Self::Happened(instant),
        })
    }
}

impl std::fmt::Display for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Now { position } => write!(f, "as of now, position {}", grouped(*position)),
            Self::Position(position) => write!(f, "as of position {}", grouped(*position)),
            Self::Recorded(at) => write!(f, "as of {}: what was recorded by then", instant(*at)),
            Self::Happened(at) => write!(f, "as of {}: what had happened by then, as known today", instant(*at)),
        }
    }
}

/// A position, an instant or a date.
pub fn parse_as_of(text: &str) -> Result<Moment, String> {
    match text.parse() {
        Ok(position) => Ok(Moment::Position(position)),
        Err(_) => parse_instant(text).map(Moment::Recorded).ok_or_else(|| {
            "expected a position (4711), an instant (2026-03-31T12:00:00Z) or a date (2026-03-31)".to_owned()
        }),
    }
}

fn parse_happened_by(text: &str) -> Result<Moment, String> {
    parse_instant(text)
        .map(Moment::Happened)
        .ok_or_else(|| "expected an instant (2026-03-31T12:00:00Z) or a date (2026-03-31)".to_owned())
}

/// A date means its end: who asks for the end of March means all of its last day.
pub fn parse_instant(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Some(instant.to_utc());
    }
    let date: NaiveDate = text.parse().ok()?;
    let next = date.checked_add_days(Days::new(1))?.and_time(NaiveTime::MIN).and_utc();
    next.checked_sub_signed(TimeDelta::microseconds(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_an_instant_and_a_date_are_told_apart() {
        assert_eq!(parse_as_of("4711"), Ok(Moment::Position(4711)));
        let noon = DateTime::parse_from_rfc3339("2026-03-31T12:00:00+02:00").unwrap().to_utc();
        assert_eq!(parse_as_of("2026-03-31T12:00:00+02:00"), Ok(Moment::Recorded(noon)));
        let end = DateTime::parse_from_rfc3339("2026-03-31T23:59:59.999999Z").unwrap().to_utc();
        assert_eq!(parse_happened_by("2026-03-31"), Ok(Moment::Happened(end)));
        assert!(parse_as_of("yesterday").is_err());
        assert!(parse_happened_by("4711").is_err());
    }
}
