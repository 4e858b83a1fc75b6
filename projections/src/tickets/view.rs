//! What is told of a ticket. The fields' docs are the API's reference.

use chrono::{DateTime, Utc};
use domain::{
    TicketNumber,
    ticket::{Channel, Priority, Status},
};
use event_store::driver::Row;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    desk::Desk,
    sql::unsigned,
    tickets::row::TicketRow,
    words::{ChannelSchema, PrioritySchema, StatusSchema, TextSet, Word},
};

/// A ticket: one request for help.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Ticket)]
pub struct TicketView {
    /// The ticket's id. It never changes.
    #[schema(example = "tkt_0199aa00000070008000000000000001")]
    pub id: String,
    /// The number that people use. It never changes and is never given twice.
    #[schema(example = "T-001")]
    pub ticket_id: String,
    /// The ticket's id in another system.
    pub external_id: Option<String>,
    /// The subject line. Null once the ticket or the customer was erased.
    pub title: Option<String>,
    /// Where the ticket stands.
    #[schema(value_type = StatusSchema)]
    pub status: Status,
    /// How urgent it is.
    #[schema(value_type = PrioritySchema)]
    pub priority: Priority,
    /// Your own kind of ticket, for instance `incident`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The way by which it came in.
    #[schema(value_type = ChannelSchema)]
    pub channel: Channel,
    /// Whether it is history of another help desk, brought in by an import.
    pub imported: bool,
    /// Whether more tickets had come in that month than were bought: it was taken all the same, and nothing is different
    /// for it.
    pub over_plan_limit: bool,
    /// Its place in its month, and how many were bought.
    #[serde(skip)]
    pub in_month: Option<(u64, u64)>,
    /// Labels, in alphabetical order.
    pub tags: Vec<String>,
    /// Who asks.
    pub customer: CustomerRef,
    /// The agent who is responsible; null when nobody is.
    pub assignee: Option<AgentRef>,
    /// The team that has it; null when none has.
    pub team: Option<TeamRef>,
    /// When it came in.
    pub created_at: DateTime<Utc>,
    /// When anything last happened to it.
    pub updated_at: DateTime<Utc>,
    /// When an agent first replied, in public, to what the customer wrote; null before that.
    pub first_response_at: Option<DateTime<Utc>>,
    /// When it was last resolved; null while it is not, and again after it was reopened.
    pub resolved_at: Option<DateTime<Utc>>,
    /// When it was last closed; null while it is not, and again after it was reopened.
    pub closed_at: Option<DateTime<Utc>>,
    /// When it was deleted; null when it is not. A deleted ticket can be restored.
    pub deleted_at: Option<DateTime<Utc>>,
    /// When what was said in it was destroyed, for ever; null when it was not, or something was said since.
    pub erased_at: Option<DateTime<Utc>>,
    /// How often it was taken up again after it had been resolved or closed.
    #[schema(minimum = 0)]
    pub reopens: i32,
    /// How the customer rated it last, 1 (bad) to 5 (good); null when they did not.
    #[schema(minimum = 1, maximum = 5)]
    pub rating: Option<i16>,
    /// How many changes it has seen. Send it as `If-Match` to change only what you have seen.
    #[schema(minimum = 1)]
    pub version: u64,
    /// The place of its last change in your event log.
    #[schema(minimum = 1)]
    pub position: u64,
}

/// The customer of a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CustomerRef)]
pub struct CustomerRef {
    /// The customer's id.
    #[schema(example = "cus_0199aa00000070008000000000000001")]
    pub id: String,
    /// What they are called. Null once it was erased.
    pub name: Option<String>,
    /// Where they read mail. Null when it is not known, or was erased.
    pub email: Option<String>,
}

/// The agent of a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = AgentRef)]
pub struct AgentRef {
    /// The agent's id.
    #[schema(example = "agt_0199aa00000070008000000000000002")]
    pub id: String,
    /// What they are called. Null once it was erased.
    pub name: Option<String>,
}

/// The team of a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = TeamRef)]
pub struct TeamRef {
    /// The team's id.
    #[schema(example = "tea_0199aa00000070008000000000000004")]
    pub id: String,
    /// What it is called.
    pub name: Option<String>,
}

/// What a view takes from the rows of others.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    pub customer: Option<String>,
    pub email: Option<String>,
    pub assignee: Option<String>,
    pub team: Option<String>,
}

/// The names that `row` needs, of rows that were folded in memory.
pub(crate) fn ticket_names(desk: &Desk, row: &TicketRow) -> Names {
    let customer = desk.customers.get(&row.requester_id);
    let assignee = row.assignee_id.as_ref().and_then(|id| desk.agents.get(id));
    let team = row.team_id.as_ref().and_then(|id| desk.teams.get(id));
    Names {
        customer: customer.and_then(|row| row.name.clone()),
        email: customer.and_then(|row| row.email.clone()),
        assignee: assignee.and_then(|row| row.name.clone()),
        team: team.map(|row| row.name.clone()),
    }
}

/// The columns of a view, of `tickets t`. Names are looked up when they are asked for: renaming a customer must not
/// rewrite all their tickets. One by one rather than by joins, which would be planned, and made for all rows that a page
/// is chosen from.
pub(crate) const SELECT: &str = "SELECT t.id, t.number, t.external_id, t.title, t.status, t.priority, t.type, \
    t.channel, t.origin, t.tags, t.requester_id, \
    (SELECT c.name FROM customers c WHERE c.id = t.requester_id) AS customer_name, \
    (SELECT c.email FROM customers c WHERE c.id = t.requester_id) AS customer_email, t.assignee_id, \
    (SELECT a.name FROM agents a WHERE a.id = t.assignee_id) AS assignee_name, t.team_id, \
    (SELECT m.name FROM teams m WHERE m.id = t.team_id) AS team_name, t.created_at, t.updated_at, \
    t.first_response_at, t.resolved_at, t.closed_at, t.deleted_at, t.erased_at, t.reopens, t.rating, t.month_place, \
    t.month_limit, t.version, t.position";

impl TicketView {
    pub(crate) fn from_row(row: &Row) -> Self {
        let assignee: Option<String> = row.get("assignee_id");
        let team: Option<String> = row.get("team_id");
        let in_month = in_month(row.get("month_place"), row.get("month_limit"));
        Self {
            id: row.get("id"),
            ticket_id: TicketNumber(unsigned(row.get("number"))).to_string(),
            external_id: row.get("external_id"),
            title: row.get("title"),
            status: row.get::<_, Word<Status>>("status").0,
            priority: row.get::<_, Word<Priority>>("priority").0,
            kind: row.get("type"),
            channel: row.get::<_, Word<Channel>>("channel").0,
            imported: row.get::<_, &str>("origin") == "import",
            over_plan_limit: is_over(in_month),
            in_month,
            tags: row.get::<_, TextSet>("tags").0.into_iter().collect(),
            customer: CustomerRef {
                id: row.get("requester_id"),
                name: row.get("customer_name"),
                email: row.get("customer_email"),
            },
            assignee: assignee.map(|id| AgentRef { id, name: row.get("assignee_name") }),
            team: team.map(|id| TeamRef { id, name: row.get("team_name") }),
            created_at: row.get("created_at"),
            updated_at: row.get("updated_at"),
            first_response_at: row.get("first_response_at"),
            resolved_at: row.get("resolved_at"),
            closed_at: row.get("closed_at"),
            deleted_at: row.get("deleted_at"),
            erased_at: row.get("erased_at"),
            reopens: row.get("reopens"),
            rating: row.get("rating"),
            version: unsigned(row.get("version")),
            position: unsigned(row.get("position")),
        }
    }

    /// The same view of a row that was folded in memory.
    pub(crate) fn of(row: &TicketRow, names: Names) -> Self {
        let in_month = in_month(row.month_place, row.month_limit);
        Self {
            id: row.id.clone(),
            ticket_id: TicketNumber(unsigned(row.number)).to_string(),
            external_id: row.external_id.clone(),
            title: row.title.clone(),
            status: row.status.0,
            priority: row.priority.0,
            kind: row.kind.clone(),
            channel: row.channel.0,
            imported: row.origin == "import",
            over_plan_limit: is_over(in_month),
            in_month,
            tags: row.tags.0.iter().cloned().collect(),
            customer: CustomerRef { id: row.requester_id.clone(), name: names.customer, email: names.email },
            assignee: row.assignee_id.clone().map(|id| AgentRef { id, name: names.assignee }),
            team: row.team_id.clone().map(|id| TeamRef { id, name: names.team }),
            created_at: row.created_at,
            updated_at: row.updated_at,
            first_response_at: row.first_response_at,
            resolved_at: row.resolved_at,
            closed_at: row.closed_at,
            deleted_at: row.deleted_at,
            erased_at: row.erased_at,
            reopens: row.reopens,
            rating: row.rating,
            version: unsigned(row.version),
            position: unsigned(row.position),
        }
    }
}

/// Where there was a limit.
fn in_month(place: Option<i64>, limit: Option<i64>) -> Option<(u64, u64)> {
    Some((unsigned(place?), unsigned(limit?)))
}

fn is_over(in_month: Option<(u64, u64)>) -> bool {
    in_month.is_some_and(|(place, limit)| place > limit)
}
