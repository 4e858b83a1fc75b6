-- A delivery is looked for by what it told of.
CREATE INDEX webhook_deliveries_position ON webhook_deliveries (webhook_id, position);
CREATE INDEX webhook_deliveries_event ON webhook_deliveries (webhook_id, event_id);
