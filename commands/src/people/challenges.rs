//! What was begun at the door and not finished: log-ins that wait for their second step, and what passkeys are asked to
//! sign. A row opens nothing by itself, lives five minutes, and is taken once.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{AgentId, PasswordId};
use event_store::{StoreError, TenantTx, driver::Row};
use ring::digest::{SHA256, digest};

use super::webauthn::Expected;

/// How long somebody may take.
const LIFE: TimeDelta = TimeDelta::minutes(5);
/// So many wrong answers end a log-in, on however many processes they are given.
const ATTEMPTS: i32 = 5;

/// What it is for: what was begun for one thing finishes nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A password was right; a second factor is asked for.
    SecondStep,
    /// A passkey is to say who somebody is.
    LogIn,
    /// A passkey is to be made.
    Enrolment,
    /// A passkey is to prove again who somebody is.
    Reauthentication,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::SecondStep => "second_step",
            Self::LogIn => "log_in",
            Self::Enrolment => "enrolment",
            Self::Reauthentication => "reauthentication",
        }
    }
}

/// Something begun.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Challenge {
    /// For whom; none where a passkey is to say it.
    pub agent: Option<AgentId>,
    /// The password that was right.
    pub password: Option<PasswordId>,
    /// The host that a passkey must be of.
    pub host: Option<String>,
    /// What a passkey is to sign.
    pub bytes: Option<Vec<u8>>,
}

const COLUMNS: &str = "agent_id, password_id, host, challenge";

/// By what a challenge is found that is its own token.
pub(super) fn digest_of(bytes: &[u8]) -> Vec<u8> {
    digest(&SHA256, bytes).as_ref().to_vec()
}

impl Challenge {
    /// Keeps it, and lets go of what nobody came back for. Gives when it ends.
    pub async fn keep(
        &self,
        tx: &TenantTx,
        digest: &[u8],
        purpose: Purpose,
        now: DateTime<Utc>,
    ) -> Result<DateTime<Utc>, StoreError> {
        tx.execute("DELETE FROM challenges WHERE expires_at <= $1", &[&now]).await?;
        let (agent, password) = (self.agent.map(|it| it.to_string()), self.password.map(|it| it.to_string()));
        let ends = now + LIFE;
        tx.execute(
            "INSERT INTO challenges (digest, purpose, agent_id, password_id, host, challenge, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            &[&digest, &purpose.as_str(), &agent, &password, &self.host, &self.bytes, &ends],
        )
        .await?;
        Ok(ends)
    }

    /// Takes it. Of those who take it at once, one finds it.
    pub async fn take(
        tx: &TenantTx,
        digest: &[u8],
        purpose: Purpose,
        now: DateTime<Utc>,
    ) -> Result<Option<Self>, StoreError> {
        let sql = format!(
            "DELETE FROM challenges WHERE digest = $1 AND purpose = $2 AND expires_at > $3 RETURNING {COLUMNS}"
        );
        let row = tx.query_opt(&sql, &[&digest, &purpose.as_str(), &now]).await?;
        Ok(row.as_ref().map(Self::from_row))
    }

    /// One more answer to it, if it is not over. Answers to the same log-in wait for each other.
    pub async fn attempt(tx: &TenantTx, digest: &[u8], now: DateTime<Utc>) -> Result<Option<Self>, StoreError> {
        let sql = format!(
            "UPDATE challenges SET attempts = attempts + 1
             WHERE digest = $1 AND purpose = $2 AND expires_at > $3 AND attempts < $4 RETURNING {COLUMNS}"
        );
        let row = tx.query_opt(&sql, &[&digest, &Purpose::SecondStep.as_str(), &now, &ATTEMPTS]).await?;
        Ok(row.as_ref().map(Self::from_row))
    }

    /// What a passkey's answer must be to.
    pub fn expected(&self) -> Option<Expected<'_>> {
        Some(Expected { challenge: self.bytes.as_deref()?, host: self.host.as_deref()? })
    }

    fn from_row(row: &Row) -> Self {
        let (agent, password): (Option<&str>, Option<&str>) = (row.get(0), row.get(1));
        Self {
            agent: agent.and_then(|it| it.parse().ok()),
            password: password.and_then(|it| it.parse().ok()),
            host: row.get(2),
            bytes: row.get(3),
        }
    }
}
