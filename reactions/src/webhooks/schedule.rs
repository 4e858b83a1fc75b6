//! When a delivery is attempted again, and when nobody tries any more. Pure.

use chrono::{DateTime, TimeDelta, Utc};
use event_store::Random;

/// The pauses after each failed attempt, of Standard Webhooks 1.0: ten attempts within 75.6 hours.
const PAUSES: [TimeDelta; 9] = [
    TimeDelta::seconds(5),
    TimeDelta::minutes(5),
    TimeDelta::minutes(30),
    TimeDelta::hours(2),
    TimeDelta::hours(5),
    TimeDelta::hours(10),
    TimeDelta::hours(14),
    TimeDelta::hours(20),
    TimeDelta::hours(24),
];

/// An endpoint that took nothing for this long is disabled.
pub(crate) const PATIENCE: TimeDelta = TimeDelta::days(5);

/// A receiver may ask for this much peace and no more.
const LONGEST_HOLD: TimeDelta = TimeDelta::hours(24);

/// What follows from an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It was taken.
    Delivered,
    /// It is attempted again at this instant.
    Retry(DateTime<Utc>),
    /// Nobody tries any more.
    Failed,
    /// The endpoint says that it is gone for good.
    Gone,
}

/// What a receiver answered, as far as it counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Heard {
    /// The status; none when there was no answer.
    pub status: Option<u16>,
    /// `Retry-After` (RFC 9110, section 10.2.3).
    pub retry_after: Option<String>,
}

impl Heard {
    /// How long the receiver asks to be left alone.
    pub fn hold(&self, now: DateTime<Utc>) -> Option<TimeDelta> {
        if !matches!(self.status, Some(429 | 503)) {
            return None;
        }
        let text = self.retry_after.as_deref()?.trim();
        let asked = if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            // Too many digits for a number are a long time all the same.
            TimeDelta::seconds(text.parse::<u32>().unwrap_or(u32::MAX).into())
        } else {
            DateTime::parse_from_rfc2822(text).ok()?.to_utc() - now
        };
        (asked > TimeDelta::zero()).then(|| asked.min(LONGEST_HOLD))
    }

    /// What follows when this was heard at `now` on attempt number `attempt` of at most `attempts`.
    pub fn verdict(&self, attempt: u32, attempts: u32, now: DateTime<Utc>, random: &dyn Random) -> Verdict {
        match self.status {
            Some(200..=299) => Verdict::Delivered,
            Some(410) => Verdict::Gone,
            _ if attempt >= attempts => Verdict::Failed,
            _ => match pause(attempt, random) {
                Some(pause) => Verdict::Retry(now + self.hold(now).map_or(pause, |hold| hold.max(pause))),
                None => Verdict::Failed,
            },
        }
    }
}

/// The most attempts of a delivery.
pub(crate) const ATTEMPTS: u32 = 10;

/// The pause after this many failed attempts, give or take a tenth, so that what failed together does not come back
/// together.
fn pause(failed: u32, random: &dyn Random) -> Option<TimeDelta> {
    let pause = PAUSES.get(usize::try_from(failed).ok()?.checked_sub(1)?)?;
    let mut bytes = [0; 2];
    random.fill(&mut bytes);
    let share = i64::from(u16::from_le_bytes(bytes)) - i64::from(u16::MAX / 2);
    let millis = pause.num_milliseconds();
    Some(TimeDelta::milliseconds(millis + millis * share / (10 * i64::from(u16::MAX / 2))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Always(u8);

    impl Random for Always {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_795_338_000, 0).unwrap()
    }

    fn heard(status: u16) -> Heard {
        Heard { status: Some(status), retry_after: None }
    }

    #[test]
    fn ten_attempts_take_three_days_and_the_pauses_vary_by_a_tenth() {
        let total: TimeDelta = PAUSES.iter().sum();
        assert_eq!(total.num_seconds(), 272_105);
        for (index, exact) in PAUSES.iter().enumerate() {
            let failed = u32::try_from(index).unwrap() + 1;
            let least = pause(failed, &Always(0)).unwrap();
            let most = pause(failed, &Always(255)).unwrap();
            assert!((*exact * 9 / 10 - least).abs() <= TimeDelta::seconds(5), "{failed}: {least}");
            assert!((*exact * 11 / 10 - most).abs() <= TimeDelta::seconds(5), "{failed}: {most}");
        }
        assert_eq!(pause(10, &Always(0)), None);
        assert_eq!(pause(0, &Always(0)), None);
    }

    #[test]
    fn only_2xx_is_taken() {
        let verdict = |status| heard(status).verdict(1, ATTEMPTS, now(), &Always(128));
        assert_eq!(verdict(200), Verdict::Delivered);
        assert_eq!(verdict(299), Verdict::Delivered);
        assert_eq!(verdict(410), Verdict::Gone);
        for status in [100, 301, 302, 307, 308, 400, 404, 429, 500, 503] {
            assert!(matches!(verdict(status), Verdict::Retry(_)), "{status}");
        }
        assert!(matches!(Heard::default().verdict(9, ATTEMPTS, now(), &Always(0)), Verdict::Retry(_)));
        assert_eq!(Heard::default().verdict(10, ATTEMPTS, now(), &Always(0)), Verdict::Failed);
        assert_eq!(heard(500).verdict(1, 1, now(), &Always(0)), Verdict::Failed);
    }

    #[test]
    fn retry_after_holds_back_and_is_bounded() {
        let hold = |status, text: &str| {
            Heard { status: Some(status), retry_after: Some(text.to_owned()) }
                .hold(now())
                .map(|hold| hold.num_seconds())
        };
        assert_eq!(hold(429, "120"), Some(120));
        assert_eq!(hold(503, "Sun, 22 Nov 2026 09:01:00 GMT"), Some(60));
        assert_eq!(hold(503, "999999999"), Some(86_400));
        assert_eq!(hold(503, "99999999999999999999"), Some(86_400));
        assert_eq!(hold(500, "120"), None);
        for nothing in ["", "0", "-1", "+5", "soon", "Sun, 22 Nov 2020 09:01:00 GMT"] {
            assert_eq!(hold(429, nothing), None, "{nothing}");
        }
        let busy = Heard { status: Some(429), retry_after: Some("600".to_owned()) };
        assert_eq!(busy.verdict(1, ATTEMPTS, now(), &Always(0)), Verdict::Retry(now() + TimeDelta::minutes(10)));
        let Verdict::Retry(at) = busy.verdict(4, ATTEMPTS, now(), &Always(255)) else { panic!("a retry") };
        assert!(at > now() + TimeDelta::hours(2), "never sooner than the schedule");
    }
}
