-- The versions of the tenant's key. Whatever is sealed under one names it, so that one is only taken away when nothing needs
-- it any more, whatever any process is about to write.

CREATE TABLE tenant_keys (
    version integer PRIMARY KEY,
    -- Under the installation's key. Null: of the first one, until the server has brought it from control.tenants.
    wrapped bytea,
    -- The key of the digests in claims, under the installation's key. Null: it is derived from this one.
    claims bytea,
    created_at timestamptz NOT NULL
);
INSERT INTO tenant_keys (version, created_at) VALUES (1, '-infinity');
GRANT SELECT ON tenant_keys TO {role};

ALTER TABLE subject_keys ADD COLUMN key_version integer NOT NULL DEFAULT 1 REFERENCES tenant_keys;
ALTER TABLE webhook_secrets ADD COLUMN key_version integer NOT NULL DEFAULT 1 REFERENCES tenant_keys;
ALTER TABLE webhook_attempts ADD COLUMN key_version integer NOT NULL DEFAULT 1 REFERENCES tenant_keys;
ALTER TABLE log_keys ADD COLUMN key_version integer NOT NULL DEFAULT 1 REFERENCES tenant_keys;
GRANT UPDATE (wrapped, key_version) ON subject_keys TO {role};
GRANT UPDATE (sealed, key_version) ON webhook_attempts TO {role};
