-- The log of one tenant, and what the write side keeps beside it.
-- {role} is the tenant's role: it owns nothing, and what it may do with each table is said here.

-- One row: the only lock of the write path.
CREATE TABLE head (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    position bigint NOT NULL,
    epoch integer NOT NULL,
    recorded_at timestamptz NOT NULL,
    -- Named counters, for instance {"ticket": 17}.
    counters jsonb NOT NULL
) WITH (fillfactor = 10);
INSERT INTO head (position, epoch, recorded_at, counters) VALUES (0, 1, '-infinity', '{}');
GRANT SELECT, UPDATE ON head TO {role};

-- The seven columns from aggregate_type to metadata have the names and types of the postgres-es crate, which can so
-- read this table. Payloads are json, not jsonb: the bytes as stored are what proofs are about.
CREATE TABLE events (
    position bigint PRIMARY KEY,
    aggregate_type text NOT NULL,
    aggregate_id text NOT NULL,
    sequence bigint NOT NULL CHECK (sequence > 0),
    event_type text NOT NULL,
    event_version text NOT NULL,
    payload json NOT NULL,
    metadata json NOT NULL,
    event_id uuid NOT NULL,
    command_id uuid NOT NULL,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    UNIQUE (aggregate_type, aggregate_id, sequence)
);
-- Append-only by grants: no UPDATE, no DELETE.
GRANT SELECT, INSERT ON events TO {role};

-- Uniqueness by insert: an email, an external id, a name. The digest is an HMAC under the tenant's key.
CREATE TABLE claims (
    kind text NOT NULL,
    digest bytea NOT NULL,
    owner text NOT NULL,
    PRIMARY KEY (kind, digest)
);
GRANT SELECT, INSERT, DELETE ON claims TO {role};

-- Idempotency: what became of a command. expires_at is null for those that are kept for ever.
CREATE TABLE commands (
    command_id uuid PRIMARY KEY,
    request_digest bytea NOT NULL,
    outcome json NOT NULL,
    first_position bigint,
    last_position bigint,
    recorded_at timestamptz NOT NULL,
    expires_at timestamptz
);
CREATE INDEX commands_expires_at ON commands (expires_at) WHERE expires_at IS NOT NULL;
GRANT SELECT, INSERT, DELETE ON commands TO {role};

-- The keys of the people that the log is about, each under the tenant's key. Deleting a row erases.
CREATE TABLE subject_keys (
    key_id text PRIMARY KEY,
    subject text NOT NULL,
    wrapped bytea NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX subject_keys_subject ON subject_keys (subject);
GRANT SELECT, INSERT, DELETE ON subject_keys TO {role};

-- Who reads the log, and how far each one came. A read model's tables carry the generation in their names; its
-- stable name is a view over the generation that is live.
CREATE TABLE subscriptions (
    name text PRIMARY KEY,
    version integer NOT NULL,
    generation integer NOT NULL,
    checkpoint bigint NOT NULL,
    -- live, parked
    state text NOT NULL,
    last_error text
) WITH (fillfactor = 50);
GRANT SELECT, INSERT, UPDATE ON subscriptions TO {role};
