//! Passwords: argon2id (RFC 9106) with the least parameters that OWASP recommends, on a few threads at a time.
//!
//! One verification takes 19 MiB for some ten milliseconds. So it runs beside the async workers, behind a semaphore:
//! whatever comes in, the memory is bounded. Every verification is counted, also those against nothing: that a log-in
//! does the same work whether its email is known is tested by that number.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordVerifier, phc::PasswordHash},
};
use event_store::Random;
use serde::{Deserialize, Deserializer};
use tokio::sync::Semaphore;

use super::AccessError;

/// KiB, passes, lanes: OWASP Password Storage Cheat Sheet.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);
/// At most so many at once: 76 MiB.
const AT_ONCE: usize = 4;
/// Who waits longer than this is sent away, so that the queue is bounded too.
const PATIENCE: Duration = Duration::from_secs(5);
/// A hash under [`COST`] that no password has: it is compared with when there is nothing to compare with.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Characters.
const LENGTH: std::ops::RangeInclusive<usize> = 12..=256;
/// Those that are long enough and tried first.
const COMMON: [&str; 24] = [
    "123456789012",
    "1234567890123",
    "12345678901234567890",
    "111111111111",
    "000000000000",
    "abcdefghijkl",
    "adminadminadmin",
    "administrator",
    "changemechangeme",
    "correcthorsebatterystaple",
    "helpdeskhelpdesk",
    "iloveyouiloveyou",
    "letmeinletmein",
    "password1234",
    "password12345",
    "password123456",
    "passwordpassword",
    "passw0rdpassw0rd",
    "qwerty123456",
    "qwertyqwerty",
    "qwertyuiop12",
    "qwertyuiop123",
    "qwertyuiopasdfgh",
    "welcomewelcome",
];

/// A password as somebody typed it; whether it fits the rules was not asked.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct TypedPassword(String);

/// Never prints it.
impl std::fmt::Debug for TypedPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TypedPassword(…)")
    }
}

impl From<&str> for TypedPassword {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// A password that may be set: 12 to 256 characters of any kind, and none of the most common.
#[derive(Clone)]
pub struct NewPassword(String);

impl std::fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewPassword(…)")
    }
}

/// A password that may not be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Its length.
    #[error("expected a password of 12 to 256 characters")]
    Length,
    /// It is among those that are tried first.
    #[error("expected a password that is not among the most common ones")]
    Common,
}

impl NewPassword {
    /// Checks its length, and that it is not one of the most common.
    pub fn try_new(text: impl Into<String>) -> Result<Self, PasswordError> {
        let text = text.into();
        if !LENGTH.contains(&text.chars().count()) {
            return Err(PasswordError::Length);
        }
        if COMMON.contains(&text.to_lowercase().as_str()) {
            return Err(PasswordError::Common);
        }
        Ok(Self(text))
    }
}

impl<'de> Deserialize<'de> for NewPassword {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::try_new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// What came of comparing a password with a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub right: bool,
    /// It was hashed with other parameters than today's.
    pub outdated: bool,
}

/// Hashes and verifies, a few at a time.
#[derive(Debug)]
pub struct Hasher {
    permits: Arc<Semaphore>,
    verified: AtomicU64,
}

impl Default for Hasher {
    fn default() -> Self {
        Self { permits: Arc::new(Semaphore::new(AT_ONCE)), verified: AtomicU64::new(0) }
    }
}

impl Hasher {
    /// How many verifications this process has done, also those against nothing.
    pub fn verifications(&self) -> u64 {
        self.verified.load(Ordering::Relaxed)
    }

    /// Compares with `hash`; without one, does the same work and says no.
    pub(super) async fn verify(&self, typed: &TypedPassword, hash: Option<String>) -> Result<Verdict, AccessError> {
        self.verified.fetch_add(1, Ordering::Relaxed);
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODYS.to_owned());
        // What is too long was never set; hashing it would only take longer.
        let fits = typed.0.chars().count() <= *LENGTH.end();
        let typed = if fits { typed.clone() } else { TypedPassword(String::new()) };
        let verdict = self.beside(move || verified(&typed.0, &hash)).await?;
        Ok(Verdict { right: verdict.right && known && fits, ..verdict })
    }

    /// A PHC string under today's parameters.
    pub(super) async fn hash(&self, password: NewPassword, random: &dyn Random) -> Result<String, AccessError> {
        let mut salt = [0; 16];
        random.fill(&mut salt);
        self.beside(move || hashed(&password.0, &salt)).await
    }

    /// As [`Hasher::hash`], for a password that was right under older parameters.
    pub(super) async fn hash_again(&self, typed: &TypedPassword, random: &dyn Random) -> Result<String, AccessError> {
        self.hash(NewPassword(typed.0.clone()), random).await
    }

    async fn beside<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, AccessError> {
        let permit = tokio::time::timeout(PATIENCE, Arc::clone(&self.permits).acquire_owned()).await;
        let Ok(Ok(permit)) = permit else { return Err(AccessError::Busy) };
        // The permit goes along: a request that is given up does not stop the thread.
        let working = tokio::task::spawn_blocking(move || (work(), permit));
        working.await.map(|(done, _)| done).map_err(|_| AccessError::Busy)
    }
}

fn argon2() -> Argon2<'static> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).expect("the parameters are within RFC 9106");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hashed(password: &str, salt: &[u8]) -> String {
    use argon2::password_hash::PasswordHasher;
    let hash: PasswordHash = argon2()
        .hash_password_with_salt(password.as_bytes(), salt)
        .expect("the salt is 16 bytes and the password short");
    hash.to_string()
}

fn verified(password: &str, hash: &str) -> Verdict {
    let Ok(hash) = PasswordHash::new(hash) else { return Verdict { right: false, outdated: false } };
    let right = argon2().verify_password(password.as_bytes(), &hash).is_ok();
    let today = PasswordHash::new(NOBODYS).map(|today| (today.algorithm, today.version, today.params)).ok();
    Verdict { right, outdated: today != Some((hash.algorithm, hash.version, hash.params)) }
}

#[cfg(test)]
mod tests {
    use event_store::SystemRandom;

    use super::*;

    #[test]
    fn a_password_is_long_enough_and_not_a_common_one() {
        for right in ["twelve chars", "ü".repeat(12).as_str(), "x".repeat(256).as_str()] {
            assert!(NewPassword::try_new(right).is_ok(), "{right}");
        }
        for wrong in ["", "eleven char", "ü".repeat(11).as_str(), "x".repeat(257).as_str()] {
            assert_eq!(NewPassword::try_new(wrong).unwrap_err(), PasswordError::Length, "{wrong}");
        }
        assert_eq!(NewPassword::try_new("PasswordPassword").unwrap_err(), PasswordError::Common);
        assert!(COMMON.iter().all(|common| LENGTH.contains(&common.len()) && *common == common.to_lowercase()));
    }

    #[tokio::test]
    async fn a_hash_is_argon2id_with_the_recommended_cost_and_opens_with_its_password_only() {
        let (hasher, random) = (Hasher::default(), SystemRandom::default());
        let hash = hasher.hash(NewPassword::try_new("a good password").unwrap(), &random).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        let verdict = async |typed: &str| hasher.verify(&typed.into(), Some(hash.clone())).await.unwrap();
        assert_eq!(verdict("a good password").await, Verdict { right: true, outdated: false });
        assert!(!verdict("a bad password").await.right);
        assert!(!verdict(&"x".repeat(100_000)).await.right);
        assert_eq!(hasher.verifications(), 3);
    }

    #[tokio::test]
    async fn nothing_is_verified_with_the_same_work_and_refused() {
        let hasher = Hasher::default();
        let verdict = hasher.verify(&"".into(), None).await.unwrap();
        assert_eq!(verdict, Verdict { right: false, outdated: false }, "nobody's hash has today's parameters");
        assert_eq!(hasher.verifications(), 1);
    }

    #[test]
    fn a_hash_of_other_parameters_still_opens_and_is_told_to_be_outdated() {
        use argon2::password_hash::PasswordHasher;
        let older = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8 * 1024, 1, 1, None).unwrap());
        let hash: PasswordHash = older.hash_password_with_salt(b"a good password", &[1; 16]).unwrap();
        assert_eq!(verified("a good password", &hash.to_string()), Verdict { right: true, outdated: true });
    }
}
