//! The wishes behind the doors: each decides on the agent's stream alone.

use domain::{
    AgentId, InvitationId, PasswordId, RoleId, SessionId,
    agent::{AccessCommand, Agent, AgentCommand, AgentState, CreateAgent, RevocationReason},
    text::{Email, Name},
};

use crate::{
    caller::Permission,
    claims,
    error::CommandError,
    roles,
    unit::{About, Operation, Unit},
};

/// Find or create an agent by their email, and let them join.
pub(super) struct Invite {
    pub invitation: InvitationId,
    pub email: Email,
    pub name: Name,
    pub role: Option<RoleId>,
    pub expires_at: String,
}

impl Operation for Invite {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        unit.require(Permission::AgentsWrite)?;
        let identity = self.email.identity();
        let known = unit.owner_of(claims::AGENT_EMAIL, &identity).await?.and_then(|owner| owner.parse().ok());
        let id = match known {
            Some(id) => id,
            None => self.create(unit, identity)?,
        };
        let AgentState { access, .. } = unit.load::<Agent>(id).await?;
        // Whoever holds the invitation will be that agent: nobody comes to more by it than they have.
        roles::require_now(unit, Permission::AgentsWrite).await?;
        let after = access.role_after(self.role);
        // Of somebody new nothing is taken.
        roles::may_give(unit, if known.is_some() { access.role } else { after }, after).await?;
        if let Some(before) = access.invitation {
            roles::may_change(unit, before.role).await?;
        }
        if access.password.is_some() {
            unit.require(Permission::SecurityWrite)?;
        }
        let Self { invitation, role, expires_at, .. } = self;
        let command = AccessCommand::Invite { invitation: *invitation, role: *role, expires_at: expires_at.clone() };
        unit.decide::<Agent>(id, AgentCommand::Access(command))?;
        Ok(About::of::<Agent>(id))
    }
}

impl Invite {
    fn create(&self, unit: &mut Unit<'_>, identity: String) -> Result<AgentId, CommandError> {
        let id = AgentId::new(unit.id());
        unit.begin::<Agent>(id);
        let (name, email) = (self.name.clone(), Some(self.email.clone()));
        unit.decide::<Agent>(id, AgentCommand::Create(CreateAgent { id, name, email, external_id: None }))?;
        unit.reclaim(claims::AGENT_EMAIL, id, None, Some(identity));
        Ok(id)
    }
}

/// Take an invitation back.
pub(super) struct RevokeInvitation {
    pub agent: AgentId,
    pub invitation: InvitationId,
}

impl Operation for RevokeInvitation {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        unit.load::<Agent>(self.agent).await?;
        unit.decide::<Agent>(self.agent, AgentCommand::Access(AccessCommand::RevokeInvitation(self.invitation)))?;
        Ok(About::of::<Agent>(self.agent))
    }
}

/// Accept an invitation, and log in.
pub(super) struct Join {
    pub agent: AgentId,
    pub invitation: InvitationId,
    pub password: PasswordId,
    pub session: SessionId,
}

impl Operation for Join {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        let before = unit.load::<Agent>(self.agent).await?.access;
        let Self { invitation, password, session, .. } = *self;
        let after = before.role_after(None);
        roles::note_owner(unit, self.agent, before.role == RoleId::OWNER, after == RoleId::OWNER).await?;
        roles::note_role(unit, self.agent, before.role, Some(after)).await?;
        access(unit, self.agent, AccessCommand::Join { invitation, password })?;
        access(unit, self.agent, AccessCommand::StartSession { session, failed_attempts: 0 })?;
        Ok(About::of::<Agent>(self.agent))
    }
}

/// Log in with a password that was right.
pub(super) struct StartSession {
    pub agent: AgentId,
    pub session: SessionId,
    pub verified: PasswordId,
    pub failed_attempts: u32,
}

impl Operation for StartSession {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        let state = unit.load::<Agent>(self.agent).await?;
        still_counts(&state, self.verified)?;
        let Self { session, failed_attempts, .. } = *self;
        access(unit, self.agent, AccessCommand::StartSession { session, failed_attempts })?;
        Ok(About::of::<Agent>(self.agent))
    }
}

/// Set another password, having shown the one that counts.
pub(super) struct SetPassword {
    pub agent: AgentId,
    pub session: SessionId,
    pub verified: PasswordId,
    pub password: PasswordId,
}

impl Operation for SetPassword {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        let state = unit.load::<Agent>(self.agent).await?;
        still_counts(&state, self.verified)?;
        let command = AccessCommand::ChangePassword { password: self.password, kept: self.session };
        access(unit, self.agent, command)?;
        Ok(About::of::<Agent>(self.agent))
    }
}

/// Log out of one of one's own sessions.
pub(super) struct EndSession {
    pub agent: AgentId,
    pub session: SessionId,
}

impl Operation for EndSession {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        let state = unit.load::<Agent>(self.agent).await?;
        if !state.access.sessions.contains(&self.session) {
            return Err(CommandError::NotFound { kind: "session", pointer: None });
        }
        access(unit, self.agent, AccessCommand::EndSession(self.session))?;
        Ok(About::of::<Agent>(self.agent))
    }
}

/// End a session whose refresh token came twice.
pub(super) struct RevokeSession {
    pub agent: AgentId,
    pub session: SessionId,
    pub reason: RevocationReason,
}

impl Operation for RevokeSession {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        unit.load::<Agent>(self.agent).await?;
        let Self { session, reason, .. } = *self;
        access(unit, self.agent, AccessCommand::RevokeSession { session, reason })?;
        Ok(About::of::<Agent>(self.agent))
    }
}

/// Record that wrong passwords were tried.
pub(super) struct NoteFailures {
    pub agent: AgentId,
    pub attempts: u32,
    pub client: Option<String>,
}

impl Operation for NoteFailures {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        unit.load::<Agent>(self.agent).await?;
        let command = AccessCommand::NoteFailedLogIns { attempts: self.attempts, client: self.client.clone() };
        access(unit, self.agent, command)?;
        Ok(About::of::<Agent>(self.agent))
    }
}

/// No right is asked for: what lets them in is the secret that they have shown.
fn access(unit: &mut Unit<'_>, agent: AgentId, command: AccessCommand) -> Result<(), CommandError> {
    unit.decide_as_part::<Agent>(agent, AgentCommand::Access(command))
}

/// The password that was shown may have been changed, or its owner deactivated, while it was being verified.
fn still_counts(state: &AgentState, verified: PasswordId) -> Result<(), CommandError> {
    if state.access.password == Some(verified) { Ok(()) } else { Err(CommandError::Contended) }
}
