//! `from` and `to`.

use chrono::{DateTime, Datelike, NaiveDate};
use projections::analytics::{Asked, Bound};

use crate::{problem::ApiError, request::Query};

/// Outside of these nobody has had a help desk, and what a database makes of a date is its own affair.
pub const YEARS: std::ops::RangeInclusive<i32> = 1970..=2200;

/// Takes `from` and `to`: instants, or days where the tenant is.
pub fn take_period(query: &mut Query) -> Result<Asked, ApiError> {
    Ok(Asked { from: take_bound(query, "from")?, to: take_bound(query, "to")? })
}

/// Takes one end, by whatever name.
pub fn take_bound(query: &mut Query, name: &str) -> Result<Option<Bound>, ApiError> {
    let Some(text) = query.text(name) else { return Ok(None) };
    let refused = || {
        let detail = "expected an instant such as 2026-11-22T10:00:00Z, or a day such as 2026-11-22, from 1970 to 2200";
        ApiError::invalid_parameter(name, detail)
    };
    bound(&text).map(Some).ok_or_else(refused)
}

fn bound(text: &str) -> Option<Bound> {
    if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return (YEARS.contains(&day.year()) && text.len() == 10).then_some(Bound::Day(day));
    }
    let instant = DateTime::parse_from_rfc3339(text).ok()?.to_utc();
    YEARS.contains(&instant.year()).then_some(Bound::Instant(instant))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_an_instant_or_a_day() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        assert_eq!(bound("2026-11-22"), Some(Bound::Day(day)));
        let noon = day.and_hms_opt(12, 0, 0).unwrap().and_utc();
        assert_eq!(bound("2026-11-22T13:00:00+01:00"), Some(Bound::Instant(noon)));
        for wrong in ["", "today", "2026-11", "2026-11-31", "2026-11-22T10:00", "+2026-11-22", "9999-01-01", "2026-1-2"]
        {
            assert_eq!(bound(wrong), None, "{wrong}");
        }
    }
}
