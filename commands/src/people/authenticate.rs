//! Who holds an access token: at every request, from the log, so that a session that was ended is over at once.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{AgentId, SessionId, access_policy::AccessPolicyState};
use event_store::{Log, StoreError};

use super::{
    admission::admit,
    caller_of,
    token::{Bearer, Unverified},
};
use crate::{caller::Caller, desk::Desk, error::CommandError};

/// Limits that were made narrower hold for sessions that were begun before, too.
const USED: &str = "
    SELECT last_used_at, coalesce(proved_at, created_at), ends_at FROM sessions
    WHERE session_id = $1 AND agent_id = $2 AND idle_until > $3 AND ends_at > $3
        AND last_used_at > $4 AND created_at > $5";
const USE: &str = "UPDATE sessions SET last_used_at = $2, idle_until = $3 WHERE session_id = $1";

/// For how long somebody is let in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Without being used.
    pub idle: TimeDelta,
    /// However a session is used.
    pub absolute: TimeDelta,
    /// A proof of who they are counts for sensitive acts.
    recent: TimeDelta,
}

impl Limits {
    pub fn of(policy: &AccessPolicyState) -> Self {
        let minutes = |minutes: u32| TimeDelta::minutes(minutes.into());
        let limits = policy.sessions;
        Self {
            idle: minutes(limits.idle_minutes),
            absolute: minutes(limits.absolute_minutes),
            recent: minutes(limits.reauthentication_minutes),
        }
    }
}

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
    /// Whether they proved of late who they are: what sensitive acts take.
    pub is_recent: bool,
    /// Whether they must add a second factor before they may do anything else.
    pub must_enrol: bool,
}

impl Desk {
    /// Who holds this token; `None` when it opens nothing, without telling why.
    ///
    /// Whoever is known and may not come from this address is told.
    pub async fn authenticate_person(
        &self,
        token: &str,
        address: Option<IpAddr>,
    ) -> Result<Option<Person>, CommandError> {
        let Some(bearer) = self.bearer(token).await? else { return Ok(None) };
        let log = match self.store().log(&bearer.tenant).await {
            Err(StoreError::UnknownTenant(_)) => return Ok(None),
            other => other?,
        };
        let now = self.store().clock().now();
        let tx = log.begin().await?;
        let state = self.agent_in(&log, &tx, bearer.agent).await?;
        let open = state.active && state.access.sessions.contains(&bearer.session);
        let policy = self.policy_in(&log, &tx).await?;
        let limits = Limits::of(&policy);
        let statement = tx.statement(USED).await?;
        let (session, agent) = (bearer.session.to_string(), bearer.agent.to_string());
        let since = (now - limits.idle, now - limits.absolute);
        let row = tx.query_opt(&statement, &[&session, &agent, &now, &since.0, &since.1]).await;
        let Some(row) = row.map_err(StoreError::from)?.filter(|_| open) else {
            tx.commit().await?;
            return Ok(None);
        };
        admit(&policy, state.access.role, address)?;
        let (last_used, proved, ends): (DateTime<Utc>, DateTime<Utc>, DateTime<Utc>) =
            (row.get(0), row.get(1), row.get(2));
        // To the minute: one write per session and minute, not one per request.
        if (now - last_used).num_seconds() >= 60 {
            let statement = tx.statement(USE).await?;
            tx.batch_execute("SET LOCAL synchronous_commit = off").await.map_err(StoreError::from)?;
            tx.execute(&statement, &[&session, &now, &(now + limits.idle).min(ends)])
                .await
                .map_err(StoreError::from)?;
        }
        tx.commit().await?;
        let caller = caller_of(bearer.agent, &state, &policy);
        let is_recent = now - proved < limits.recent;
        let must_enrol = state.access.factors.is_empty() && policy.mfa_required_of(&state.access.role);
        Ok(Some(Person { log, caller, agent: bearer.agent, session: bearer.session, is_recent, must_enrol }))
    }

    async fn bearer(&self, token: &str) -> Result<Option<Bearer>, CommandError> {
        let Ok(unverified) = Unverified::parse(token) else { return Ok(None) };
        let Ok(kid) = unverified.kid() else { return Ok(None) };
        let keys = self.people().signing.keys_with(self.store(), &kid).await?;
        let now = self.store().clock().now();
        Ok(keys.public(&kid, now).and_then(|public| unverified.verify(public, now).ok()))
    }
}
