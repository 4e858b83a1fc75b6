//! Which tickets a policy is about.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    retention_policies::rejection::RetentionPoliciesRejection,
    ticket::{Channel, Status, TicketEvent, TicketState},
};

/// A hundred years.
pub const MAX_AGE_DAYS: u16 = 36_500;
/// Tags that one policy names.
pub const MAX_CRITERIA_TAGS: usize = 50;

/// Which tickets: those that fit every field. An empty set leaves a field open; of one that is not, any will do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetentionCriteria {
    /// Where they stand: `resolved`, `closed`. What work goes on with is nobody's to destroy.
    pub statuses: BTreeSet<Status>,
    /// For how many days they have stood there.
    pub older_than_days: u16,
    /// Any of these labels.
    #[serde(skip_serializing_if = "BTreeSet::is_empty", default)]
    pub tags: BTreeSet<String>,
    /// The way by which they came in.
    #[serde(skip_serializing_if = "BTreeSet::is_empty", default)]
    pub channels: BTreeSet<Channel>,
}

/// What is to be known of a ticket beside its state, from its events and their times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// When it was last resolved or closed, whichever was later.
    pub at: DateTime<Utc>,
    /// The way by which it came in.
    pub channel: Channel,
}

impl Ended {
    /// None: it was never resolved nor closed.
    pub fn find<'a>(events: impl IntoIterator<Item = (DateTime<Utc>, &'a TicketEvent)>) -> Option<Self> {
        let (mut channel, mut ended) = (None, None);
        for (at, event) in events {
            if let TicketEvent::Opened(opened) = event {
                channel = Some(opened.channel);
            } else if matches!(event, TicketEvent::Resolved(_) | TicketEvent::Closed(_)) {
                ended = Some(at);
            }
        }
        Some(Self { at: ended?, channel: channel? })
    }
}

impl RetentionCriteria {
    /// The last instant at which a ticket may have ended that is old enough at `now`.
    pub fn before(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        now - TimeDelta::days(self.older_than_days.into())
    }

    /// Whether a ticket's time is over at `now`, as it stands.
    pub fn cover(&self, ticket: &TicketState, ended: Ended, now: DateTime<Utc>) -> bool {
        self.statuses.contains(&ticket.status)
            && ended.at <= self.before(now)
            && (self.tags.is_empty() || !self.tags.is_disjoint(&ticket.tags))
            && (self.channels.is_empty() || self.channels.contains(&ended.channel))
    }

    /// Refuses what is about tickets that are worked on, about no time, or about too much.
    pub fn check(&self) -> Result<(), RetentionPoliciesRejection> {
        if self.statuses.is_empty() || !self.statuses.iter().all(|status| status.is_over()) {
            return Err(RetentionPoliciesRejection::Statuses);
        }
        if !(1..=MAX_AGE_DAYS).contains(&self.older_than_days) {
            return Err(RetentionPoliciesRejection::Age);
        }
        if self.tags.len() > MAX_CRITERIA_TAGS {
            return Err(RetentionPoliciesRejection::Tags);
        }
        Ok(())
    }
}
