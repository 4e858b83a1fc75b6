//! Consumers of logs, and how each stands, as this process saw it last: for metrics, probes and operators.
//!
//! A consumer that meets an event it cannot read parks in front of it, with the reason: nothing is skipped. Where one
//! key (a stream, mostly) has nothing to do with the others, it may park that key alone.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use serde::Serialize;

use crate::{log::Log, store::Store, tenancy::TenantId};

/// What becomes of a consumer that is parked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parked {
    /// It stays so, and that is an error.
    Stays,
    /// It goes on if this program can read what the one that parked it could not, or if it was mended.
    IsTriedAnew,
}

/// How one consumer of one log stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// The last position that it has come to.
    pub checkpoint: u64,
    /// The end of the log.
    pub head: u64,
    /// Why it is parked; none while it runs.
    pub parked: Option<String>,
    /// How many keys of it are parked while the rest goes on.
    pub parked_keys: u64,
}

impl Standing {
    /// How many positions it is behind.
    pub fn lag(&self) -> u64 {
        self.head.saturating_sub(self.checkpoint)
    }

    /// How many things of it stand: the whole, and keys.
    pub fn stopped(&self) -> u64 {
        u64::from(self.parked.is_some()) + self.parked_keys
    }
}

/// All of a process, by tenant and name.
#[derive(Debug, Default)]
pub(crate) struct Consumers(Mutex<BTreeMap<(TenantId, &'static str), Standing>>);

impl Log {
    /// Notes how a consumer of this log stands, and sets its gauges.
    #[expect(clippy::cast_precision_loss, reason = "a lag beyond 2^52 positions is out of reach")]
    pub fn note_standing(&self, consumer: &'static str, standing: Standing) {
        let labels = [("tenant", self.tenant().to_string()), ("consumer", consumer.to_owned())];
        metrics::gauge!("ledgerdesk_consumer_lag_positions", &labels).set(standing.lag() as f64);
        metrics::gauge!("ledgerdesk_consumer_parked", &labels).set(u8::from(standing.parked.is_some()));
        metrics::gauge!("ledgerdesk_consumer_parked_keys", &labels).set(standing.parked_keys as f64);
        let mut all = self.inner.consumers.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert((self.tenant().clone(), consumer), standing);
    }
}

impl Store {
    /// Every consumer that this process has looked at, by tenant and name, as it stood then. Cross-tenant: for operators.
    pub fn standings(&self) -> Vec<(TenantId, &'static str, Standing)> {
        let all = self.consumers().0.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().map(|((tenant, consumer), standing)| (tenant.clone(), *consumer, standing.clone())).collect()
    }
}
