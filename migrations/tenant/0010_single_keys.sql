-- Keys of one field: it can be destroyed alone, when one message is redacted.

ALTER TABLE subject_keys ADD COLUMN single boolean NOT NULL DEFAULT false;
-- Who has many messages has many keys; what is sealed next needs the shared one.
CREATE INDEX subject_keys_shared ON subject_keys (subject) WHERE NOT single;
