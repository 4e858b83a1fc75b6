-- What the installation signs access tokens with. The private half is sealed under the master key; the server only
-- reads: a new key is made by the owner.

CREATE TABLE signing_keys (
    -- RFC 7638: the thumbprint of the public half.
    kid text PRIMARY KEY,
    public_key bytea NOT NULL,
    sealed_private_key bytea NOT NULL,
    signs_from timestamptz NOT NULL,
    -- Set when a later key is made: until its last tokens have run out.
    verifies_until timestamptz,
    created_at timestamptz NOT NULL
);
GRANT SELECT ON signing_keys TO {server};
