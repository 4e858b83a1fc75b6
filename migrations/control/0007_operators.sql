-- Who may make, suspend and delete tenants. Their tokens are kept as SHA-256; only the owner makes them.

CREATE TABLE operators (
    operator text COLLATE "C" PRIMARY KEY,
    digest bytea NOT NULL UNIQUE,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz
);
GRANT SELECT ON operators TO {server};
