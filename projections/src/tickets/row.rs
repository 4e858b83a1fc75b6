//! One row per ticket.

use chrono::{DateTime, Utc};
use domain::ticket::{Channel, Priority, Status};

use crate::{
    generation::Indexes,
    table::table_row,
    words::{TextSet, Word},
};

table_row! {
    /// A ticket as it stands.
    TicketRow in "tickets" by "id" {
        id: String = "id" "text";
        number: i64 = "number" "bigint";
        external_id: Option<String> = "external_id" "text";
        /// Null once it is erased.
        title: Option<String> = "title" "text";
        status: Word<Status> = "status" "text";
        priority: Word<Priority> = "priority" "text";
        kind: Option<String> = "type" "text";
        channel: Word<Channel> = "channel" "text";
        /// That of the event that opened it.
        origin: String = "origin" "text";
        requester_id: String = "requester_id" "text";
        assignee_id: Option<String> = "assignee_id" "text";
        team_id: Option<String> = "team_id" "text";
        tags: TextSet = "tags" "text" as "r.tags::text[]";
        created_at: DateTime<Utc> = "created_at" "timestamptz";
        updated_at: DateTime<Utc> = "updated_at" "timestamptz";
        /// Since when the customer waits for a first answer; null while an agent who opened it has had no reply.
        first_response_from: Option<DateTime<Utc>> = "first_response_from" "timestamptz";
        first_response_at: Option<DateTime<Utc>> = "first_response_at" "timestamptz";
        resolved_at: Option<DateTime<Utc>> = "resolved_at" "timestamptz";
        closed_at: Option<DateTime<Utc>> = "closed_at" "timestamptz";
        deleted_at: Option<DateTime<Utc>> = "deleted_at" "timestamptz";
        reopens: i32 = "reopens" "integer";
        agent_replies: i32 = "agent_replies" "integer";
        customer_replies: i32 = "customer_replies" "integer";
        rating: Option<i16> = "rating" "smallint";
        rated_at: Option<DateTime<Utc>> = "rated_at" "timestamptz";
        /// The agent whose public reply was the first response.
        first_responder_id: Option<String> = "first_responder_id" "text";
        /// Whether an agent had replied in public when it was last resolved.
        answered_when_solved: bool = "answered_when_solved" "boolean";
        /// Whether the customer wrote after an agent had replied.
        wrote_back: bool = "wrote_back" "boolean";
        /// The shortest time, in seconds, from a resolution to the reopening after it; null when it was never reopened.
        reopened_after: Option<i64> = "reopened_after" "bigint";
        /// Who was responsible when the customer rated it last.
        rated_agent_id: Option<String> = "rated_agent_id" "text";
        /// When work on it first came to an end, whatever happened since.
        first_solved_at: Option<DateTime<Utc>> = "first_solved_at" "timestamptz";
        /// The first message of the customer, after the first response, that nobody has answered yet.
        unanswered_since: Option<DateTime<Utc>> = "unanswered_since" "timestamptz";
        /// Since when it is up to us: neither pending nor over.
        ours_since: Option<DateTime<Utc>> = "ours_since" "timestamptz";
        /// How long it was up to us before that.
        ours_micros: i64 = "ours_micros" "bigint";
        /// The agent whose public reply was the first of all.
        replier_id: Option<String> = "replier_id" "text";
        /// Whether another agent replied in public too.
        several_repliers: bool = "several_repliers" "boolean";
        /// The agent or service account that opened it.
        opened_by: Option<String> = "opened_by" "text";
        /// Its place in its month; null when it took none.
        month_place: Option<i64> = "month_place" "bigint";
        /// How many tickets the plan had for that month; null when it had as many as come.
        month_limit: Option<i64> = "month_limit" "bigint";
        /// When what was said in it was destroyed; null again once something is said.
        erased_at: Option<DateTime<Utc>> = "erased_at" "timestamptz";
        version: i64 = "version" "bigint";
        position: i64 = "position" "bigint";
    }
    computed {
        "solved_at" "timestamptz" as "r.solved_at" = TicketRow::solved_at;
        "first_response_micros" "bigint" as "r.first_response_micros" = TicketRow::first_response_micros;
        "resolution_micros" "bigint" as "r.resolution_micros" = TicketRow::resolution_micros;
        "first_resolution_micros" "bigint" as "r.first_resolution_micros" = TicketRow::first_resolution_micros;
        "customer_wait_micros" "bigint" as "r.customer_wait_micros" = TicketRow::customer_wait_micros;
        "status_rank" "smallint" as "r.status_rank" = |row: &TicketRow| status_rank(row.status.0);
        "priority_rank" "smallint" as "r.priority_rank" = |row: &TicketRow| priority_rank(row.priority.0);
    }
}

/// Where a status stands in the order of statuses.
pub(crate) fn status_rank(status: Status) -> i16 {
    status as i16
}

/// Where a priority stands in the order of urgency.
pub(crate) fn priority_rank(priority: Priority) -> i16 {
    priority as i16
}

impl TicketRow {
    /// When work on it last came to an end: when it was resolved or, when it was closed without that, closed.
    pub fn solved_at(&self) -> Option<DateTime<Utc>> {
        self.resolved_at.or(self.closed_at)
    }

    fn first_response_micros(&self) -> Option<i64> {
        Some(micros(self.first_response_from?, self.first_response_at?))
    }

    fn resolution_micros(&self) -> Option<i64> {
        Some(micros(self.created_at, self.solved_at()?))
    }

    fn first_resolution_micros(&self) -> Option<i64> {
        Some(micros(self.created_at, self.first_solved_at?))
    }

    /// How long the customer waited for us until it was solved: not while we waited for them, nor while it was over.
    fn customer_wait_micros(&self) -> Option<i64> {
        self.solved_at().map(|_| self.ours_micros)
    }
}

/// Streams fold by sequence: imported times need not rise along one, and no span is negative.
pub(crate) fn micros(from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
    (to - from).num_microseconds().unwrap_or(i64::MAX).max(0)
}

/// The table; `{g}` is its generation.
pub(crate) const TABLE: &str = r#"
CREATE TABLE IF NOT EXISTS tickets_{g} (
    id text COLLATE "C" PRIMARY KEY,
    number bigint NOT NULL,
    external_id text,
    title text,
    status text NOT NULL,
    status_rank smallint NOT NULL,
    priority text NOT NULL,
    priority_rank smallint NOT NULL,
    type text,
    channel text NOT NULL,
    origin text NOT NULL,
    requester_id text COLLATE "C" NOT NULL,
    assignee_id text COLLATE "C",
    team_id text COLLATE "C",
    tags text[] NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    first_response_from timestamptz,
    first_response_at timestamptz,
    resolved_at timestamptz,
    closed_at timestamptz,
    deleted_at timestamptz,
    reopens integer NOT NULL,
    agent_replies integer NOT NULL,
    customer_replies integer NOT NULL,
    rating smallint,
    rated_at timestamptz,
    first_responder_id text COLLATE "C",
    answered_when_solved boolean NOT NULL,
    wrote_back boolean NOT NULL,
    reopened_after bigint,
    rated_agent_id text COLLATE "C",
    first_solved_at timestamptz,
    unanswered_since timestamptz,
    ours_since timestamptz,
    ours_micros bigint NOT NULL,
    replier_id text COLLATE "C",
    several_repliers boolean NOT NULL,
    solved_at timestamptz,
    first_response_micros bigint,
    resolution_micros bigint,
    first_resolution_micros bigint,
    customer_wait_micros bigint,
    opened_by text COLLATE "C",
    month_place bigint,
    month_limit bigint,
    erased_at timestamptz,
    version bigint NOT NULL,
    position bigint NOT NULL
);
"#;

/// What lists sort and filter by; in `ended`, what retention looks at; and, from `volume` on, what analytics sums without the table. Sorts are in both directions with nulls last, so a column that may be null needs two.
pub(crate) const INDEXES: Indexes = Indexes {
    // An erasure finds by it whose tickets are folded anew.
    early: "
CREATE INDEX IF NOT EXISTS tickets_{g}_requester ON tickets_{g} (requester_id, created_at);
",
    late: "
CREATE UNIQUE INDEX IF NOT EXISTS tickets_{g}_number ON tickets_{g} (number);
CREATE INDEX IF NOT EXISTS tickets_{g}_created ON tickets_{g} (created_at, id);
CREATE INDEX IF NOT EXISTS tickets_{g}_updated ON tickets_{g} (updated_at, id);
CREATE INDEX IF NOT EXISTS tickets_{g}_status ON tickets_{g} (status_rank, created_at, id);
CREATE INDEX IF NOT EXISTS tickets_{g}_priority ON tickets_{g} (priority_rank, created_at, id);
CREATE INDEX IF NOT EXISTS tickets_{g}_queue ON tickets_{g} (priority_rank DESC, created_at, id);
CREATE INDEX IF NOT EXISTS tickets_{g}_resolved ON tickets_{g} (resolved_at, id);
CREATE INDEX IF NOT EXISTS tickets_{g}_resolved_latest ON tickets_{g} (resolved_at DESC NULLS LAST, id DESC);
CREATE INDEX IF NOT EXISTS tickets_{g}_closed ON tickets_{g} (closed_at, id);
CREATE INDEX IF NOT EXISTS tickets_{g}_closed_latest ON tickets_{g} (closed_at DESC NULLS LAST, id DESC);
CREATE INDEX IF NOT EXISTS tickets_{g}_ended ON tickets_{g}
    ((CASE status WHEN 'closed' THEN closed_at ELSE resolved_at END), id)
    WHERE erased_at IS NULL AND status IN ('resolved', 'closed');
CREATE INDEX IF NOT EXISTS tickets_{g}_answered ON tickets_{g} (first_response_at, id);
CREATE INDEX IF NOT EXISTS tickets_{g}_answered_latest
    ON tickets_{g} (first_response_at DESC NULLS LAST, id DESC);
CREATE INDEX IF NOT EXISTS tickets_{g}_assignee ON tickets_{g} (assignee_id, status_rank);
CREATE INDEX IF NOT EXISTS tickets_{g}_team ON tickets_{g} (team_id, status_rank);
CREATE INDEX IF NOT EXISTS tickets_{g}_opener ON tickets_{g} (opened_by) WHERE opened_by IS NOT NULL;
CREATE INDEX IF NOT EXISTS tickets_{g}_external ON tickets_{g} (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS tickets_{g}_volume ON tickets_{g} (created_at)
    INCLUDE (status_rank, first_response_micros, rating) WHERE deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS tickets_{g}_responses ON tickets_{g} (first_response_at)
    INCLUDE (first_response_micros) WHERE deleted_at IS NULL AND first_response_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS tickets_{g}_solved ON tickets_{g} (solved_at)
    INCLUDE (resolution_micros, customer_wait_micros, agent_replies, customer_replies, answered_when_solved, wrote_back,
        reopens, reopened_after, several_repliers)
    WHERE deleted_at IS NULL AND solved_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS tickets_{g}_first_solved ON tickets_{g} (first_solved_at)
    INCLUDE (first_resolution_micros) WHERE deleted_at IS NULL AND first_solved_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS tickets_{g}_unanswered ON tickets_{g} (unanswered_since)
    WHERE deleted_at IS NULL AND unanswered_since IS NOT NULL;
CREATE INDEX IF NOT EXISTS tickets_{g}_rated ON tickets_{g} (rated_at)
    INCLUDE (rating) WHERE deleted_at IS NULL AND rated_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS tickets_{g}_deleted ON tickets_{g} (created_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS tickets_{g}_tags ON tickets_{g} USING gin (tags);
",
};
