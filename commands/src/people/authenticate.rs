//! Who holds an access token: at every request, from the log, so that a session that was ended is over at once.

use chrono::{DateTime, Utc};
use domain::{AgentId, SessionId};
use event_store::{Log, StoreError};

use super::token::{Bearer, Unverified};
use crate::{caller::Caller, desk::Desk, error::CommandError};

const USED: &str = "
    SELECT last_used_at FROM sessions
    WHERE session_id = $1 AND agent_id = $2 AND idle_until > $3 AND ends_at > $3";

/// Somebody who is logged in.
#[derive(Clone, Debug)]
pub struct Person {
    /// Their tenant's log.
    pub log: Log,
    /// As they stand in events, and what they may do.
    pub caller: Caller,
    /// Who they are.
    pub agent: AgentId,
    /// In which session.
    pub session: SessionId,
}

impl Desk {
    /// Who holds this token; `None` when it opens nothing, without telling why.
    pub async fn authenticate_person(&self, token: &str) -> Result<Option<Person>, CommandError> {
        let Some(bearer) = self.bearer(token).await? else { return Ok(None) };
        let log = match self.store().log(&bearer.tenant).await {
            Err(StoreError::UnknownTenant(_)) => return Ok(None),
            other => other?,
        };
        let now = self.store().clock().now();
        let tx = log.begin().await?;
        let state = self.agent_in(&log, &tx, bearer.agent).await?;
        let open = state.active && state.access.sessions.contains(&bearer.session);
        let statement = tx.statement(USED).await?;
        let (session, agent) = (bearer.session.to_string(), bearer.agent.to_string());
        let row = tx.query_opt(&statement, &[&session, &agent, &now]).await.map_err(StoreError::from)?;
        let Some(row) = row.filter(|_| open) else {
            tx.commit().await?;
            return Ok(None);
        };
        let last_used: DateTime<Utc> = row.get(0);
        // To the minute: one write per session and minute, not one per request.
        if (now - last_used).num_seconds() >= 60 {
            let statement = tx.statement("UPDATE sessions SET last_used_at = $2 WHERE session_id = $1").await?;
            tx.batch_execute("SET LOCAL synchronous_commit = off").await.map_err(StoreError::from)?;
            tx.execute(&statement, &[&session, &now]).await.map_err(StoreError::from)?;
        }
        let caller = self.caller_in(&log, &tx, bearer.agent, &state).await?;
        tx.commit().await?;
        Ok(Some(Person { log, caller, agent: bearer.agent, session: bearer.session }))
    }

    async fn bearer(&self, token: &str) -> Result<Option<Bearer>, CommandError> {
        let Ok(unverified) = Unverified::parse(token) else { return Ok(None) };
        let Ok(kid) = unverified.kid() else { return Ok(None) };
        let keys = self.people().signing.keys_with(self.store(), &kid).await?;
        let now = self.store().clock().now();
        Ok(keys.public(&kid, now).and_then(|public| unverified.verify(public, now).ok()))
    }
}
