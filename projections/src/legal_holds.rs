//! Legal holds: what must be kept, since when, by whose word. Folded from their one stream whenever they are asked for, as
//! support access is: they are few, and what is listed is never behind.

use chrono::{DateTime, Utc};
use domain::{
    Aggregate, LegalHoldId,
    legal_holds::{HeldThings, LegalHoldPlaced, LegalHoldReleased, LegalHolds, LegalHoldsEvent, LegalHoldsState},
};
use event_store::{Log, RecordedEvent};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    as_of::{self, Moment},
    error::ProjectionError,
    page::{Page, SortValue, cut},
    timeline::Actor,
};

/// A legal hold: while it stands, nothing that it is about is deleted, redacted or erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = LegalHold)]
pub struct LegalHoldView {
    /// Its id.
    #[schema(example = "lgh_0199aa00000070008000000000000051")]
    pub id: String,
    /// The matter that it belongs to.
    #[schema(example = "Case 4711")]
    pub matter: String,
    /// Why it was placed.
    #[schema(example = "a suit was announced")]
    pub reason: String,
    /// What it is about: `tenant`, `tag`, `tickets` or `customers`.
    #[schema(example = "tag")]
    pub about: String,
    /// The tag that holds a ticket.
    pub tag: Option<String>,
    /// The tickets.
    pub ticket_ids: Vec<String>,
    /// The customers, with every ticket that they asked about.
    pub customer_ids: Vec<String>,
    /// When it was placed.
    pub placed_at: DateTime<Utc>,
    /// By whom.
    pub placed_by: Actor,
    /// When it was released; null: it stands.
    pub released_at: Option<DateTime<Utc>>,
    /// By whom.
    pub released_by: Option<Actor>,
    /// Why.
    pub release_reason: Option<String>,
    /// 1, and 2 once it is released.
    #[schema(minimum = 1)]
    pub version: u64,
    /// The place of its last change in your event log.
    #[schema(minimum = 1)]
    pub position: u64,
}

/// The hold at `moment`; none when there was none then.
pub async fn get(log: &Log, id: LegalHoldId, moment: Moment) -> Result<Option<LegalHoldView>, ProjectionError> {
    let id = id.to_string();
    Ok(at(log, moment).await?.into_iter().find(|hold| hold.id == id))
}

/// The hold that the event at `position` placed.
pub async fn placed_at(log: &Log, position: u64) -> Result<Option<LegalHoldView>, ProjectionError> {
    let then = at(log, Moment::Position(position)).await?;
    Ok(then.into_iter().find(|hold| hold.position == position))
}

/// At most `limit` of them, the newest first, after the id that the page before ends with.
pub async fn list(log: &Log, after: Option<&str>, limit: u16) -> Result<Page<LegalHoldView>, ProjectionError> {
    // As they were placed: ids that were made in one millisecond sort by chance.
    let placed = at(log, Moment::Now).await?.into_iter().rev();
    let mut items: Vec<_> = match after {
        None => placed.collect(),
        Some(after) => placed.skip_while(|hold| hold.id != after).skip(1).collect(),
    };
    let more = cut(&mut items, limit);
    let next = items.last().filter(|_| more).map(|last| vec![SortValue::Text(last.id.clone())]);
    Ok(Page { items, next })
}

/// The holds as the rules see them now.
pub(crate) async fn state(log: &Log) -> Result<LegalHoldsState, ProjectionError> {
    let events = as_of::events::<LegalHolds>(log, log.identity(), Moment::Now).await?;
    let mut state = LegalHoldsState::default();
    events.iter().for_each(|(_, event)| LegalHolds::apply(&mut state, event));
    Ok(state)
}

/// All of them at `moment`, as they were placed.
pub async fn at(log: &Log, moment: Moment) -> Result<Vec<LegalHoldView>, ProjectionError> {
    let mut holds: Vec<LegalHoldView> = vec![];
    for (at, event) in as_of::events::<LegalHolds>(log, log.identity(), moment).await? {
        match event {
            LegalHoldsEvent::LegalHoldPlaced(placed) => holds.push(LegalHoldView::of(&at, placed)),
            LegalHoldsEvent::LegalHoldReleased(LegalHoldReleased { hold, reason }) => {
                let id = hold.to_string();
                let found = holds.iter_mut().find(|hold| hold.id == id);
                found.into_iter().for_each(|hold| hold.release(&at, &reason));
            }
        }
    }
    Ok(holds)
}

impl LegalHoldView {
    fn of(at: &RecordedEvent, placed: LegalHoldPlaced) -> Self {
        let LegalHoldPlaced { hold, matter, reason, about } = placed;
        let mut view = Self {
            id: hold.to_string(),
            matter,
            reason,
            about: String::new(),
            tag: None,
            ticket_ids: vec![],
            customer_ids: vec![],
            placed_at: at.recorded_at,
            placed_by: Actor::of(at.actor()),
            released_at: None,
            released_by: None,
            release_reason: None,
            version: 1,
            position: at.position,
        };
        let about = match about {
            HeldThings::Tenant => "tenant",
            HeldThings::Tag(tag) => {
                view.tag = Some(tag);
                "tag"
            }
            HeldThings::Tickets(tickets) => {
                view.ticket_ids = tickets.iter().map(ToString::to_string).collect();
                "tickets"
            }
            HeldThings::Customers(customers) => {
                view.customer_ids = customers.iter().map(ToString::to_string).collect();
                "customers"
            }
        };
        Self { about: about.to_owned(), ..view }
    }

    fn release(&mut self, at: &RecordedEvent, reason: &str) {
        self.released_at = Some(at.recorded_at);
        self.released_by = Some(Actor::of(at.actor()));
        self.release_reason = Some(reason.to_owned());
        (self.version, self.position) = (2, at.position);
    }
}
