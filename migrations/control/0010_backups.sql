-- What was saved of each tenant, and when the next time is. The backups themselves say more, and can be used without this.

CREATE TABLE backups (
    backup text COLLATE "C" PRIMARY KEY,
    tenant text NOT NULL,
    -- scheduled, manual, before_restore
    kind text NOT NULL,
    started_at timestamptz NOT NULL,
    -- Null while it runs; whoever holds the tenant next ends one that was killed.
    finished_at timestamptz,
    -- Up to where, what it needs, and what it added to what was there; null unless it came to its end.
    position bigint,
    bytes bigint,
    added_bytes bigint,
    -- Why it did not.
    failure text
);
CREATE INDEX backups_tenant ON backups (tenant, started_at);
GRANT SELECT ON backups TO {server};

-- Tenants without a row: at half past two each day, kept for 30 days, their keys for 7.
CREATE TABLE backup_schedules (
    tenant text PRIMARY KEY,
    -- By the tenant's clocks.
    at time NOT NULL,
    -- daily, or a day of the week: monday, …
    days text NOT NULL,
    keep_days integer NOT NULL,
    keys_keep_days integer NOT NULL,
    -- So often a backup is brought back to see that it can be; null: never.
    drill_days integer,
    updated_at timestamptz NOT NULL
);
GRANT SELECT ON backup_schedules TO {server};

-- What came of bringing backups back to see that they can be.
CREATE TABLE drills (
    drill text COLLATE "C" PRIMARY KEY,
    tenant text NOT NULL,
    backup text COLLATE "C" NOT NULL,
    at timestamptz NOT NULL,
    took_ms bigint NOT NULL,
    position bigint NOT NULL,
    ok boolean NOT NULL,
    report jsonb NOT NULL
);
CREATE INDEX drills_tenant ON drills (tenant, at);
GRANT SELECT ON drills TO {server};

-- Whether the backups of a tenant that is to be deleted go with it.
ALTER TABLE tenants ADD COLUMN delete_backups boolean NOT NULL DEFAULT false;
