//! Forgetting what receivers answered when they were told of somebody who was erased. Receivers echo what they get.

use event_store::Log;

use crate::error::ReactionError;

/// Deliveries that are looked at in one transaction.
const BATCH: i64 = 500;

const NEXT: &str = "
    SELECT max(seq) FROM (SELECT seq FROM webhook_deliveries WHERE seq > $1 ORDER BY seq LIMIT $2) page";

/// Every delivery that names the subject is about one of their streams, or of one that ever mentions them: the ticket
/// that they asked about, or were responsible for, or wrote on.
const FORGET: &str = "
    WITH page AS MATERIALIZED (
        SELECT d.id, e.aggregate_type, e.aggregate_id
        FROM webhook_deliveries d JOIN events e ON e.position = d.position
        WHERE d.seq > $1 AND d.seq <= $2
    ), about AS MATERIALIZED (
        SELECT aggregate_type, aggregate_id FROM (SELECT DISTINCT aggregate_type, aggregate_id FROM page) streams
        WHERE aggregate_id = ANY($3) OR EXISTS (
            SELECT FROM events e, unnest($4::text[]) AS subject
            WHERE e.aggregate_type = streams.aggregate_type AND e.aggregate_id = streams.aggregate_id
              AND strpos(e.payload::text, subject) > 0)
    )
    DELETE FROM webhook_attempts a USING page JOIN about USING (aggregate_type, aggregate_id)
    WHERE a.delivery_id = page.id";

/// Forgets the attempts of all deliveries that are about one of these streams, by their ids, or may be about one of these
/// subjects; gives how many. That they were delivered, and
/// how often they were tried, stays.
pub(crate) async fn forget(log: &Log, streams: &[String], subjects: &[String]) -> Result<u64, ReactionError> {
    let (mut after, mut gone) = (i64::MIN, 0);
    loop {
        let tx = log.begin().await?;
        let next: Option<i64> = tx.query_one(NEXT, &[&after, &BATCH]).await?.get(0);
        let Some(next) = next else {
            tx.commit().await?;
            return Ok(gone);
        };
        gone += tx.execute(FORGET, &[&after, &next, &streams, &subjects]).await?;
        tx.commit().await?;
        after = next;
    }
}
