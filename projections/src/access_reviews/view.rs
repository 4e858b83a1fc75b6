//! What is told of a review. The fields' docs are the API's reference.

use chrono::{DateTime, Utc};
use domain::access_review::{AccessReviewEvent, ItemResult, PrincipalKind, ReviewResult, ReviewSummary, ReviewedRole};
use event_store::RecordedEvent;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{roles::GrantView, timeline::Actor};

/// A review of access: somebody looks at everybody who can do anything here, and keeps or takes what each may do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = AccessReview)]
pub struct AccessReviewView {
    /// Its id.
    #[schema(example = "arv_0199aa00000070008000000000000061")]
    pub id: String,
    /// What it is called.
    #[schema(example = "Fourth quarter")]
    pub title: String,
    /// How it stands.
    pub state: ReviewStateWord,
    /// Whom it is about.
    #[schema(value_type = Vec<String>, example = json!(["agent", "api_key"]))]
    pub kinds: Vec<PrincipalKind>,
    /// By when it is to be done.
    pub due_at: DateTime<Utc>,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// By whom.
    pub opened_by: Option<Actor>,
    /// Up to which position of your event log everything is as it stands in the items.
    pub as_of_position: u64,
    /// How far it has come.
    pub summary: ReviewSummaryView,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// By whom.
    pub closed_by: Option<Actor>,
    /// Once it is closed: the digests of its result, which stand in the event that closed it.
    pub result: Option<ReviewDigests>,
    /// How much has happened to it.
    #[schema(minimum = 1)]
    pub version: u64,
    /// The place of the last of it in your event log.
    #[schema(minimum = 1)]
    pub position: u64,
}

/// How a review stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = AccessReviewState)]
#[serde(rename_all = "snake_case")]
pub enum ReviewStateWord {
    /// It is under way.
    #[default]
    Open,
    /// It is under way, and should be done.
    Overdue,
    /// It is done.
    Closed,
}

/// How far a review has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = AccessReviewSummary)]
pub struct ReviewSummaryView {
    /// How many are in it.
    pub items: usize,
    /// Of these, may go on.
    pub attested: usize,
    /// Got another role.
    pub role_changed: usize,
    /// May do nothing any more.
    pub removed: usize,
    /// Nobody decided about.
    pub undecided: usize,
}

/// SHA-256 of a review's result, in hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = AccessReviewDigests)]
pub struct ReviewDigests {
    /// Of `GET …/result`, in JSON.
    pub json_sha256: String,
    /// Of `GET …/result?format=csv`.
    pub csv_sha256: String,
    /// The place of the event that has them in your event log.
    pub position: u64,
}

/// Somebody who could do something when the review was opened.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = AccessReviewItem)]
pub struct ReviewItemView {
    /// Who: `agt_…`, `svc_…` or `key_…`.
    #[schema(example = "agt_0199aa00000070008000000000000002")]
    pub item: String,
    /// `agent`, `service_account` or `api_key`.
    #[schema(value_type = String, example = "agent")]
    pub kind: PrincipalKind,
    /// What they are called: of people now, and null when they were erased; of programs and keys as it was then.
    pub name: Option<String>,
    /// The role that they had, or were to get when they accepted their invitation. Keys have none.
    #[schema(example = "admin")]
    pub role: Option<String>,
    /// What that role is called.
    pub role_name: Option<String>,
    /// What that role allowed.
    pub permissions: Vec<GrantView>,
    /// What a key may do, as far as its owner may.
    pub scopes: Vec<String>,
    /// Whose a key is; null: the tenant's own.
    pub owner: Option<String>,
    /// Of people, whether they had joined.
    pub joined: Option<bool>,
    /// Of people, how many second factors they had.
    pub second_factors: Option<usize>,
    /// When they were made.
    pub created_at: DateTime<Utc>,
    /// Of people, when they had last logged in.
    pub last_log_in_at: Option<DateTime<Utc>>,
    /// When they had last done anything, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When a key ends.
    pub ends_at: Option<DateTime<Utc>>,
    /// `attested`, `role_changed` or `removed`; null: undecided.
    #[schema(example = "attested")]
    pub decision: Option<&'static str>,
    /// The role that they got.
    pub new_role: Option<String>,
    /// Why.
    pub note: Option<String>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// By whom.
    pub decided_by: Option<Actor>,
    /// Whether an only owner decided about their own access.
    pub own_access: bool,
}

impl AccessReviewView {
    /// What the envelopes say.
    pub(super) fn note(&mut self, at: &RecordedEvent, event: &AccessReviewEvent) {
        (self.version, self.position) = (at.sequence, at.position);
        if let AccessReviewEvent::AccessReviewClosed(closed) = event {
            (self.closed_at, self.closed_by) = (Some(at.recorded_at), Some(Actor::of(at.actor())));
            let (json_sha256, csv_sha256) = (closed.json_sha256.clone(), closed.csv_sha256.clone());
            self.result = Some(ReviewDigests { json_sha256, csv_sha256, position: at.position });
        }
    }

    /// With what the events come to.
    pub(super) fn of(self, result: &ReviewResult, now: DateTime<Utc>) -> Self {
        let state = match self.closed_at {
            Some(_) => ReviewStateWord::Closed,
            None if result.due_at < now => ReviewStateWord::Overdue,
            None => ReviewStateWord::Open,
        };
        Self {
            id: result.review.clone(),
            title: result.title.clone(),
            state,
            kinds: result.kinds.iter().copied().collect(),
            due_at: result.due_at,
            opened_at: result.opened_at,
            opened_by: Some(Actor::of(&result.opened_by)),
            as_of_position: result.as_of_position,
            summary: result.summary.into(),
            ..self
        }
    }
}

impl From<ReviewSummary> for ReviewSummaryView {
    fn from(summary: ReviewSummary) -> Self {
        let ReviewSummary { items, attested, role_changed, removed, undecided } = summary;
        Self { items, attested, role_changed, removed, undecided }
    }
}

impl ReviewItemView {
    pub(super) fn of(of: &ItemResult, role: Option<&ReviewedRole>, name: Option<String>) -> Self {
        let item = &of.item;
        let grants = role.into_iter().flat_map(|role| role.permissions.iter());
        Self {
            item: item.principal.to_string(),
            kind: item.principal.kind(),
            name: name.or_else(|| item.name.clone()),
            role: item.role.map(|role| role.to_string()),
            role_name: role.map(|role| role.name.clone()),
            permissions: grants.map(|(permission, reach)| GrantView { permission, reach }).collect(),
            scopes: item.scopes.iter().cloned().collect(),
            owner: item.owner.map(|owner| owner.to_string()),
            joined: item.joined,
            second_factors: item.second_factors,
            created_at: item.created_at,
            last_log_in_at: item.last_log_in_at,
            last_used_at: item.last_used_at,
            ends_at: item.ends_at,
            decision: of.decision,
            new_role: of.new_role.map(|role| role.to_string()),
            note: of.note.clone(),
            decided_at: of.decided_at,
            decided_by: of.decided_by.as_deref().map(Actor::of),
            own_access: of.own_access,
        }
    }
}
