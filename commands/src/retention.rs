//! Wishes for retention policies, and what they do: it is decided as the erasure of a ticket that somebody wishes is, so a legal
//! hold keeps it from either, also one that is placed at the same moment.
//!
//! Which tickets a policy may be about was found in a read model. Whether it is about them is decided here, on their streams.

use chrono::{DateTime, Utc};
use domain::{
    Aggregate, EventId, Permissions, RetentionPolicyId, TicketId,
    retention_policies::{
        CreateRetentionPolicy, Ended, RetentionCriteria, RetentionPolicies, RetentionPoliciesCommand,
        RetentionPoliciesState, RetentionPolicy, RetentionPolicyRan,
    },
    text::Name,
    ticket::{Ticket, TicketEvent},
};
use event_store::{CommandId, Origin};
use uuid::Uuid;

use crate::{
    caller::Permission,
    content,
    desk::Request,
    error::CommandError,
    unit::{About, Operation, Unit},
};

/// Who erases what a policy is about, in the log.
pub const RETENTION: &str = "retention";

impl Operation for CreateRetentionPolicy {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        policies(unit).await?;
        decide(unit, [RetentionPoliciesCommand::Create(self.clone())])
    }
}

/// Change a policy. `None` leaves a field as it is.
#[derive(Clone, Debug)]
pub struct UpdateRetentionPolicy {
    /// Which.
    pub id: RetentionPolicyId,
    /// What it is called.
    pub name: Option<Name>,
    /// Which tickets it is about.
    pub criteria: Option<RetentionCriteria>,
    /// Whether it acts.
    pub enabled: Option<bool>,
}

impl Operation for UpdateRetentionPolicy {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        let before = existing(unit, self.id).await?;
        if self.enabled == Some(true) || (self.criteria.is_some() && before.acts_from.is_some()) {
            // Nobody has done for them what they may not do.
            unit.request().caller.must_have(&Permissions::everywhere(&[Permission::PrivacyErase]))?;
        }
        let (policy, now) = (self.id, unit.log().clock().now());
        let commands = [
            self.name.clone().map(|name| RetentionPoliciesCommand::Rename { policy, name }),
            self.enabled.filter(|enabled| !enabled).map(|_| RetentionPoliciesCommand::Disable(policy)),
            self.criteria.clone().map(|criteria| RetentionPoliciesCommand::SetCriteria { policy, criteria, now }),
            self.enabled.filter(|enabled| *enabled).map(|_| RetentionPoliciesCommand::Enable { policy, now }),
        ];
        decide(unit, commands.into_iter().flatten())
    }
}

/// Keep a policy no more. What it erased stays so.
#[derive(Clone, Copy, Debug)]
pub struct DeleteRetentionPolicy(pub RetentionPolicyId);

impl Operation for DeleteRetentionPolicy {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        existing(unit, self.0).await?;
        decide(unit, [RetentionPoliciesCommand::Delete(self.0)])
    }
}

/// Erase tickets whose time is over by a policy: those of them that it is about, at this moment, and that nothing holds. Where
/// it does not act any more, nothing happens.
#[derive(Clone, Debug)]
pub struct EnforceRetention {
    /// By which policy.
    pub policy: RetentionPolicyId,
    /// The event that made it what it is: what happens follows from that.
    pub cause: EventId,
    /// The tickets.
    pub tickets: Vec<TicketId>,
    /// The position as of which they were chosen.
    pub as_of: u64,
    /// How many more a legal hold kept then.
    pub held: u64,
    /// How many were chosen that are left for later.
    pub left: u64,
}

impl EnforceRetention {
    /// The wish of this product that it is.
    pub fn request(id: Uuid) -> Request {
        Request { origin: Origin::Rule, ..Request::system(RETENTION, CommandId(id)) }
    }
}

impl Operation for EnforceRetention {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        unit.require(Permission::PrivacyErase)?;
        let now = unit.log().clock().now();
        let about = About::of::<RetentionPolicies>(unit.log().identity());
        let state = policies(unit).await?;
        let Some(policy) = state.get(self.policy).filter(|policy| policy.acts_at(now)) else { return Ok(about) };
        unit.follow_from(self.cause);
        let (mut erased, mut held) = (0, self.held);
        for ticket in &self.tickets {
            match self.enforce(unit, &policy.criteria, *ticket, now).await {
                Ok(Done::Erased) => erased += 1,
                Ok(Done::Nothing) => {}
                Err(CommandError::OnLegalHold { .. }) => held += 1,
                Err(error) => return Err(error),
            }
        }
        if erased > 0 {
            let ran = RetentionPolicyRan { policy: self.policy, as_of: self.as_of, erased, held, left: self.left };
            decide(unit, [RetentionPoliciesCommand::NoteRun(ran)])?;
        }
        Ok(about)
    }
}

enum Done {
    Erased,
    /// It was erased before, or the policy is not about it any more.
    Nothing,
}

impl EnforceRetention {
    async fn enforce(
        &self,
        unit: &mut Unit<'_>,
        criteria: &RetentionCriteria,
        id: TicketId,
        now: DateTime<Utc>,
    ) -> Result<Done, CommandError> {
        let ticket = unit.load::<Ticket>(id).await?;
        if ticket.requester.is_none() || ticket.erased {
            return Ok(Done::Nothing);
        }
        let (times, history): (Vec<_>, Vec<TicketEvent>) = unit.dated_history::<Ticket>(id).await?.into_iter().unzip();
        let ended = Ended::find(times.into_iter().zip(&history));
        if !ended.is_some_and(|ended| criteria.cover(&ticket, ended, now)) {
            return Ok(Done::Nothing);
        }
        content::erase_unheld(unit, id, &ticket, &history, Some(self.policy)).await?;
        Ok(Done::Erased)
    }
}

/// The policies of the tenant; from here to the commit none comes, goes or changes.
async fn policies(unit: &mut Unit<'_>) -> Result<RetentionPoliciesState, CommandError> {
    let tenant = unit.log().identity().clone();
    unit.load::<RetentionPolicies>(tenant).await
}

/// The policy, at the version that the caller named, when they named one.
async fn existing(unit: &mut Unit<'_>, id: RetentionPolicyId) -> Result<RetentionPolicy, CommandError> {
    unit.require(Permission::PrivacyWrite)?;
    let state = policies(unit).await?;
    let policy = state.get(id).ok_or(CommandError::NotFound { kind: "retention policy", pointer: None })?;
    let (expected, actual) = (unit.request().expected_version.unwrap_or(policy.version), policy.version);
    if expected == actual {
        return Ok(policy.clone());
    }
    let mut changed = vec![];
    let tenant = unit.log().identity().clone();
    let history = unit.history::<RetentionPolicies>(tenant).await?;
    let changes = history.iter().filter(|event| event.policy() == id && !event.is_run());
    let since = usize::try_from(expected).unwrap_or(usize::MAX);
    for field in changes.skip(since).flat_map(RetentionPolicies::changed_fields) {
        if !changed.contains(field) {
            changed.push(*field);
        }
    }
    Err(CommandError::PreconditionFailed { expected, actual, changed })
}

fn decide(
    unit: &mut Unit<'_>,
    commands: impl IntoIterator<Item = RetentionPoliciesCommand>,
) -> Result<About, CommandError> {
    let tenant = unit.log().identity().clone();
    for command in commands {
        unit.decide::<RetentionPolicies>(&tenant, command)?;
    }
    Ok(About::of::<RetentionPolicies>(tenant))
}
