-- A tenant that is restored from a backup in place gets another world, in a schema of its own; the one before is dropped.

ALTER TABLE tenants
    -- Which of its worlds this is: counted from 1.
    ADD COLUMN epoch integer NOT NULL DEFAULT 1,
    -- Whose id its sealed fields, keys and files are bound to; null: its own. A copy of another tenant's keeps that one's.
    ADD COLUMN sealed_as text,
    -- Whether a sealed field whose key is not there opens as a made-up value.
    ADD COLUMN masked boolean NOT NULL DEFAULT false;

-- What is told of an earlier world holds no more.
ALTER TABLE moved ADD COLUMN epoch integer NOT NULL DEFAULT 1;
