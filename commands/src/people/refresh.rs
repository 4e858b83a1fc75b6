//! Refresh tokens: each is good for one new pair of tokens. One that comes again is known to two, so its session is
//! over for both (OAuth 2.1, section 4.3.1).
//!
//! There is no grace for a retry after a lost answer: the first answer held the only copy of the next token, and
//! whoever repeats the old one cannot be told from whoever stole it.

use chrono::{DateTime, Utc};
use domain::{AgentId, SessionId, agent::RevocationReason};
use event_store::{Log, Random, StoreError, TenantTx};

use super::{
    AccessError, LoggedIn, Visitor, admission::admit, authenticate::Limits, opaque::RefreshToken,
    operations::RevokeSession, sessions::forget,
};
use crate::{caller::Caller, desk::Desk};

/// Of those who spend the same token at once, one finds it unspent.
const SPEND: &str = "
    UPDATE refresh_tokens SET spent_at = $2 WHERE digest = $1 AND spent_at IS NULL RETURNING session_id";
const SPENT: &str = "
    SELECT session_id, agent_id FROM refresh_tokens JOIN sessions USING (session_id) WHERE digest = $1";
const OPEN: &str = "
    SELECT agent_id, ends_at FROM sessions
    WHERE session_id = $1 AND idle_until > $2 AND ends_at > $2 AND last_used_at > $3 AND created_at > $4";

impl Desk {
    /// A new pair of tokens for an unspent one.
    pub async fn refresh(&self, token: &str, visitor: &Visitor, random: &dyn Random) -> Result<LoggedIn, AccessError> {
        let now = self.store().clock().now();
        self.people().attempts.visit(visitor.address, now)?;
        let (tenant, token) = RefreshToken::parse(token).ok_or(AccessError::InvalidRefreshToken)?;
        let log = self.tenant_named(tenant.as_str()).await?.ok_or(AccessError::InvalidRefreshToken)?;
        let keys = self.signer().await?;
        let tx = log.begin().await?;
        let Some(spent) = tx.query_opt(SPEND, &[&token.digest(), &now]).await? else {
            tx.commit().await?;
            self.revoke_if_reused(&log, &token).await?;
            return Err(AccessError::InvalidRefreshToken);
        };
        let session: String = spent.get(0);
        let policy = self.policy_in(&log, &tx).await?;
        let limits = Limits::of(&policy);
        let since = (now - limits.idle, now - limits.absolute);
        let open = tx.query_opt(OPEN, &[&session, &now, &since.0, &since.1]).await?;
        let open = open.ok_or(AccessError::InvalidRefreshToken)?;
        let (session, agent) = ids(&session, open.get(0)).ok_or(AccessError::InvalidRefreshToken)?;
        let state = self.agent_in(&log, &tx, agent).await?;
        if !state.active || !state.access.sessions.contains(&session) {
            return Err(AccessError::InvalidRefreshToken);
        }
        // Rolled back with everything else when they come from elsewhere, or too often: the token stays good.
        admit(&policy, state.access.role, visitor.address)?;
        self.people().attempts.refresh(&session.to_string(), now)?;
        let next = RefreshToken::generate(log.tenant(), random);
        let client = self.sealed_client(&log, session, visitor);
        self.prolong(&tx, session, &next, (now + limits.idle).min(open.get(1)), client).await?;
        let let_in = self.let_in(&log, &keys, (agent, &state), (session, next), None)?;
        tx.commit().await?;
        Ok(let_in)
    }

    async fn prolong(
        &self,
        tx: &TenantTx,
        session: SessionId,
        next: &RefreshToken,
        idle_until: DateTime<Utc>,
        client: Option<Vec<u8>>,
    ) -> Result<(), StoreError> {
        let now = self.store().clock().now();
        tx.execute(
            "INSERT INTO refresh_tokens (digest, session_id) VALUES ($1, $2)",
            &[&next.digest(), &session.to_string()],
        )
        .await?;
        tx.execute(
            "UPDATE sessions SET last_used_at = $2, idle_until = $3, client = coalesce($4, client)
             WHERE session_id = $1",
            &[&session.to_string(), &now, &idle_until, &client],
        )
        .await?;
        Ok(())
    }

    /// A token that is known and spent: its session ends. One that is unknown says nothing.
    async fn revoke_if_reused(&self, log: &Log, token: &RefreshToken) -> Result<(), AccessError> {
        let tx = log.begin().await?;
        let row = tx.query_opt(SPENT, &[&token.digest()]).await?;
        tx.commit().await?;
        let Some((session, agent)) = row.and_then(|row| ids(row.get(0), row.get(1))) else { return Ok(()) };
        // Neither of the two is asked, nor named: it is not known which of them is the agent.
        let request = self.at_the_door(Caller::system("sessions"), &Visitor::default());
        let reason = RevocationReason::RefreshReuse;
        self.run(log, &request, &RevokeSession { agent, session, reason }).await?;
        Ok(forget(log, session).await?)
    }
}

fn ids(session: &str, agent: &str) -> Option<(SessionId, AgentId)> {
    session.parse().ok().zip(agent.parse().ok())
}
