//! What the rules read of support access; decide and apply.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    aggregate::Aggregate,
    ids::{SupportGrantId, SupportSessionId},
    permission::{Permission, Permissions, Reach},
    role::{BuiltInRole, RoleId},
    support_access::{
        commands::{EnterSupport, GrantSupport, SupportAccessCommand, SupportRequest},
        events::{
            SupportAccessEvent, SupportBreakGlass, SupportEntered, SupportGranted, SupportRevoked, SupportViewed,
        },
        rejection::SupportAccessRejection,
    },
};

const MAX_GRANTS: usize = 20;
const LONGEST_GRANT: TimeDelta = TimeDelta::days(30);
const LONGEST_VISIT: TimeDelta = TimeDelta::hours(1);

/// The aggregate; its state is [`SupportAccessState`]. A tenant has one, under its own id, from the beginning.
#[derive(Debug)]
pub struct SupportAccess;

/// Grants and visits that may stand. Those that ended long ago are forgotten.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SupportAccessState {
    /// Those that were not revoked.
    pub grants: BTreeMap<SupportGrantId, SupportGrant>,
    /// Who came.
    pub sessions: BTreeMap<SupportSessionId, SupportSession>,
}

/// What the rules read of a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SupportGrant {
    /// When it ends.
    pub until: DateTime<Utc>,
    /// What they may do.
    pub role: RoleId,
}

/// What the rules read of a visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupportSession {
    /// Who.
    pub operator: String,
    /// By which grant; none: in an emergency.
    pub grant: Option<SupportGrantId>,
    /// When it ends at the latest.
    pub until: DateTime<Utc>,
}

/// What support may do at most, whatever it was granted: never what would let it stay, let others in, take secrets or
/// people's data away, or remove traces.
pub fn support_ceiling() -> Permissions {
    let refused = |right: Permission| match right {
        Permission::RolesWrite
        | Permission::KeysWrite
        | Permission::SecurityWrite
        | Permission::SupportWrite
        | Permission::AgentsWrite
        | Permission::WebhooksWrite
        | Permission::ProofCosign
        | Permission::PrivacyExport
        | Permission::PrivacyErase
        | Permission::PrivacyWrite => true,
        Permission::TicketsRead
        | Permission::TicketsWrite
        | Permission::TicketsNote
        | Permission::TicketsDelete
        | Permission::CustomersRead
        | Permission::CustomersWrite
        | Permission::AgentsRead
        | Permission::EventsRead
        | Permission::AuditRead
        | Permission::AnalyticsRead
        | Permission::ReportsRead
        | Permission::ProofRead
        | Permission::WebhooksRead
        | Permission::PrivacyRead
        | Permission::SettingsRead
        | Permission::SettingsWrite
        | Permission::RolesRead
        | Permission::KeysRead
        | Permission::SecurityRead
        | Permission::BillingRead => false,
    };
    Permission::ALL.iter().filter(|right| !refused(**right)).map(|right| (*right, Reach::All)).collect()
}

impl SupportAccessState {
    /// As which role whoever made a visit may act at a moment; none: it is over.
    pub fn role_in(&self, session: SupportSessionId, now: DateTime<Utc>) -> Option<RoleId> {
        let session = self.sessions.get(&session).filter(|session| session.until > now)?;
        match session.grant {
            None => Some(RoleId::BuiltIn(BuiltInRole::Auditor)),
            Some(grant) => self.grants.get(&grant).filter(|grant| grant.until > now).map(|grant| grant.role),
        }
    }

    /// The grant that lasts longest of those that stand.
    pub fn standing(&self, now: DateTime<Utc>) -> Option<(SupportGrantId, SupportGrant)> {
        let standing = self.grants.iter().filter(|(_, grant)| grant.until > now);
        standing.max_by_key(|(_, grant)| grant.until).map(|(id, grant)| (*id, *grant))
    }

    /// Forgets what had ended when a visit began that ends then.
    fn forget_before(&mut self, visit_ends: DateTime<Utc>) {
        let began = visit_ends - LONGEST_VISIT;
        self.sessions.retain(|_, session| session.until > began);
        self.grants.retain(|_, grant| grant.until > began);
    }
}

impl Aggregate for SupportAccess {
    const TYPE: &'static str = "support_access";
    type State = SupportAccessState;
    type Command = SupportAccessCommand;
    type Event = SupportAccessEvent;
    type Rejection = SupportAccessRejection;

    fn decide(
        state: &SupportAccessState,
        command: SupportAccessCommand,
    ) -> Result<Vec<SupportAccessEvent>, SupportAccessRejection> {
        Ok(match command {
            SupportAccessCommand::Grant(GrantSupport { grant, until, reason, role }, now) => {
                if until <= now || until > now + LONGEST_GRANT {
                    return Err(SupportAccessRejection::Until);
                }
                if state.grants.values().filter(|grant| grant.until > now).count() >= MAX_GRANTS {
                    return Err(SupportAccessRejection::TooManyGrants);
                }
                vec![SupportGranted { grant, until, reason, role }.into()]
            }
            SupportAccessCommand::Revoke(grant) if state.grants.contains_key(&grant) => {
                vec![SupportRevoked { grant }.into()]
            }
            SupportAccessCommand::Revoke(_) => return Err(SupportAccessRejection::NoSuchGrant),
            SupportAccessCommand::Enter(EnterSupport { session, operator, reason, until, break_glass }, now) => {
                if until <= now || until > now + LONGEST_VISIT {
                    return Err(SupportAccessRejection::TooLong);
                }
                // Whoever has been let in breaks no glass.
                match state.standing(now) {
                    Some((grant, standing)) => {
                        let until = until.min(standing.until);
                        vec![SupportEntered { session, operator, reason, grant, until }.into()]
                    }
                    None if break_glass => vec![SupportBreakGlass { session, operator, reason, until }.into()],
                    None => return Err(SupportAccessRejection::NoGrant),
                }
            }
            SupportAccessCommand::NoteRequest(SupportRequest { session, method, path }) => {
                if !state.sessions.contains_key(&session) {
                    return Err(SupportAccessRejection::NoSuchSession);
                }
                vec![SupportViewed { session, method, path }.into()]
            }
        })
    }

    fn changed_fields(event: &SupportAccessEvent) -> &'static [&'static str] {
        match event {
            SupportAccessEvent::SupportGranted(_) | SupportAccessEvent::SupportRevoked(_) => &["grants"],
            SupportAccessEvent::SupportEntered(_)
            | SupportAccessEvent::SupportBreakGlass(_)
            | SupportAccessEvent::SupportViewed(_) => &["visits"],
        }
    }

    fn apply(state: &mut SupportAccessState, event: &SupportAccessEvent) {
        match event {
            SupportAccessEvent::SupportGranted(SupportGranted { grant, until, role, .. }) => {
                state.grants.insert(*grant, SupportGrant { until: *until, role: *role });
            }
            SupportAccessEvent::SupportRevoked(SupportRevoked { grant }) => {
                state.grants.remove(grant);
            }
            SupportAccessEvent::SupportEntered(SupportEntered { session, operator, grant, until, .. }) => {
                state.forget_before(*until);
                let (operator, grant) = (operator.clone(), Some(*grant));
                state.sessions.insert(*session, SupportSession { operator, grant, until: *until });
            }
            SupportAccessEvent::SupportBreakGlass(SupportBreakGlass { session, operator, until, .. }) => {
                state.forget_before(*until);
                let operator = operator.clone();
                state.sessions.insert(*session, SupportSession { operator, grant: None, until: *until });
            }
            SupportAccessEvent::SupportViewed(_) => {}
        }
    }
}

#[cfg(test)]
mod tests;
