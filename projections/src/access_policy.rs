//! Who may get in, and as what: a tenant's access policy, folded from its own stream whenever it is asked for, as the
//! tenant is.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{
    Aggregate, EventId,
    access_policy::{
        AccessPolicy, AccessPolicyEvent, AccessPolicyState, PersonalField, ReviewSchedule, RoleRules, ScheduledReviews,
        SessionLimits,
    },
    access_review::PrincipalKind,
};
use event_store::{Log, TenantTx};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    as_of::{self, Moment},
    error::ProjectionError,
};

/// From where, how and for how long people and programs get in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = AccessPolicy)]
pub struct AccessPolicyView {
    /// From where everybody gets in, in CIDR notation; empty: from anywhere.
    #[schema(example = json!(["203.0.113.0/24", "2001:db8::/32"]))]
    pub allowed_addresses: Vec<String>,
    /// Whether everybody must show a second factor.
    pub mfa_required: bool,
    /// For how long people are logged in.
    pub sessions: SessionLimitsView,
    /// Pages of which origins may use the API.
    #[schema(example = json!(["https://app.example.com"]))]
    pub origins: Vec<String>,
    /// What holds for those who have a role, beyond what holds for everybody: by the role's id.
    pub roles: BTreeMap<String, RoleRulesView>,
    /// When reviews of access open by themselves; null: never.
    pub access_reviews: Option<ReviewScheduleView>,
    /// The ids of the agents who are owners.
    #[schema(example = json!(["agt_0199aa00000070008000000000000002"]))]
    pub owners: Vec<String>,
    /// How many changes it has seen, those of roles included; 0: nobody decided anything yet. Send it as `If-Match` to
    /// change only what you have seen.
    pub version: u64,
    /// The place of the last change in your event log; 0: there was none.
    pub position: u64,
}

/// For how long people are logged in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = SessionLimits)]
pub struct SessionLimitsView {
    /// Minutes after which a session that nobody used is over.
    #[schema(example = 20160)]
    pub idle_minutes: u32,
    /// Minutes after which a session is over, however it was used.
    #[schema(example = 129_600)]
    pub absolute_minutes: u32,
    /// Minutes for which a proof of who one is counts for sensitive acts.
    #[schema(example = 15)]
    pub reauthentication_minutes: u32,
}

/// What holds for those who have a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RoleRules)]
pub struct RoleRulesView {
    /// From where they get in; empty: from anywhere. The tenant's list holds, too.
    pub allowed_addresses: Vec<String>,
    /// Whether they must show a second factor.
    pub mfa_required: bool,
    /// What of customers they are not shown: `name`, `email`, `phone`, `text`.
    #[schema(value_type = Vec<String>, example = json!(["email", "phone"]))]
    pub masks_personal_data: Vec<PersonalField>,
}

/// When reviews of access open by themselves, and what they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = AccessReviewSchedule)]
pub struct ReviewScheduleView {
    /// Every how many months.
    #[schema(minimum = 1, maximum = 24, example = 3)]
    pub every_months: u8,
    /// How many days after it opened a review is to be done.
    #[schema(minimum = 1, maximum = 366, example = 14)]
    pub due_days: u16,
    /// Whom they are about.
    #[schema(value_type = Vec<String>, example = json!(["agent", "service_account", "api_key"]))]
    pub kinds: Vec<PrincipalKind>,
    /// When the first opens, or opened; the others so many months after it.
    pub first_at: DateTime<Utc>,
    /// When the next one opens, within the hour.
    pub next_at: DateTime<Utc>,
}

/// A review that is due by the schedule.
#[derive(Clone, Debug)]
pub struct DueReview {
    /// The schedule.
    pub schedule: ReviewSchedule,
    /// The event that made it what it is.
    pub cause: EventId,
}

/// Whether there ever was a schedule: a small question, for those who ask all tenants.
pub async fn schedules_reviews(tx: &TenantTx) -> Result<bool, ProjectionError> {
    let sql = "SELECT EXISTS (SELECT FROM events WHERE aggregate_type = $1 AND event_type = $2)";
    let statement = tx.statement(sql).await?;
    Ok(tx.query_one(&statement, &[&AccessPolicy::TYPE, &"access_policy.reviews_scheduled"]).await?.get(0))
}

/// The review that is due by the schedule at `now`.
pub async fn due_review(log: &Log, now: DateTime<Utc>) -> Result<Option<DueReview>, ProjectionError> {
    let (mut state, mut cause) = (AccessPolicyState::default(), None);
    for (at, event) in as_of::events::<AccessPolicy>(log, log.identity(), Moment::Now).await? {
        AccessPolicy::apply(&mut state, &event);
        if matches!(event, AccessPolicyEvent::AccessPolicyReviewsScheduled(_)) {
            cause = Some(EventId::new(at.event_id));
        }
    }
    let due = state.reviews.filter(|reviews| reviews.next_at <= now);
    Ok(due.zip(cause).map(|(ScheduledReviews { schedule, .. }, cause)| DueReview { schedule, cause }))
}

/// The access policy at `moment`: where nobody decided anything, what holds then.
pub async fn get(log: &Log, moment: Moment) -> Result<AccessPolicyView, ProjectionError> {
    let (mut state, mut version, mut position) = (AccessPolicyState::default(), 0, 0);
    for (at, event) in as_of::events::<AccessPolicy>(log, log.identity(), moment).await? {
        AccessPolicy::apply(&mut state, &event);
        (version, position) = (at.sequence, at.position);
    }
    let AccessPolicyState {
        roles: _,
        holders: _,
        rules,
        owners,
        allowed_addresses,
        mfa_required,
        sessions,
        origins,
        reviews,
    } = state;
    let SessionLimits { idle_minutes, absolute_minutes, reauthentication_minutes } = sessions;
    let open = RoleRules::default();
    Ok(AccessPolicyView {
        allowed_addresses: texts(allowed_addresses),
        mfa_required,
        sessions: SessionLimitsView { idle_minutes, absolute_minutes, reauthentication_minutes },
        origins: texts(origins),
        roles: rules
            .into_iter()
            .filter(|(_, rules)| *rules != open)
            .map(|(role, rules)| (role.to_string(), RoleRulesView::of(rules)))
            .collect(),
        access_reviews: reviews.map(ReviewScheduleView::of),
        owners: texts(owners),
        version,
        position,
    })
}

impl ReviewScheduleView {
    fn of(reviews: ScheduledReviews) -> Self {
        let ScheduledReviews { schedule, next_at } = reviews;
        let ReviewSchedule { every_months, due_days, kinds, first_at } = schedule;
        Self { every_months, due_days, kinds: kinds.into_iter().collect(), first_at, next_at }
    }
}

impl RoleRulesView {
    fn of(rules: RoleRules) -> Self {
        let RoleRules { allowed_addresses, mfa_required, masks_personal_data } = rules;
        Self {
            allowed_addresses: texts(allowed_addresses),
            mfa_required,
            masks_personal_data: masks_personal_data.into_iter().collect(),
        }
    }
}

fn texts<T: ToString>(values: impl IntoIterator<Item = T>) -> Vec<String> {
    values.into_iter().map(|value| value.to_string()).collect()
}
