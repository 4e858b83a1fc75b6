//! One row per event of a record. A row never changes once it is written.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::{generation::Indexes, table::table_row};

table_row! {
    /// What one event meant for a record.
    RecordRow in "record_timeline" by "position" {
        position: i64 = "position" "bigint";
        /// `customer`, `agent`, `team`, `tenant`.
        record_kind: String = "record_kind" "text";
        record_id: String = "record_id" "text";
        sequence: i64 = "sequence" "bigint";
        event_type: String = "event_type" "text";
        occurred_at: DateTime<Utc> = "occurred_at" "timestamptz";
        recorded_at: DateTime<Utc> = "recorded_at" "timestamptz";
        actor: String = "actor" "text";
        origin: String = "origin" "text";
        request_id: Option<String> = "request_id" "text";
        /// What changed: field -> [before, after].
        detail: Value = "detail" "jsonb";
    }
    computed {}
}

/// The table; `{g}` is its generation.
pub(crate) const TABLE: &str = r#"
CREATE TABLE IF NOT EXISTS record_timeline_{g} (
    position bigint PRIMARY KEY,
    record_kind text NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    sequence bigint NOT NULL,
    event_type text NOT NULL,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    actor text COLLATE "C" NOT NULL,
    origin text NOT NULL,
    request_id text,
    detail jsonb NOT NULL
);
"#;

/// What the audit trail is filtered by; what agents did and where the tenant's days begin, for analytics.
pub(crate) const INDEXES: Indexes = Indexes::of_lines(
    "
CREATE INDEX IF NOT EXISTS record_timeline_{g}_record ON record_timeline_{g} (record_id, position);
CREATE INDEX IF NOT EXISTS record_timeline_{g}_actor ON record_timeline_{g} (actor, position);
CREATE INDEX IF NOT EXISTS record_timeline_{g}_done
    ON record_timeline_{g} (actor, occurred_at) WHERE starts_with(actor, 'agent:');
CREATE INDEX IF NOT EXISTS record_timeline_{g}_zone
    ON record_timeline_{g} (position) WHERE record_kind = 'tenant' AND detail ? 'time_zone';
",
);
