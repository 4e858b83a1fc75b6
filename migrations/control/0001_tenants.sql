-- The control plane: which tenants there are, and where each one's world is.
-- {server} is the role that the server logs in as; the owner is the role that runs migrations.

CREATE TABLE tenants (
    tenant text PRIMARY KEY,
    schema_name text NOT NULL UNIQUE,
    role_name text NOT NULL,
    -- provisioning, active, suspended
    status text NOT NULL,
    -- The tenant's key under the master key (AES-256-GCM: nonce, ciphertext, tag).
    wrapped_key bytea NOT NULL,
    created_at timestamptz NOT NULL
);

GRANT USAGE ON SCHEMA control TO {server};
GRANT SELECT ON tenants TO {server};
