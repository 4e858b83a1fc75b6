-- A key of webhooks parks alone: its first delivery cannot be made, for a fault of our own, and those behind it wait.
ALTER TABLE webhook_lanes
    -- Why; null while deliveries can be made.
    ADD COLUMN parked text;
CREATE INDEX webhook_lanes_parked ON webhook_lanes (lane) WHERE parked IS NOT NULL;
