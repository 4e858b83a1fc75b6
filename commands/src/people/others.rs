//! What whoever keeps a tenant safe does to the access of others: looks at their sessions, ends them, takes their second
//! factors, lets them set another password. Not to somebody who may more than they do.

use domain::{
    AgentId, PasswordResetId, SessionId,
    agent::{AccessCommand, Agent, FactorCommand, RevocationReason},
};
use event_store::Log;

use super::{SessionRecord, operations::access};
use crate::{
    caller::Permission,
    desk::{Desk, Receipt, Request},
    error::CommandError,
    roles,
    unit::{About, Operation, Unit},
};

/// What is done.
enum Deed {
    EndSession(SessionId),
    EndAllSessions,
    ResetFactors,
    IssueReset { reset: PasswordResetId, expires_at: String },
}

/// Something done to the access of another.
pub(super) struct ToAnother {
    agent: AgentId,
    deed: Deed,
}

impl ToAnother {
    /// Let them set another password.
    pub fn issue_reset(agent: AgentId, reset: PasswordResetId, expires_at: String) -> Self {
        Self { agent, deed: Deed::IssueReset { reset, expires_at } }
    }
}

impl Operation for ToAnother {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        unit.require(Permission::SecurityWrite)?;
        let state = unit.load::<Agent>(self.agent).await?;
        if state.name.is_none() {
            return Err(CommandError::NotFound { kind: "agent", pointer: None });
        }
        roles::may_change(unit, state.access.role).await?;
        let reason = RevocationReason::Administrator;
        match &self.deed {
            Deed::EndSession(session) if !state.access.sessions.contains(session) => {
                return Err(CommandError::NotFound { kind: "session", pointer: None });
            }
            Deed::EndSession(session) => {
                access(unit, self.agent, AccessCommand::RevokeSession { session: *session, reason })?;
            }
            Deed::EndAllSessions => {
                for session in state.access.sessions {
                    access(unit, self.agent, AccessCommand::RevokeSession { session, reason })?;
                }
            }
            Deed::ResetFactors => access(unit, self.agent, AccessCommand::Factor(FactorCommand::Reset))?,
            Deed::IssueReset { reset, expires_at } => {
                let (reset, expires_at) = (*reset, expires_at.clone());
                access(unit, self.agent, AccessCommand::IssuePasswordReset { reset, expires_at })?;
            }
        }
        Ok(About::of::<Agent>(self.agent))
    }
}

impl Desk {
    /// The open sessions of an agent, the newest first.
    pub async fn sessions_of(&self, log: &Log, agent: AgentId) -> Result<Vec<SessionRecord>, CommandError> {
        self.open_sessions(log, agent).await
    }

    /// Ends a session of an agent; none: all of them.
    pub async fn end_session_of(
        &self,
        log: &Log,
        request: &Request,
        agent: AgentId,
        session: Option<SessionId>,
    ) -> Result<Receipt, CommandError> {
        let deed = session.map_or(Deed::EndAllSessions, Deed::EndSession);
        let receipt = self.run(log, request, &ToAnother { agent, deed }).await?;
        self.forget_closed_sessions(log, agent).await?;
        Ok(receipt)
    }

    /// Takes all second factors of an agent who lost them, and ends their sessions.
    pub async fn reset_factors(&self, log: &Log, request: &Request, agent: AgentId) -> Result<Receipt, CommandError> {
        let tx = log.begin().await?;
        let before = self.agent_in(log, &tx, agent).await?.access.factors;
        tx.commit().await?;
        let receipt = self.run(log, request, &ToAnother { agent, deed: Deed::ResetFactors }).await?;
        let mut gone: Vec<String> = before.present.keys().map(ToString::to_string).collect();
        gone.extend(before.codes.iter().map(ToString::to_string));
        self.forget_factors(log, agent, &gone).await?;
        self.forget_closed_sessions(log, agent).await?;
        Ok(receipt)
    }
}
