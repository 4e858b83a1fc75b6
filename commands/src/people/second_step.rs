//! The second step of a log-in: whoever has a second factor gets no session for a password alone.

use chrono::{DateTime, Utc};
use domain::{
    AgentId, PasswordId,
    agent::{AgentState, FactorKind, Proof},
};
use event_store::{Log, Random, TenantTx};

use super::{
    AccessError, LoggedIn, Visitor,
    attempts::Attempt,
    challenges::{Challenge, Purpose},
    opaque::MfaToken,
    operations::Shown,
    recovery::RecoveryCode,
    webauthn::{self, Assertion, AssertionOptions},
};
use crate::desk::Desk;

/// What came of a log-in.
#[derive(Clone, Debug)]
pub enum Entry {
    /// They are in.
    In(Box<LoggedIn>),
    /// The password was right, and is not enough.
    SecondStep(Box<SecondStep>),
}

/// What is asked of somebody whose password was right.
#[derive(Clone, Debug)]
pub struct SecondStep {
    /// What the second step is taken with.
    pub token: MfaToken,
    /// What they may show.
    pub accepted: Vec<Proof>,
    /// What their passkey is to sign, if they have one for this host.
    pub passkey: Option<AssertionOptions>,
    /// When it is too late.
    pub expires_at: DateTime<Utc>,
    /// The log's position that covers what was recorded before; none when nothing was.
    pub position: Option<u64>,
}

/// What somebody shows beside a password, as it came.
#[derive(Clone, Debug)]
pub enum SecondFactor {
    /// Of an authenticator app.
    Code(String),
    /// One of the ten.
    RecoveryCode(String),
    /// Signed.
    Passkey(Box<Assertion>),
}

impl Desk {
    /// Asks for the second factor of somebody whose password was right.
    pub(super) async fn ask_for_second_factor(
        &self,
        log: &Log,
        (agent, state): (AgentId, &AgentState),
        password: PasswordId,
        visitor: &Visitor,
        random: &dyn Random,
    ) -> Result<SecondStep, AccessError> {
        let (now, token) = (self.store().clock().now(), MfaToken::generate(log.tenant(), random));
        let tx = log.begin().await?;
        let mut accepted = vec![];
        if state.access.factors.present.values().any(|kind| *kind == FactorKind::Totp) {
            accepted.push(Proof::Totp);
        }
        let mut challenge = Challenge { agent: Some(agent), password: Some(password), ..Challenge::default() };
        let mut passkey = None;
        if let Some(host) = &visitor.host {
            let existing = self.passkeys_for(&tx, agent, state, host).await?;
            if !existing.is_empty() {
                let bytes = webauthn::challenge(random);
                accepted.push(Proof::Passkey);
                passkey = Some(AssertionOptions::new(&bytes, host, &existing));
                (challenge.host, challenge.bytes) = (Some(host.clone()), Some(bytes.to_vec()));
            }
        }
        accepted.push(Proof::RecoveryCode);
        let expires_at = challenge.keep(&tx, &token.digest(), Purpose::SecondStep, now).await?;
        tx.commit().await?;
        Ok(SecondStep { token, accepted, passkey, expires_at, position: None })
    }

    /// Lets somebody in whose password was right, and who has shown a second factor.
    pub async fn second_step(
        &self,
        token: &str,
        answer: &SecondFactor,
        visitor: &Visitor,
        random: &dyn Random,
    ) -> Result<LoggedIn, AccessError> {
        let now = self.store().clock().now();
        self.people().attempts.visit(visitor.address, now)?;
        let (tenant, token) = MfaToken::parse(token).ok_or(AccessError::LogInOver)?;
        let log = self.tenant_named(tenant.as_str()).await?.ok_or(AccessError::LogInOver)?;
        let tx = log.begin().await?;
        let begun = Challenge::attempt(&tx, &token.digest(), now).await?.ok_or(AccessError::LogInOver)?;
        let (Some(agent), Some(password)) = (begun.agent, begun.password) else { return Err(AccessError::LogInOver) };
        let attempt = Attempt::second_step(log.tenant().as_str(), &agent.to_string(), visitor.address);
        // Rolled back with everything else when there were too many: this one was not looked at.
        self.people().attempts.log_in(&attempt, now)?;
        let state = self.agent_in(&log, &tx, agent).await?;
        let Some(shown) = self.shown(&log, &tx, (agent, &state), answer, &begun).await? else {
            tx.commit().await?;
            let found = self.credential(&log, agent).await?;
            self.count_failure(&log, &found, visitor).await?;
            return Err(AccessError::WrongSecondFactor);
        };
        // Of several right answers at once, one finds the log-in still there.
        Challenge::take(&tx, &token.digest(), Purpose::SecondStep, now).await?.ok_or(AccessError::LogInOver)?;
        tx.commit().await?;
        self.people().attempts.succeeded(&attempt, now);
        let found = self.credential(&log, agent).await?;
        self.start_session(&log, &found, Shown { password: Some(password), ..shown }, visitor, random).await
    }

    /// What somebody's answer proves, spent by being looked at: a code and a recovery code are good once. None: nothing.
    pub(super) async fn shown(
        &self,
        log: &Log,
        tx: &TenantTx,
        (agent, state): (AgentId, &AgentState),
        answer: &SecondFactor,
        begun: &Challenge,
    ) -> Result<Option<Shown>, AccessError> {
        match answer {
            SecondFactor::Code(code) => self.spend_code(log, tx, (agent, state), code).await,
            SecondFactor::RecoveryCode(code) => {
                let Some((set, code)) = state.access.factors.codes.zip(RecoveryCode::typed(code)) else {
                    return Ok(None);
                };
                // Of those who spend the same at once, one finds it unspent.
                let spent = tx
                    .execute(
                        "UPDATE recovery_codes SET spent_at = $3
                         WHERE codes_id = $1 AND digest = $2 AND spent_at IS NULL",
                        &[&set.to_string(), &code.digest(set), &self.store().clock().now()],
                    )
                    .await?;
                Ok((spent == 1).then_some(Shown { codes: Some(set), ..Shown::default() }))
            }
            SecondFactor::Passkey(assertion) => {
                let Some(expected) = begun.expected() else { return Ok(None) };
                self.spend_assertion(tx, Some((agent, state)), assertion, expected).await.map(|it| it.map(|(_, it)| it))
            }
        }
    }
}
