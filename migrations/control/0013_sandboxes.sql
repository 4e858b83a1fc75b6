-- Sandboxes: copies of tenants without anybody's keys (tenants.masked), which are destroyed when they are over.
ALTER TABLE tenants ADD COLUMN expires_at timestamptz;
