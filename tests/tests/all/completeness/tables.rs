//! Every table, and why it may hold what it holds.

/// What a table is to the log.
pub enum Table {
    /// The log, and what an append writes with it.
    Log,
    /// The write side's: no row without an event.
    Written {
        /// Selects the rows that no event explains.
        unexplained: &'static str,
        /// Columns that change without one (`*`: all), as it is promised to nobody: last use, attempts, hashes.
        apart: &'static [&'static str],
    },
    /// Follows from the log: read models, the tree, how far readers have come, what is on its way.
    Derived,
    /// Neither: what is evidence from outside, or is made to run.
    Outside,
}

use Table::{Derived, Log, Outside, Written};

/// Of a tenant's schema. Tables of read models stand here without their generation.
pub const TENANT: &[(&str, Table)] = &[
    ("head", Log),
    // Who saw what: nothing is decided on it, and what it says changes nothing.
    ("access_log", Outside),
    ("access_log_head", Outside),
    ("events", Log),
    (
        "claims",
        Written {
            unexplained: "SELECT kind FROM claims WHERE NOT EXISTS (
                SELECT FROM events WHERE aggregate_id = split_part(owner, '/', 1))",
            apart: &[],
        },
    ),
    (
        "commands",
        Written {
            // One that recorded nothing is only remembered.
            unexplained: "SELECT command_id::text FROM commands c WHERE first_position IS NOT NULL AND NOT EXISTS (
                SELECT FROM events e WHERE e.position BETWEEN first_position AND last_position
                    AND e.command_id = c.command_id)",
            apart: &["*"],
        },
    ),
    (
        "subject_keys",
        Written {
            unexplained: "SELECT key_id FROM subject_keys WHERE NOT EXISTS (
                SELECT FROM events WHERE strpos(payload::text, key_id) > 0 OR strpos(metadata::text, key_id) > 0)
                AND NOT EXISTS (SELECT FROM access_log WHERE client_key = key_id)",
            // What they are wrapped under.
            apart: &["wrapped", "key_version"],
        },
    ),
    (
        "erased_subjects",
        Written {
            // Of a person, of what a message said and brought, or of a ticket.
            unexplained: "SELECT subject FROM erased_subjects WHERE NOT EXISTS (
                SELECT FROM events WHERE (event_type IN ('customer.erased', 'agent.erased') AND aggregate_id = subject)
                    OR (event_type = 'ticket.erased' AND payload ->> 'erasure' = subject
                        AND (payload -> 'destroyed')::jsonb = to_jsonb(key_ids))
                    OR (event_type IN ('ticket.message_redacted', 'ticket.message_rectified')
                        AND (payload ->> 'destroyed' = subject OR (payload -> 'files')::jsonb ? subject)))",
            apart: &["completed_at", "certificate"],
        },
    ),
    (
        "api_keys",
        Written {
            unexplained: "SELECT key_id FROM api_keys k WHERE NOT EXISTS (
                    SELECT FROM events WHERE event_type = 'tenant.api_key_issued' AND payload ->> 'key' = key_id
                        AND payload ->> 'name' = name AND payload ->> 'owner' IS NOT DISTINCT FROM owner
                        AND (payload -> 'scopes')::jsonb @> to_jsonb(scopes)
                        AND (payload -> 'scopes')::jsonb <@ to_jsonb(scopes))
                OR (revoked_at IS NOT NULL AND NOT EXISTS (
                    SELECT FROM events WHERE event_type = 'tenant.api_key_revoked' AND payload ->> 'key' = key_id))",
            apart: &["last_used_at"],
        },
    ),
    (
        "invitations",
        Written {
            unexplained: "SELECT invitation_id FROM invitations i WHERE NOT EXISTS (
                SELECT FROM events WHERE event_type = 'agent.invited' AND payload ->> 'invitation' = invitation_id
                    AND aggregate_id = agent_id AND payload ->> 'role' = role)",
            apart: &[],
        },
    ),
    (
        "passwords",
        Written {
            unexplained: "SELECT password_id FROM passwords WHERE NOT EXISTS (
                SELECT FROM events
                WHERE event_type IN ('agent.joined', 'agent.password_changed', 'agent.password_reset')
                    AND payload ->> 'password' = password_id AND aggregate_id = agent_id)",
            apart: &["hash", "failed_attempts", "failures_recorded_at"],
        },
    ),
    (
        "sessions",
        Written {
            unexplained: "SELECT session_id FROM sessions WHERE NOT EXISTS (
                SELECT FROM events WHERE event_type = 'agent.session_started' AND payload ->> 'session' = session_id
                    AND aggregate_id = agent_id)",
            apart: &["last_used_at", "idle_until", "client"],
        },
    ),
    (
        "support_sessions",
        Written {
            unexplained: "SELECT session_id FROM support_sessions s WHERE NOT EXISTS (
                SELECT FROM events WHERE event_type IN ('support.entered', 'support.break_glass')
                    AND payload ->> 'session' = session_id AND payload ->> 'operator' = operator)",
            apart: &[],
        },
    ),
    (
        "factors",
        Written {
            unexplained: "SELECT factor_id FROM factors WHERE NOT EXISTS (
                SELECT FROM events WHERE event_type = 'agent.factor_added' AND payload ->> 'factor' = factor_id
                    AND aggregate_id = agent_id)",
            apart: &["name", "last_used_at", "last_step", "sign_count"],
        },
    ),
    (
        "recovery_codes",
        Written {
            unexplained: "SELECT codes_id FROM recovery_codes r WHERE NOT EXISTS (
                    SELECT FROM events WHERE event_type = 'agent.recovery_codes_made'
                        AND payload ->> 'codes' = codes_id AND aggregate_id = agent_id)
                OR (SELECT count(*) FROM recovery_codes o WHERE o.codes_id = r.codes_id AND spent_at IS NOT NULL) > (
                    SELECT count(*) FROM events WHERE event_type = 'agent.recovery_code_used'
                        AND payload ->> 'codes' = codes_id)",
            apart: &[],
        },
    ),
    (
        "password_resets",
        Written {
            unexplained: "SELECT reset_id FROM password_resets WHERE NOT EXISTS (
                SELECT FROM events WHERE event_type = 'agent.password_reset_issued' AND payload ->> 'reset' = reset_id
                    AND aggregate_id = agent_id)",
            apart: &[],
        },
    ),
    // What was begun and not finished: it opens nothing by itself.
    ("challenges", Outside),
    (
        "refresh_tokens",
        Written {
            unexplained: "SELECT session_id FROM refresh_tokens WHERE NOT EXISTS (
                SELECT FROM events WHERE event_type = 'agent.session_started' AND payload ->> 'session' = session_id)",
            apart: &["*"],
        },
    ),
    (
        "webhook_secrets",
        Written {
            // The first one comes with the webhook or the log stream, each other one with a rotation.
            unexplained: "SELECT webhook_id FROM webhook_secrets GROUP BY webhook_id HAVING count(*) > (
                SELECT count(*) FROM events WHERE aggregate_id = webhook_id
                    AND event_type IN ('webhook.created', 'webhook.secret_rotated',
                        'log_stream.created', 'log_stream.secret_rotated'))",
            apart: &["sealed", "key_version"],
        },
    ),
    (
        "files",
        Written {
            // One that waits for its message is nothing yet.
            unexplained: "SELECT file_id FROM files WHERE message_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM events e, json_array_elements(e.payload -> 'attachments') attachment
                WHERE e.position = files.position AND aggregate_id = ticket_id
                    AND payload ->> 'message' = message_id AND attachment ->> 'file' = file_id
                    AND attachment #>> '{name,$sealed,subject}' = subject)",
            apart: &["*"],
        },
    ),
    // The sum of the files.
    ("storage", Derived),
    // How many requests were made: no state of anything that they are about.
    ("rate_limits", Outside),
    // Who is where at this moment.
    ("presence", Outside),
    ("subscriptions", Derived),
    // They say which generation is live.
    ("desk_generation", Derived),
    ("search_generation", Derived),
    ("tickets", Derived),
    ("ticket_timeline", Derived),
    ("record_timeline", Derived),
    ("search_words", Derived),
    ("customers", Derived),
    ("agents", Derived),
    ("teams", Derived),
    ("webhooks", Derived),
    ("webhook_health", Derived),
    ("webhook_deliveries", Derived),
    ("webhook_lanes", Derived),
    ("webhook_attempts", Derived),
    ("webhook_replays", Derived),
    ("log_streams", Derived),
    ("tree_head", Derived),
    ("tree", Derived),
    ("seals", Derived),
    ("tenant_keys", Outside),
    ("log_keys", Outside),
    ("cosignatures", Outside),
    ("migrations", Outside),
];

/// Of the schema that all tenants share.
pub const CONTROL: &[(&str, Table)] = &[
    (
        "tenants",
        Written {
            unexplained: "SELECT tenant FROM control.tenants WHERE tenant = 'acme' AND NOT EXISTS (
                SELECT FROM events WHERE event_type = 'tenant.provisioned' AND aggregate_id = tenant)",
            apart: &[],
        },
    ),
    (
        "hosts",
        Written {
            // What is asked for is reserved first, and free again if it was not recorded.
            unexplained: "SELECT host FROM control.hosts WHERE tenant = 'acme' AND NOT EXISTS (
                SELECT FROM events WHERE aggregate_type = 'tenant'
                    AND host IN (payload ->> 'domain', payload ->> 'custom_domain'))",
            apart: &["asked_at"],
        },
    ),
    ("erasures", Derived),
    // Of a tenant that is no more, whose log is gone.
    ("destructions", Outside),
    // What was done with the data, and is to be: not what they say.
    ("backups", Outside),
    ("backup_schedules", Outside),
    ("drills", Outside),
    ("restores", Outside),
    ("operators", Outside),
    ("signing_keys", Outside),
    ("installation_key", Outside),
    ("moved", Derived),
    // When servers were up, which no log says while they are not.
    ("uptime", Outside),
    ("migrations", Outside),
];
