-- Webhooks: who is told, what is on its way, and what came of it. The reaction `webhooks` reads the log and keeps all
-- of this; nothing here holds the text of a ticket: what is sent is folded from the log each time it is sent.

INSERT INTO subscriptions (name, version, generation, checkpoint, state, last_error)
    VALUES ('webhooks', 1, 0, 0, 'live', NULL);

-- Endpoints as the reaction knows them at its checkpoint, folded from their events.
CREATE TABLE webhooks (
    id text COLLATE "C" PRIMARY KEY,
    -- Null once it is deleted, or its key is.
    url text,
    description text,
    events text[] NOT NULL,
    include_imported boolean NOT NULL,
    ordering text NOT NULL,
    -- active, disabled, deleted
    state text NOT NULL,
    disabled_reason text,
    -- Where it was last disabled: what came after that, until it was enabled, was not queued for it.
    disabled_at bigint,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    created_position bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON webhooks TO {role};

-- What they are signed with, sealed under the tenant's key. Written by the write side.
CREATE TABLE webhook_secrets (
    webhook_id text COLLATE "C" NOT NULL,
    secret_id uuid NOT NULL,
    sealed bytea NOT NULL,
    created_at timestamptz NOT NULL,
    -- Null for the one in use; the one before signs until then.
    expires_at timestamptz,
    PRIMARY KEY (webhook_id, secret_id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_secrets TO {role};

-- How an endpoint fares. Apart from it, because attempts write here and the fold of the log writes there.
CREATE TABLE webhook_health (
    webhook_id text COLLATE "C" PRIMARY KEY,
    last_success_at timestamptz,
    last_failure_at timestamptz,
    -- The first failure since the last success.
    failing_since timestamptz,
    -- It asked for peace until then (Retry-After).
    hold_until timestamptz
);
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_health TO {role};

-- One event on its way to one endpoint.
CREATE TABLE webhook_deliveries (
    id text COLLATE "C" PRIMARY KEY,
    webhook_id text COLLATE "C" NOT NULL,
    -- What is kept in order: the aggregate's id, or something of its own.
    lane text COLLATE "C" NOT NULL,
    -- The order within the lane. Given under the lock on the checkpoint.
    seq bigint NOT NULL,
    event_id text NOT NULL,
    -- Null for a test.
    position bigint,
    event text NOT NULL,
    finer_type text NOT NULL,
    -- live, replay, test
    origin text NOT NULL,
    replay_of text,
    -- The delivery that repeats this one.
    replayed_as text,
    -- pending, delivered, failed
    status text NOT NULL,
    attempts integer NOT NULL,
    last_status smallint,
    last_error text,
    created_at timestamptz NOT NULL,
    next_attempt_at timestamptz,
    finished_at timestamptz
);
CREATE INDEX webhook_deliveries_pending ON webhook_deliveries (webhook_id, lane, seq) WHERE status = 'pending';
CREATE INDEX webhook_deliveries_seq ON webhook_deliveries (seq);
CREATE INDEX webhook_deliveries_list ON webhook_deliveries (webhook_id, seq);
CREATE INDEX webhook_deliveries_status ON webhook_deliveries (webhook_id, status, seq);
CREATE INDEX webhook_deliveries_finished ON webhook_deliveries (finished_at) WHERE finished_at IS NOT NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_deliveries TO {role};

-- Where something is pending: what workers claim. A lane is worked on by one worker at a time, so that a later event
-- waits for those before it. A worker that dies leaves a lease that runs out.
CREATE TABLE webhook_lanes (
    webhook_id text COLLATE "C" NOT NULL,
    lane text COLLATE "C" NOT NULL,
    due_at timestamptz NOT NULL,
    lease uuid,
    leased_until timestamptz,
    PRIMARY KEY (webhook_id, lane)
);
CREATE INDEX webhook_lanes_due ON webhook_lanes (webhook_id, due_at);
CREATE INDEX webhook_lanes_leased ON webhook_lanes (webhook_id, leased_until) WHERE leased_until IS NOT NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_lanes TO {role};

-- What was sent and what came back, sealed: receivers echo what they get. Kept for 30 days.
CREATE TABLE webhook_attempts (
    delivery_id text COLLATE "C" NOT NULL,
    number integer NOT NULL,
    at timestamptz NOT NULL,
    duration_ms integer NOT NULL,
    status smallint,
    error text,
    sealed bytea NOT NULL,
    PRIMARY KEY (delivery_id, number)
);
GRANT SELECT, INSERT, DELETE ON webhook_attempts TO {role};

-- Repetitions: they go on where they stopped, and are queued only as fast as they are taken.
CREATE TABLE webhook_replays (
    id text COLLATE "C" PRIMARY KEY,
    webhook_id text COLLATE "C" NOT NULL,
    -- delivery, failed_since, from_position
    kind text NOT NULL,
    -- The last position (from_position) or seq (failed_since) that was looked at.
    reached bigint NOT NULL,
    -- The last seq to look at; null for from_position, which ends where the live events go on.
    until bigint,
    since timestamptz,
    queued bigint NOT NULL,
    created_at timestamptz NOT NULL,
    finished_at timestamptz
);
CREATE INDEX webhook_replays_running ON webhook_replays (webhook_id) WHERE finished_at IS NULL;
CREATE INDEX webhook_replays_finished ON webhook_replays (finished_at) WHERE finished_at IS NOT NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_replays TO {role};
