//! Passkeys, used: as a second step, or alone. One that verified its user is two factors by itself: something that they
//! have, and a PIN or a finger.

use domain::{
    AgentId, FactorId,
    agent::{AgentState, FactorKind},
};
use event_store::{Random, StoreError, TenantTx};

use super::{
    AccessError, LoggedIn, Visitor,
    challenges::{Challenge, Purpose, digest_of},
    operations::Shown,
    webauthn::{self, Assertion, AssertionOptions, Existing, Expected, Known},
};
use crate::desk::Desk;

impl Desk {
    /// What any passkey for this host may sign, to say whose it is.
    pub async fn passkey_log_in_options(
        &self,
        tenant: &str,
        visitor: &Visitor,
        random: &dyn Random,
    ) -> Result<AssertionOptions, AccessError> {
        let now = self.store().clock().now();
        self.people().attempts.visit(visitor.address, now)?;
        let host = visitor.host.clone().ok_or(AccessError::NoPasskeysHere)?;
        let bytes = webauthn::challenge(random);
        let options = AssertionOptions::new(&bytes, &host, &[]);
        // Whether there is such a tenant is nobody's business: where there is none, nothing will answer the challenge.
        if let Some(log) = self.tenant_named(tenant).await? {
            let challenge = Challenge { host: Some(host), bytes: Some(bytes.to_vec()), ..Challenge::default() };
            let tx = log.begin().await?;
            challenge.keep(&tx, &digest_of(&bytes), Purpose::LogIn, now).await?;
            tx.commit().await?;
        }
        Ok(options)
    }

    /// Lets somebody in who has a passkey.
    pub async fn log_in_with_passkey(
        &self,
        tenant: &str,
        assertion: &Assertion,
        visitor: &Visitor,
        random: &dyn Random,
    ) -> Result<LoggedIn, AccessError> {
        const WRONG: AccessError = AccessError::WrongCredentials;
        let now = self.store().clock().now();
        self.people().attempts.visit(visitor.address, now)?;
        let log = self.tenant_named(tenant).await?.ok_or(WRONG)?;
        let digest = assertion.challenge().map(|bytes| digest_of(&bytes)).ok_or(WRONG)?;
        let tx = log.begin().await?;
        let begun = Challenge::take(&tx, &digest, Purpose::LogIn, now).await?;
        let begun = begun.unwrap_or_default();
        let used = match begun.expected() {
            Some(expected) => self.spend_assertion(&tx, None, assertion, expected).await?,
            None => None,
        };
        tx.commit().await?;
        let (agent, shown) = used.ok_or(WRONG)?;
        let found = self.credential(&log, agent).await?;
        let counts = shown.factor.is_some_and(|(factor, _)| found.state.access.factors.present.contains_key(&factor));
        if !found.state.active || !counts {
            return Err(WRONG);
        }
        self.start_session(&log, &found, shown, visitor, random).await
    }

    /// The ids of somebody's passkeys for a host.
    pub(super) async fn passkeys_for(
        &self,
        tx: &TenantTx,
        agent: AgentId,
        state: &AgentState,
        host: &str,
    ) -> Result<Vec<Existing>, StoreError> {
        let present: Vec<String> = state.access.factors.present.keys().map(ToString::to_string).collect();
        let sql = "SELECT credential FROM factors
                   WHERE agent_id = $1 AND host = $2 AND factor_id = ANY($3) ORDER BY factor_id";
        let rows = tx.query(sql, &[&agent.to_string(), &host, &present]).await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// Whose passkey has answered, and that it did; of `whom`, where that is known. Its count is taken on: of two that
    /// come with the same, one is a copy.
    pub(super) async fn spend_assertion(
        &self,
        tx: &TenantTx,
        whom: Option<(AgentId, &AgentState)>,
        assertion: &Assertion,
        expected: Expected<'_>,
    ) -> Result<Option<(AgentId, Shown)>, AccessError> {
        let Some(credential) = assertion.credential() else { return Ok(None) };
        let sql = "SELECT factor_id, agent_id, public_key FROM factors WHERE credential = $1 AND host = $2";
        let Some(row) = tx.query_opt(sql, &[&credential, &expected.host]).await? else { return Ok(None) };
        let (id, owner): (&str, &str) = (row.get(0), row.get(1));
        let (Ok(factor), Ok(agent)) = (id.parse::<FactorId>(), owner.parse::<AgentId>()) else { return Ok(None) };
        // Step 6 of section 7.2: where the user is known, the passkey is theirs; where not, it must name them.
        let fits = whom.map_or(assertion.response.user_handle.is_some(), |(whom, _)| whom == agent);
        let known = Known { public_key: row.get(2), owner };
        let Some(count) = assertion.verify(expected, &known).ok().filter(|_| fits) else { return Ok(None) };
        // Of whoever is not known yet, it is asked once they are.
        let counts = whom.is_none_or(|(_, state)| state.access.factors.present.contains_key(&factor));
        // Step 22 of section 7.2. Most passkeys count nothing, and always say 0.
        let spent = tx
            .execute(
                "UPDATE factors SET sign_count = $2, last_used_at = $3
                 WHERE factor_id = $1 AND (sign_count < $2 OR (sign_count = 0 AND $2 = 0))",
                &[&id, &i64::from(count), &self.store().clock().now()],
            )
            .await?;
        let shown = Shown { factor: Some((factor, FactorKind::Passkey)), ..Shown::default() };
        Ok((counts && spent == 1).then_some((agent, shown)))
    }
}
