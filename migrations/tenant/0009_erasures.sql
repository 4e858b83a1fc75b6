-- Whose keys were destroyed. A row is written in the transaction that destroys the keys and appends the fact; while it
-- is not completed, what is left of the person outside the log must still be cleaned.

CREATE TABLE erased_subjects (
    subject text COLLATE "C" PRIMARY KEY,
    -- The last position of the commit that erased them.
    position bigint NOT NULL,
    erased_at timestamptz NOT NULL,
    -- How many keys were destroyed.
    keys bigint NOT NULL,
    -- When read models, delivery logs and the rest were clean.
    completed_at timestamptz,
    -- What was signed of it then: a C2SP signed note.
    certificate text
);
CREATE INDEX erased_subjects_position ON erased_subjects (position);
CREATE INDEX erased_subjects_erased_at ON erased_subjects (erased_at);
CREATE INDEX erased_subjects_open ON erased_subjects (position) WHERE completed_at IS NULL;
GRANT SELECT, INSERT, UPDATE ON erased_subjects TO {role};
