-- Proof: the Merkle tree over the log, and what was signed of it. All of it belongs to the sealer, which reads behind
-- the appends; an append never touches any of these.

-- One row: how far the log is sealed. Its lock decides which process seals.
CREATE TABLE tree_head (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    -- The name of this log in its checkpoints; null until the first one is made, and never changed after that.
    origin text,
    size bigint NOT NULL,
    -- The last tile of each level, as far as it goes: 32 bytes a hash.
    edge bytea[] NOT NULL,
    sealed_at timestamptz,
    -- Why nothing is sealed any more, if so.
    stopped text
);
INSERT INTO tree_head (size, edge) VALUES (0, '{}');
GRANT SELECT, UPDATE ON tree_head TO {role};

-- Full tiles of C2SP tlog-tiles: 256 hashes each. They never change.
CREATE TABLE tree (
    level smallint NOT NULL,
    tile bigint NOT NULL,
    hashes bytea NOT NULL,
    PRIMARY KEY (level, tile)
);
-- Hashes cannot be compressed.
ALTER TABLE tree ALTER hashes SET STORAGE EXTERNAL;
GRANT SELECT, INSERT ON tree TO {role};

-- Checkpoints that were signed (C2SP tlog-checkpoint). They, too, never change.
CREATE TABLE seals (
    size bigint PRIMARY KEY,
    root bytea NOT NULL,
    note text NOT NULL,
    sealed_at timestamptz NOT NULL
);
GRANT SELECT, INSERT ON seals TO {role};

-- What checkpoints are signed with. The private half is sealed under the tenant's key.
CREATE TABLE log_keys (
    -- The key as verifiers need it: a C2SP vkey.
    public_key text PRIMARY KEY,
    sealed_private_key bytea NOT NULL,
    created_at timestamptz NOT NULL,
    -- Set when a later key is made: until then both sign.
    signs_until timestamptz
);
GRANT SELECT, INSERT, UPDATE ON log_keys TO {role};

-- What outside witnesses said of checkpoints (C2SP tlog-cosignature): the newest line of each.
CREATE TABLE cosignatures (
    size bigint NOT NULL,
    witness text NOT NULL,
    line text NOT NULL,
    cosigned_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (size, witness)
);
GRANT SELECT, INSERT, UPDATE ON cosignatures TO {role};
