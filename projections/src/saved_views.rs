//! Saved views: the questions that somebody keeps, and those that every tenant begins with. Folded from their one stream
//! whenever they are asked for: they are few, and what is listed is never behind.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{
    ViewId,
    saved_views::{SavedViews, SavedViewsEvent, ViewDeleted, ViewSaved},
};
use event_store::{Log, RecordedEvent};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    as_of::{self, Moment},
    error::ProjectionError,
};

/// A saved view: a question to the list of tickets, under a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = View)]
pub struct ViewView {
    /// Its id; of those that come with the product, a word.
    #[schema(example = "viw_0199aa00000070008000000000000061")]
    pub id: String,
    /// What it is called.
    #[schema(example = "Refunds, waiting")]
    pub name: String,
    /// The parameters of `GET /api/tickets`.
    #[schema(example = json!({"filter[status]": "pending", "filter[tag]": "refund", "sort": "-updated_at"}))]
    pub query: BTreeMap<String, String>,
    /// Whether everybody sees it.
    pub shared: bool,
    /// Whose it is; null when it comes with the product.
    #[schema(example = "agt_0199aa00000070008000000000000002")]
    pub owner_id: Option<String>,
    /// Its place among the others: the lower ones come first, equals in the order in which they were made.
    pub rank: u16,
    /// Whether it comes with the product, and so stays as it is.
    pub built_in: bool,
    /// When it was first saved; null when it comes with the product.
    pub created_at: Option<DateTime<Utc>>,
    /// When it was last saved.
    pub updated_at: Option<DateTime<Utc>>,
    /// How often it was saved.
    pub version: u64,
    /// The place of its last change in your event log.
    pub position: Option<u64>,
    /// With `include=counts`: how many tickets you would find, up to 1,000. Left out where your role does not let you ask.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(maximum = 1000)]
    pub count: Option<u64>,
    /// With `include=counts`: whether there are more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count_more: Option<bool>,
}

/// Id, name, parameters.
type BuiltIn = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// Those that every tenant begins with.
const BUILT_IN: [BuiltIn; 4] = [
    ("mine", "Mine, open", &[("filter[assignee_id]", "me"), ("filter[status]", OPEN), ("sort", "-updated_at")]),
    ("unassigned", "Unassigned", &[("filter[assignee_id]", "none"), ("filter[status]", OPEN), ("sort", "created_at")]),
    ("open", "All open", &[("filter[status]", OPEN), ("sort", "-updated_at")]),
    ("urgent", "Urgent", &[("filter[priority]", "critical,high"), ("filter[status]", OPEN), ("sort", "-priority")]),
];
const OPEN: &str = "open,in_progress,pending";

/// What somebody sees: what comes with the product first, then what is shared and their own, by rank.
pub async fn list(log: &Log, owner: Option<&str>) -> Result<Vec<ViewView>, ProjectionError> {
    let mut saved = saved(log, Moment::Now).await?;
    saved.retain(|view| view.is_seen_by(owner));
    saved.sort_by_key(|view| view.rank);
    Ok(BUILT_IN.iter().map(ViewView::built_in).chain(saved).collect())
}

/// The view at `moment`, whoever sees it.
pub async fn get(log: &Log, id: &str, moment: Moment) -> Result<Option<ViewView>, ProjectionError> {
    let built_in = BUILT_IN.iter().find(|(built_in, ..)| *built_in == id).map(ViewView::built_in);
    if built_in.is_some() {
        return Ok(built_in);
    }
    Ok(saved(log, moment).await?.into_iter().find(|view| view.id == id))
}

/// The view that the event at `position` saved.
pub async fn saved_at(log: &Log, position: u64) -> Result<Option<ViewView>, ProjectionError> {
    let then = saved(log, Moment::Position(position)).await?;
    Ok(then.into_iter().find(|view| view.position == Some(position)))
}

/// Whether a view of this id comes with the product.
pub fn is_built_in(id: &str) -> bool {
    BUILT_IN.iter().any(|(built_in, ..)| *built_in == id)
}

/// In the order in which they were made.
async fn saved(log: &Log, moment: Moment) -> Result<Vec<ViewView>, ProjectionError> {
    let mut views: Vec<ViewView> = vec![];
    for (at, event) in as_of::events::<SavedViews>(log, log.identity(), moment).await? {
        match event {
            SavedViewsEvent::ViewSaved(saved) => {
                let id = saved.view.to_string();
                match views.iter_mut().find(|view| view.id == id) {
                    Some(before) => *before = ViewView::of(&at, saved, Some(before)),
                    None => views.push(ViewView::of(&at, saved, None)),
                }
            }
            SavedViewsEvent::ViewDeleted(ViewDeleted { view }) => views.retain(|other| !other.is(view)),
        }
    }
    Ok(views)
}

impl ViewView {
    fn is(&self, id: ViewId) -> bool {
        self.id == id.to_string()
    }

    /// Whether it is shared, or this is its owner.
    pub fn is_seen_by(&self, owner: Option<&str>) -> bool {
        self.shared || owner.is_some_and(|owner| self.owner_id.as_deref() == Some(owner))
    }

    fn of(at: &RecordedEvent, saved: ViewSaved, before: Option<&Self>) -> Self {
        let ViewSaved { view, name, query, owner, shared, rank } = saved;
        Self {
            id: view.to_string(),
            name,
            query,
            shared,
            owner_id: Some(owner),
            rank,
            built_in: false,
            created_at: before.map_or(Some(at.recorded_at), |before| before.created_at),
            updated_at: Some(at.recorded_at),
            version: before.map_or(0, |before| before.version) + 1,
            position: Some(at.position),
            count: None,
            count_more: None,
        }
    }

    fn built_in((id, name, query): &BuiltIn) -> Self {
        Self {
            id: (*id).to_owned(),
            name: (*name).to_owned(),
            query: query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            shared: true,
            owner_id: None,
            rank: 0,
            built_in: true,
            created_at: None,
            updated_at: None,
            version: 0,
            position: None,
            count: None,
            count_more: None,
        }
    }
}
