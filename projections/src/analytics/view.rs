//! What is told. The fields' docs are the API's reference.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;

use crate::analytics::{
    display::{hours, number, out_of_five, percent, ratio, seconds, whole},
    measures::{self, AgentCounts, Handled, NextResponses, Ratings, Resolutions, Spans, TicketCounts},
};

/// The numbers of a help desk. Texts are for people, the numbers beside them for programs; what nothing is known of is
/// null, never 0.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Analytics {
    /// How it stands.
    pub metrics: Metrics,
    /// How it changed.
    pub trends: Trends,
    /// Which time the metrics are about.
    pub period: Span,
    /// Which state of the log they are of.
    pub as_of: AsOf,
    /// Where days begin: an IANA zone.
    #[schema(example = "Europe/Rome")]
    pub timezone: String,
    /// Whether times count business hours only. Always false: they are calendar times.
    pub business_hours: bool,
    /// Changes when a number would come out differently for the same log.
    pub definition_version: u32,
    /// What was left out.
    pub excluded: Excluded,
}

/// How it stands.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Metrics {
    /// Tickets that came in within the period, by where they stand now.
    pub tickets: Tickets,
    /// How fast, and how well.
    pub performance: Performance,
    /// Those who help, now.
    pub agents: Agents,
    /// What is not over. Not narrowed by `from`.
    pub backlog: Backlog,
}

/// Tickets that are not over at the end of the period, whenever they came in.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = AnalyticsBacklog)]
pub struct Backlog {
    /// How many.
    pub total: u64,
    /// Half of them are at most so old. Null when there are none, and for a period that has ended.
    pub age_median_seconds: Option<f64>,
    /// 90 % of them are at most so old. Null as above.
    pub age_p90_seconds: Option<f64>,
}

/// Tickets that came in within the period: `total` = `open` + `in_progress` + `resolved`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Tickets {
    /// All but deleted ones.
    pub total: u64,
    /// Nobody works on them yet.
    pub open: u64,
    /// Somebody does, or they wait for the customer.
    pub in_progress: u64,
    /// They are over: resolved or closed.
    pub resolved: u64,
    /// Of those in progress, those that wait for the customer.
    pub pending: u64,
    /// Of those resolved, those that are closed.
    pub closed: u64,
}

/// How fast, and how well.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Performance {
    /// From what the customer wrote to the first public reply of an agent, on average over the tickets that got theirs
    /// within the period.
    #[schema(example = "2.4 hours")]
    pub avg_response_time: Option<String>,
    /// The same in seconds.
    pub avg_response_time_seconds: Option<f64>,
    /// How the response times are spread.
    pub response_time: Spread,
    /// After the first response: from the first message of the customer that nobody had answered to the public reply
    /// of an agent or the resolution that ended their waiting within the period, on average.
    #[schema(example = "3.1 hours")]
    pub avg_next_response_time: Option<String>,
    /// The same in seconds.
    pub avg_next_response_time_seconds: Option<f64>,
    /// How these times are spread; `n_null` of it: customers who wait now.
    pub next_response_time: Spread,
    /// What ended these waits.
    pub next_responses: NextResponsesView,
    /// From coming in to the last resolution (or to closing, without one), on average over the tickets that were
    /// resolved within the period and were not reopened since.
    #[schema(example = "18.6 hours")]
    pub avg_resolution_time: Option<String>,
    /// The same in seconds.
    pub avg_resolution_time_seconds: Option<f64>,
    /// How the resolution times are spread.
    pub resolution_time: Spread,
    /// From coming in to the first resolution, whatever happened since, on average over the tickets that were first
    /// resolved within the period.
    #[schema(example = "12.3 hours")]
    pub avg_first_resolution_time: Option<String>,
    /// The same in seconds.
    pub avg_first_resolution_time_seconds: Option<f64>,
    /// How the first resolution times are spread.
    pub first_resolution_time: Spread,
    /// Of the resolution time, that in which the ticket was neither pending nor over: how long the customer waited for
    /// you, on average over the same tickets.
    #[schema(example = "9.8 hours")]
    pub avg_customer_wait_time: Option<String>,
    /// The same in seconds.
    pub avg_customer_wait_time_seconds: Option<f64>,
    /// How these times are spread.
    pub customer_wait_time: Spread,
    /// How often tickets were taken up again within the period.
    pub reopens: u64,
    /// Of the tickets that were resolved within the period, the share that was settled at first contact, by the
    /// `definition` that was asked for.
    #[schema(example = "68%")]
    pub first_contact_resolution: Option<String>,
    /// The same in per cent.
    pub first_contact_resolution_percent: Option<f64>,
    /// The counts behind it.
    pub first_contact: FirstContact,
    /// The mean of the latest rating of each ticket that was rated within the period.
    #[schema(example = "4.2/5")]
    pub customer_satisfaction: Option<String>,
    /// The same as a number.
    pub customer_satisfaction_score: Option<f64>,
    /// The counts behind it.
    pub satisfaction: Satisfaction,
}

/// How spans of time are spread. Half, 90 % and 95 % of them are at most so long; between two, in proportion.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct Spread {
    /// The median.
    pub median_seconds: Option<f64>,
    /// The 90th percentile.
    pub p90_seconds: Option<f64>,
    /// The 95th percentile.
    pub p95_seconds: Option<f64>,
    /// How many tickets have one within the period.
    pub n: u64,
    /// How many tickets that came in within the period have none yet.
    pub n_null: u64,
}

/// When a resolved ticket was settled at first contact. Help desks differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FirstContactBy {
    /// One run of replies settled it: no word of the customer after it, and it was not reopened within 72 hours; of
    /// the tickets that an agent replied to.
    #[default]
    OneReply,
    /// The customer wrote nothing after what they opened it with; of all tickets.
    NoCustomerInteraction,
    /// One agent alone replied to it, and it was never reopened; of the tickets that an agent replied to.
    OneAgent,
}

impl FirstContactBy {
    /// Every definition.
    pub const ALL: [Self; 3] = [Self::OneReply, Self::NoCustomerInteraction, Self::OneAgent];

    /// The word that stands for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OneReply => "one_reply",
            Self::NoCustomerInteraction => "no_customer_interaction",
            Self::OneAgent => "one_agent",
        }
    }
}

/// The counts behind first contact resolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FirstContact {
    /// What counts as settled at first contact.
    pub definition: FirstContactBy,
    /// Tickets that were.
    pub resolved: u64,
    /// Resolved tickets that count.
    pub n: u64,
    /// Resolved tickets that do not, because nobody replied to them.
    pub n_null: u64,
}

/// What ended the waits of customers for another answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = NextResponses)]
pub struct NextResponsesView {
    /// Of the samples, those that the resolution of the ticket ended, without a reply.
    pub by_resolution: u64,
    /// Beside the samples: how often a ticket was closed while its customer waited.
    pub never: u64,
}

/// The counts behind customer satisfaction.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct Satisfaction {
    /// The share of ratings of 4 or 5.
    pub good_percent: Option<f64>,
    /// How many tickets were rated within the period.
    pub n: u64,
    /// How many tickets that came in within the period are over and not rated.
    pub n_null: u64,
}

/// Those who help. Not narrowed by the period.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct Agents {
    /// All that are known.
    pub total: u64,
    /// Who wrote or did something in the last 7 days.
    pub active: u64,
    /// Tickets of the period, by all agents, as a whole number.
    pub avg_tickets_per_agent: Option<u64>,
    /// Who gets work.
    pub enabled: u64,
    /// Of the agents who replied to a ticket within the period: to how many each, on average.
    pub per_active_agent: Option<f64>,
}

/// How it changed, up to the end of the period or now.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Trends {
    /// The last 30 days.
    pub ticket_volume: Vec<Day>,
    /// The last 12 ISO weeks.
    pub response_times: Vec<Week>,
    /// The last 12 months.
    pub satisfaction_scores: Vec<Month>,
}

/// A day in the tenant's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = TrendDay)]
pub struct Day {
    /// Which.
    pub date: NaiveDate,
    /// Tickets that came in.
    pub created: u64,
    /// Tickets that were resolved then, and were not reopened since.
    pub resolved: u64,
    /// Tickets that were not over when it ended, whenever they came in.
    pub backlog: u64,
}

/// An ISO week in the tenant's zone.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = TrendWeek)]
pub struct Week {
    /// Which.
    #[schema(example = "2026-W47")]
    pub week: String,
    /// Its Monday.
    pub from: NaiveDate,
    /// Of the first responses that were given in it.
    #[schema(example = "2.4 hours")]
    pub avg_response_time: Option<String>,
    /// The same in seconds.
    pub avg_response_time_seconds: Option<f64>,
    /// How many there were.
    pub n: u64,
}

/// A month in the tenant's zone.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = TrendMonth)]
pub struct Month {
    /// Which.
    #[schema(example = "2026-11")]
    pub month: String,
    /// Of the ratings that were given in it.
    #[schema(example = "4.2/5")]
    pub customer_satisfaction: Option<String>,
    /// The same as a number.
    pub customer_satisfaction_score: Option<f64>,
    /// How many there were.
    pub n: u64,
}

/// `from` ≤ time < `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Period)]
pub struct Span {
    /// From then on; null: from the beginning.
    pub from: Option<DateTime<Utc>>,
    /// Before then; null: until now.
    pub to: Option<DateTime<Utc>>,
}

/// A state of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AsOf {
    /// The last position of your event log that is in the numbers.
    pub position: u64,
    /// When they were computed.
    pub time: DateTime<Utc>,
}

/// What was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Excluded {
    /// Deleted tickets that came in within the period.
    pub deleted: u64,
}

impl TicketCounts {
    pub(crate) fn shown(self) -> Tickets {
        Tickets {
            total: self.total,
            open: self.open,
            in_progress: self.started + self.pending,
            resolved: self.resolved + self.closed,
            pending: self.pending,
            closed: self.closed,
        }
    }
}

impl measures::Backlog {
    pub(crate) fn shown(&self) -> Backlog {
        let age = |index: usize| self.ages.map(|ages| seconds(ages[index]));
        Backlog { total: u64::try_from(self.total).unwrap_or(0), age_median_seconds: age(0), age_p90_seconds: age(1) }
    }
}

impl Agents {
    pub(crate) fn of(agents: &AgentCounts, handled: Handled, tickets: u64) -> Self {
        Self {
            total: agents.total,
            active: agents.active,
            avg_tickets_per_agent: ratio(tickets.into(), agents.total).and_then(whole),
            enabled: agents.enabled,
            per_active_agent: ratio(handled.tickets.into(), handled.agents).map(|each| number(each, 2)),
        }
    }
}

impl Spread {
    fn of(spans: &Spans, n_null: u64) -> Self {
        let percentile = |index: usize| spans.percentiles.map(|values| seconds(values[index]));
        Self {
            median_seconds: percentile(0),
            p90_seconds: percentile(1),
            p95_seconds: percentile(2),
            n: spans.n,
            n_null,
        }
    }
}

/// What was measured of how fast, and how well.
pub(crate) struct Measured {
    pub response: Spans,
    pub next: NextResponses,
    pub resolution: Resolutions,
    pub first: Spans,
    pub reopens: u64,
    pub satisfaction: Ratings,
}

impl FirstContact {
    fn of(resolution: &Resolutions, definition: FirstContactBy) -> Self {
        let (answered, all) = (resolution.answered, resolution.spans.n);
        let (resolved, n) = match definition {
            FirstContactBy::OneReply => (resolution.one_reply, answered),
            FirstContactBy::NoCustomerInteraction => (resolution.no_customer_interaction, all),
            FirstContactBy::OneAgent => (resolution.one_agent, answered),
        };
        Self { definition, resolved, n, n_null: all - n }
    }
}

impl Performance {
    pub(crate) fn of(tickets: &TicketCounts, measured: Measured, definition: FirstContactBy) -> Self {
        let Measured { response, next, resolution, first, reopens, satisfaction: ratings } = measured;
        let mean = |spans: &Spans| ratio(spans.sum, spans.n);
        let (response_mean, next_mean, first_mean) = (mean(&response), mean(&next.spans), mean(&first));
        let (resolution_mean, wait_mean) = (mean(&resolution.spans), mean(&resolution.waits));
        let first_contact = FirstContact::of(&resolution, definition);
        let settled = ratio(first_contact.resolved.into(), first_contact.n);
        let score = ratio(ratings.sum.into(), ratings.n);
        let not_over = tickets.open + tickets.started + tickets.pending;
        let in_percent = |ratio: Decimal| number(ratio * Decimal::ONE_HUNDRED, 2);
        Self {
            avg_response_time: response_mean.map(hours),
            avg_response_time_seconds: response_mean.map(seconds),
            response_time: Spread::of(&response, tickets.unanswered),
            avg_next_response_time: next_mean.map(hours),
            avg_next_response_time_seconds: next_mean.map(seconds),
            next_response_time: Spread::of(&next.spans, next.waiting),
            next_responses: NextResponsesView { by_resolution: next.by_resolution, never: next.never },
            avg_resolution_time: resolution_mean.map(hours),
            avg_resolution_time_seconds: resolution_mean.map(seconds),
            resolution_time: Spread::of(&resolution.spans, not_over),
            avg_first_resolution_time: first_mean.map(hours),
            avg_first_resolution_time_seconds: first_mean.map(seconds),
            first_resolution_time: Spread::of(&first, tickets.unsolved),
            avg_customer_wait_time: wait_mean.map(hours),
            avg_customer_wait_time_seconds: wait_mean.map(seconds),
            customer_wait_time: Spread::of(&resolution.waits, not_over),
            reopens,
            first_contact_resolution: settled.map(percent),
            first_contact_resolution_percent: settled.map(in_percent),
            first_contact,
            customer_satisfaction: score.map(out_of_five),
            customer_satisfaction_score: score.map(|score| number(score, 3)),
            satisfaction: Satisfaction {
                good_percent: ratio(ratings.good.into(), ratings.n).map(in_percent),
                n: ratings.n,
                n_null: tickets.unrated,
            },
        }
    }
}
