-- The names of hosts that tenants are found under: one tenant each, in the whole installation. A name is reserved here
-- before it is recorded in the tenant's log, which says whether it is in use; one that is in use by nobody goes after a
-- while.

CREATE TABLE hosts (
    host text COLLATE "C" PRIMARY KEY,
    tenant text NOT NULL,
    -- When it was asked for last: younger ones may be about to be recorded.
    asked_at timestamptz NOT NULL
);
CREATE INDEX hosts_tenant ON hosts (tenant);
GRANT SELECT, INSERT, UPDATE, DELETE ON hosts TO {server};
