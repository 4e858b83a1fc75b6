//! How a second factor is added: options first, then what was made of them. Options for a generator are not stored: they
//! come back sealed, for whom and until when they are good inside.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use domain::{FactorId, text::Name};
use event_store::Random;
use uuid::Uuid;

use super::{
    AccessError, Person, Visitor,
    challenges::{Challenge, Purpose, digest_of},
    factors::{Added, Behind},
    personal,
    totp::Seed,
    webauthn::{self, CreationOptions, Registration},
};
use crate::desk::{Desk, Request};

/// How long somebody may take to set up an app.
const LIFE: TimeDelta = TimeDelta::minutes(30);

/// What a generator of codes is set up with.
#[derive(Clone, Debug)]
pub struct TotpOptions {
    /// What the app and this server will share.
    pub seed: Seed,
    /// As apps read it from a QR code.
    pub uri: String,
    /// To come back with the first code.
    pub enrolment: String,
}

/// A generator that was set up.
#[derive(Clone, Debug)]
pub struct NewTotp {
    /// As it was given out.
    pub enrolment: String,
    /// The code that it shows.
    pub code: String,
    /// What its owner calls it.
    pub name: Name,
}

fn about(person: &Person) -> String {
    format!("ledgerdesk totp enrolment 1\0{}\0{}", person.log.tenant(), person.agent)
}

impl Desk {
    /// What somebody sets up an authenticator app with.
    pub async fn totp_options(&self, person: &Person, random: &dyn Random) -> Result<TotpOptions, AccessError> {
        let (store, seed) = (self.store(), Seed::generate(random));
        let ends = (store.clock().now() + LIFE).timestamp();
        let plain = [&ends.to_be_bytes()[..], store.ids().next().as_bytes(), seed.as_bytes()].concat();
        let enrolment = URL_SAFE_NO_PAD.encode(store.seal(&about(person), &plain));
        let (account, _) = self.called(person).await?;
        let uri = seed.uri(person.log.tenant().as_str(), &account);
        Ok(TotpOptions { seed, uri, enrolment })
    }

    /// Adds a generator that shows the right code.
    pub async fn add_totp(
        &self,
        person: &Person,
        request: &Request,
        random: &dyn Random,
        wish: &NewTotp,
    ) -> Result<Added, AccessError> {
        let now = self.store().clock().now();
        self.people().attempts.within("enrolment", &person.session.to_string(), now)?;
        let (id, seed) = self.opened(person, &wish.enrolment).ok_or(AccessError::EnrolmentOver)?;
        let step = seed.step_of(&wish.code, now).ok_or(AccessError::WrongProof { pointer: "/code" })?;
        self.add_factor(person, request, random, (id, &wish.name), Behind::Seed { seed: &seed, step }).await
    }

    fn opened(&self, person: &Person, enrolment: &str) -> Option<(FactorId, Seed)> {
        let sealed = URL_SAFE_NO_PAD.decode(enrolment).ok()?;
        let plain = self.store().unseal(&about(person), &sealed).ok()?;
        let (ends, rest) = plain.split_first_chunk::<8>()?;
        let (id, seed) = rest.split_first_chunk::<16>()?;
        let good = i64::from_be_bytes(*ends) > self.store().clock().now().timestamp();
        Some((FactorId::new(Uuid::from_bytes(*id)), Seed::from_bytes(seed)?)).filter(|_| good)
    }

    /// What somebody makes a passkey with, for the host that they ask at.
    pub async fn passkey_options(
        &self,
        person: &Person,
        visitor: &Visitor,
        random: &dyn Random,
    ) -> Result<CreationOptions, AccessError> {
        let host = visitor.host.clone().ok_or(AccessError::NoPasskeysHere)?;
        let bytes = webauthn::challenge(random);
        let (account, name) = self.called(person).await?;
        let tx = person.log.begin().await?;
        let state = self.agent_in(&person.log, &tx, person.agent).await?;
        let existing = self.passkeys_for(&tx, person.agent, &state, &host).await?;
        let options = CreationOptions::new(
            &bytes,
            (&host, person.log.tenant().as_str()),
            (&person.agent.to_string(), &account, &name),
            &existing,
        );
        let challenge =
            Challenge { agent: Some(person.agent), host: Some(host), bytes: Some(bytes.to_vec()), password: None };
        challenge.keep(&tx, &digest_of(&bytes), Purpose::Enrolment, self.store().clock().now()).await?;
        tx.commit().await?;
        Ok(options)
    }

    /// Adds a passkey that was made.
    pub async fn add_passkey(
        &self,
        person: &Person,
        request: &Request,
        random: &dyn Random,
        (name, made): (&Name, &Registration),
    ) -> Result<Added, AccessError> {
        let now = self.store().clock().now();
        self.people().attempts.within("enrolment", &person.session.to_string(), now)?;
        let digest = made.challenge().map(|bytes| digest_of(&bytes)).ok_or(AccessError::EnrolmentOver)?;
        let tx = person.log.begin().await?;
        let begun = Challenge::take(&tx, &digest, Purpose::Enrolment, now).await?;
        tx.commit().await?;
        let begun = begun.filter(|begun| begun.agent == Some(person.agent)).ok_or(AccessError::EnrolmentOver)?;
        let expected = begun.expected().ok_or(AccessError::EnrolmentOver)?;
        let passkey = made.verify(expected).map_err(|reason| AccessError::NotProven(reason.0))?;
        let id = FactorId::new(self.store().ids().next());
        let behind = Behind::Passkey { host: expected.host, passkey: &passkey };
        self.add_factor(person, request, random, (id, name), behind).await
    }

    /// Under which names an app or a browser shows them their own account.
    async fn called(&self, person: &Person) -> Result<(String, String), AccessError> {
        let tx = person.log.begin().await?;
        let state = self.agent_in(&person.log, &tx, person.agent).await?;
        tx.commit().await?;
        let name = personal(state.name.as_ref()).unwrap_or_else(|| person.agent.to_string());
        Ok((personal(state.email.as_ref()).unwrap_or_else(|| name.clone()), name))
    }
}
