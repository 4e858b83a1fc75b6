//! How soon customers are to hear from a help desk.

use serde::{Deserialize, Serialize};

use super::{
    hours::{Calendar, CalendarKind},
    plans::Plan,
};
use crate::ids::{CalendarId, SlaPolicyId};

/// Minutes per priority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Targets {
    /// For what stands still.
    pub critical: u32,
    /// For what hurts.
    pub high: u32,
    /// For the most.
    pub medium: u32,
    /// For what can wait.
    pub low: u32,
}

/// What is promised by default: 1, 4, 24 and 72 hours.
const PROMISED: Targets = Targets { critical: 60, high: 4 * 60, medium: 24 * 60, low: 72 * 60 };

/// How soon customers are to hear from a help desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlaPolicy {
    /// Its id.
    pub id: SlaPolicyId,
    /// What it is called.
    pub name: String,
    /// The time that counts: while this is open.
    pub calendar: CalendarId,
    /// Until the first answer to the customer.
    pub first_response_minutes: Targets,
}

impl SlaPolicy {
    /// The one that every tenant begins with: round the clock on the enterprise plan, in business hours on the others.
    pub fn default_for(plan: Plan, id: SlaPolicyId, calendars: &[Calendar]) -> Option<Self> {
        let counted = match plan {
            Plan::Enterprise => CalendarKind::RoundTheClock,
            Plan::Starter | Plan::Professional => CalendarKind::BusinessHours,
        };
        let calendar = calendars.iter().find(|calendar| calendar.kind == counted)?.id;
        Some(Self { id, name: "Default".to_owned(), calendar, first_response_minutes: PROMISED })
    }
}
