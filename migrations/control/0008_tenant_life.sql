-- How a tenant's life is interrupted and ends. Its status may also be `destroying`: the end has begun, and goes on until it
-- is done.

-- Set while an operator has it suspended.
ALTER TABLE tenants ADD COLUMN suspended_at timestamptz;
-- Set while it is to be deleted: not before then.
ALTER TABLE tenants ADD COLUMN delete_after timestamptz;

-- What is left of a tenant. Its id is never used again.
CREATE TABLE destructions (
    tenant text PRIMARY KEY,
    begun_at timestamptz NOT NULL,
    -- What was there, as it was counted before it went.
    facts jsonb NOT NULL,
    -- A signed note, once nothing is left.
    certificate text
);
GRANT SELECT ON destructions TO {server};
