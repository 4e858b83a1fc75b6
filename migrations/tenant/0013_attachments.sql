-- Which message has a file, as the log says: null while it waits for one.

ALTER TABLE files
    ADD COLUMN ticket_id text COLLATE "C",
    ADD COLUMN message_id text COLLATE "C",
    -- Of the event that says so.
    ADD COLUMN position bigint,
    -- The person whom the message is about.
    ADD COLUMN subject text COLLATE "C";
CREATE INDEX files_subject ON files (subject) WHERE subject IS NOT NULL;
CREATE INDEX files_pending ON files (created_at) WHERE status = 'pending';
