//! From email and password to a session.

use domain::{AgentId, PasswordId, agent::AgentState, text::Email};
use event_store::{Log, Random, StoreError};
use uuid::Uuid;

use super::{
    AccessError, Entry, LoggedIn, TypedPassword, Visitor,
    admission::admit,
    attempts::Attempt,
    caller_of,
    operations::{Shown, StartSession},
};
use crate::{claims, desk::Desk, error::CommandError};

/// Nobody's id: looked up where there is nobody, so that the same queries run.
const NOBODY: Uuid = Uuid::nil();

/// Somebody's attempt to log in, as it came: nothing of it was checked.
#[derive(Clone, Debug)]
pub struct LogIn {
    /// In whose world.
    pub tenant: String,
    /// Who they say they are.
    pub email: String,
    /// What they know.
    pub password: TypedPassword,
}

/// What somebody's password is compared with.
pub(super) struct Credential {
    pub agent: AgentId,
    pub state: AgentState,
    /// None where nobody can log in: no such agent, not joined, deactivated.
    pub password: Option<PasswordId>,
    pub hash: Option<String>,
    failed_attempts: i32,
}

impl Desk {
    /// Lets somebody in who knows a password that counts.
    ///
    /// Whatever is wrong, the answer is the same, after the same work.
    pub async fn log_in(&self, wish: LogIn, visitor: &Visitor, random: &dyn Random) -> Result<Entry, AccessError> {
        let now = self.store().clock().now();
        let identity = Email::try_new(wish.email.as_str()).map_or_else(|_| String::new(), |email| email.identity());
        let attempt = Attempt::new(&wish.tenant, &identity, visitor.address);
        self.people().attempts.log_in(&attempt, now)?;
        let log = self.tenant_named(&wish.tenant).await?;
        let found = match &log {
            Some(log) => Some(self.credential_of(log, &identity).await?),
            None => None,
        };
        let hash = found.as_ref().and_then(|found| found.hash.clone());
        let verdict = self.people().hasher().verify(&wish.password, hash).await?;
        let (Some(log), Some(found)) = (log, found) else { return Err(AccessError::WrongCredentials) };
        let Some(verified) = found.password.filter(|_| verdict.right) else {
            self.count_failure(&log, &found, visitor).await?;
            return Err(AccessError::WrongCredentials);
        };
        self.people().attempts.succeeded(&attempt, now);
        if verdict.outdated {
            let hash = self.people().hasher().hash_again(&wish.password, random).await?;
            rehash(&log, verified, &found, &hash).await?;
        }
        if !found.state.access.factors.is_empty() {
            let who = (found.agent, &found.state);
            let step = self.ask_for_second_factor(&log, who, verified, visitor, random).await?;
            return Ok(Entry::SecondStep(Box::new(step)));
        }
        let let_in = self.start_session(&log, &found, Shown::password(verified), visitor, random).await?;
        Ok(Entry::In(Box::new(let_in)))
    }

    /// Begins a session for somebody who has shown enough.
    pub(super) async fn start_session(
        &self,
        log: &Log,
        found: &Credential,
        shown: Shown,
        visitor: &Visitor,
        random: &dyn Random,
    ) -> Result<LoggedIn, AccessError> {
        let Credential { agent, state, .. } = found;
        let policy = self.access_policy(log).await?;
        admit(&policy, state.access.role, visitor.address)?;
        let keys = self.signer().await?;
        let (session, refresh) = self.prepare_session(log, *agent, &state.access.sessions, visitor, random).await?;
        let failed_attempts = u32::try_from(found.failed_attempts).unwrap_or(0);
        let caller = caller_of(*agent, state, &policy);
        let request = self.at_the_door(caller, visitor);
        let start = StartSession { agent: *agent, session, shown, failed_attempts };
        let receipt = self.run(log, &request, &start).await?;
        tidy_up(log, found, self.store().clock().now()).await?;
        self.let_in(log, &keys, (*agent, state), (session, refresh), Some(&receipt))
    }

    /// The log of a tenant, if there is one of that name.
    pub(super) async fn tenant_named(&self, tenant: &str) -> Result<Option<Log>, StoreError> {
        let Ok(tenant) = tenant.parse() else { return Ok(None) };
        match self.store().log(&tenant).await {
            Err(StoreError::UnknownTenant(_)) => Ok(None),
            other => other.map(Some),
        }
    }

    async fn credential_of(&self, log: &Log, identity: &str) -> Result<Credential, CommandError> {
        let owner = log.owner_of(claims::AGENT_EMAIL, identity).await?;
        let agent = owner.and_then(|owner| owner.parse().ok()).unwrap_or(AgentId::new(NOBODY));
        self.credential(log, agent).await
    }

    pub(super) async fn credential(&self, log: &Log, agent: AgentId) -> Result<Credential, CommandError> {
        let tx = log.begin().await?;
        let state = self.agent_in(log, &tx, agent).await?;
        let password = state.access.password.filter(|_| state.active);
        let statement = tx.statement("SELECT hash, failed_attempts FROM passwords WHERE password_id = $1").await?;
        let id = password.unwrap_or(PasswordId::new(NOBODY)).to_string();
        let row = tx.query_opt(&statement, &[&id]).await.map_err(StoreError::from)?;
        tx.commit().await?;
        let hash = row.as_ref().map(|row| row.get(0));
        let failed_attempts = row.map_or(0, |row| row.get(1));
        Ok(Credential { agent, state, password, hash, failed_attempts })
    }

    /// Counts a wrong password, or a wrong second factor behind a right one. What is recorded of it is recorded beside the answer, which must not take longer for
    /// those who exist.
    pub(super) async fn count_failure(
        &self,
        log: &Log,
        found: &Credential,
        visitor: &Visitor,
    ) -> Result<(), AccessError> {
        let password = found.password.unwrap_or(PasswordId::new(NOBODY));
        let due = self.is_failure_due(log, password).await?;
        if due {
            let (desk, log, client) = (self.clone(), log.clone(), visitor.client.clone());
            let agent = found.agent;
            tokio::spawn(async move { desk.record_failures(&log, agent, password, client).await });
        }
        Ok(())
    }
}

/// Only if nobody has set another one or done the same.
async fn rehash(log: &Log, password: PasswordId, found: &Credential, hash: &str) -> Result<(), StoreError> {
    let tx = log.begin().await?;
    tx.execute(
        "UPDATE passwords SET hash = $3 WHERE password_id = $1 AND hash = $2",
        &[&password.to_string(), &found.hash, &hash],
    )
    .await?;
    tx.commit().await
}

/// The failures that the log-in has told of, and passwords that never came to count or do so no more. One that is
/// just being set waits for its event.
async fn tidy_up(log: &Log, found: &Credential, now: chrono::DateTime<chrono::Utc>) -> Result<(), StoreError> {
    let Some(password) = found.password.map(|password| password.to_string()) else { return Ok(()) };
    let (tx, before) = (log.begin().await?, now - chrono::TimeDelta::days(1));
    if found.failed_attempts > 0 {
        tx.execute(
            "UPDATE passwords SET failed_attempts = greatest(failed_attempts - $2, 0) WHERE password_id = $1",
            &[&password, &found.failed_attempts],
        )
        .await?;
    }
    tx.execute(
        "DELETE FROM passwords WHERE agent_id = $1 AND password_id <> $2 AND created_at < $3",
        &[&found.agent.to_string(), &password, &before],
    )
    .await?;
    tx.commit().await
}
