//! Retention policies: what goes when, what each has done, and what one would do now. Folded from their one stream whenever
//! they are asked for, as legal holds are; what they are about is counted among the tickets.

mod due;

use chrono::{DateTime, Utc};
use domain::{
    Aggregate, EventId, RetentionPolicyId,
    retention_policies::{
        RetentionCriteria, RetentionPolicies, RetentionPoliciesEvent, RetentionPolicyCreated, RetentionPolicyRan,
    },
};
use event_store::{Log, RecordedEvent, TenantTx};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    as_of::{self, Moment},
    error::ProjectionError,
};

pub use due::{Due, RetentionHoldView, RetentionPreview, due, preview};

/// A retention policy: what was said in tickets is destroyed once its time is over.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = RetentionPolicy)]
pub struct RetentionPolicyView {
    /// Its id.
    #[schema(example = "rtp_0199aa00000070008000000000000091")]
    pub id: String,
    /// What it is called.
    #[schema(example = "Closed for three years")]
    pub name: String,
    /// Which tickets it is about.
    pub criteria: CriteriaView,
    /// Whether it acts, from `acts_from` on.
    pub enabled: bool,
    /// From when on it erases: a day after it was enabled, or after `criteria` changed; null while it is disabled.
    pub acts_from: Option<DateTime<Utc>>,
    /// How many tickets it has erased so far.
    pub erased: u64,
    /// What it did last; null when it has erased nothing yet.
    pub last_run: Option<RetentionRunView>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// How often it was changed. What it does is no change of it.
    #[schema(minimum = 1)]
    pub version: u64,
    /// The place of its last change in your event log.
    #[schema(minimum = 1)]
    pub position: u64,
    /// Which tickets it is about, as the rules have it.
    #[serde(skip)]
    pub wanted: RetentionCriteria,
    /// The event of the last change: what it erases follows from it.
    #[serde(skip)]
    pub changed_by: EventId,
}

/// Which tickets: those that fit every field. An empty list leaves a field open; of one that is not, any will do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RetentionCriteria)]
pub struct CriteriaView {
    /// Where they stand: `resolved`, `closed`.
    #[schema(example = json!(["closed"]))]
    pub statuses: Vec<String>,
    /// For how many days they have stood there.
    #[schema(minimum = 1, maximum = 36500, example = 1095)]
    pub older_than_days: u16,
    /// Any of these labels.
    #[schema(example = json!(["billing"]))]
    pub tags: Vec<String>,
    /// The way by which they came in.
    #[schema(example = json!(["api"]))]
    pub channels: Vec<String>,
}

/// What a policy did in one commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RetentionRun)]
pub struct RetentionRunView {
    /// When.
    pub at: DateTime<Utc>,
    /// Its place in your event log.
    #[schema(minimum = 1)]
    pub position: u64,
    /// The position as of which it chose the tickets.
    pub as_of: u64,
    /// How many it erased.
    pub erased: u32,
    /// How many a legal hold kept from it, of those that it came to.
    pub held: u64,
    /// How many it had chosen that were left for the commits after this one. What is due besides, the preview counts.
    pub left: u64,
}

/// Whether there ever was a policy: a small question, for those who ask all tenants.
pub async fn any(tx: &TenantTx) -> Result<bool, ProjectionError> {
    let sql = "SELECT EXISTS (SELECT FROM events WHERE aggregate_type = $1)";
    Ok(tx.query_one(&tx.statement(sql).await?, &[&RetentionPolicies::TYPE]).await?.get(0))
}

/// Every policy, in the order in which they were made.
pub async fn list(log: &Log, moment: Moment) -> Result<Vec<RetentionPolicyView>, ProjectionError> {
    let mut policies: Vec<RetentionPolicyView> = vec![];
    for (at, event) in as_of::events::<RetentionPolicies>(log, log.identity(), moment).await? {
        let id = event.policy().to_string();
        match event {
            RetentionPoliciesEvent::RetentionPolicyCreated(created) => {
                policies.push(RetentionPolicyView::of(&at, created));
            }
            RetentionPoliciesEvent::RetentionPolicyDeleted(_) => policies.retain(|policy| policy.id != id),
            RetentionPoliciesEvent::RetentionPolicyRan(ran) => {
                let policy = policies.iter_mut().find(|policy| policy.id == id);
                policy.into_iter().for_each(|policy| policy.note(&at, ran));
            }
            RetentionPoliciesEvent::RetentionPolicyRenamed(_)
            | RetentionPoliciesEvent::RetentionCriteriaChanged(_)
            | RetentionPoliciesEvent::RetentionPolicyEnabled(_)
            | RetentionPoliciesEvent::RetentionPolicyDisabled(_) => {
                let policy = policies.iter_mut().find(|policy| policy.id == id);
                policy.into_iter().for_each(|policy| policy.change(&at, &event));
            }
        }
    }
    Ok(policies)
}

/// The policy at `moment`; none when there was none then.
pub async fn get(
    log: &Log,
    id: RetentionPolicyId,
    moment: Moment,
) -> Result<Option<RetentionPolicyView>, ProjectionError> {
    let id = id.to_string();
    Ok(list(log, moment).await?.into_iter().find(|policy| policy.id == id))
}

/// The policy that the event at `position` made.
pub async fn made_at(log: &Log, position: u64) -> Result<Option<RetentionPolicyView>, ProjectionError> {
    let then = list(log, Moment::Position(position)).await?;
    Ok(then.into_iter().find(|policy| policy.position == position))
}

impl RetentionPolicyView {
    fn of(at: &RecordedEvent, created: RetentionPolicyCreated) -> Self {
        Self {
            id: created.policy.to_string(),
            name: created.name,
            criteria: CriteriaView::of(&created.criteria),
            wanted: created.criteria,
            enabled: false,
            acts_from: None,
            erased: 0,
            last_run: None,
            created_at: at.recorded_at,
            updated_at: at.recorded_at,
            version: 1,
            position: at.position,
            changed_by: EventId::new(at.event_id),
        }
    }

    fn change(&mut self, at: &RecordedEvent, event: &RetentionPoliciesEvent) {
        match event {
            RetentionPoliciesEvent::RetentionPolicyRenamed(renamed) => self.name.clone_from(&renamed.name),
            RetentionPoliciesEvent::RetentionCriteriaChanged(changed) => {
                self.criteria = CriteriaView::of(&changed.criteria);
                self.wanted = changed.criteria.clone();
                self.acts_from = changed.acts_from;
            }
            RetentionPoliciesEvent::RetentionPolicyEnabled(enabled) => self.acts_from = Some(enabled.acts_from),
            RetentionPoliciesEvent::RetentionPolicyDisabled(_) => self.acts_from = None,
            RetentionPoliciesEvent::RetentionPolicyCreated(_)
            | RetentionPoliciesEvent::RetentionPolicyDeleted(_)
            | RetentionPoliciesEvent::RetentionPolicyRan(_) => return,
        }
        self.enabled = self.acts_from.is_some();
        self.version += 1;
        (self.updated_at, self.position, self.changed_by) = (at.recorded_at, at.position, EventId::new(at.event_id));
    }

    fn note(&mut self, at: &RecordedEvent, ran: RetentionPolicyRan) {
        let RetentionPolicyRan { as_of, erased, held, left, .. } = ran;
        self.erased += u64::from(erased);
        self.last_run = Some(RetentionRunView { at: at.recorded_at, position: at.position, as_of, erased, held, left });
    }
}

impl CriteriaView {
    fn of(criteria: &RetentionCriteria) -> Self {
        let RetentionCriteria { statuses, older_than_days, tags, channels } = criteria;
        Self {
            statuses: statuses.iter().map(ToString::to_string).collect(),
            older_than_days: *older_than_days,
            tags: tags.iter().cloned().collect(),
            channels: channels.iter().map(ToString::to_string).collect(),
        }
    }
}
