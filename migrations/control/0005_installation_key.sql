-- The key that wraps every tenant's, under the master key: so changing the master key changes this one row.

CREATE TABLE installation_key (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    wrapped bytea NOT NULL,
    -- The id of the master key that it is under.
    master_key text NOT NULL,
    wrapped_at timestamptz NOT NULL
);
