-- Log streams: how far each log of each stream was sent to where it is watched. The streams themselves are events; nothing
-- is queued, for the logs are kept.
CREATE TABLE log_streams (
    stream_id text COLLATE "C" NOT NULL,
    -- audit, access_log
    log text NOT NULL,
    -- The version of the stream that this follows.
    version bigint NOT NULL,
    active boolean NOT NULL,
    deleted boolean NOT NULL,
    -- The last place that was taken.
    sent_to bigint NOT NULL,
    last_sent_at timestamptz,
    -- The first failure since, how many in a row, and what the last one said.
    failing_since timestamptz,
    failures integer NOT NULL,
    last_error text,
    -- Nothing can be sent, for a fault of our own.
    parked boolean NOT NULL,
    -- Not before.
    due_at timestamptz,
    -- A worker has it in hand until then. What one that died had is sent again.
    lease uuid,
    leased_until timestamptz,
    PRIMARY KEY (stream_id, log)
);
GRANT SELECT, INSERT, UPDATE ON log_streams TO {role};
