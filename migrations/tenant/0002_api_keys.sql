-- Keys of programs: what never enters the log. The key's name and rights are events of the tenant.

CREATE TABLE api_keys (
    key_id text PRIMARY KEY,
    -- SHA-256 of the whole key.
    digest bytea NOT NULL UNIQUE,
    -- The first characters, for people to tell keys apart.
    hint text NOT NULL,
    name text NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz
);
GRANT SELECT, INSERT, UPDATE ON api_keys TO {role};
