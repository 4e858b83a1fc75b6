-- What people get in with: secrets, which never enter the log. Who was invited, who joined, which password counts and
-- which sessions are open is in the log; a row here without its event opens nothing.

CREATE TABLE invitations (
    invitation_id text PRIMARY KEY,
    agent_id text NOT NULL,
    -- SHA-256 of the token.
    digest bytea NOT NULL UNIQUE,
    admin boolean NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX invitations_agent ON invitations (agent_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON invitations TO {role};

CREATE TABLE passwords (
    password_id text PRIMARY KEY,
    agent_id text NOT NULL,
    -- A PHC string: argon2id, its parameters, salt and output.
    hash text NOT NULL,
    created_at timestamptz NOT NULL,
    -- Wrong passwords since that was last recorded in the log, and when that was.
    failed_attempts integer NOT NULL DEFAULT 0,
    failures_recorded_at timestamptz
);
CREATE INDEX passwords_agent ON passwords (agent_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON passwords TO {role};

CREATE TABLE sessions (
    session_id text PRIMARY KEY,
    agent_id text NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    -- Moved by every refresh.
    idle_until timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    -- Network address and user agent, sealed.
    client bytea
);
CREATE INDEX sessions_agent ON sessions (agent_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON sessions TO {role};

-- The refresh tokens of a session, the spent ones too: one that comes again was stolen.
CREATE TABLE refresh_tokens (
    -- SHA-256 of the token.
    digest bytea PRIMARY KEY,
    session_id text NOT NULL REFERENCES sessions ON DELETE CASCADE,
    spent_at timestamptz
);
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON refresh_tokens TO {role};
