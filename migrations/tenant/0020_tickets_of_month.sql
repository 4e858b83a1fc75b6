-- How many tickets came in within the month of the last event, where the tenant is: a counter of the log goes on from here.
-- What was imported is not counted, nor what a copy was made with.
WITH zone AS (
    SELECT payload ->> 'time_zone' AS name FROM events
    WHERE aggregate_type = 'tenant' AND event_type = 'tenant.provisioned' ORDER BY position LIMIT 1
), month AS (
    SELECT to_char(recorded_at AT TIME ZONE zone.name, 'YYYY-MM') AS name FROM head, zone WHERE isfinite(recorded_at)
), copy AS (
    SELECT coalesce(max(position), 0) AS position FROM events
    WHERE aggregate_type = 'tenant' AND event_type = 'tenant.restored' AND payload ->> 'epoch' = '1'
)
UPDATE head SET counters = counters || jsonb_build_object('tickets_of_month ' || month.name, (
    SELECT count(*) FROM events, copy
    WHERE aggregate_type = 'ticket' AND sequence = 1 AND metadata ->> 'origin' <> 'import'
        AND events.position > copy.position
        AND to_char(events.recorded_at AT TIME ZONE zone.name, 'YYYY-MM') = month.name))
FROM zone, month;
