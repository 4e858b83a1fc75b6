//! How many requests a caller may make: token buckets that all processes share, without a round trip for each request.
//!
//! A bucket is one row of the tenant's schema, by the generic cell rate algorithm one number: when it will be full again.
//! Each process takes a hundredth of a bucket at a time from the row, serves requests of what it has taken, and takes
//! more in the background before that is used up. Whatever is served was taken from the row before, so that a killed
//! process loses what it held and never gives it out twice.
//!
//! How far this can be from one exact bucket: what a process holds it may still serve when the row is full or empty, so
//! that a caller gets at most two hundredths of the limit more for each process (what it takes at once, and as much again
//! that was given back). And a caller may be told by one process of requests that another holds; so that they are not
//! refused then, four hundredths more than what is told may be taken from the row ([`Quota`]).
//!
//! Deliberately not here: which limit is whose (`api`), and limits per address (`people`, `api`), which hold in one
//! process.

mod lease;
mod quota;
mod share;

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, Utc};
use domain::Actor;
use event_store::{Incarnation, Log, StoreError};
use lru::LruCache;

pub use quota::{Quota, Standing};
use share::{Asked, Held};

/// Some 20 MB when full. Whoever is forgotten loses what this process held for them, and nothing else.
const REMEMBERED: usize = 50_000;

type Key = (Incarnation, &'static str, String);

/// What this process holds of the buckets of all callers.
#[derive(Debug)]
pub struct RateLimits(Mutex<LruCache<Key, Arc<Share>>>);

impl Default for RateLimits {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(NonZeroUsize::new(REMEMBERED).expect("the capacity is not zero"))))
    }
}

/// Of one bucket.
#[derive(Debug)]
struct Share {
    bucket: &'static str,
    holder: String,
    held: Mutex<Held>,
    /// Of those who take from the row, one at a time.
    line: Arc<tokio::sync::Mutex<()>>,
}

/// A request that was charged to a bucket, or refused.
#[derive(Clone, Debug)]
pub struct Charge {
    /// The name of the bucket.
    pub bucket: &'static str,
    /// How much it takes.
    pub quota: Quota,
    /// Seconds until it may be tried again; none: it was not refused.
    pub retry_after: Option<u64>,
    share: Arc<Share>,
}

impl Charge {
    /// How the bucket stands.
    pub fn standing(&self, now: DateTime<Utc>) -> Standing {
        self.share.held(|held| held.standing(self.quota, now))
    }

    /// Gives back what was charged, for a request that cost nothing.
    pub fn give_back(&self) {
        if self.retry_after.is_none() {
            self.share.held(|held| held.give_back(self.quota));
        }
    }
}

impl RateLimits {
    /// Charges one request to a bucket of this name of this caller.
    pub async fn charge(
        &self,
        log: &Log,
        bucket: &'static str,
        caller: &Actor,
        quota: Quota,
    ) -> Result<Charge, StoreError> {
        let share = self.share(log, bucket, caller);
        let retry_after = match share.ask(quota, log) {
            Asked::Granted { renew } => {
                if renew {
                    share.renew(log, quota);
                }
                None
            }
            Asked::Refused { retry_after } => Some(retry_after),
            Asked::Empty => share.refill(log, quota).await?,
        };
        Ok(Charge { bucket, quota, retry_after, share })
    }

    fn share(&self, log: &Log, bucket: &'static str, caller: &Actor) -> Arc<Share> {
        let holder = caller.to_string();
        let key = (log.incarnation().clone(), bucket, holder.clone());
        let mut shares = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(Share { bucket, holder, held: Mutex::default(), line: Arc::default() });
        Arc::clone(shares.get_or_insert(key, new))
    }
}

impl Share {
    fn held<T>(&self, with: impl FnOnce(&mut Held) -> T) -> T {
        with(&mut self.held.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn ask(&self, quota: Quota, log: &Log) -> Asked {
        let now = log.clock().now();
        self.held(|held| held.ask(quota, now))
    }

    /// Takes from the row, and one of it for whoever asks; gives when they may try again if there is none.
    async fn refill(&self, log: &Log, quota: Quota) -> Result<Option<u64>, StoreError> {
        let _turn = self.line.lock().await;
        // Whoever stood before may have taken enough for both.
        match self.ask(quota, log) {
            Asked::Granted { .. } => return Ok(None),
            Asked::Refused { retry_after } => return Ok(Some(retry_after)),
            Asked::Empty => {}
        }
        let now = log.clock().now();
        let leased = lease::take(log, (self.bucket, &self.holder), quota, quota.chunk(), now).await?;
        Ok(self.held(|held| {
            held.add(&leased, now);
            match held.ask(quota, now) {
                Asked::Granted { .. } => None,
                Asked::Refused { retry_after } => Some(retry_after),
                Asked::Empty => Some(1),
            }
        }))
    }

    /// Takes from the row, while requests go on. If it fails, whoever finds nothing left learns why.
    fn renew(self: &Arc<Self>, log: &Log, quota: Quota) {
        let Ok(turn) = Arc::clone(&self.line).try_lock_owned() else { return };
        let (share, log) = (Arc::clone(self), log.clone());
        tokio::spawn(async move {
            let now = log.clock().now();
            let wanted = share.held(|held| held.missing(quota));
            match lease::take(&log, (share.bucket, &share.holder), quota, wanted, now).await {
                Ok(leased) => share.held(|held| held.add(&leased, now)),
                Err(error) => tracing::debug!(tenant = %log.tenant(), %error, "a rate limit could not be renewed"),
            }
            drop(turn);
        });
    }
}
