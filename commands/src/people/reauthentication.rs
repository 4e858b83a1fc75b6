//! Who did something sensitive proves again who they are, if they have not done so of late: an unattended screen and a
//! stolen access token change no factors, keys or roles.

use event_store::{Random, StoreError};

use super::{
    AccessError, Person, TypedPassword, Visitor,
    challenges::{Challenge, Purpose, digest_of},
    operations::{Reauthenticate, Shown},
    second_step::SecondFactor,
    webauthn::{self, AssertionOptions},
};
use crate::desk::{Desk, Receipt, Request};

/// What somebody proves again who they are with.
#[derive(Clone, Debug)]
pub enum ProofShown {
    /// What they know.
    Password(TypedPassword),
    /// What they have.
    SecondFactor(SecondFactor),
}

impl ProofShown {
    /// Where it stands in a request.
    fn pointer(&self) -> &'static str {
        match self {
            Self::Password(_) => "/password",
            Self::SecondFactor(SecondFactor::Code(_)) => "/code",
            Self::SecondFactor(SecondFactor::RecoveryCode(_)) => "/recovery_code",
            Self::SecondFactor(SecondFactor::Passkey(_)) => "/passkey",
        }
    }
}

impl Desk {
    /// What somebody's passkey for this host is to sign.
    pub async fn reauthentication_options(
        &self,
        person: &Person,
        visitor: &Visitor,
        random: &dyn Random,
    ) -> Result<AssertionOptions, AccessError> {
        let host = visitor.host.clone().ok_or(AccessError::NoPasskeysHere)?;
        let tx = person.log.begin().await?;
        let state = self.agent_in(&person.log, &tx, person.agent).await?;
        let existing = self.passkeys_for(&tx, person.agent, &state, &host).await?;
        if existing.is_empty() {
            return Err(AccessError::NoPasskeysHere);
        }
        let bytes = webauthn::challenge(random);
        let options = AssertionOptions::new(&bytes, &host, &existing);
        let challenge =
            Challenge { agent: Some(person.agent), host: Some(host), bytes: Some(bytes.to_vec()), password: None };
        challenge.keep(&tx, &digest_of(&bytes), Purpose::Reauthentication, self.store().clock().now()).await?;
        tx.commit().await?;
        Ok(options)
    }

    /// Notes that somebody has proved again who they are.
    pub async fn reauthenticate(
        &self,
        person: &Person,
        request: &Request,
        proof: &ProofShown,
    ) -> Result<Receipt, AccessError> {
        let now = self.store().clock().now();
        // The same bucket as a change of the password: both let somebody try it.
        self.people().attempts.within("password", &person.agent.to_string(), now)?;
        let shown = match proof {
            ProofShown::Password(password) => self.shown_password(person, password).await?,
            ProofShown::SecondFactor(factor) => self.shown_again(person, factor).await?,
        };
        let shown = shown.ok_or(AccessError::WrongProof { pointer: proof.pointer() })?;
        let wish = Reauthenticate { agent: person.agent, session: person.session, shown };
        let receipt = self.run(&person.log, request, &wish).await?;
        let tx = person.log.begin().await?;
        let sql = "UPDATE sessions SET proved_at = $2 WHERE session_id = $1";
        tx.execute(sql, &[&person.session.to_string(), &now]).await?;
        tx.commit().await?;
        Ok(receipt)
    }

    async fn shown_password(&self, person: &Person, password: &TypedPassword) -> Result<Option<Shown>, AccessError> {
        let found = self.credential(&person.log, person.agent).await?;
        let verdict = self.people().hasher().verify(password, found.hash.clone()).await?;
        Ok(found.password.filter(|_| verdict.right).map(Shown::password))
    }

    async fn shown_again(&self, person: &Person, factor: &SecondFactor) -> Result<Option<Shown>, AccessError> {
        let now = self.store().clock().now();
        let tx = person.log.begin().await?;
        let begun = match factor {
            SecondFactor::Passkey(assertion) => match assertion.challenge() {
                Some(bytes) => Challenge::take(&tx, &digest_of(&bytes), Purpose::Reauthentication, now).await?,
                None => None,
            },
            SecondFactor::Code(_) | SecondFactor::RecoveryCode(_) => None,
        };
        let begun = begun.filter(|begun| begun.agent == Some(person.agent)).unwrap_or_default();
        let state = self.agent_in(&person.log, &tx, person.agent).await?;
        let shown = self.shown(&person.log, &tx, (person.agent, &state), factor, &begun).await?;
        tx.commit().await.map_err(|error: StoreError| AccessError::from(error))?;
        Ok(shown)
    }
}
