-- How many bytes the files have: one row, moved in the transaction that moves a file.
CREATE TABLE storage (
    id integer PRIMARY KEY CHECK (id = 1),
    -- Of those that are there.
    used bigint NOT NULL,
    -- Of those on their way in: as much as they were let bring.
    reserved bigint NOT NULL
) WITH (fillfactor = 50);
-- What was on its way while this ran held no room.
INSERT INTO storage SELECT 1, coalesce(sum(size) FILTER (WHERE status <> 'receiving'), 0),
    coalesce(sum(size) FILTER (WHERE status = 'receiving'), 0) FROM files;
GRANT SELECT, UPDATE ON storage TO {role};
