//! Another password for somebody who forgot theirs: a secret that is good once and for a day. Until mail can carry it,
//! whoever may hands it over. It sets a password and nothing else: no session, and second factors stay.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{AgentId, PasswordResetId};
use event_store::{Log, Random, StoreError};

use super::{
    AccessError, NewPassword, Visitor, admission::admit, caller_of, opaque::ResetToken, operations::ResetPassword,
    others::ToAnother,
};
use crate::{
    desk::{Desk, Receipt, Request},
    error::CommandError,
};

/// How long another password can be set.
const LIFE: TimeDelta = TimeDelta::days(1);

/// A way to set another password, for the one time that its token is shown.
#[derive(Clone, Debug)]
pub struct PasswordReset {
    /// To be handed over.
    pub token: ResetToken,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// The answer to the wish.
    pub receipt: Receipt,
}

impl Desk {
    /// Makes a way for an agent to set another password, which replaces the one before.
    pub async fn issue_password_reset(
        &self,
        log: &Log,
        request: &Request,
        random: &dyn Random,
        agent: AgentId,
    ) -> Result<PasswordReset, CommandError> {
        let now = self.store().clock().now();
        let (reset, expires_at) = (PasswordResetId::new(self.store().ids().next()), now + LIFE);
        let issue = ToAnother::issue_reset(agent, reset, expires_at.to_rfc3339());
        let receipt = self.run(log, request, &issue).await?;
        if receipt.replayed {
            // The first time showed the token; this one would show one that was never recorded.
            return Err(CommandError::CommandReused);
        }
        let token = ResetToken::generate(random);
        let tx = log.begin().await?;
        let (id, owner) = (reset.to_string(), agent.to_string());
        // Those before count no more; one that was issued since has its own row.
        tx.execute("DELETE FROM password_resets WHERE agent_id = $1 AND reset_id < $2", &[&owner, &id])
            .await
            .map_err(StoreError::from)?;
        tx.execute(
            "INSERT INTO password_resets (reset_id, agent_id, digest, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5)",
            &[&id, &owner, &token.digest(), &now, &expires_at],
        )
        .await
        .map_err(StoreError::from)?;
        tx.commit().await?;
        Ok(PasswordReset { token, expires_at, receipt })
    }

    /// Sets another password for whoever holds such a token, and ends their sessions.
    pub async fn reset_password(
        &self,
        tenant: &str,
        token: &str,
        password: NewPassword,
        visitor: &Visitor,
        random: &dyn Random,
    ) -> Result<Receipt, AccessError> {
        let now = self.store().clock().now();
        self.people().attempts.visit(visitor.address, now)?;
        let log = self.tenant_named(tenant).await?.ok_or(AccessError::NoReset)?;
        let digest = ResetToken::presented(token).digest();
        let tx = log.begin().await?;
        let sql = "SELECT reset_id, agent_id FROM password_resets WHERE digest = $1 AND expires_at > $2";
        let row = tx.query_opt(sql, &[&digest, &now]).await?.ok_or(AccessError::NoReset)?;
        let ids = row.get::<_, &str>(0).parse().ok().zip(row.get::<_, &str>(1).parse().ok());
        let (reset, agent): (PasswordResetId, AgentId) = ids.ok_or(AccessError::NoReset)?;
        let state = self.agent_in(&log, &tx, agent).await?;
        if !state.active || state.access.reset != Some(reset) {
            return Err(AccessError::NoReset);
        }
        let policy = self.policy_in(&log, &tx).await?;
        tx.commit().await?;
        admit(&policy, state.access.role, visitor.address)?;
        let caller = caller_of(agent, &state, &policy);
        let password = self.prepare_password(&log, agent, password, random).await?;
        let request = self.at_the_door(caller, visitor);
        let receipt = match self.run(&log, &request, &ResetPassword { agent, reset, password }).await {
            Err(CommandError::Rejected { code: "password_reset_gone", .. }) => return Err(AccessError::NoReset),
            done => done?,
        };
        let tx = log.begin().await?;
        tx.execute("DELETE FROM password_resets WHERE reset_id = $1", &[&reset.to_string()]).await?;
        tx.commit().await?;
        self.forget_closed_sessions(&log, agent).await?;
        Ok(receipt)
    }
}
