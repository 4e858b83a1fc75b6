-- Which minutes of each day (UTC) this installation was up, as its servers saw themselves: 1440 bits, one per minute, set by
-- whichever process wrote here in that minute. Kept for ever: a year of it is less than 100 kB.
CREATE TABLE uptime (
    day date PRIMARY KEY,
    minutes bytea NOT NULL CHECK (octet_length(minutes) = 180)
);
GRANT SELECT, INSERT, UPDATE ON uptime TO {server};
