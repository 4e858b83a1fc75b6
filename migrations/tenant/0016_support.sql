-- With what the operator's staff get in, once it has come: the fact, until when and as whom it may see what, is in the log.
-- A row here without its event opens nothing.

CREATE TABLE support_sessions (
    session_id text PRIMARY KEY,
    -- SHA-256 of the token.
    digest bytea NOT NULL UNIQUE,
    operator text NOT NULL,
    ends_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, DELETE ON support_sessions TO {role};
