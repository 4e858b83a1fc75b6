//! Reviews of access: what is asked, how far they have come, what came of them. Asked for by those who keep a tenant safe.
//!
//! Folded from their own streams whenever they are asked for: they are few. The names of people are not in them, and are
//! looked up among the agents.

mod view;

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use domain::{
    AccessReviewId, Aggregate,
    access_review::{AccessReview, Happened, ItemResult, PrincipalKind, ReviewResult, ReviewedRole},
};
use event_store::{Log, RecordedEvent};

use crate::{
    as_of::{self, Moment},
    error::{ProjectionError, QueryError},
    page::{Page, SortValue, cut},
    timeline::Actor,
};

pub use view::{AccessReviewView, ReviewDigests, ReviewItemView, ReviewStateWord, ReviewSummaryView};

/// Ids sort by the time at which they were made.
const IDS: &str = "
    SELECT aggregate_id FROM events
    WHERE aggregate_type = $1 AND sequence = 1 AND ($2::text IS NULL OR aggregate_id < $2) AND position <= $4
    ORDER BY aggregate_id DESC LIMIT $3";

/// A review at a moment.
#[derive(Clone, Debug)]
pub struct Reviewed {
    /// As it is shown.
    pub view: AccessReviewView,
    /// What came of it so far; once it is closed, what its digests are of.
    pub result: ReviewResult,
}

/// The review at `moment`, judged at that time; none: there was none.
pub async fn get(
    log: &Log,
    id: AccessReviewId,
    moment: Moment,
    now: DateTime<Utc>,
) -> Result<Option<Reviewed>, ProjectionError> {
    let events = as_of::events::<AccessReview>(log, id, moment).await?;
    let mut view = AccessReviewView::default();
    let mut happened = vec![];
    for (at, event) in events {
        view.note(&at, &event);
        happened.push(of(&at, event));
    }
    let result = ReviewResult::of(log.identity(), id, happened);
    Ok(result.map(|result| Reviewed { view: view.of(&result, now), result }))
}

fn of(at: &RecordedEvent, event: <AccessReview as Aggregate>::Event) -> Happened {
    Happened { event, at: at.recorded_at, by: at.actor().to_owned() }
}

/// At most `limit` of those that had been opened at `moment`, the newest first, after the id that the page before ends with.
pub async fn list(
    log: &Log,
    moment: Moment,
    now: DateTime<Utc>,
    after: Option<&str>,
    limit: u16,
) -> Result<Page<AccessReviewView>, ProjectionError> {
    let up_to = match moment {
        Moment::Position(position) => crate::sql::signed(position),
        Moment::Now | Moment::Recorded(_) | Moment::Happened(_) => i64::MAX,
    };
    let tx = log.begin().await?;
    let statement = tx.statement(IDS).await?;
    let rows = tx.query(&statement, &[&AccessReview::TYPE, &after, &(i64::from(limit) + 1), &up_to]).await?;
    tx.end();
    let mut ids: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    let more = cut(&mut ids, limit);
    let mut items = vec![];
    for id in ids.iter().filter_map(|id| id.parse().ok()) {
        items.extend(get(log, id, moment, now).await?.map(|review| review.view));
    }
    let next = ids.pop().filter(|_| more).map(|last| vec![SortValue::Text(last)]);
    Ok(Page { items, next })
}

/// At most `limit` of a review's items of these kinds, by kind and id, after the one that the page before ends with.
pub async fn items(
    log: &Log,
    review: &ReviewResult,
    kinds: &[PrincipalKind],
    undecided: bool,
    after: Option<&str>,
    limit: u16,
) -> Result<Page<ReviewItemView>, QueryError> {
    let seen =
        |item: &&ItemResult| kinds.contains(&item.item.principal.kind()) && !(undecided && item.decision.is_some());
    let mut left: Vec<&ItemResult> = review.items.iter().filter(seen).collect();
    if let Some(after) = after {
        let after = after.parse().map_err(|_| QueryError::ForeignPosition)?;
        left.retain(|item| item.item.principal > after);
    }
    let more = cut(&mut left, limit);
    let ids: Vec<String> = left.iter().map(|item| item.item.principal.to_string()).collect();
    let names = names(log, &ids).await?;
    let role = |item: &ItemResult| item.item.role.and_then(|role| review.roles.get(&role));
    let items = left.into_iter().map(|item| view_of(item, role(item), &names)).collect();
    let next = ids.last().filter(|_| more).map(|last| vec![SortValue::Text(last.clone())]);
    Ok(Page { items, next })
}

/// Everybody who is in a review; and what all who are named in it are called now, by their ids.
pub async fn everybody(
    log: &Log,
    review: &Reviewed,
) -> Result<(Vec<ReviewItemView>, HashMap<String, String>), QueryError> {
    let Reviewed { view, result } = review;
    let own = result.items.iter().filter_map(|of| Some((of.item.principal.to_string(), of.item.name.clone()?)));
    let mut known: HashMap<String, String> = own.collect();
    let actors = [&view.opened_by, &view.closed_by].into_iter().flatten().map(|actor| actor.id.clone());
    let deciders = result.items.iter().filter_map(|of| of.decided_by.as_deref()).map(|by| Actor::of(by).id);
    let owners = result.items.iter().filter_map(|of| Some(of.item.owner?.to_string()));
    let reviewed = result.items.iter().map(|of| of.item.principal.to_string());
    let ids: BTreeSet<String> = reviewed.chain(owners).chain(deciders).chain(actors).collect();
    known.extend(names(log, &ids.into_iter().collect::<Vec<_>>()).await?);
    let role = |item: &ItemResult| item.item.role.and_then(|role| result.roles.get(&role));
    let items = result.items.iter().map(|item| view_of(item, role(item), &known)).collect();
    Ok((items, known))
}

fn view_of(item: &ItemResult, role: Option<&ReviewedRole>, names: &HashMap<String, String>) -> ReviewItemView {
    let name = names.get(&item.item.principal.to_string()).cloned();
    ReviewItemView::of(item, role, name)
}

/// What these agents are called now.
async fn names(log: &Log, ids: &[String]) -> Result<HashMap<String, String>, QueryError> {
    let tx = log.begin().await?;
    let sql = "SELECT id, name FROM agents WHERE id = ANY($1) AND name IS NOT NULL";
    let rows = tx.query(&tx.statement(sql).await?, &[&ids]).await?;
    tx.end();
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}
