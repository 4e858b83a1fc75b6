-- Who is at a ticket at this moment: no fact, not of the log, and worth nothing in a backup. An ordinary table: an unlogged
-- one could not move to another node while it is in use.
CREATE TABLE presence (
    ticket_id text COLLATE "C" NOT NULL,
    -- agent:agt_…, api_key:key_…, support:….
    actor text COLLATE "C" NOT NULL,
    -- viewing, replying
    state text NOT NULL,
    -- In this state.
    since timestamptz NOT NULL,
    -- Over then, unless it is said again.
    until timestamptz NOT NULL,
    PRIMARY KEY (ticket_id, actor)
) WITH (fillfactor = 50);
CREATE INDEX presence_actor ON presence (actor, until);
CREATE INDEX presence_until ON presence (until);
GRANT SELECT, INSERT, UPDATE, DELETE ON presence TO {role};
