//! Sessions: begun inert and made to count by an event; listed; ended. And the password, from within one.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::{AgentId, PasswordId, SessionId, agent::AgentState};
use event_store::{Log, Random, StoreError, TenantTx};

use super::{
    AccessError, LoggedIn, NewPassword, Person, TypedPassword, Visitor,
    authenticate::Limits,
    opaque::RefreshToken,
    operations::{EndSession, SetPassword},
    personal,
    signing::Keys,
    token::Bearer,
};
use crate::{
    desk::{Desk, Receipt, Request},
    error::CommandError,
};

/// What is known of a session of one's own.
#[derive(Clone, Debug)]
pub struct SessionRecord {
    /// Its id.
    pub id: SessionId,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub last_used_at: DateTime<Utc>,
    /// When it is over, if it is not refreshed before.
    pub idle_until: DateTime<Utc>,
    /// When it is over in any case.
    pub ends_at: DateTime<Utc>,
    /// Network address and user agent at the log-in or the last refresh.
    pub client: Option<String>,
}

/// A wish for another password.
#[derive(Clone, Debug)]
pub struct ChangePassword {
    /// The one that counts.
    pub current: TypedPassword,
    /// The one that is to count.
    pub new: NewPassword,
}

/// How long an invitation is kept after it ended, so that whoever lists them sees what became of it.
const KEPT: chrono::TimeDelta = chrono::TimeDelta::days(30);

/// What a session's client is sealed about.
fn about(log: &Log, session: SessionId) -> String {
    format!("ledgerdesk session client 1\0{}\0{session}", log.tenant())
}

impl Desk {
    pub(super) fn sealed_client(&self, log: &Log, session: SessionId, visitor: &Visitor) -> Option<Vec<u8>> {
        let client = visitor.client.as_ref()?;
        Some(self.store().seal(&about(log, session), client.as_bytes()))
    }

    /// The rows of a session that nothing counts on yet.
    pub(super) async fn prepare_session(
        &self,
        log: &Log,
        agent: AgentId,
        open: &BTreeSet<SessionId>,
        visitor: &Visitor,
        random: &dyn Random,
    ) -> Result<(SessionId, RefreshToken), AccessError> {
        let now = self.store().clock().now();
        let session = SessionId::new(self.store().ids().next());
        let refresh = RefreshToken::generate(log.tenant(), random);
        let limits = Limits::of(&self.access_policy(log).await?);
        let tx = log.begin().await?;
        forget_those_over(&tx, agent, open, now).await?;
        tx.execute(
            "INSERT INTO sessions (session_id, agent_id, created_at, last_used_at, idle_until, ends_at, client)
             VALUES ($1, $2, $3, $3, $4, $5, $6)",
            &[
                &session.to_string(),
                &agent.to_string(),
                &now,
                &(now + limits.idle),
                &(now + limits.absolute),
                &self.sealed_client(log, session, visitor),
            ],
        )
        .await?;
        tx.execute(
            "INSERT INTO refresh_tokens (digest, session_id) VALUES ($1, $2)",
            &[&refresh.digest(), &session.to_string()],
        )
        .await?;
        tx.commit().await?;
        Ok((session, refresh))
    }

    pub(super) fn let_in(
        &self,
        log: &Log,
        keys: &Keys,
        (agent, state): (AgentId, &AgentState),
        (session, refresh_token): (SessionId, RefreshToken),
        receipt: Option<&Receipt>,
    ) -> Result<LoggedIn, AccessError> {
        let bearer = Bearer { tenant: log.tenant().clone(), agent, session };
        let access_token = self.access_token(keys, &bearer)?;
        Ok(LoggedIn {
            session,
            access_token,
            refresh_token,
            agent,
            name: personal(state.name.as_ref()),
            email: personal(state.email.as_ref()),
            role: state.access.role,
            position: receipt.map(|receipt| receipt.position),
        })
    }

    /// Somebody's own sessions that are open, the newest first.
    pub async fn sessions(&self, person: &Person) -> Result<Vec<SessionRecord>, CommandError> {
        self.open_sessions(&person.log, person.agent).await
    }

    /// The sessions of an agent that are open, the newest first.
    pub(super) async fn open_sessions(&self, log: &Log, agent: AgentId) -> Result<Vec<SessionRecord>, CommandError> {
        let now = self.store().clock().now();
        let limits = Limits::of(&self.access_policy(log).await?);
        let tx = log.begin().await?;
        let state = self.agent_in(log, &tx, agent).await?;
        let open: Vec<String> = state.access.sessions.iter().map(ToString::to_string).collect();
        let rows = tx
            .query(
                "SELECT session_id, created_at, last_used_at, idle_until, ends_at, client FROM sessions
                 WHERE agent_id = $1 AND session_id = ANY($2) AND idle_until > $3 AND ends_at > $3
                     AND last_used_at > $4 AND created_at > $5
                 ORDER BY session_id DESC",
                &[&agent.to_string(), &open, &now, &(now - limits.idle), &(now - limits.absolute)],
            )
            .await
            .map_err(StoreError::from)?;
        tx.commit().await?;
        let record = |row: &event_store::driver::Row| {
            let id: SessionId = row.get::<_, &str>(0).parse().ok()?;
            // A client that cannot be opened is not shown; the session can still be ended.
            let sealed: Option<Vec<u8>> = row.get(5);
            let client = sealed.and_then(|sealed| self.store().unseal(&about(log, id), &sealed).ok());
            Some(SessionRecord {
                id,
                created_at: row.get(1),
                last_used_at: row.get(2),
                idle_until: row.get::<_, DateTime<Utc>>(3).min(row.get::<_, DateTime<Utc>>(2) + limits.idle),
                ends_at: row.get::<_, DateTime<Utc>>(4).min(row.get::<_, DateTime<Utc>>(1) + limits.absolute),
                client: client.and_then(|client| String::from_utf8(client).ok()),
            })
        };
        Ok(rows.iter().filter_map(record).collect())
    }

    /// Forgets sessions that ran out and invitations that ended a month ago, with the addresses in them: also of those
    /// who never come back. Gives how many.
    pub async fn forget_old_access(&self, log: &Log) -> Result<u64, StoreError> {
        let now = self.store().clock().now();
        let tx = log.begin().await?;
        let sessions = tx.execute("DELETE FROM sessions WHERE idle_until <= $1 OR ends_at <= $1", &[&now]).await?;
        let sql = "DELETE FROM invitations WHERE least(expires_at, revoked_at) <= $1";
        let invitations = tx.execute(sql, &[&(now - KEPT)]).await?;
        tx.commit().await?;
        Ok(sessions + invitations)
    }

    /// Ends one of somebody's own sessions.
    pub async fn end_session(
        &self,
        person: &Person,
        request: &Request,
        session: SessionId,
    ) -> Result<Receipt, CommandError> {
        let receipt = self.run(&person.log, request, &EndSession { agent: person.agent, session }).await?;
        forget(&person.log, session).await?;
        Ok(receipt)
    }

    /// Sets another password, and ends all of somebody's sessions but this one.
    pub async fn change_password(
        &self,
        person: &Person,
        request: &Request,
        random: &dyn Random,
        wish: ChangePassword,
    ) -> Result<Receipt, AccessError> {
        let now = self.store().clock().now();
        self.people().attempts.within("password", &person.agent.to_string(), now)?;
        let found = self.credential(&person.log, person.agent).await?;
        let verdict = self.people().hasher().verify(&wish.current, found.hash.clone()).await?;
        let Some(verified) = found.password.filter(|_| verdict.right) else {
            return Err(AccessError::WrongPassword);
        };
        let password = self.prepare_password(&person.log, person.agent, wish.new, random).await?;
        let set = SetPassword { agent: person.agent, session: person.session, verified, password };
        let receipt = self.run(&person.log, request, &set).await?;
        if receipt.replayed {
            return Err(CommandError::CommandReused.into());
        }
        let tx = person.log.begin().await?;
        tx.execute("DELETE FROM passwords WHERE password_id = $1", &[&verified.to_string()]).await?;
        tx.commit().await?;
        Ok(receipt)
    }

    /// The row of a password that does not count yet.
    pub(super) async fn prepare_password(
        &self,
        log: &Log,
        agent: AgentId,
        new: NewPassword,
        random: &dyn Random,
    ) -> Result<PasswordId, AccessError> {
        let hash = self.people().hasher().hash(new, random).await?;
        let password = PasswordId::new(self.store().ids().next());
        let tx = log.begin().await?;
        tx.execute(
            "INSERT INTO passwords (password_id, agent_id, hash, created_at) VALUES ($1, $2, $3, $4)",
            &[&password.to_string(), &agent.to_string(), &hash, &self.store().clock().now()],
        )
        .await?;
        tx.commit().await?;
        Ok(password)
    }
}

impl Desk {
    /// Rows of sessions that an event ended, of an agent. Those that are just being begun wait for theirs.
    pub(super) async fn forget_closed_sessions(&self, log: &Log, agent: AgentId) -> Result<(), CommandError> {
        let tx = log.begin().await?;
        let state = self.agent_in(log, &tx, agent).await?;
        forget_those_over(&tx, agent, &state.access.sessions, self.store().clock().now()).await?;
        Ok(tx.commit().await?)
    }
}

/// Everything that ever let an agent in, who was erased: it opens nothing, and says when and whence they came.
pub async fn forget_access(log: &Log, agent: AgentId) -> Result<(), StoreError> {
    let tx = log.begin().await?;
    for table in ["invitations", "passwords", "password_resets", "sessions", "factors", "recovery_codes", "challenges"]
    {
        tx.execute(&format!("DELETE FROM {table} WHERE agent_id = $1"), &[&agent.to_string()]).await?;
    }
    tx.commit().await
}

/// Rows of a session that an event ended: they open nothing, and are of no use.
pub(super) async fn forget(log: &Log, session: SessionId) -> Result<(), StoreError> {
    let tx = log.begin().await?;
    tx.execute("DELETE FROM sessions WHERE session_id = $1", &[&session.to_string()]).await?;
    tx.commit().await
}

/// As [`forget`], for all sessions of an agent that ran out or are not open. Those that are just being begun wait for
/// their event.
async fn forget_those_over(
    tx: &TenantTx,
    agent: AgentId,
    open: &BTreeSet<SessionId>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let open: Vec<String> = open.iter().map(ToString::to_string).collect();
    let begun = now - chrono::TimeDelta::hours(1);
    tx.execute(
        "DELETE FROM sessions WHERE agent_id = $1
         AND (idle_until <= $2 OR ends_at <= $2 OR (created_at < $3 AND session_id <> ALL($4)))",
        &[&agent.to_string(), &now, &begun, &open],
    )
    .await?;
    Ok(())
}
