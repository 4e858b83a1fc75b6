//! Times as other systems write them.

use std::fmt::Write as _;

use chrono::{
    DateTime, Datelike, Duration, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, Offset, SubsecRound, TimeZone,
    Utc,
    format::{Item, StrftimeItems},
};
use chrono_tz::Tz;

/// What had to be decided to read a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// Nothing.
    Plain,
    /// The clock showed it twice: the earlier one was taken.
    Ambiguous,
    /// The clock never showed it: it was moved forward by what the clock jumped.
    Skipped,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Rfc3339,
    Unix,
    UnixMillis,
    WithOffset,
    Local,
    Date,
}

/// Reads the times of one file.
#[derive(Clone, Debug)]
pub(crate) struct Times {
    zone: Tz,
    format: String,
    kind: Kind,
}

impl Times {
    pub fn new(format: &str, zone: Tz) -> Self {
        Self { zone, format: format.to_owned(), kind: kind(format) }
    }

    /// The instant, or what was expected.
    pub fn read(&self, text: &str) -> Result<(DateTime<Utc>, Reading), String> {
        let expected = || {
            let shown: String = text.chars().take(40).collect();
            format!("expected a time of the form {}, found {shown:?}", self.format)
        };
        let number = || text.parse::<i64>().ok();
        let (at, reading) = match self.kind {
            Kind::Rfc3339 => (DateTime::parse_from_rfc3339(text).map_err(|_| expected())?.to_utc(), Reading::Plain),
            Kind::Unix => (number().and_then(|n| DateTime::from_timestamp(n, 0)).ok_or_else(expected)?, Reading::Plain),
            Kind::UnixMillis => {
                (number().and_then(DateTime::from_timestamp_millis).ok_or_else(expected)?, Reading::Plain)
            }
            Kind::WithOffset => {
                (DateTime::parse_from_str(text, &self.format).map_err(|_| expected())?.to_utc(), Reading::Plain)
            }
            Kind::Local => self.local(NaiveDateTime::parse_from_str(text, &self.format).map_err(|_| expected())?),
            Kind::Date => {
                let day = NaiveDate::parse_from_str(text, &self.format).map_err(|_| expected())?;
                self.local(day.and_time(NaiveTime::MIN))
            }
        };
        if !(1970..=2200).contains(&at.year()) {
            return Err(format!("expected a time between 1970 and 2200, found one in {}", at.year()));
        }
        Ok((at.trunc_subsecs(6), reading))
    }

    fn local(&self, local: NaiveDateTime) -> (DateTime<Utc>, Reading) {
        match self.zone.from_local_datetime(&local) {
            MappedLocalTime::Single(at) => (at.to_utc(), Reading::Plain),
            MappedLocalTime::Ambiguous(earlier, _) => (earlier.to_utc(), Reading::Ambiguous),
            MappedLocalTime::None => {
                // The offset before the jump moves it forward by as much as the clock did.
                let before = (1..=8)
                    .find_map(|hours| {
                        self.zone.offset_from_local_datetime(&(local - Duration::hours(3 * hours))).earliest()
                    })
                    .map_or(0, |offset| offset.fix().local_minus_utc());
                let at = local - Duration::seconds(before.into());
                (at.and_utc(), Reading::Skipped)
            }
        }
    }
}

fn kind(format: &str) -> Kind {
    let has = |letters: &[&str]| letters.iter().any(|letter| format.contains(letter));
    match format {
        "rfc3339" => Kind::Rfc3339,
        "unix" => Kind::Unix,
        "unix_ms" => Kind::UnixMillis,
        _ if has(&["%z", "%:z", "%#z", "%+"]) => Kind::WithOffset,
        _ if has(&["%H", "%k", "%I", "%l", "%T", "%R", "%X", "%c", "%r", "%s"]) => Kind::Local,
        _ => Kind::Date,
    }
}

/// Whether a format can be read with at all.
pub(crate) fn check_format(format: &str) -> Result<(), String> {
    let kind = kind(format);
    if matches!(kind, Kind::Rfc3339 | Kind::Unix | Kind::UnixMillis) {
        return Ok(());
    }
    let expected = || {
        format!(
            "expected strftime letters such as %Y-%m-%d %H:%M:%S, or rfc3339, unix, unix_ms, found {:?}",
            format.chars().take(60).collect::<String>()
        )
    };
    if format.trim().is_empty() || StrftimeItems::new(format).any(|item| matches!(item, Item::Error)) {
        return Err(expected());
    }
    // What cannot read back what it writes (a time without minutes) reads nothing.
    let sample = DateTime::from_timestamp(1_349_787_017, 0).unwrap_or_default();
    let mut text = String::new();
    write!(text, "{}", sample.format(format)).map_err(|_| expected())?;
    Times::new(format, Tz::UTC).read(&text).map(|_| ()).map_err(|_| expected())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rome(format: &str, text: &str) -> Result<(String, Reading), String> {
        Times::new(format, Tz::Europe__Rome).read(text).map(|(at, reading)| (at.to_rfc3339(), reading))
    }

    #[test]
    fn local_times_are_read_in_the_zone() {
        let format = "%Y/%m/%d %H:%M:%S%.f";
        let summer = ("2012-10-09T12:50:17+00:00".to_owned(), Reading::Plain);
        assert_eq!(rome(format, "2012/10/09 14:50:17.000"), Ok(summer.clone()));
        assert_eq!(rome("%Y-%m-%d %H:%M:%S %z", "2012-10-09 14:50:17 +0200"), Ok(summer.clone()));
        assert_eq!(rome("rfc3339", "2012-10-09T12:50:17Z"), Ok(summer.clone()));
        assert_eq!(rome("unix", "1349787017"), Ok(summer));
        assert_eq!(rome("%d.%m.%Y", "09.10.2012").unwrap().0, "2012-10-08T22:00:00+00:00");
    }

    #[test]
    fn times_that_the_clock_showed_twice_or_never_are_decided_and_said() {
        let format = "%Y-%m-%d %H:%M";
        assert_eq!(rome(format, "2012-10-28 02:30"), Ok(("2012-10-28T00:30:00+00:00".to_owned(), Reading::Ambiguous)));
        // 02:30 did not exist; 03:30 summer time is 01:30 UTC.
        assert_eq!(rome(format, "2012-03-25 02:30"), Ok(("2012-03-25T01:30:00+00:00".to_owned(), Reading::Skipped)));
    }

    #[test]
    fn what_is_no_time_is_refused_with_the_form_that_was_expected() {
        assert!(rome("%Y-%m-%d %H:%M", "yesterday").unwrap_err().contains("%Y-%m-%d %H:%M"));
        assert!(rome("%Y-%m-%d %H:%M", "0012-03-25 02:30").unwrap_err().contains("between 1970 and 2200"));
        assert!(check_format("%Y %H").is_err());
        assert!(check_format("nothing").is_err());
        assert!(check_format("%m/%d/%Y %I:%M %p").is_ok());
    }

    proptest! {
        #[test]
        fn a_time_is_read_as_it_was_written(seconds in 1i64..7_000_000_000) {
            let at = DateTime::from_timestamp(seconds, 0).unwrap();
            let text = at.with_timezone(&Tz::Europe__Rome).format("%Y-%m-%d %H:%M:%S").to_string();
            let (read, reading) = Times::new("%Y-%m-%d %H:%M:%S", Tz::Europe__Rome).read(&text).unwrap();
            let late_of_two = reading == Reading::Ambiguous && read + Duration::hours(1) == at;
            prop_assert!(read == at || late_of_two, "{} read as {}", at, read);
        }
    }
}
