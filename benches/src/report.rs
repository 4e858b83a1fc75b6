//! Results in words.

use std::time::Duration;

/// The middle one.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// How long the middle one and the slowest hundredth took.
#[derive(Clone, Copy, Debug)]
pub struct Quantiles {
    /// Half were faster.
    pub p50: Duration,
    /// 99 of 100 were faster.
    pub p99: Duration,
}

impl Quantiles {
    /// Of all these.
    pub fn of(mut times: Vec<Duration>) -> Self {
        times.sort();
        let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
        Self { p50: at(50), p99: at(99) }
    }
}

/// A target, and whether it was met.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// What is measured.
    pub name: &'static str,
    /// What came out.
    pub measured: f64,
    /// What was wanted.
    pub wanted: f64,
    /// Whether more is better.
    pub at_least: bool,
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let met = if self.at_least { self.measured >= self.wanted } else { self.measured <= self.wanted };
        let sign = if self.at_least { ">=" } else { "<=" };
        let verdict = if met { "met" } else { "missed" };
        write!(f, "target {} measured {:.1} wanted {sign} {:.1} {verdict}", self.name, self.measured, self.wanted)
    }
}
