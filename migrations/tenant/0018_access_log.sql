-- Who saw what: one row per answer that may have shown something of people. Beside the log, for it is far more, and nothing
-- is decided on it; that nobody changed it, an event says that holds a digest over its rows.

-- One row: the last number, given in the order in which rows become visible.
CREATE TABLE access_log_head (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    number bigint NOT NULL,
    recorded_at timestamptz NOT NULL
) WITH (fillfactor = 10);
INSERT INTO access_log_head (number, recorded_at) VALUES (0, '-infinity');
GRANT SELECT, UPDATE ON access_log_head TO {role};

CREATE TABLE access_log (
    number bigint PRIMARY KEY,
    -- Never goes backwards along numbers.
    recorded_at timestamptz NOT NULL,
    -- kind:id, as in events.
    actor text NOT NULL,
    session text,
    operation text NOT NULL,
    kind text NOT NULL,
    -- Ids of what was shown; `seen` says of how many, where somebody counted.
    targets text[] NOT NULL,
    seen integer,
    -- What was asked for, without what people typed.
    query text,
    request_id text,
    status integer NOT NULL,
    -- Network address and user agent, sealed with this key of the actor's.
    client_key text,
    client bytea
);
CREATE INDEX access_log_recorded_at ON access_log (recorded_at, number);
CREATE INDEX access_log_actor ON access_log (actor, number);
CREATE INDEX access_log_request_id ON access_log (request_id);
CREATE INDEX access_log_targets ON access_log USING gin (targets);
-- Append-only by grants: no UPDATE, no DELETE.
GRANT SELECT, INSERT ON access_log TO {role};
