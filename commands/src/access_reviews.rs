//! Reviews of access: opened, decided item by item, closed. What a decision takes from somebody it takes in the same commit,
//! by the very commands that anybody else would give, so that their rules hold: nobody takes from who may more, and the
//! last owner stays.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use domain::{
    AccessReviewId, Actor, AgentId, Aggregate, Event, EventId, RoleId,
    access_policy::{AccessPolicy, AccessPolicyCommand, ReviewSchedule},
    access_review::{
        AccessReview, AccessReviewCommand, CloseAccessReview, DecideItem, Decision, Happened, OpenAccessReview,
        Principal, ReviewItem, ReviewResult, ReviewedRole, Reviewer,
    },
    agent::Agent,
    text::{Name, Reason},
};
use event_store::{CommandId, Log, Origin, StreamId};
use ring::digest::{SHA256, digest};
use uuid::Uuid;

use crate::{
    agents::{AgentPatch, UpdateAgent},
    api_keys,
    caller::Permission,
    desk::{Desk, Receipt, Request},
    error::CommandError,
    roles,
    service_accounts::UpdateServiceAccount,
    unit::{About, Operation, Unit},
};

/// Who opens reviews that are due, in the log.
pub const SCHEDULE: &str = "access_reviews";

/// Open a review. Who is in it was folded from the log, up to the position that it names.
#[derive(Clone, Debug)]
pub struct OpenReview {
    /// The id that it gets.
    pub id: AccessReviewId,
    /// What it is.
    pub review: OpenAccessReview,
}

impl Operation for OpenReview {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        unit.require(Permission::SecurityWrite)?;
        unit.begin::<AccessReview>(self.id);
        unit.decide::<AccessReview>(self.id, AccessReviewCommand::Open(self.review.clone()))?;
        Ok(About::of::<AccessReview>(self.id))
    }
}

/// Open the review that is due by a tenant's schedule. Where none is, or it was changed, nothing happens.
#[derive(Clone, Debug)]
pub struct OpenScheduledReview {
    /// The id that it gets.
    pub id: AccessReviewId,
    /// The schedule.
    pub schedule: ReviewSchedule,
    /// The event that made it what it is: what happens follows from that.
    pub cause: EventId,
    /// Up to which position of the log the items are what it says.
    pub as_of_position: u64,
    /// The roles that they have.
    pub roles: BTreeMap<RoleId, ReviewedRole>,
    /// Who.
    pub items: Vec<ReviewItem>,
}

impl OpenScheduledReview {
    /// The wish of this product that it is.
    pub fn request(id: Uuid) -> Request {
        Request { origin: Origin::Rule, ..Request::system(SCHEDULE, CommandId(id)) }
    }
}

impl Operation for OpenScheduledReview {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        unit.require(Permission::SecurityWrite)?;
        let about = About::of::<AccessReview>(self.id);
        let (tenant, now) = (unit.log().identity().clone(), unit.log().clock().now());
        // Of two that find it due, the one that comes second finds here what the first has noted.
        let reviews = unit.load::<AccessPolicy>(&tenant).await?.reviews;
        let Some(reviews) = reviews.filter(|found| found.schedule == self.schedule && found.next_at <= now) else {
            return Ok(about);
        };
        unit.follow_from(self.cause);
        let Self { id: review, schedule, as_of_position, roles, items, .. } = self.clone();
        let title = Name::try_new(format!("Access review of {}", reviews.next_at.format("%F")));
        let title = title.map_err(|error| CommandError::Malformed(error.to_string()))?;
        let (due_at, kinds) = (now + TimeDelta::days(schedule.due_days.into()), schedule.kinds);
        let open = OpenAccessReview { title, due_at, kinds, as_of_position, roles, items, now };
        unit.begin::<AccessReview>(review);
        unit.decide::<AccessReview>(review, AccessReviewCommand::Open(open))?;
        unit.decide::<AccessPolicy>(&tenant, AccessPolicyCommand::NoteReviewOpened { review, now })?;
        Ok(about)
    }
}

/// Decide about somebody's access.
#[derive(Clone, Debug)]
pub struct DecideAccess {
    /// In which review.
    pub review: AccessReviewId,
    /// About whom.
    pub item: Principal,
    /// What.
    pub decision: Decision,
    /// Why.
    pub note: Option<Reason>,
}

impl Operation for DecideAccess {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        unit.require(Permission::SecurityWrite)?;
        let Self { review, item, decision, note } = self.clone();
        let state = unit.load::<AccessReview>(review).await?;
        if !state.opened {
            return Err(CommandError::NotFound { kind: "access review", pointer: None });
        }
        let by = reviewer(unit).await?;
        unit.decide::<AccessReview>(review, AccessReviewCommand::Decide(DecideItem { item, decision, note, by }))?;
        // What was done once is not done again: somebody may have let them in anew since.
        if state.items.get(&item).is_some_and(|item| item.decision != Some(decision)) {
            act(unit, item, decision).await?;
        }
        Ok(About::of::<AccessReview>(review))
    }
}

/// Who decides: the person who asks, or whose key does. That they are an owner, and the only one, is guarded from here to
/// the commit.
async fn reviewer(unit: &mut Unit<'_>) -> Result<Reviewer, CommandError> {
    let caller = unit.request().caller.clone();
    let agent = caller.principal.and_then(|principal| principal.parse::<AgentId>().ok());
    let owners = roles::policy(unit).await?.owners;
    let key = match caller.actor {
        Actor::ApiKey(key) => Some(Principal::ApiKey(key)),
        Actor::Agent(_) | Actor::Customer(_) | Actor::Support(_) | Actor::System(_) => None,
    };
    Ok(Reviewer { agent, key, is_only_owner: agent.is_some_and(|agent| owners.iter().eq([&agent])) })
}

async fn act(unit: &mut Unit<'_>, item: Principal, decision: Decision) -> Result<(), CommandError> {
    let (active, role) = match decision {
        Decision::Attest => return Ok(()),
        Decision::ChangeRole(role) => (None, Some(role)),
        Decision::Remove => (Some(false), None),
    };
    match item {
        // Of whom nothing is left, there is nothing to take.
        Principal::Agent(id) if unit.load::<Agent>(id).await?.erased => {}
        Principal::Agent(id) => {
            let patch = AgentPatch { active, role, ..AgentPatch::default() };
            UpdateAgent { id, patch }.attempt(unit).await?;
        }
        Principal::ServiceAccount(id) => {
            let (name, description) = (None, None);
            UpdateServiceAccount { id, name, description, role, active }.attempt(unit).await?;
        }
        Principal::ApiKey(id) => drop(api_keys::Revoke(id).attempt(unit).await?),
    }
    Ok(())
}

/// Close a review, with the digest of its result.
#[derive(Clone, Copy, Debug)]
pub struct CloseReview {
    /// Which.
    pub review: AccessReviewId,
    /// Whether it ends although some are undecided.
    pub leave_undecided: bool,
}

impl Operation for CloseReview {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        unit.require(Permission::SecurityWrite)?;
        let Self { review, leave_undecided } = *self;
        if !unit.load::<AccessReview>(review).await?.opened {
            return Err(CommandError::NotFound { kind: "access review", pointer: None });
        }
        // Of another version than the one that was loaded and is guarded, the commit is refused, and this attempted anew.
        let result = result(unit.log(), review).await?;
        let json_sha256 = result.as_ref().map(|result| sha256(&result.to_json())).unwrap_or_default();
        let csv_sha256 = result.as_ref().map(|result| sha256(&result.to_csv())).unwrap_or_default();
        let close = CloseAccessReview { leave_undecided, json_sha256, csv_sha256 };
        unit.decide::<AccessReview>(review, AccessReviewCommand::Close(close))?;
        Ok(About::of::<AccessReview>(review))
    }
}

async fn result(log: &Log, review: AccessReviewId) -> Result<Option<ReviewResult>, CommandError> {
    let mut happened = vec![];
    for at in log.load(&StreamId::new(AccessReview::TYPE, review), 0).await? {
        let (recorded_at, by) = (at.recorded_at, at.actor().to_owned());
        let event = <AccessReview as Aggregate>::Event::decode(&at.event_type, at.event_version, at.payload)?;
        happened.push(Happened { event, at: recorded_at, by });
    }
    Ok(ReviewResult::of(log.identity(), review, happened))
}

fn sha256(text: &str) -> String {
    hex::encode(digest(&SHA256, text.as_bytes()))
}

impl Desk {
    /// Decides about somebody's access, and does it.
    pub async fn decide_access(
        &self,
        log: &Log,
        request: &Request,
        wish: &DecideAccess,
    ) -> Result<Receipt, CommandError> {
        let receipt = self.run(log, request, wish).await?;
        // Behind the commit, which may be refused. A repeat does it, too.
        if let (Principal::ApiKey(key), Decision::Remove) = (wish.item, wish.decision) {
            self.shut_for_good(log, key).await?;
        }
        Ok(receipt)
    }
}
