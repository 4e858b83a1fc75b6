-- How much of its limit each caller has used, in buckets that all processes take from: not of the log, and worth nothing
-- in a backup.
CREATE TABLE rate_limits (
    -- agent:agt_…, api_key:key_…, support:….
    holder text NOT NULL,
    bucket text NOT NULL,
    -- When the bucket is full again, in microseconds since 1970.
    full_at bigint NOT NULL,
    -- What was given out last.
    granted bigint NOT NULL,
    PRIMARY KEY (holder, bucket)
) WITH (fillfactor = 50);
GRANT SELECT, INSERT, UPDATE ON rate_limits TO {role};
