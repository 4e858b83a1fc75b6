//! Numbers as the integration guide shows them, and as programs read them.

use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};

const MICROS_PER_SECOND: i64 = 1_000_000;
const MICROS_PER_HOUR: i64 = 3_600 * MICROS_PER_SECOND;

/// Halves go up, as people round.
fn rounded(number: Decimal, digits: u32) -> Decimal {
    number.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero)
}

/// `part / whole`; none when there is nothing to divide by.
pub fn ratio(part: Decimal, whole: u64) -> Option<Decimal> {
    part.checked_div(Decimal::from(whole))
}

/// `2.4 hours`
pub fn hours(micros: Decimal) -> String {
    format!("{:.1} hours", rounded(micros / Decimal::from(MICROS_PER_HOUR), 1))
}

/// `68%`, of a ratio of at most 1.
pub fn percent(ratio: Decimal) -> String {
    format!("{}%", rounded(ratio * Decimal::ONE_HUNDRED, 0))
}

/// `4.2/5`
pub fn out_of_five(score: Decimal) -> String {
    format!("{:.1}/5", rounded(score, 1))
}

/// Seconds with three digits behind the point.
pub fn seconds(micros: Decimal) -> f64 {
    number(micros / Decimal::from(MICROS_PER_SECOND), 3)
}

/// A number for JSON.
pub fn number(exact: Decimal, digits: u32) -> f64 {
    rounded(exact, digits).to_f64().unwrap_or_default()
}

/// A whole number; none when it is out of reach.
pub fn whole(exact: Decimal) -> Option<u64> {
    rounded(exact, 0).to_u64()
}

/// The mean of `n` spans, in seconds with three digits behind the point; none of none.
pub fn average_seconds(micros: Option<Decimal>, n: i64) -> Option<Decimal> {
    let mean = micros?.checked_div(Decimal::from(n))?;
    Some(rounded(mean / Decimal::from(MICROS_PER_SECOND), 3).normalize())
}

/// The mean of `n` numbers, with three digits behind the point; none of none.
pub fn average(sum: Option<Decimal>, n: i64) -> Option<Decimal> {
    Some(rounded(sum?.checked_div(Decimal::from(n))?, 3).normalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_have_one_digit_and_halves_go_up() {
        let minute = MICROS_PER_HOUR / 60;
        for (micros, shown) in [
            (0, "0.0 hours"),
            (3 * minute - 1, "0.0 hours"),
            (3 * minute, "0.1 hours"),
            (60 * minute, "1.0 hours"),
            (141 * minute, "2.4 hours"),
            (144 * minute, "2.4 hours"),
            (1_116 * minute, "18.6 hours"),
            (1_000 * 60 * minute, "1000.0 hours"),
        ] {
            assert_eq!(hours(micros.into()), shown, "{micros}");
        }
    }

    #[test]
    fn percents_are_whole_and_scores_have_one_digit() {
        let thirds = |part: i64| ratio(part.into(), 3).unwrap();
        assert_eq!(
            [percent(thirds(0)), percent(thirds(1)), percent(thirds(2)), percent(thirds(3))],
            ["0%", "33%", "67%", "100%"]
        );
        assert_eq!(percent(Decimal::new(675, 3)), "68%");
        assert_eq!(out_of_five(Decimal::new(425, 2)), "4.3/5");
        assert_eq!(out_of_five(Decimal::from(5)), "5.0/5");
    }

    #[test]
    fn nothing_has_no_ratio() {
        assert_eq!((ratio(Decimal::ZERO, 0), average_seconds(None, 0)), (None, None));
        assert_eq!(whole(ratio(Decimal::from(1_250), 12).unwrap()), Some(104));
        assert_eq!(average_seconds(Some(Decimal::from(10_000_000)), 3), Some(Decimal::new(3_333, 3)));
    }
}
