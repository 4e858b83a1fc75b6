//! One row per event of a ticket. A row never changes once it is written, but for a message that is redacted or rectified.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::{generation::Indexes, table::table_row};

table_row! {
    /// What one event meant for a ticket.
    TimelineRow in "ticket_timeline" by "ticket_id, sequence" {
        ticket_id: String = "ticket_id" "text";
        sequence: i64 = "sequence" "bigint";
        position: i64 = "position" "bigint";
        event_type: String = "event_type" "text";
        occurred_at: DateTime<Utc> = "occurred_at" "timestamptz";
        recorded_at: DateTime<Utc> = "recorded_at" "timestamptz";
        actor: String = "actor" "text";
        origin: String = "origin" "text";
        request_id: Option<String> = "request_id" "text";
        /// `agent` or `customer`; null when no message was written, or a program wrote it.
        author_kind: Option<String> = "author_kind" "text";
        author_id: Option<String> = "author_id" "text";
        /// `public` or `internal`; null when no message was written.
        visibility: Option<String> = "visibility" "text";
        message_id: Option<String> = "message_id" "text";
        /// Null when it is erased, or no message was written.
        body: Option<String> = "body" "text";
        /// What changed: field -> [before, after], and what else is to be said.
        detail: Value = "detail" "jsonb";
        /// How long the customer had waited, when this ended their waiting for another answer.
        answered_micros: Option<i64> = "answered_micros" "bigint";
        /// What ended it: `reply`, `resolution` or, without an answer, `closing`.
        answered_by: Option<String> = "answered_by" "text";
    }
    computed {}
}

/// The table; `{g}` is its generation.
pub(crate) const TABLE: &str = r#"
CREATE TABLE IF NOT EXISTS ticket_timeline_{g} (
    ticket_id text COLLATE "C" NOT NULL,
    sequence bigint NOT NULL,
    position bigint NOT NULL,
    event_type text NOT NULL,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    actor text COLLATE "C" NOT NULL,
    origin text NOT NULL,
    request_id text,
    author_kind text,
    author_id text COLLATE "C",
    visibility text,
    message_id text COLLATE "C",
    body text,
    detail jsonb NOT NULL,
    answered_micros bigint,
    answered_by text
);
"#;

/// The position is what the feed reads by; what an agent wrote and did is what analytics counts.
pub(crate) const INDEXES: Indexes = Indexes::of_lines(
    "
CREATE INDEX IF NOT EXISTS ticket_timeline_{g}_position ON ticket_timeline_{g} (position);
CREATE INDEX IF NOT EXISTS ticket_timeline_{g}_actor ON ticket_timeline_{g} (actor, position);
CREATE INDEX IF NOT EXISTS ticket_timeline_{g}_written
    ON ticket_timeline_{g} (author_id, occurred_at) INCLUDE (event_type, ticket_id) WHERE author_kind = 'agent';
CREATE INDEX IF NOT EXISTS ticket_timeline_{g}_answered
    ON ticket_timeline_{g} (occurred_at) INCLUDE (ticket_id, answered_micros, answered_by) WHERE answered_by IS NOT NULL;
CREATE INDEX IF NOT EXISTS ticket_timeline_{g}_moved
    ON ticket_timeline_{g} (occurred_at) INCLUDE (ticket_id, event_type) WHERE detail ? 'status';
CREATE INDEX IF NOT EXISTS ticket_timeline_{g}_requesters
    ON ticket_timeline_{g} (ticket_id) WHERE event_type = 'ticket.customer_changed';
CREATE INDEX IF NOT EXISTS ticket_timeline_{g}_done
    ON ticket_timeline_{g} (actor, occurred_at) WHERE starts_with(actor, 'agent:');
",
);
