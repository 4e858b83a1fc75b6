//! When a tenant is saved: at a time of day by its own clocks. Pure: the zone and the time are given.

use std::{fmt, str::FromStr};

use chrono::{
    DateTime, Datelike, LocalResult, NaiveDateTime, NaiveTime, Offset as _, TimeDelta, TimeZone, Utc, Weekday,
};
use chrono_tz::Tz;
use event_store::save::BackupSchedule;

/// Clocks are put forward by no more than that; but one zone has left out a day.
const LONGEST_GAP: i64 = 25;
/// Days that are looked back and ahead: a week, and one that was left out.
const DAYS: i64 = 8;

/// On which days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Days {
    /// Each.
    Daily,
    /// One a week.
    Weekly(Weekday),
}

/// When a tenant is saved, and how long that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// By the tenant's clocks.
    pub at: NaiveTime,
    /// On which days.
    pub days: Days,
    /// So many days a backup is kept; the newest one always is.
    pub keep_days: u16,
    /// So many days its keys are; those of the newest one always are.
    pub keys_keep_days: u16,
    /// So often, in days, one is brought back to see that it can be.
    pub drill_days: Option<u16>,
}

/// A schedule that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// The days.
    #[error("expected daily, or a day of the week in English: monday, tuesday, …")]
    Days,
    /// A number of days.
    #[error("expected a number of days from 1 to 3650")]
    Keep,
    /// A number of days.
    #[error("expected a number of days from 1 to keep_days: the keys of a backup that is gone open nothing")]
    KeysKeep,
    /// A number of days.
    #[error("expected a number of days from 1 to 365, or none for no drills")]
    Drill,
}

impl ScheduleError {
    /// What it is about.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Days => "days",
            Self::Keep => "keep_days",
            Self::KeysKeep => "keys_keep_days",
            Self::Drill => "drill_days",
        }
    }
}

impl Default for Schedule {
    fn default() -> Self {
        let at = NaiveTime::MIN + TimeDelta::minutes(150);
        Self { at, days: Days::Daily, keep_days: 30, keys_keep_days: 7, drill_days: None }
    }
}

const WEEK: [(Weekday, &str); 7] = [
    (Weekday::Mon, "monday"),
    (Weekday::Tue, "tuesday"),
    (Weekday::Wed, "wednesday"),
    (Weekday::Thu, "thursday"),
    (Weekday::Fri, "friday"),
    (Weekday::Sat, "saturday"),
    (Weekday::Sun, "sunday"),
];

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self {
            Self::Daily => "daily",
            Self::Weekly(day) => WEEK[day.num_days_from_monday() as usize].1,
        };
        f.write_str(word)
    }
}

impl FromStr for Days {
    type Err = ScheduleError;

    fn from_str(text: &str) -> Result<Self, ScheduleError> {
        if text == "daily" {
            return Ok(Self::Daily);
        }
        let day = WEEK.iter().find(|(_, name)| *name == text);
        day.map(|(day, _)| Self::Weekly(*day)).ok_or(ScheduleError::Days)
    }
}

impl Schedule {
    /// It, if its numbers make sense.
    pub fn checked(self) -> Result<Self, ScheduleError> {
        if !(1..=3650).contains(&self.keep_days) {
            return Err(ScheduleError::Keep);
        }
        if !(1..=self.keep_days).contains(&self.keys_keep_days) {
            return Err(ScheduleError::KeysKeep);
        }
        match self.drill_days {
            Some(days) if !(1..=365).contains(&days) => Err(ScheduleError::Drill),
            _ => Ok(self),
        }
    }

    /// The last time that it says, not after `now`.
    pub fn last_due(&self, zone: Tz, now: DateTime<Utc>) -> DateTime<Utc> {
        // Something of the last eight days always is.
        self.times(zone, now).filter(|at| *at <= now).max().unwrap_or(now)
    }

    /// The next time that it says, after `now`.
    pub fn next_due(&self, zone: Tz, now: DateTime<Utc>) -> DateTime<Utc> {
        self.times(zone, now).filter(|at| *at > now).min().unwrap_or(now)
    }

    /// Whether a tenant whose last backup was begun at `saved_at` is to be saved; of one that was never saved, when it was
    /// made.
    pub fn is_due(&self, zone: Tz, saved_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        saved_at < self.last_due(zone, now)
    }

    fn times(&self, zone: Tz, now: DateTime<Utc>) -> impl Iterator<Item = DateTime<Utc>> {
        let today = now.with_timezone(&zone).date_naive();
        let (days, at) = (self.days, self.at);
        (-DAYS..=DAYS)
            .filter_map(move |ahead| today.checked_add_signed(TimeDelta::days(ahead)))
            .filter(move |day| match days {
                Days::Daily => true,
                Days::Weekly(weekday) => day.weekday() == weekday,
            })
            .map(move |day| instant(zone, day.and_time(at)))
    }
}

/// When clocks show that. Where they show it twice, the first time; where they are put forward over it, when they would
/// have shown it (RFC 5545, 3.3.5).
fn instant(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.to_utc(),
        LocalResult::None => {
            let earlier = |hours| zone.offset_from_local_datetime(&(local - TimeDelta::hours(hours))).latest();
            let before = (1..=LONGEST_GAP).find_map(earlier).map_or(0, |offset| offset.fix().local_minus_utc());
            (local - TimeDelta::seconds(before.into())).and_utc()
        }
    }
}

impl From<&Schedule> for BackupSchedule {
    fn from(schedule: &Schedule) -> Self {
        let Schedule { at, days, keep_days, keys_keep_days, drill_days } = *schedule;
        Self {
            at,
            days: days.to_string(),
            keep_days: keep_days.into(),
            keys_keep_days: keys_keep_days.into(),
            drill_days: drill_days.map(Into::into),
        }
    }
}

/// What is stored in another way than this program writes is read as what is usual.
impl From<&BackupSchedule> for Schedule {
    fn from(stored: &BackupSchedule) -> Self {
        let usual = Self::default();
        let days = |number: i32, usual| u16::try_from(number).unwrap_or(usual);
        Self {
            at: stored.at,
            days: stored.days.parse().unwrap_or(usual.days),
            keep_days: days(stored.keep_days, usual.keep_days),
            keys_keep_days: days(stored.keys_keep_days, usual.keys_keep_days),
            drill_days: stored.drill_days.and_then(|number| u16::try_from(number).ok()),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::{America::New_York, Europe::Zurich, Pacific::Apia};

    use super::*;

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn at(hour: u32, minute: u32, days: Days) -> Schedule {
        Schedule { at: NaiveTime::from_hms_opt(hour, minute, 0).unwrap(), days, ..Schedule::default() }
    }

    #[test]
    fn it_is_due_at_its_time_by_the_tenants_clocks_and_not_a_moment_earlier() {
        let usual = Schedule::default();
        let (early, due) = (utc("2026-07-01T00:29:59.999Z"), utc("2026-07-01T00:30:00Z"));
        assert_eq!(usual.last_due(Zurich, due), due);
        assert_eq!(usual.last_due(Zurich, early), utc("2026-06-30T00:30:00Z"));
        assert_eq!(usual.next_due(Zurich, early), due);
        assert_eq!(usual.next_due(Zurich, due), utc("2026-07-02T00:30:00Z"));
        assert!(usual.is_due(Zurich, early, due) && !usual.is_due(Zurich, due, due));
        assert!(!usual.is_due(Zurich, utc("2026-06-30T09:00:00Z"), early), "one by hand does not move it");
        assert_eq!(usual.last_due(New_York, due), utc("2026-06-30T06:30:00Z"));
    }

    #[test]
    fn a_time_that_clocks_leave_out_is_when_they_would_have_shown_it() {
        let usual = Schedule::default();
        // On 29 March 2026 clocks in Zurich go from 02:00 to 03:00.
        assert_eq!(usual.next_due(Zurich, utc("2026-03-28T12:00:00Z")), utc("2026-03-29T01:30:00Z"));
        assert_eq!(usual.next_due(Zurich, utc("2026-03-29T01:30:00Z")), utc("2026-03-30T00:30:00Z"));
        assert_eq!(usual.next_due(New_York, utc("2026-03-07T12:00:00Z")), utc("2026-03-08T07:30:00Z"));
    }

    #[test]
    fn a_time_that_clocks_show_twice_is_due_once() {
        let usual = Schedule::default();
        // On 25 October 2026 clocks in Zurich go from 03:00 back to 02:00.
        let first = utc("2026-10-25T00:30:00Z");
        assert_eq!(usual.next_due(Zurich, utc("2026-10-24T12:00:00Z")), first);
        assert_eq!(usual.last_due(Zurich, utc("2026-10-25T01:30:00Z")), first);
        assert_eq!(usual.next_due(Zurich, first), utc("2026-10-26T01:30:00Z"));
    }

    #[test]
    fn a_zone_that_leaves_out_a_whole_day_has_one_time_less() {
        // Samoa had no 30 December 2011.
        let usual = Schedule::default();
        let before = utc("2011-12-29T12:30:00Z");
        assert_eq!(usual.last_due(Apia, before), before);
        assert_eq!(usual.next_due(Apia, before), utc("2011-12-30T12:30:00Z"));
        assert_eq!(usual.next_due(Apia, utc("2011-12-30T12:30:00Z")), utc("2011-12-31T12:30:00Z"));
    }

    #[test]
    fn a_weekly_one_is_due_once_a_week() {
        let sunday = at(23, 15, Days::Weekly(Weekday::Sun));
        let due = utc("2026-07-05T21:15:00Z");
        assert_eq!(sunday.next_due(Zurich, utc("2026-07-01T00:00:00Z")), due);
        assert_eq!(sunday.next_due(Zurich, due), utc("2026-07-12T21:15:00Z"));
        assert_eq!(sunday.last_due(Zurich, utc("2026-07-12T21:14:59Z")), due);
    }

    #[test]
    fn days_are_written_as_they_are_read() {
        let all = [Days::Daily].into_iter().chain(WEEK.map(|(day, _)| Days::Weekly(day)));
        for days in all {
            assert_eq!(days.to_string().parse::<Days>(), Ok(days));
        }
        assert_eq!("Monday".parse::<Days>(), Err(ScheduleError::Days));
        let schedule = Schedule { drill_days: Some(30), ..at(4, 0, Days::Weekly(Weekday::Fri)) };
        assert_eq!(Schedule::from(&BackupSchedule::from(&schedule)), schedule);
    }

    #[test]
    fn numbers_that_make_no_sense_are_refused() {
        let with = |keep_days, keys_keep_days, drill_days| {
            Schedule { keep_days, keys_keep_days, drill_days, ..Schedule::default() }.checked().err()
        };
        assert_eq!(with(30, 7, None), None);
        assert_eq!(with(0, 1, None), Some(ScheduleError::Keep));
        assert_eq!(with(5, 7, None), Some(ScheduleError::KeysKeep));
        assert_eq!(with(5, 0, None), Some(ScheduleError::KeysKeep));
        assert_eq!(with(30, 7, Some(0)), Some(ScheduleError::Drill));
    }
}
