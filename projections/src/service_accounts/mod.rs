//! Service accounts: what programs there are, and what each may do. Asked for by whoever manages keys.
//!
//! Folded from their own streams whenever they are asked for, as the tenant is: they are few, their streams are short,
//! and what is listed is never behind. The log's index of streams gives a page of them.

mod view;

use domain::{Aggregate, ServiceAccountId, service_account::ServiceAccount};
use event_store::{Log, StreamId};

use crate::{
    as_of::Moment,
    error::ProjectionError,
    page::{Page, SortValue, cut},
};

pub use view::ServiceAccountView;

/// Ids sort by the time at which they were made.
const IDS: &str = "
    SELECT aggregate_id FROM events
    WHERE aggregate_type = $1 AND sequence = 1 AND ($2::text IS NULL OR aggregate_id < $2)
    ORDER BY aggregate_id DESC LIMIT $3";

/// The service account at `moment`; none when there was none then.
pub async fn get(
    log: &Log,
    id: ServiceAccountId,
    moment: Moment,
) -> Result<Option<ServiceAccountView>, ProjectionError> {
    let events = log.load(&StreamId::new(ServiceAccount::TYPE, id), 0).await?;
    ServiceAccountView::fold(events.into_iter().filter(|event| moment.includes(event)))
}

/// At most `limit` of them, the newest first, after the id that the page before ends with.
pub async fn list(log: &Log, after: Option<&str>, limit: u16) -> Result<Page<ServiceAccountView>, ProjectionError> {
    let tx = log.begin().await?;
    let statement = tx.statement(IDS).await?;
    let one_more = i64::from(limit) + 1;
    let rows = tx.query(&statement, &[&ServiceAccount::TYPE, &after, &one_more]).await?;
    let mut ids: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    let more = cut(&mut ids, limit);
    let mut events = log.load_all_in(&tx, ServiceAccount::TYPE, &ids).await?;
    tx.end();
    let mut items = vec![];
    for id in &ids {
        let (own, others) = events.into_iter().partition::<Vec<_>, _>(|event| event.stream.aggregate_id == *id);
        events = others;
        items.extend(ServiceAccountView::fold(own)?);
    }
    let next = ids.pop().filter(|_| more).map(|last| vec![SortValue::Text(last)]);
    Ok(Page { items, next })
}
