//! Log streams: a tenant's audit trail, and its access log where that is wished, sent to where they are watched (a SIEM), at
//! least once and in order.
//!
//! Each log of each stream is a [`lane`](lanes) of its own with a checkpoint. Whoever claims it reads a [`batch`] behind the
//! checkpoint, sends it, and moves the checkpoint when it was taken ([`drive`]); so nothing is queued, and nothing is lost
//! while a receiver is away: the logs themselves are kept. What fails is tried again after pauses, for ever; why, its lane
//! tells ([`LogStreamStatus`]).

mod batch;
mod connect;
mod drive;
mod lanes;
mod metrics;
mod restored;
mod runner;
mod send;
mod syslog;
mod target;
mod test;
mod view;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use commands::Desk;
use event_store::{Clock, TenantId};
use tokio::sync::Notify;

use crate::webhooks::{Loopback, UrlRefused, WebhookSettings, sender::Sender};
pub use restored::bring_to;
pub use test::Tested;
pub use view::{LaneView, LogStreamStatus, LogStreamView, get, list};

/// The name among consumers.
pub const NAME: &str = "log_streams";

/// The log streams of one process. Cheap to clone.
#[derive(Clone, Debug)]
pub struct LogStreams {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    desk: Desk,
    settings: WebhookSettings,
    sender: Sender,
    /// Rung when a request of this process changed a stream.
    doorbells: Mutex<HashMap<TenantId, Arc<Notify>>>,
}

impl LogStreams {
    /// Of this write side. Where they may be sent to is the same as for webhooks.
    pub fn new(desk: Desk, settings: WebhookSettings) -> Self {
        let sender = Sender::new(Arc::clone(&settings.names), settings.timeout);
        Self { inner: Arc::new(Inner { desk, settings, sender, doorbells: Mutex::default() }) }
    }

    /// Whether a tenant's stream may go to this URL, as far as can be told without asking a resolver. Each attempt checks
    /// again, and the addresses of the name.
    pub fn check_url(&self, tenant: &TenantId, url: &str) -> Result<(), UrlRefused> {
        target::check(url, self.loopback(tenant)).map(drop)
    }

    /// Why a text holds no certificates that another could be verified with; none: it does.
    pub fn check_certificates(pem: &str) -> Option<String> {
        connect::authorities(pem).err()
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

    fn doorbell(&self, tenant: &TenantId) -> Arc<Notify> {
        let mut doorbells = self.inner.doorbells.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(doorbells.entry(tenant.clone()).or_default())
    }
}
