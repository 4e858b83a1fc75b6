//! How much is left of what was bought.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike as _, Months, NaiveDate, TimeZone as _, Utc};
use chrono_tz::Tz;
use domain::tenant::{Entitlements, Limit};
use projections::usage::Usage;
use serde::Serialize;
use utoipa::ToSchema;

/// From here on somebody should know.
const WARN: u64 = 80;

/// How much is left of something.
#[derive(Debug, Serialize, ToSchema)]
pub struct LimitUsage {
    /// How much is used.
    used: u64,
    /// How much is promised beside it: to open invitations, to files on their way in.
    reserved: u64,
    /// How much there is; null: as much as is wanted.
    limit: Option<u64>,
    /// How much of it is used or reserved; null where there is no limit.
    percent: Option<u64>,
    /// When it is counted anew, if it is: the begin of the next month where the tenant is.
    resets_at: Option<DateTime<Utc>>,
    /// `ok`; `warn` from 80 % on; `over` once nothing is left.
    #[schema(example = "ok")]
    state: &'static str,
}

/// How much is left of everything that is counted.
pub fn of(usage: &Usage, entitlements: &Entitlements, zone: Tz) -> BTreeMap<&'static str, LimitUsage> {
    let counted = [
        Some((Limit::Agents, usage.seats.used, usage.seats.reserved, None)),
        Some((Limit::TicketsPerMonth, usage.tickets.this_month, 0, next_month(usage.moment, zone))),
        usage
            .storage
            .file_bytes
            .zip(usage.storage.reserved_bytes)
            .map(|(used, reserved)| (Limit::StorageBytes, used, reserved, None)),
    ];
    let left = |(of, used, reserved, resets_at): (Limit, u64, u64, _)| {
        let limit = entitlements.limit(of);
        (of.as_str(), LimitUsage::new(used, reserved, limit, resets_at))
    };
    counted.into_iter().flatten().map(left).collect()
}

impl LimitUsage {
    fn new(used: u64, reserved: u64, limit: Option<u64>, resets_at: Option<DateTime<Utc>>) -> Self {
        let held = used + reserved;
        let percent = limit.map(|limit| (held * 100).checked_div(limit).unwrap_or(100));
        let state = match limit {
            Some(limit) if held >= limit => "over",
            Some(_) if percent >= Some(WARN) => "warn",
            Some(_) | None => "ok",
        };
        Self { used, reserved, limit, percent, resets_at, state }
    }
}

/// When the month after that of a moment begins where the tenant is; where the clocks are put forward at that hour, when
/// the first hour there is begins.
pub fn next_month(moment: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
    let local = moment.with_timezone(&zone).date_naive();
    let next = NaiveDate::from_ymd_opt(local.year(), local.month(), 1)?.checked_add_months(Months::new(1))?;
    let hour = |hour| zone.from_local_datetime(&next.and_hms_opt(hour, 0, 0)?).earliest();
    (0..3).find_map(hour).map(|begin| begin.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_ends_where_the_tenant_is() {
        let end =
            |moment: &str, zone: &str| next_month(moment.parse().unwrap(), zone.parse().unwrap()).unwrap().to_rfc3339();
        assert_eq!(end("2026-11-30T23:30:00Z", "UTC"), "2026-12-01T00:00:00+00:00");
        assert_eq!(end("2026-11-30T23:30:00Z", "Europe/Rome"), "2026-12-31T23:00:00+00:00");
        assert_eq!(end("2026-12-01T01:00:00Z", "America/New_York"), "2026-12-01T05:00:00+00:00");
        assert_eq!(end("2026-12-15T00:00:00Z", "UTC"), "2027-01-01T00:00:00+00:00");
    }

    #[test]
    fn somebody_should_know_from_eighty_percent_on() {
        let state = |used, reserved, limit| LimitUsage::new(used, reserved, limit, None).state;
        assert_eq!([state(7, 0, Some(10)), state(7, 1, Some(10)), state(9, 1, Some(10))], ["ok", "warn", "over"]);
        assert_eq!([state(0, 0, Some(0)), state(9, 0, None)], ["over", "ok"]);
    }
}
