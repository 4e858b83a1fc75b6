-- Whose a key is, as its event says: to ask for the owner's version beside the key.
ALTER TABLE api_keys
    ADD COLUMN owner text COLLATE "C",
    -- The type of the owner's stream.
    ADD COLUMN owner_type text COLLATE "C";
