//! What every handler may use.

use std::{ops::Deref, sync::Arc, time::Duration};

use ::files::Vault;
use backups::Backups;
use commands::{
    Desk, Receipt,
    files::{FileSettings, Files},
};
use event_store::{
    Log, Random, Store,
    tree::{SealSettings, Sealer},
};
use ipnet::IpNet;
use projections::{Projector, TextQuery, Visibility};
use reactions::{
    access_reviews::ScheduledReviews,
    erasure::Erasures,
    log_streams::LogStreams,
    retention::Retention,
    webhooks::{WebhookSettings, Webhooks},
};
use tokio::sync::watch;

use crate::{cursor::CursorKey, files::LinkPlace, limits::Limits, problem::ApiError, tenant::OwnDomain};

/// How long a write waits for the lists to show it, and a read for the position that it asked for.
const PATIENCE: Duration = Duration::from_secs(2);
/// The version of this program, as backups name it.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// How requests come to this server.
#[derive(Clone, Copy, Debug, Default)]
pub struct Transport {
    /// Whether TLS is spoken here.
    pub tls: bool,
    /// For how many seconds browsers are to come by TLS only, once they did; 0: they are not told.
    pub hsts_max_age: u32,
}

/// What every handler may use. Cheap to clone: every layer of the router does it with each request.
#[derive(Clone, Debug)]
pub struct App(Arc<Services>);

/// What an [`App`] consists of.
#[derive(Clone, Debug)]
pub struct Services {
    /// The write side.
    pub desk: Desk,
    /// The read side.
    pub projector: Projector,
    /// Signs cursors.
    pub cursors: CursorKey,
    /// For keys.
    pub random: Arc<dyn Random>,
    /// What people attach to messages.
    pub files: Files,
    /// Where links to files lead.
    pub links: Arc<LinkPlace>,
    /// What tells the tenants' own systems.
    pub webhooks: Webhooks,
    /// What sends the trail to where it is watched.
    pub log_streams: LogStreams,
    /// Signs what was recorded.
    pub sealer: Sealer,
    /// Cleans up after those who were erased.
    pub erasures: Erasures,
    /// Has tickets erased whose time is over.
    pub retention: Retention,
    /// Reviews of access that open by themselves.
    pub scheduled_reviews: ScheduledReviews,
    /// Saves tenants.
    pub backups: Backups,
    /// Where tenants are found.
    pub own_domain: Arc<OwnDomain>,
    /// The proxies whose word is taken for whence a request comes.
    pub trusted_proxies: Arc<[IpNet]>,
    /// How requests come.
    pub transport: Transport,
    /// Whether operators may come into a tenant without its grant, in an emergency.
    pub break_glass: bool,
    /// Where tenants get a larger plan.
    pub upgrade_url: Option<Arc<str>>,
    /// How much each caller may ask for.
    pub limits: Limits,
    stopping: watch::Receiver<bool>,
}

impl Deref for App {
    type Target = Services;

    fn deref(&self) -> &Services {
        &self.0
    }
}

impl App {
    /// Both sides of the product over one store. It runs until it is dropped; see [`App::until`].
    pub fn new(store: Store, random: Arc<dyn Random>) -> Self {
        let settings = SealSettings { origin: "localhost".to_owned(), ..SealSettings::default() };
        let sealer = Sealer::new(store.clone(), settings);
        let desk = Desk::new(store.clone());
        let projector = Projector::new();
        let files = Files::new(desk.clone(), Vault::in_memory(), FileSettings::default());
        let erasures = Erasures::new(desk.clone(), projector.clone(), sealer.clone(), files.clone());
        Self(Arc::new(Services {
            webhooks: Webhooks::new(desk.clone(), Arc::clone(&random), WebhookSettings::default()),
            log_streams: LogStreams::new(desk.clone(), WebhookSettings::default()),
            retention: Retention::new(desk.clone(), projector.clone(), erasures.clone()),
            scheduled_reviews: ScheduledReviews::new(desk.clone()),
            erasures,
            backups: Backups::new(store, Vault::in_memory(), files.vault().clone(), VERSION),
            files,
            links: Arc::default(),
            cursors: CursorKey::new(desk.store()),
            desk,
            sealer,
            projector,
            random,
            own_domain: Arc::default(),
            trusted_proxies: Arc::default(),
            transport: Transport::default(),
            break_glass: false,
            upgrade_url: None,
            limits: Limits::none(),
            stopping: watch::Sender::new(false).subscribe(),
        }))
    }

    fn with(mut self, change: impl FnOnce(&mut Services)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }

    /// With the place where the installation keeps files: until then they are in memory.
    #[must_use]
    pub fn with_files(self, vault: Vault, settings: FileSettings) -> Self {
        let files = Files::new(self.desk.clone(), vault, settings);
        let backups = self.backups.archive().vault().clone();
        self.with(|app| app.files = files).with_erasures().with_backups(backups)
    }

    /// With the place where the installation keeps backups: until then they are in memory.
    #[must_use]
    pub fn with_backups(self, vault: Vault) -> Self {
        let backups = Backups::new(self.desk.store().clone(), vault, self.files.vault().clone(), VERSION);
        self.with(|app| app.backups = backups)
    }

    /// With the place where links to files lead.
    #[must_use]
    pub fn with_links(self, links: LinkPlace) -> Self {
        self.with(|app| app.links = Arc::new(links))
    }

    /// With what the installation decides about webhooks, and log streams, which go where those may.
    #[must_use]
    pub fn with_webhooks(self, settings: WebhookSettings) -> Self {
        let log_streams = LogStreams::new(self.desk.clone(), settings.clone());
        let webhooks = Webhooks::new(self.desk.clone(), Arc::clone(&self.random), settings);
        self.with(|app| (app.webhooks, app.log_streams) = (webhooks, log_streams))
    }

    /// With what the installation decides about sealing.
    #[must_use]
    pub fn with_sealing(self, settings: SealSettings) -> Self {
        let sealer = Sealer::new(self.desk.store().clone(), settings);
        self.with(|app| app.sealer = sealer).with_erasures()
    }

    /// With what it has now.
    fn with_erasures(self) -> Self {
        self.with(|app| {
            let Services { desk, projector, sealer, files, .. } = app.clone();
            app.erasures = Erasures::new(desk.clone(), projector.clone(), sealer, files);
            app.retention = Retention::new(desk, projector, app.erasures.clone());
        })
    }

    /// With proxies that stand before this server.
    #[must_use]
    pub fn behind(self, trusted_proxies: impl Into<Arc<[IpNet]>>) -> Self {
        self.with(|app| app.trusted_proxies = trusted_proxies.into())
    }

    /// With how requests come to it: until then in clear.
    #[must_use]
    pub fn reached_by(self, transport: Transport) -> Self {
        self.with(|app| app.transport = transport)
    }

    /// With operators who may come into a tenant without its grant, in an emergency: until then they may not.
    #[must_use]
    pub fn allowing_break_glass(self) -> Self {
        self.with(|app| app.break_glass = true)
    }

    /// With a place where tenants get a larger plan.
    #[must_use]
    pub fn upgraded_at(self, url: Option<&str>) -> Self {
        self.with(|app| app.upgrade_url = url.map(Arc::from))
    }

    /// With limits of what each caller may ask for: until then there are none.
    #[must_use]
    pub fn limited_by(self, limits: Limits) -> Self {
        self.with(|app| app.limits = limits)
    }

    /// With a domain of the installation.
    #[must_use]
    pub fn found_at(self, own_domain: OwnDomain) -> Self {
        self.with(|app| app.own_domain = Arc::new(own_domain))
    }

    /// Ends what would never end by itself (event streams) once `stopping` says so.
    #[must_use]
    pub fn until(self, stopping: watch::Receiver<bool>) -> Self {
        self.with(|app| app.stopping = stopping)
    }

    /// Whether a request came by TLS, to here or to a proxy that is trusted.
    pub fn is_secure(&self, parts: &axum::http::request::Parts) -> bool {
        crate::request::is_secure(parts, &self.trusted_proxies, self.transport.tls)
    }

    /// Comes back when this process is asked to stop.
    pub async fn stopped(&self) {
        let mut stopping = self.stopping.clone();
        if stopping.wait_for(|stop| *stop).await.is_err() {
            // Nobody can ask any more.
            std::future::pending::<()>().await;
        }
    }

    /// Waits until the lists show a write. After a bound the write still stands; the lists will follow.
    pub async fn visible(&self, log: &Log, receipt: &Receipt) -> bool {
        match self.projector.wait_for(log, receipt.position, PATIENCE).await {
            Visibility::Visible => true,
            Visibility::Behind { .. } => false,
        }
    }

    /// Waits until the lists have come as far as a reader asked for.
    pub async fn reach(&self, log: &Log, position: Option<u64>) -> Result<(), ApiError> {
        let Some(position) = position else { return Ok(()) };
        match self.projector.wait_for(log, position, PATIENCE).await {
            Visibility::Visible => Ok(()),
            Visibility::Behind { checkpoint } => Err(ApiError::behind(checkpoint)),
        }
    }

    /// As [`App::reach`], for a list that may be searched: what it is searched by comes to the end of the log first. If
    /// that takes too long, it is answered from what there is, unless the reader asked for more.
    pub async fn reach_list(&self, log: &Log, text: Option<&TextQuery>, position: Option<u64>) -> Result<(), ApiError> {
        self.reach(log, position).await?;
        if text.is_none() {
            return Ok(());
        }
        match self.projector.refresh_search(log, PATIENCE).await? {
            Visibility::Behind { checkpoint } if position > Some(checkpoint) => Err(ApiError::behind(checkpoint)),
            Visibility::Behind { .. } | Visibility::Visible => Ok(()),
        }
    }
}
