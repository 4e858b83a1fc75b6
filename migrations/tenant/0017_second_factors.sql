-- What people prove beside their password, and how they set another one. Which factor, which set of recovery codes and
-- which reset counts is in the log; a row here without its event opens nothing.

CREATE TABLE factors (
    factor_id text PRIMARY KEY,
    agent_id text NOT NULL,
    -- What they call it; sealed.
    name bytea NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz,
    -- Of a generator of codes: its seed, sealed, and the step of the last code that was taken: none is taken twice.
    seed bytea,
    last_step bigint,
    -- Of a passkey: the host that it was made for, its id and public key (COSE), and its count of signatures.
    host text,
    credential bytea UNIQUE,
    public_key bytea,
    sign_count bigint,
    CHECK ((seed IS NULL) <> (credential IS NULL))
);
CREATE INDEX factors_agent ON factors (agent_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON factors TO {role};

CREATE TABLE recovery_codes (
    codes_id text NOT NULL,
    -- SHA-256 of the set's name and the code.
    digest bytea NOT NULL,
    agent_id text NOT NULL,
    created_at timestamptz NOT NULL,
    spent_at timestamptz,
    PRIMARY KEY (codes_id, digest)
);
CREATE INDEX recovery_codes_agent ON recovery_codes (agent_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON recovery_codes TO {role};

-- What was begun and not finished: log-ins that wait for their second step, and what passkeys are asked to sign. Each is
-- taken once.
CREATE TABLE challenges (
    -- SHA-256 of the token, or of the challenge itself.
    digest bytea PRIMARY KEY,
    purpose text NOT NULL,
    -- Unknown where a passkey is to say it.
    agent_id text,
    -- The password that was right.
    password_id text,
    host text,
    challenge bytea,
    attempts integer NOT NULL DEFAULT 0,
    expires_at timestamptz NOT NULL
);
CREATE INDEX challenges_expiry ON challenges (expires_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON challenges TO {role};

CREATE TABLE password_resets (
    reset_id text PRIMARY KEY,
    agent_id text NOT NULL,
    -- SHA-256 of the token.
    digest bytea NOT NULL UNIQUE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX password_resets_agent ON password_resets (agent_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON password_resets TO {role};

-- When its agent last proved who they are; none: when it began.
ALTER TABLE sessions ADD COLUMN proved_at timestamptz;
