//! The SQL of the writer, prepared once per connection. Names are unqualified: the transaction says whose they are.

use tokio_postgres::Statement;

use crate::{database::TenantTx, error::StoreError};

const LOCK: &str = "SELECT position, nullif(recorded_at, '-infinity'), counters FROM head FOR UPDATE";
const VERSIONS: &str = "
    SELECT ordinal, (SELECT sequence FROM events
                     WHERE events.aggregate_type = wanted.aggregate_type AND events.aggregate_id = wanted.aggregate_id
                     ORDER BY sequence DESC LIMIT 1)
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS wanted (aggregate_type, aggregate_id, ordinal)";
const COMMANDS: &str = "
    SELECT command_id, request_digest, outcome, last_position, expires_at FROM commands WHERE command_id = ANY($1)";
/// Where events of these ids stand, at the places where they were to be.
const RECORDED: &str = "
    SELECT ordinal, position
    FROM unnest($1::text[], $2::text[], $3::bigint[], $4::uuid[]) WITH ORDINALITY
        AS wanted (aggregate_type, aggregate_id, sequence, event_id, ordinal)
    JOIN events USING (aggregate_type, aggregate_id, sequence, event_id)";
const OWNERS: &str = "
    SELECT ordinal, owner FROM unnest($1::text[], $2::bytea[]) WITH ORDINALITY AS wanted (kind, digest, ordinal)
    JOIN claims USING (kind, digest)";

macro_rules! event_columns {
    () => {
        "position, aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata, event_id,
         command_id, occurred_at"
    };
}

/// Inserts the events of a batch, which are given as columns from $1 to $11.
macro_rules! insert_events {
    ($recorded_at:literal $(from $table:literal)?) => {
        concat!(
            "INSERT INTO events (", event_columns!(), ", recorded_at)
             SELECT position, aggregate_type, aggregate_id, sequence, event_type, event_version, payload::json,
                    metadata::json, event_id, command_id, occurred_at, ", $recorded_at, "
             FROM ", $($table, ", ",)? "
                unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[],
                       $8::text[], $9::uuid[], $10::uuid[], $11::timestamptz[]) AS row (", event_columns!(), ")"
        )
    };
}

macro_rules! command_columns {
    () => {
        "command_id, request_digest, outcome, first_position, last_position, expires_at"
    };
}

/// Inserts the commands of a batch, which are given as these arrays.
macro_rules! insert_commands {
    ($recorded_at:literal $(from $table:literal)?, $arrays:literal) => {
        concat!(
            "INSERT INTO commands (", command_columns!(), ", recorded_at)
             SELECT command_id, request_digest, outcome::json, first_position, last_position, expires_at, ",
                    $recorded_at, "
             FROM ", $($table, ", ",)? "unnest(", $arrays, ") AS row (", command_columns!(), ")"
        )
    };
}

/// Everything at once, when nothing was read: it rests on a head and on versions that are assumed, and fails with a
/// division by zero (22012) where they are not so.
///
/// One snapshot is enough. Whoever writes moves the head, so a head that is found where it was expected, under its lock,
/// says that nobody has written since: what the snapshot shows of the streams is so still. The rows are inserted from
/// the moved head, so not before its lock is held.
const APPEND_FROM: &str = concat!(
    "WITH moved AS (
        UPDATE head SET position = $20, recorded_at = $12, counters = $21
        WHERE 1 / (position = $19)::integer = 1 AND 1 / (0 = (
            SELECT count(*)
            FROM unnest($22::text[], $23::text[], $24::bigint[]) AS assumed (aggregate_type, aggregate_id, sequence)
            WHERE assumed.sequence <> coalesce(
                (SELECT events.sequence FROM events
                 WHERE events.aggregate_type = assumed.aggregate_type AND events.aggregate_id = assumed.aggregate_id
                 ORDER BY events.sequence DESC LIMIT 1), 0)
        ))::integer = 1
        RETURNING recorded_at
    ), command AS (",
    insert_commands!(
        "moved.recorded_at" from "moved",
        "$13::uuid[], $14::bytea[], $15::text[], $16::bigint[], $17::bigint[], $18::timestamptz[]"
    ),
    ") ",
    insert_events!("moved.recorded_at" from "moved")
);

/// The events of a batch that was sent while the one before it was still on its way: without the head's lock, which that
/// one holds. Fails with a division by zero where a version is not as assumed. Its snapshot may not show the batch before
/// it, so it must be about other streams. [`CONFIRM_HEAD`] then says that nobody else has written.
const APPEND_BEHIND: &str = concat!(
    "WITH confirmed AS MATERIALIZED (SELECT 1 / (0 = (
        SELECT count(*)
        FROM unnest($13::text[], $14::text[], $15::bigint[]) AS assumed (aggregate_type, aggregate_id, sequence)
        WHERE assumed.sequence <> coalesce(
            (SELECT events.sequence FROM events
             WHERE events.aggregate_type = assumed.aggregate_type AND events.aggregate_id = assumed.aggregate_id
             ORDER BY events.sequence DESC LIMIT 1), 0)
    ))::integer AS one) ",
    insert_events!("$12" from "confirmed")
);
/// Waits for whoever holds the head, and fails with a division by zero where they have not left it at $1.
const CONFIRM_HEAD: &str = "
    SELECT 1 / (position = $1)::integer FROM (SELECT position FROM head FOR UPDATE) AS locked";
const MOVE_HEAD: &str = "UPDATE head SET position = $1, recorded_at = $2, counters = $3";
const INSERT_EVENTS: &str = insert_events!("$12");
const INSERT_COMMANDS: &str =
    insert_commands!("$7", "$1::uuid[], $2::bytea[], $3::text[], $4::bigint[], $5::bigint[], $6::timestamptz[]");
const DELETE_EXPIRED: &str = "DELETE FROM commands WHERE command_id = ANY($1)";
const INSERT_CLAIMS: &str = "
    INSERT INTO claims (kind, digest, owner)
    SELECT kind, digest, owner FROM unnest($1::text[], $2::bytea[], $3::text[]) AS row (kind, digest, owner)
    ON CONFLICT (kind, digest) DO NOTHING";
/// Fails where one is taken, which was assumed not to be.
const INSERT_FREE_CLAIMS: &str = "
    INSERT INTO claims (kind, digest, owner)
    SELECT kind, digest, owner FROM unnest($1::text[], $2::bytea[], $3::text[]) AS row (kind, digest, owner)";
const DELETE_CLAIMS: &str = "
    DELETE FROM claims USING unnest($1::text[], $2::bytea[], $3::text[]) AS row (kind, digest, owner)
    WHERE claims.kind = row.kind AND claims.digest = row.digest AND claims.owner = row.owner";
/// Nobody who was erased gets a key again: what another process seals with it in ignorance never opens.
const INSERT_KEYS: &str = "
    INSERT INTO subject_keys (key_id, subject, wrapped, created_at, single, key_version)
    SELECT key_id, subject, wrapped, $4, single, key_version
    FROM unnest($1::text[], $2::text[], $3::bytea[], $5::boolean[], $6::integer[])
        AS row (key_id, subject, wrapped, single, key_version)
    WHERE NOT EXISTS (SELECT FROM erased_subjects WHERE erased_subjects.subject = row.subject)";
/// What is erased is a subject, one field that has a key of its own (then it is called by the key's id), or a thing with
/// several such keys.
const ERASE: &str = "
    WITH named AS (
        SELECT subject, position, ARRAY(
            SELECT key_id FROM unnest($4::text[], $5::text[]) AS own (key_id, key_of) WHERE key_of = subject) AS key_ids
        FROM unnest($1::text[], $2::bigint[]) AS row (subject, position)
    ), destroyed AS (
        DELETE FROM subject_keys WHERE subject = ANY($1) OR key_id = ANY($1) OR key_id = ANY($4)
        RETURNING subject, key_id)
    INSERT INTO erased_subjects (subject, position, erased_at, keys, key_ids)
    SELECT subject, position, $3,
        (SELECT count(*) FROM destroyed WHERE destroyed.subject = named.subject OR destroyed.key_id = named.subject
                                           OR destroyed.key_id = ANY(named.key_ids)), key_ids
    FROM named
    ON CONFLICT (subject) DO UPDATE SET position = excluded.position, erased_at = excluded.erased_at,
        keys = erased_subjects.keys + excluded.keys, completed_at = NULL, certificate = NULL";

/// All of them, on one connection.
#[derive(Clone, Debug)]
pub(super) struct Statements {
    pub lock: Statement,
    pub versions: Statement,
    pub commands: Statement,
    pub recorded: Statement,
    pub owners: Statement,
    pub append_from: Statement,
    pub append_behind: Statement,
    pub confirm_head: Statement,
    pub move_head: Statement,
    pub insert_events: Statement,
    pub insert_commands: Statement,
    pub delete_expired: Statement,
    pub insert_claims: Statement,
    pub insert_free_claims: Statement,
    pub delete_claims: Statement,
    pub insert_keys: Statement,
    pub erase: Statement,
}

impl Statements {
    /// One after the other: once the lock is asked for, nothing may have to be prepared behind it.
    pub async fn prepare(tx: &TenantTx) -> Result<Self, StoreError> {
        Ok(Self {
            lock: tx.statement(LOCK).await?,
            versions: tx.statement(VERSIONS).await?,
            commands: tx.statement(COMMANDS).await?,
            recorded: tx.statement(RECORDED).await?,
            owners: tx.statement(OWNERS).await?,
            append_from: tx.statement(APPEND_FROM).await?,
            append_behind: tx.statement(APPEND_BEHIND).await?,
            confirm_head: tx.statement(CONFIRM_HEAD).await?,
            move_head: tx.statement(MOVE_HEAD).await?,
            insert_events: tx.statement(INSERT_EVENTS).await?,
            insert_commands: tx.statement(INSERT_COMMANDS).await?,
            delete_expired: tx.statement(DELETE_EXPIRED).await?,
            insert_claims: tx.statement(INSERT_CLAIMS).await?,
            insert_free_claims: tx.statement(INSERT_FREE_CLAIMS).await?,
            delete_claims: tx.statement(DELETE_CLAIMS).await?,
            insert_keys: tx.statement(INSERT_KEYS).await?,
            erase: tx.statement(ERASE).await?,
        })
    }
}
