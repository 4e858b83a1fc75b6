//! When reviews of access open by themselves.

use std::collections::BTreeSet;

use chrono::{DateTime, Months, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    access_policy::AccessPolicyRejection,
    access_review::{MAX_REVIEW_DAYS, PrincipalKind},
};

/// Two years.
const MAX_REVIEW_MONTHS: u8 = 24;
/// The first opens within so much.
const FURTHEST: TimeDelta = TimeDelta::days(2 * 366);

/// When reviews of access open by themselves, and what they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewSchedule {
    /// Every how many months.
    pub every_months: u8,
    /// How many days after it opened a review is to be done.
    pub due_days: u16,
    /// Whom they are about.
    pub kinds: BTreeSet<PrincipalKind>,
    /// When the first opens; the others so many months after it.
    pub first_at: DateTime<Utc>,
}

/// A schedule that goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduledReviews {
    /// What it is.
    pub schedule: ReviewSchedule,
    /// When the next one opens.
    pub next_at: DateTime<Utc>,
}

/// A schedule that is wished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WishedSchedule {
    /// Every how many months.
    pub every_months: u8,
    /// How many days after it opened a review is to be done.
    pub due_days: u16,
    /// Whom they are about.
    pub kinds: BTreeSet<PrincipalKind>,
    /// When the first opens; none: as before, and of a new schedule so many months from now.
    pub first_at: Option<DateTime<Utc>>,
}

impl ReviewSchedule {
    /// The first time after `now` at which one opens. Each is counted from the first, so that the last of a month stays the
    /// last of a month.
    pub fn next_after(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let step = u32::from(self.every_months.max(1));
        let whole_years = now.years_since(self.first_at).unwrap_or(0);
        let turns = whole_years * 12 / step..;
        let mut times = turns.map_while(|turn| self.first_at.checked_add_months(Months::new(turn.checked_mul(step)?)));
        times.find(|at| *at > now)
    }
}

impl ScheduledReviews {
    /// What a wish comes to, `before` being what there was; refuses what is out of bounds.
    pub fn of(wish: WishedSchedule, before: Option<&Self>, now: DateTime<Utc>) -> Result<Self, AccessPolicyRejection> {
        let WishedSchedule { every_months, due_days, kinds, first_at } = wish;
        if !(1..=MAX_REVIEW_MONTHS).contains(&every_months) {
            return Err(AccessPolicyRejection::ReviewMonths);
        }
        if !(1..=MAX_REVIEW_DAYS).contains(&due_days) {
            return Err(AccessPolicyRejection::ReviewDays);
        }
        let begun = before.map(|before| before.schedule.first_at);
        if first_at.is_some_and(|at| begun != Some(at) && (at <= now || at > now + FURTHEST)) {
            return Err(AccessPolicyRejection::FirstReview);
        }
        let months_from_now = || now.checked_add_months(Months::new(every_months.into()));
        let first_at = first_at.or(begun).or_else(months_from_now).ok_or(AccessPolicyRejection::FirstReview)?;
        let schedule = ReviewSchedule { every_months, due_days, kinds, first_at };
        match before {
            Some(before) if before.schedule == schedule => Ok(before.clone()),
            _ => {
                let next_at = schedule.next_after(now).ok_or(AccessPolicyRejection::FirstReview)?;
                Ok(Self { schedule, next_at })
            }
        }
    }
}
