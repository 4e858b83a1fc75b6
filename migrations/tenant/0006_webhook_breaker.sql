-- An endpoint that fails again and again is tried seldom, by one delivery at a time.
ALTER TABLE webhook_health
    -- Failures since the last success.
    ADD COLUMN failures integer NOT NULL DEFAULT 0,
    -- It is left alone until then, because of these.
    ADD COLUMN paused_until timestamptz;
