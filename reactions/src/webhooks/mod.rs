//! Webhooks: every event that an endpoint listens to, signed, at least once, in order per ticket.
//!
//! 1. [`fold`]: the log comes in, in order, and rows of intent go down with the checkpoint.
//! 2. [`claim`]: a worker takes the first delivery of a lane in hand, for a while.
//! 3. [`attempt`]: the body is rendered from the log ([`payload`]), signed (Standard Webhooks 1.0), and sent
//!    ([`sender`]) to where it may be sent ([`guard`]).
//! 4. [`record`]: what came of it, and when it is tried again ([`schedule`]).
//!
//! Any number of processes may do this for a tenant at once. [`replay`] sends again what was sent before.

pub(crate) mod address;
pub(crate) mod attempt;
mod claim;
mod endpoint;
mod fold;
mod forget;
pub(crate) mod guard;
pub(crate) mod health;
mod measure;
mod parked;
pub mod payload;
mod prune;
mod queries;
mod queue;
mod record;
mod replay;
mod restored;
mod runner;
pub(crate) mod schedule;
pub(crate) mod sender;
pub(crate) mod signature;
mod trial;
mod view;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use commands::Desk;
use event_store::{Clock, Ids, Log, Parked, Random, TenantId};
use tokio::sync::Notify;

use crate::error::ReactionError;
pub(crate) use forget::forget;
pub use guard::{Loopback, Names, SystemNames, UrlRefused};
pub use measure::{Backlog, backlog};
pub use parked::{ParkedKey, parked_keys};
pub use payload::Payload;
pub use queries::{DeliveryQuery, deliveries, delivery, endpoint, endpoints};
pub(crate) use record::SEALED;
pub use replay::{ReplayRefused, ReplayWish};
pub use restored::{Receivers, bring_to};
pub use view::{
    AttemptView, DeliveryDetail, DeliveryOrigin, DeliveryStatus, DeliveryView, ExchangeView, HealthView, ReplayView,
    WebhookView,
};

/// The name in `subscriptions`.
pub const NAME: &str = "webhooks";
/// The tenant to play with: its webhooks may go to this machine.
const PLAYGROUND: &str = "demo";

/// How long a receiver may take to answer: what Standard Webhooks 1.0 asks for at least.
const TIMEOUT: Duration = Duration::from_secs(15);

/// What an installation decides.
#[derive(Clone, Debug)]
pub struct WebhookSettings {
    /// Whether webhooks of every tenant may go to this machine; those of the tenant `demo` always may.
    pub allow_loopback: bool,
    /// How long a receiver may take to answer.
    pub timeout: Duration,
    /// Finds the addresses of names.
    pub names: Arc<dyn Names>,
}

impl Default for WebhookSettings {
    fn default() -> Self {
        Self { allow_loopback: false, timeout: TIMEOUT, names: Arc::new(SystemNames) }
    }
}

impl WebhookSettings {
    /// How far what a tenant sends may go.
    pub(crate) fn loopback(&self, tenant: &TenantId) -> Loopback {
        if self.allow_loopback || tenant.as_str() == PLAYGROUND { Loopback::Allowed } else { Loopback::Refused }
    }
}

/// The webhooks of one process. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Webhooks {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    desk: Desk,
    random: Arc<dyn Random>,
    settings: WebhookSettings,
    sender: sender::Sender,
    /// Rung when a request of this process queued something.
    doorbells: Mutex<HashMap<TenantId, Arc<Notify>>>,
}

impl Webhooks {
    /// Of this write side.
    pub fn new(desk: Desk, random: Arc<dyn Random>, settings: WebhookSettings) -> Self {
        let sender = sender::Sender::new(Arc::clone(&settings.names), settings.timeout);
        let doorbells = Mutex::default();
        Self { inner: Arc::new(Inner { desk, random, settings, sender, doorbells }) }
    }

    /// Whether a tenant's webhook may go to this URL, as far as can be told without asking a resolver. Each attempt
    /// checks again, and the addresses of the name.
    pub fn check_url(&self, tenant: &TenantId, url: &str) -> Result<(), UrlRefused> {
        guard::check(url, self.loopback(tenant)).map(|_| ())
    }

    /// Queues what the log has for endpoints, up to its end; gives the position.
    pub async fn catch_up(&self, log: &Log) -> Result<u64, ReactionError> {
        fold::catch_up(log, &**self.clock(), self.ids(), Parked::Stays).await
    }

    /// As [`Webhooks::catch_up`], also where the reaction is parked: it goes on where it stands. If what parked it is not
    /// mended, it parks again.
    pub async fn resume(&self, log: &Log) -> Result<u64, ReactionError> {
        fold::catch_up(log, &**self.clock(), self.ids(), Parked::IsTriedAnew).await
    }

    /// Lets the worker of this process look at once, and begin if there is none.
    pub fn wake(&self, tenant: &TenantId) {
        self.doorbell(tenant).notify_one();
        self.inner.desk.store().stir(tenant);
    }

    fn loopback(&self, tenant: &TenantId) -> Loopback {
        self.inner.settings.loopback(tenant)
    }

    fn clock(&self) -> &Arc<dyn Clock> {
        self.inner.desk.store().clock()
    }

    fn ids(&self) -> &Ids {
        self.inner.desk.store().ids()
    }

    fn doorbell(&self, tenant: &TenantId) -> Arc<Notify> {
        let mut doorbells = self.inner.doorbells.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(doorbells.entry(tenant.clone()).or_default())
    }
}
