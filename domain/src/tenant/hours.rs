//! When a help desk is open: what people write, and the calendar that it comes to.

use std::{fmt, str::FromStr};

use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::zones::{Zone, zone};
use crate::ids::CalendarId;

/// A time of day by the clock on the wall, to the minute: `00:00` to `24:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeOfDay(u16);

impl TimeOfDay {
    /// When a day begins.
    pub const MIDNIGHT: Self = Self(0);
    /// When it ends.
    pub const END: Self = Self(24 * 60);

    fn parse(text: &str) -> Option<Self> {
        let (hour, minute) = text.split_once(':')?;
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let (hours, minutes): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
        let fits = digits(hour) && digits(minute) && hour.len() <= 2 && minute.len() == 2 && minutes < 60;
        let time = Self(hours.checked_mul(60)?.checked_add(minutes)?);
        if fits && time <= Self::END { Some(time) } else { None }
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl Serialize for TimeOfDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TimeOfDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("expected a time such as 09:00"))
    }
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the days are what they are called")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    const ALL: [Self; 7] =
        [Self::Monday, Self::Tuesday, Self::Wednesday, Self::Thursday, Self::Friday, Self::Saturday, Self::Sunday];
}

/// From when to when it is open on a day: half open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenInterval {
    /// On which day of the week.
    pub day: Weekday,
    /// From then.
    pub from: TimeOfDay,
    /// Until then, and not then.
    pub to: TimeOfDay,
}

/// Which of the two calendars that every tenant has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CalendarKind {
    /// Always open.
    RoundTheClock,
    /// Open in the business hours.
    BusinessHours,
}

/// When a help desk is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// Its id.
    pub id: CalendarId,
    /// Which it is.
    pub kind: CalendarKind,
    /// What it is called.
    pub name: String,
    /// By the clocks of where: an IANA zone.
    pub time_zone: String,
    /// In the order of the week.
    pub hours: Vec<OpenInterval>,
}

impl Calendar {
    /// Always open.
    pub fn round_the_clock(id: CalendarId, zone: Tz) -> Self {
        Self {
            id,
            kind: CalendarKind::RoundTheClock,
            name: "Round the clock".to_owned(),
            time_zone: zone.name().to_owned(),
            hours: on(&Weekday::ALL, TimeOfDay::MIDNIGHT, TimeOfDay::END),
        }
    }

    /// Open Monday to Friday in these hours; by the clocks of `default` if they name no place.
    pub fn business_hours(id: CalendarId, hours: &BusinessHours, default: Tz) -> Self {
        Self {
            id,
            kind: CalendarKind::BusinessHours,
            name: "Business hours".to_owned(),
            time_zone: hours.zone.unwrap_or(default).name().to_owned(),
            hours: on(&Weekday::ALL[..5], hours.opens, hours.closes),
        }
    }
}

fn on(days: &[Weekday], from: TimeOfDay, to: TimeOfDay) -> Vec<OpenInterval> {
    days.iter().map(|day| OpenInterval { day: *day, from, to }).collect()
}

/// Business hours as people write them: `9:00-17:00 EST`, or without a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BusinessHours {
    written: String,
    opens: TimeOfDay,
    closes: TimeOfDay,
    zone: Option<Tz>,
}

impl BusinessHours {
    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.written
    }
}

/// Why a text is no business hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// Not of that form.
    #[error("expected hours such as 9:00-17:00 America/New_York, the opening before the closing, 24:00 at the latest")]
    Form,
    /// No such place.
    #[error("expected an IANA time zone such as America/New_York behind the hours")]
    UnknownZone,
    /// Several places.
    #[error("this time zone means several places: write one of allowed instead")]
    AmbiguousZone(&'static [&'static str]),
}

impl FromStr for BusinessHours {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, HoursError> {
        let text = text.trim();
        let (hours, place) = text.split_once(' ').map_or((text, None), |(hours, place)| (hours, Some(place.trim())));
        // A dash as word processors make it, too.
        let (opens, closes) = hours.split_once(['-', '\u{2013}']).ok_or(HoursError::Form)?;
        let (opens, closes) = TimeOfDay::parse(opens).zip(TimeOfDay::parse(closes)).ok_or(HoursError::Form)?;
        if opens >= closes {
            return Err(HoursError::Form);
        }
        let zone = match place.map(zone) {
            None => None,
            Some(Zone::Known(zone)) => Some(zone),
            Some(Zone::Ambiguous(places)) => return Err(HoursError::AmbiguousZone(places)),
            Some(Zone::Unknown) => return Err(HoursError::UnknownZone),
        };
        Ok(Self { written: text.to_owned(), opens, closes, zone })
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn the_hours_of_the_guide_are_monday_to_friday_in_new_york() {
        let hours: BusinessHours = "9:00-17:00 EST".parse().unwrap();
        let calendar = Calendar::business_hours(CalendarId::new(Uuid::nil()), &hours, Tz::UTC);
        assert_eq!((hours.as_str(), calendar.time_zone.as_str()), ("9:00-17:00 EST", "America/New_York"));
        assert_eq!(calendar.hours.len(), 5);
        let last = calendar.hours[4];
        assert_eq!(
            (last.day, last.from.to_string(), last.to.to_string()),
            (Weekday::Friday, "09:00".into(), "17:00".into())
        );
    }

    #[test]
    fn hours_without_a_place_are_those_of_the_tenant() {
        let hours: BusinessHours = "08:30\u{2013}24:00".parse().unwrap();
        let calendar = Calendar::business_hours(CalendarId::new(Uuid::nil()), &hours, Tz::Europe__Rome);
        assert_eq!(calendar.time_zone, "Europe/Rome");
        assert_eq!(calendar.hours[0].to, TimeOfDay::END);
    }

    #[test]
    fn what_is_no_hours_says_why() {
        for wrong in
            ["", "9-17", "9:00", "17:00-9:00", "9:00-9:00", "9:00-24:01", "9:0-17:00", "+9:00-17:00", "x-y UTC"]
        {
            assert_eq!(wrong.parse::<BusinessHours>(), Err(HoursError::Form), "{wrong}");
        }
        assert_eq!("9:00-17:00 Mars/Olympus".parse::<BusinessHours>(), Err(HoursError::UnknownZone));
        for several in ["CST", "IST", "BST"] {
            let text = format!("9:00-17:00 {several}");
            assert!(
                matches!(text.parse::<BusinessHours>(), Err(HoursError::AmbiguousZone(places)) if places.len() > 1)
            );
        }
    }
}
