//! Token buckets of this process, for those who are not known: by the generic cell rate algorithm, one number each. What is
//! counted is named by a digest, so that nothing personal is kept; the least used are forgotten.

use std::{
    net::IpAddr,
    num::NonZeroUsize,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, Utc};
use lru::LruCache;
use ring::digest::{Context, SHA256};

/// Some 10 MB when full.
const REMEMBERED: usize = 100_000;

/// So many at once, and one more after each interval.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// How many at once.
    pub burst: i64,
    /// Milliseconds until there is one more.
    pub every_ms: i64,
}

/// What is counted.
pub type Key = [u8; 16];

/// The key of what these say together.
pub fn key(parts: &[&str]) -> Key {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part.as_bytes());
    }
    let mut key = [0; 16];
    key.copy_from_slice(&context.finish().as_ref()[..16]);
    key
}

/// An address as it is counted: one customer of a provider has all of an IPv6 /64.
pub fn network(address: Option<IpAddr>) -> String {
    match address {
        None => "unknown".to_owned(),
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
            Some(address) => address.to_string(),
            None => format!("{:x?}", &address.segments()[..4]),
        },
    }
}

/// The buckets.
#[derive(Debug)]
pub struct Buckets(Mutex<LruCache<Key, i64>>);

impl Default for Buckets {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(NonZeroUsize::new(REMEMBERED).expect("the capacity is not zero"))))
    }
}

impl Buckets {
    /// Takes one of each, or says in how many seconds there is one of each; then nothing was taken.
    pub fn take(&self, wanted: &[(Key, Limit)], now: DateTime<Utc>) -> Result<(), u32> {
        let now = now.timestamp_millis();
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut after = vec![];
        for (key, limit) in wanted {
            let full_at = buckets.get(key).copied().unwrap_or(now).max(now) + limit.every_ms;
            wait(full_at, *limit, now)?;
            after.push((*key, full_at));
        }
        for (key, full_at) in after {
            buckets.put(key, full_at);
        }
        Ok(())
    }

    /// Whether there is one to take, or in how many seconds.
    pub fn look(&self, key: Key, limit: Limit, now: DateTime<Utc>) -> Result<(), u32> {
        let now = now.timestamp_millis();
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let full_at = buckets.get(&key).copied().unwrap_or(now).max(now);
        wait(full_at + limit.every_ms, limit, now)
    }

    /// Gives back one of each.
    pub fn give_back(&self, taken: &[(Key, Limit)]) {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, limit) in taken {
            if let Some(full_at) = buckets.get_mut(key) {
                *full_at -= limit.every_ms;
            }
        }
    }

    /// Remembers that this happened now.
    pub fn note(&self, key: Key, now: DateTime<Utc>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).put(key, now.timestamp_millis());
    }

    /// Whether that happened after then, as far as it is remembered.
    pub fn happened_after(&self, key: Key, then: DateTime<Utc>) -> bool {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.get(&key).is_some_and(|at| *at > then.timestamp_millis())
    }
}

fn wait(full_at: i64, limit: Limit, now: i64) -> Result<(), u32> {
    let wait = full_at - now - limit.burst * limit.every_ms;
    if wait <= 0 { Ok(()) } else { Err(u32::try_from(wait.unsigned_abs().div_ceil(1000)).unwrap_or(u32::MAX)) }
}
