//! The wishes behind the doors: each decides on the agent's stream alone.

use domain::{
    AgentId, FactorId, InvitationId, PasswordId, PasswordResetId, RecoveryCodesId, RoleId, SessionId,
    agent::{
        AccessCommand, Agent, AgentCommand, AgentState, CreateAgent, FactorCommand, FactorKind, Proof, RevocationReason,
    },
    text::{Email, Name},
};

use crate::{
    caller::Permission,
    claims,
    error::CommandError,
    roles, seats,
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
        seats::settle(unit, id).await?;
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

/// Accept an invitation, and log in; but whoever has a second factor shows it first.
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
        // It may be over at this moment, and somebody else have the seat.
        seats::settle(unit, self.agent).await?;
        if before.factors.is_empty() {
            let proofs = vec![Proof::Password];
            access(unit, self.agent, AccessCommand::StartSession { session, failed_attempts: 0, proofs })?;
        }
        Ok(About::of::<Agent>(self.agent))
    }
}

/// What somebody has shown, by the names under which the log knows it: it must still count when something is recorded
/// because of it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Shown {
    pub password: Option<PasswordId>,
    pub factor: Option<(FactorId, FactorKind)>,
    /// A recovery code of this set.
    pub codes: Option<RecoveryCodesId>,
}

impl Shown {
    pub fn password(password: PasswordId) -> Self {
        Self { password: Some(password), ..Self::default() }
    }

    /// How they have proved who they are.
    pub fn proofs(&self) -> Vec<Proof> {
        let factor = self.factor.map(|(_, kind)| match kind {
            FactorKind::Totp => Proof::Totp,
            FactorKind::Passkey => Proof::Passkey,
        });
        let password = self.password.map(|_| Proof::Password);
        [password, factor, self.codes.map(|_| Proof::RecoveryCode)].into_iter().flatten().collect()
    }

    fn has_second_factor(&self) -> bool {
        self.factor.is_some() || self.codes.is_some()
    }

    /// What was shown may have been changed, or its owner deactivated, while it was being looked at.
    fn still_counts(&self, state: &AgentState) -> Result<(), CommandError> {
        let factors = &state.access.factors;
        let counts = self.password.is_none_or(|password| state.access.password == Some(password))
            && self.factor.is_none_or(|(factor, kind)| factors.present.get(&factor) == Some(&kind))
            && self.codes.is_none_or(|set| factors.codes == Some(set));
        if counts { Ok(()) } else { Err(CommandError::Contended) }
    }

    /// A recovery code is spent in the same commit as what it is spent for.
    fn spend(&self, unit: &mut Unit<'_>, agent: AgentId) -> Result<(), CommandError> {
        let Some(set) = self.codes else { return Ok(()) };
        access(unit, agent, AccessCommand::Factor(FactorCommand::UseRecoveryCode(set)))
    }
}

/// Log in with what was shown.
pub(super) struct StartSession {
    pub agent: AgentId,
    pub session: SessionId,
    pub shown: Shown,
    pub failed_attempts: u32,
}

impl Operation for StartSession {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        let state = unit.load::<Agent>(self.agent).await?;
        self.shown.still_counts(&state)?;
        // A factor that was added meanwhile is asked for, too.
        if !state.access.factors.is_empty() && !self.shown.has_second_factor() {
            return Err(CommandError::Contended);
        }
        let Self { session, failed_attempts, .. } = *self;
        let proofs = self.shown.proofs();
        access(unit, self.agent, AccessCommand::StartSession { session, failed_attempts, proofs })?;
        self.shown.spend(unit, self.agent)?;
        Ok(About::of::<Agent>(self.agent))
    }
}

/// Prove again who one is, within a session.
pub(super) struct Reauthenticate {
    pub agent: AgentId,
    pub session: SessionId,
    pub shown: Shown,
}

impl Operation for Reauthenticate {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        let state = unit.load::<Agent>(self.agent).await?;
        self.shown.still_counts(&state)?;
        for proof in self.shown.proofs() {
            access(unit, self.agent, AccessCommand::Reauthenticate { session: self.session, proof })?;
        }
        self.shown.spend(unit, self.agent)?;
        Ok(About::of::<Agent>(self.agent))
    }
}

/// Add or remove a second factor, or make other recovery codes.
pub(super) struct ChangeFactors {
    pub agent: AgentId,
    pub command: FactorCommand,
    /// The factor that must be there.
    pub known: Option<FactorId>,
}

impl Operation for ChangeFactors {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        let state = unit.load::<Agent>(self.agent).await?;
        if self.known.is_some_and(|known| !state.access.factors.present.contains_key(&known)) {
            return Err(CommandError::NotFound { kind: "factor", pointer: None });
        }
        access(unit, self.agent, AccessCommand::Factor(self.command.clone()))?;
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
        Shown::password(self.verified).still_counts(&state)?;
        let command = AccessCommand::ChangePassword { password: self.password, kept: self.session };
        access(unit, self.agent, command)?;
        Ok(About::of::<Agent>(self.agent))
    }
}

/// Set another password by a way that was handed out.
pub(super) struct ResetPassword {
    pub agent: AgentId,
    pub reset: PasswordResetId,
    pub password: PasswordId,
}

impl Operation for ResetPassword {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        unit.load::<Agent>(self.agent).await?;
        let Self { reset, password, .. } = *self;
        access(unit, self.agent, AccessCommand::ResetPassword { reset, password })?;
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
pub(super) fn access(unit: &mut Unit<'_>, agent: AgentId, command: AccessCommand) -> Result<(), CommandError> {
    unit.decide_as_part::<Agent>(agent, AgentCommand::Access(command))
}
