//! What the rules read of retention policies; decide and apply.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    aggregate::Aggregate,
    ids::RetentionPolicyId,
    retention_policies::{
        commands::{CreateRetentionPolicy, RetentionPoliciesCommand},
        criteria::RetentionCriteria,
        events::{
            RetentionCriteriaChanged, RetentionPoliciesEvent, RetentionPolicyCreated, RetentionPolicyDeleted,
            RetentionPolicyDisabled, RetentionPolicyEnabled, RetentionPolicyRenamed,
        },
        rejection::RetentionPoliciesRejection,
    },
};

/// Policies of one tenant.
pub const MAX_POLICIES: usize = 50;
/// A policy that was enabled, or is about other tickets than before, acts after this: nobody loses anything by a slip in
/// one call.
pub const GRACE: TimeDelta = TimeDelta::hours(24);

/// The aggregate; its state is [`RetentionPoliciesState`]. A tenant has one, under its own id: one version guards their number,
/// and what runs of them find.
#[derive(Debug)]
pub struct RetentionPolicies;

/// The policies that there are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RetentionPoliciesState {
    policies: BTreeMap<RetentionPolicyId, RetentionPolicy>,
}

/// A policy, as its events leave it.
#[derive(Clone, Debug, PartialEq)]
pub struct RetentionPolicy {
    /// What it is called.
    pub name: String,
    /// Which tickets it is about.
    pub criteria: RetentionCriteria,
    /// From when on it acts; none while it is disabled.
    pub acts_from: Option<DateTime<Utc>>,
    /// How often it was changed, counted from 1. What it does is no change of it.
    pub version: u64,
}

type Decision = Result<Vec<RetentionPoliciesEvent>, RetentionPoliciesRejection>;

impl Aggregate for RetentionPolicies {
    const TYPE: &'static str = "retention_policies";
    type State = RetentionPoliciesState;
    type Command = RetentionPoliciesCommand;
    type Event = RetentionPoliciesEvent;
    type Rejection = RetentionPoliciesRejection;

    fn decide(state: &RetentionPoliciesState, command: RetentionPoliciesCommand) -> Decision {
        match command {
            RetentionPoliciesCommand::Create(create) => state.create(create),
            RetentionPoliciesCommand::Rename { policy, name } => {
                let renamed = state.known(policy)?.name != name.as_str();
                Ok(only_if(renamed, || RetentionPolicyRenamed { policy, name: name.into() }))
            }
            RetentionPoliciesCommand::SetCriteria { policy, criteria, now } => {
                let before = state.known(policy)?;
                criteria.check()?;
                let acts_from = before.acts_from.map(|_| now + GRACE);
                let other = before.criteria != criteria;
                Ok(only_if(other, || RetentionCriteriaChanged { policy, criteria, acts_from }))
            }
            RetentionPoliciesCommand::Enable { policy, now } => {
                let rests = state.known(policy)?.acts_from.is_none();
                Ok(only_if(rests, || RetentionPolicyEnabled { policy, acts_from: now + GRACE }))
            }
            RetentionPoliciesCommand::Disable(policy) => {
                let acts = state.known(policy)?.acts_from.is_some();
                Ok(only_if(acts, || RetentionPolicyDisabled { policy }))
            }
            RetentionPoliciesCommand::Delete(policy) => {
                state.known(policy)?;
                Ok(vec![RetentionPolicyDeleted { policy }.into()])
            }
            RetentionPoliciesCommand::NoteRun(ran) => {
                state.known(ran.policy)?;
                Ok(vec![ran.into()])
            }
        }
    }

    fn changed_fields(event: &RetentionPoliciesEvent) -> &'static [&'static str] {
        match event {
            RetentionPoliciesEvent::RetentionPolicyCreated(_) => &["name", "criteria"],
            RetentionPoliciesEvent::RetentionPolicyRenamed(_) => &["name"],
            RetentionPoliciesEvent::RetentionCriteriaChanged(_) => &["criteria", "acts_from"],
            RetentionPoliciesEvent::RetentionPolicyEnabled(_) | RetentionPoliciesEvent::RetentionPolicyDisabled(_) => {
                &["enabled", "acts_from"]
            }
            RetentionPoliciesEvent::RetentionPolicyDeleted(_) | RetentionPoliciesEvent::RetentionPolicyRan(_) => &[],
        }
    }

    fn apply(state: &mut RetentionPoliciesState, event: &RetentionPoliciesEvent) {
        match event {
            RetentionPoliciesEvent::RetentionPolicyCreated(created) => {
                let RetentionPolicyCreated { policy, name, criteria } = created.clone();
                state.policies.insert(policy, RetentionPolicy { name, criteria, acts_from: None, version: 1 });
            }
            RetentionPoliciesEvent::RetentionPolicyRenamed(renamed) => {
                state.change(renamed.policy, |policy| policy.name.clone_from(&renamed.name));
            }
            RetentionPoliciesEvent::RetentionCriteriaChanged(changed) => state.change(changed.policy, |policy| {
                policy.criteria = changed.criteria.clone();
                policy.acts_from = changed.acts_from;
            }),
            RetentionPoliciesEvent::RetentionPolicyEnabled(enabled) => {
                state.change(enabled.policy, |policy| policy.acts_from = Some(enabled.acts_from));
            }
            RetentionPoliciesEvent::RetentionPolicyDisabled(disabled) => {
                state.change(disabled.policy, |policy| policy.acts_from = None);
            }
            RetentionPoliciesEvent::RetentionPolicyDeleted(deleted) => drop(state.policies.remove(&deleted.policy)),
            RetentionPoliciesEvent::RetentionPolicyRan(_) => {}
        }
    }
}

fn only_if<E: Into<RetentionPoliciesEvent>>(is_news: bool, event: impl FnOnce() -> E) -> Vec<RetentionPoliciesEvent> {
    is_news.then(|| event().into()).into_iter().collect()
}

impl RetentionPoliciesState {
    /// The policy of this id.
    pub fn get(&self, policy: RetentionPolicyId) -> Option<&RetentionPolicy> {
        self.policies.get(&policy)
    }

    fn known(&self, policy: RetentionPolicyId) -> Result<&RetentionPolicy, RetentionPoliciesRejection> {
        self.get(policy).ok_or(RetentionPoliciesRejection::NotFound)
    }

    fn create(&self, wanted: CreateRetentionPolicy) -> Decision {
        if self.policies.len() >= MAX_POLICIES {
            return Err(RetentionPoliciesRejection::TooMany);
        }
        let CreateRetentionPolicy { policy, name, criteria } = wanted;
        criteria.check()?;
        Ok(vec![RetentionPolicyCreated { policy, name: name.into(), criteria }.into()])
    }

    fn change(&mut self, policy: RetentionPolicyId, how: impl FnOnce(&mut RetentionPolicy)) {
        if let Some(policy) = self.policies.get_mut(&policy) {
            how(policy);
            policy.version += 1;
        }
    }
}

impl RetentionPolicy {
    /// Whether it may erase anything at `now`.
    pub fn acts_at(&self, now: DateTime<Utc>) -> bool {
        self.acts_from.is_some_and(|from| from <= now)
    }
}

#[cfg(test)]
mod tests;
