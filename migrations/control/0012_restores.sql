-- What is restored from a backup, and what was: see docs/backups.md.

-- Set while it is restored: so long it is closed, whatever an operator did.
ALTER TABLE tenants ADD COLUMN restoring_since timestamptz;

CREATE TABLE restores (
    restore text COLLATE "C" PRIMARY KEY,
    -- What is restored, or made.
    tenant text NOT NULL,
    -- What was wished: the same again goes on with one that was interrupted.
    wish jsonb NOT NULL,
    by text NOT NULL,
    -- The epoch that the tenant is to be in.
    epoch integer NOT NULL,
    -- filling, switched, done, failed
    step text NOT NULL,
    progress text NOT NULL,
    begun_at timestamptz NOT NULL,
    finished_at timestamptz,
    -- The last position that was kept.
    position bigint,
    facts jsonb,
    failure text
);
CREATE UNIQUE INDEX restores_open ON restores (tenant) WHERE finished_at IS NULL;
CREATE INDEX restores_tenant ON restores (tenant, begun_at);
GRANT SELECT ON restores TO {server};
