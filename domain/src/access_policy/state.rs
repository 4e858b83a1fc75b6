//! What the rules read of an access policy; decide and apply.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use crate::{
    access_policy::{
        AddressRange, MaskedFields, Origin, ScheduledReviews, admit,
        commands::{AccessPolicyCommand, RoleDefinition, RoleRules, SessionLimits},
        events::{
            AccessPolicyAddressesChanged, AccessPolicyEvent, AccessPolicyMfaChanged, AccessPolicyOriginsChanged,
            AccessPolicyOwnersChanged, AccessPolicyReviewOpened, AccessPolicyReviewsScheduled,
            AccessPolicyReviewsUnscheduled, AccessPolicyRoleRulesChanged, AccessPolicySessionsChanged, RoleChanged,
            RoleCreated, RoleDeleted, RoleGiven, RoleTaken,
        },
        rejection::AccessPolicyRejection,
    },
    aggregate::Aggregate,
    ids::{AgentId, CustomRoleId},
    permission::Permissions,
    role::RoleId,
};

const MAX_ROLES: usize = 100;
const MAX_ADDRESSES: usize = 100;
const MAX_ORIGINS: usize = 50;
/// Minutes.
const SHORTEST: u32 = 5;
/// Minutes: a year.
const LONGEST: u32 = 366 * 24 * 60;

/// The aggregate; its state is [`AccessPolicyState`]. A tenant has one, under its own id, from the beginning.
#[derive(Debug)]
pub struct AccessPolicy;

/// Who may get in, and as what. The default is what holds where nobody decided anything.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AccessPolicyState {
    /// The roles that the tenant made.
    pub roles: BTreeMap<CustomRoleId, RoleDefinition>,
    /// Who has which of them.
    pub holders: BTreeMap<CustomRoleId, BTreeSet<AgentId>>,
    /// What holds for those who have a role.
    pub rules: BTreeMap<RoleId, RoleRules>,
    /// Who has the role of an owner, and is active.
    pub owners: BTreeSet<AgentId>,
    /// From where everybody gets in; empty: from anywhere.
    pub allowed_addresses: Vec<AddressRange>,
    /// Whether everybody must show a second factor.
    pub mfa_required: bool,
    /// For how long people are logged in.
    pub sessions: SessionLimits,
    /// Pages of which origins may use the API.
    pub origins: BTreeSet<Origin>,
    /// When reviews of access open by themselves.
    pub reviews: Option<ScheduledReviews>,
}

impl AccessPolicyState {
    /// What whoever has a role may do: nothing, where it is no more.
    pub fn permissions_of(&self, role: &RoleId) -> Permissions {
        match role {
            RoleId::BuiltIn(role) => role.permissions(),
            RoleId::Custom(id) => self.roles.get(id).map(|role| role.permissions.clone()).unwrap_or_default(),
        }
    }

    /// Whether there is such a role.
    pub fn has_role(&self, role: &RoleId) -> bool {
        match role {
            RoleId::BuiltIn(_) => true,
            RoleId::Custom(id) => self.roles.contains_key(id),
        }
    }

    /// Whether whoever has a role must show a second factor.
    pub fn mfa_required_of(&self, role: &RoleId) -> bool {
        self.mfa_required || self.rules.get(role).is_some_and(|rules| rules.mfa_required)
    }

    /// What of customers whoever has a role is not shown.
    pub fn masked_for(&self, role: &RoleId) -> MaskedFields {
        self.rules.get(role).map(|rules| rules.masks_personal_data.clone()).unwrap_or_default()
    }

    /// Whether whoever has a role gets in from an address.
    pub fn admits(&self, role: &RoleId, address: Option<IpAddr>) -> bool {
        let of_role = self.rules.get(role).map_or(&[][..], |rules| &rules.allowed_addresses);
        admit(&self.allowed_addresses, address) && admit(of_role, address)
    }

    fn holds(&self, role: CustomRoleId, agent: AgentId) -> bool {
        self.holders.get(&role).is_some_and(|holders| holders.contains(&agent))
    }

    fn lacks(&self, role: CustomRoleId, agent: AgentId) -> bool {
        self.roles.contains_key(&role) && !self.holds(role, agent)
    }

    fn check_definition(&self, id: CustomRoleId, definition: &RoleDefinition) -> Result<(), AccessPolicyRejection> {
        let name = definition.name.to_lowercase();
        if self.roles.iter().any(|(other, role)| *other != id && role.name.to_lowercase() == name) {
            return Err(AccessPolicyRejection::RoleNameTaken);
        }
        if definition.permissions.misplaced_reach().is_some() {
            return Err(AccessPolicyRejection::MisplacedReach);
        }
        Ok(())
    }
}

impl Aggregate for AccessPolicy {
    const TYPE: &'static str = "access_policy";
    type State = AccessPolicyState;
    type Command = AccessPolicyCommand;
    type Event = AccessPolicyEvent;
    type Rejection = AccessPolicyRejection;

    fn decide(
        state: &AccessPolicyState,
        command: AccessPolicyCommand,
    ) -> Result<Vec<AccessPolicyEvent>, AccessPolicyRejection> {
        Ok(match command {
            AccessPolicyCommand::CreateRole { role, definition } => {
                if state.roles.len() >= MAX_ROLES {
                    return Err(AccessPolicyRejection::TooManyRoles);
                }
                state.check_definition(role, &definition)?;
                vec![RoleCreated { role, definition }.into()]
            }
            AccessPolicyCommand::ChangeRole { role, definition } => {
                let before = state.roles.get(&role).ok_or(AccessPolicyRejection::NoSuchRole)?;
                if *before == definition {
                    return Ok(vec![]);
                }
                state.check_definition(role, &definition)?;
                vec![RoleChanged { role, definition }.into()]
            }
            AccessPolicyCommand::DeleteRole(role) if state.roles.contains_key(&role) => {
                match state.holders.get(&role).map_or(0, BTreeSet::len) {
                    0 => vec![RoleDeleted { role }.into()],
                    holders => return Err(AccessPolicyRejection::RoleInUse { holders }),
                }
            }
            AccessPolicyCommand::DeleteRole(_) => return Err(AccessPolicyRejection::NoSuchRole),
            AccessPolicyCommand::GiveRole { role, agent } if state.lacks(role, agent) => {
                vec![RoleGiven { role, agent }.into()]
            }
            AccessPolicyCommand::TakeRole { role, agent } if state.holds(role, agent) => {
                vec![RoleTaken { role, agent }.into()]
            }
            AccessPolicyCommand::AddOwner(agent) if !state.owners.contains(&agent) => {
                let owners = state.owners.iter().copied().chain([agent]).collect();
                vec![AccessPolicyOwnersChanged { owners }.into()]
            }
            AccessPolicyCommand::RemoveOwner(agent) if state.owners.contains(&agent) => {
                let owners: BTreeSet<_> = state.owners.iter().copied().filter(|owner| *owner != agent).collect();
                if owners.is_empty() {
                    return Err(AccessPolicyRejection::LastOwner);
                }
                vec![AccessPolicyOwnersChanged { owners }.into()]
            }
            AccessPolicyCommand::GiveRole { .. }
            | AccessPolicyCommand::TakeRole { .. }
            | AccessPolicyCommand::AddOwner(_)
            | AccessPolicyCommand::RemoveOwner(_) => vec![],
            AccessPolicyCommand::AllowAddresses(ranges) => {
                let allowed_addresses = bounded(ranges)?;
                if allowed_addresses == state.allowed_addresses {
                    return Ok(vec![]);
                }
                vec![AccessPolicyAddressesChanged { allowed_addresses }.into()]
            }
            AccessPolicyCommand::RequireMfa(required) if required == state.mfa_required => vec![],
            AccessPolicyCommand::RequireMfa(required) => vec![AccessPolicyMfaChanged { required }.into()],
            AccessPolicyCommand::LimitSessions(limits) if limits == state.sessions => vec![],
            AccessPolicyCommand::LimitSessions(limits) => {
                let SessionLimits { idle_minutes, absolute_minutes, reauthentication_minutes } = limits;
                let all = [idle_minutes, absolute_minutes, reauthentication_minutes];
                if all.iter().any(|minutes| !(SHORTEST..=LONGEST).contains(minutes)) || idle_minutes > absolute_minutes
                {
                    return Err(AccessPolicyRejection::SessionLimits);
                }
                vec![AccessPolicySessionsChanged { limits }.into()]
            }
            AccessPolicyCommand::AllowOrigins(origins) if origins == state.origins => vec![],
            AccessPolicyCommand::AllowOrigins(origins) if origins.len() > MAX_ORIGINS => {
                return Err(AccessPolicyRejection::TooManyOrigins);
            }
            AccessPolicyCommand::AllowOrigins(origins) => vec![AccessPolicyOriginsChanged { origins }.into()],
            AccessPolicyCommand::SetRoleRules { role, .. } if !state.has_role(&role) => {
                return Err(AccessPolicyRejection::NoSuchRole);
            }
            AccessPolicyCommand::SetRoleRules { role, rules } => {
                let rules = RoleRules { allowed_addresses: bounded(rules.allowed_addresses)?, ..rules };
                if rules == state.rules.get(&role).cloned().unwrap_or_default() {
                    return Ok(vec![]);
                }
                vec![AccessPolicyRoleRulesChanged { role, rules }.into()]
            }
            AccessPolicyCommand::ScheduleReviews { wish: None, .. } if state.reviews.is_none() => vec![],
            AccessPolicyCommand::ScheduleReviews { wish: None, .. } => vec![AccessPolicyReviewsUnscheduled {}.into()],
            AccessPolicyCommand::ScheduleReviews { wish: Some(wish), now } => {
                let reviews = ScheduledReviews::of(wish, state.reviews.as_ref(), now)?;
                if state.reviews.as_ref() == Some(&reviews) {
                    return Ok(vec![]);
                }
                let ScheduledReviews { schedule, next_at } = reviews;
                vec![AccessPolicyReviewsScheduled { schedule, next_at }.into()]
            }
            AccessPolicyCommand::NoteReviewOpened { review, now } => {
                let due = state.reviews.as_ref().filter(|reviews| reviews.next_at <= now);
                let next_at = due.and_then(|reviews| reviews.schedule.next_after(now));
                next_at.map(|next_at| AccessPolicyReviewOpened { review, next_at }.into()).into_iter().collect()
            }
        })
    }

    fn changed_fields(event: &AccessPolicyEvent) -> &'static [&'static str] {
        match event {
            AccessPolicyEvent::RoleCreated(_)
            | AccessPolicyEvent::RoleChanged(_)
            | AccessPolicyEvent::RoleDeleted(_)
            | AccessPolicyEvent::RoleGiven(_)
            | AccessPolicyEvent::RoleTaken(_)
            | AccessPolicyEvent::AccessPolicyOwnersChanged(_) => &[],
            AccessPolicyEvent::AccessPolicyAddressesChanged(_) => &["allowed_addresses"],
            AccessPolicyEvent::AccessPolicyMfaChanged(_) => &["mfa_required"],
            AccessPolicyEvent::AccessPolicySessionsChanged(_) => &["sessions"],
            AccessPolicyEvent::AccessPolicyOriginsChanged(_) => &["origins"],
            AccessPolicyEvent::AccessPolicyRoleRulesChanged(_) => &["roles"],
            AccessPolicyEvent::AccessPolicyReviewsScheduled(_)
            | AccessPolicyEvent::AccessPolicyReviewsUnscheduled(_)
            | AccessPolicyEvent::AccessPolicyReviewOpened(_) => &["access_reviews"],
        }
    }

    fn apply(state: &mut AccessPolicyState, event: &AccessPolicyEvent) {
        match event {
            AccessPolicyEvent::RoleCreated(RoleCreated { role, definition })
            | AccessPolicyEvent::RoleChanged(RoleChanged { role, definition }) => {
                state.roles.insert(*role, definition.clone());
            }
            AccessPolicyEvent::RoleDeleted(RoleDeleted { role }) => {
                state.roles.remove(role);
                state.holders.remove(role);
                state.rules.remove(&RoleId::Custom(*role));
            }
            AccessPolicyEvent::RoleGiven(RoleGiven { role, agent }) => {
                state.holders.entry(*role).or_default().insert(*agent);
            }
            AccessPolicyEvent::RoleTaken(RoleTaken { role, agent }) => {
                if let Some(holders) = state.holders.get_mut(role) {
                    holders.remove(agent);
                }
            }
            AccessPolicyEvent::AccessPolicyOwnersChanged(event) => state.owners.clone_from(&event.owners),
            AccessPolicyEvent::AccessPolicyAddressesChanged(event) => {
                state.allowed_addresses.clone_from(&event.allowed_addresses);
            }
            AccessPolicyEvent::AccessPolicyMfaChanged(event) => state.mfa_required = event.required,
            AccessPolicyEvent::AccessPolicySessionsChanged(event) => state.sessions = event.limits,
            AccessPolicyEvent::AccessPolicyOriginsChanged(event) => state.origins.clone_from(&event.origins),
            AccessPolicyEvent::AccessPolicyRoleRulesChanged(event) => {
                state.rules.insert(event.role, event.rules.clone());
            }
            AccessPolicyEvent::AccessPolicyReviewsScheduled(AccessPolicyReviewsScheduled { schedule, next_at }) => {
                state.reviews = Some(ScheduledReviews { schedule: schedule.clone(), next_at: *next_at });
            }
            AccessPolicyEvent::AccessPolicyReviewsUnscheduled(_) => state.reviews = None,
            AccessPolicyEvent::AccessPolicyReviewOpened(opened) => {
                if let Some(reviews) = &mut state.reviews {
                    reviews.next_at = opened.next_at;
                }
            }
        }
    }
}

/// In one order, each range once.
fn bounded(ranges: Vec<AddressRange>) -> Result<Vec<AddressRange>, AccessPolicyRejection> {
    let ranges: BTreeSet<_> = ranges.into_iter().collect();
    if ranges.len() > MAX_ADDRESSES {
        return Err(AccessPolicyRejection::TooManyAddresses);
    }
    Ok(ranges.into_iter().collect())
}

#[cfg(test)]
mod tests;
