-- Files that people send. Their bytes are in the object store, sealed; here is what there is to know of them.

CREATE TABLE files (
    file_id text COLLATE "C" PRIMARY KEY,
    -- While it is received: 'receiving'; afterwards what a scanner said.
    status text NOT NULL,
    -- Bytes of the file itself; what the store holds is a little more.
    size bigint NOT NULL DEFAULT 0,
    content_type text,
    -- In hexadecimal, of the file itself.
    sha256 text,
    created_at timestamptz NOT NULL,
    -- When it goes, unless a message has it by then; null once one has.
    expires_at timestamptz,
    -- Its name and its key, under the tenant's key; null once a message has it: then the log has them, under the keys of
    -- the person whom the message is about.
    sealed bytea,
    key_version integer REFERENCES tenant_keys
);
CREATE INDEX files_expires_at ON files (expires_at) WHERE expires_at IS NOT NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON files TO {role};
