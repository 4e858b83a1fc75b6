//! The store of one process: its pools, its keyring, and the logs of the tenants that it has met.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
    time::Duration,
};

use deadpool_postgres::{ConfigConnectImpl, Pool};
use tokio::sync::Semaphore;
use tokio_postgres::NoTls;

use crate::{
    commit::Erasing,
    consumers::Consumers,
    database,
    error::StoreError,
    hosts::Hosts,
    log::Log,
    master::{Make, MasterKey, installation_key},
    meeting::Admission,
    migrate::{self, Migration, Roles},
    news::News,
    seal::{Keyring, Mask, TenantKeys},
    seats::Seats,
    silence::Attentive,
    stirred::Stirred,
    tenancy::{Incarnation, Placement, TenantId, TenantStatus},
    world::{Clock, Ids, Random},
};

/// How long anybody waits for a connection: longer than a restart of PostgreSQL takes.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// How long a connection may be silent: longer than a live server keeps anybody waiting for a statement.
pub const SILENCE: Duration = Duration::from_secs(90);

/// What a store needs.
#[derive(Clone, Debug)]
pub struct StoreSettings {
    /// The server's login: a NOINHERIT role that may become every tenant's role.
    pub server_url: String,
    /// The owner's login: makes roles, schemas and tables.
    pub admin_url: String,
    /// Connections of the server's login.
    pub pool_size: usize,
    /// How long anybody waits for a connection; [`PATIENCE`] where nothing else is wanted. An append is answered within
    /// three times this, whatever the database does.
    pub patience: Duration,
    /// A connection of the server's login on which nothing happens for so long is given up; [`SILENCE`] where nothing
    /// else is wanted.
    pub silence: Duration,
    /// The key above all keys.
    pub master_key: Arc<dyn MasterKey>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
    /// What fields of masked copies show.
    pub mask: Mask,
}

/// The store of one process. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    server: Pool,
    admin: Pool,
    /// The quoted name of the server's login.
    server_role: String,
    /// Roles belong to a whole cluster: this tells apart the tenants of two databases in one.
    database_tag: String,
    keyring: Arc<Keyring>,
    mask: Mask,
    clock: Arc<dyn Clock>,
    ids: Ids,
    news: Arc<News>,
    hosts: Hosts,
    /// The tenants that are not in use, as far as this process knows.
    suspended: RwLock<HashSet<TenantId>>,
    /// Half of the connections at most are the consumers', however many they are.
    background: Arc<Semaphore>,
    consumers: Arc<Consumers>,
    logs: Mutex<HashMap<TenantId, Log>>,
    /// What is done for a tenant before it is served.
    admission: RwLock<Option<Arc<Admission>>>,
    stirred: Arc<Stirred>,
    migrations: Vec<Migration>,
    /// The tenants whose schema could not be brought up to date, and why.
    not_migrated: Mutex<HashMap<TenantId, String>>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

impl Store {
    /// Connects, and brings the control plane and every tenant up to date. `progress` hears of each migration.
    ///
    /// A tenant whose migration fails is not served ([`Store::log`] says why); the others are.
    pub async fn open(
        settings: StoreSettings,
        control: &[Migration],
        tenant: &[Migration],
        progress: &(dyn Fn(&str) + Sync),
    ) -> Result<Self, StoreError> {
        let StoreSettings { server_url, pool_size, patience, silence, .. } = &settings;
        let server = database::pool(server_url, *pool_size, *patience, Attentive(*silence))?;
        // An index of a large table takes as long as it takes.
        let admin = database::pool(&settings.admin_url, 2, settings.patience, ConfigConnectImpl { tls: NoTls })?;
        let identity = database::connection(&server)
            .await?
            .query_one("SELECT quote_ident(current_user), current_database()::text", &[])
            .await?;
        let database: String = identity.get(1);
        let digest = ring::digest::digest(&ring::digest::SHA256, database.as_bytes());
        let roles = Roles { tenant: "", server: identity.get(0) };
        let mut owner = database::connection(&admin).await?;
        for name in migrate::run(&mut owner, "control", &roles, control).await? {
            progress(&format!("control: {name}"));
        }
        drop(owner);
        let make = if control.is_empty() { Make::No } else { Make::Yes };
        let (random, now) = (&*settings.random, settings.clock.now());
        let root = installation_key(&admin, &*settings.master_key, random, make, now).await?;
        let stirred: Arc<Stirred> = Arc::default();
        let store = Self {
            inner: Arc::new(Inner {
                news: News::new(server.clone(), Arc::clone(&stirred)),
                hosts: Hosts::default(),
                suspended: RwLock::default(),
                background: Arc::new(Semaphore::new((settings.pool_size / 2).max(1))),
                consumers: Arc::default(),
                server,
                admin,
                server_role: identity.get(0),
                database_tag: digest.as_ref()[..4].iter().fold(String::new(), |tag, byte| format!("{tag}{byte:02x}")),
                keyring: Arc::new(Keyring::new(&root, Arc::clone(&settings.random))),
                ids: Ids::new(Arc::clone(&settings.clock), settings.random),
                clock: settings.clock,
                mask: settings.mask,
                logs: Mutex::default(),
                admission: RwLock::default(),
                stirred,
                migrations: tenant.to_vec(),
                not_migrated: Mutex::default(),
            }),
        };
        store.migrate(progress).await?;
        // From here on it is known which are suspended.
        store.tenants().await?;
        Ok(store)
    }

    /// The clock that this store was given.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.inner.clock
    }

    /// The ids that this store was given.
    pub fn ids(&self) -> &Ids {
        &self.inner.ids
    }

    /// Sets the gauges of the connection pool to what they are at this moment.
    #[expect(clippy::cast_precision_loss, reason = "a pool has at most a few hundred connections")]
    pub fn measure(&self) {
        let status = self.inner.server.status();
        metrics::gauge!("ledgerdesk_database_pool_connections").set(status.size as f64);
        metrics::gauge!("ledgerdesk_database_pool_idle_connections").set(status.available as f64);
        metrics::gauge!("ledgerdesk_database_pool_waiting").set(status.waiting as f64);
        metrics::gauge!("ledgerdesk_database_pool_max_connections").set(status.max_size as f64);
    }

    /// A connection for no tenant: for what is told of the database itself.
    pub(crate) async fn server_connection(&self) -> Result<deadpool_postgres::Object, StoreError> {
        database::connection(&self.inner.server).await
    }

    pub(crate) fn consumers(&self) -> &Consumers {
        &self.inner.consumers
    }

    pub(crate) fn hosts(&self) -> &Hosts {
        &self.inner.hosts
    }

    /// Whether a tenant is suspended, as far as this process knows: it learns of what others did whenever it lists the
    /// tenants.
    pub fn is_suspended(&self, tenant: &TenantId) -> bool {
        self.inner.suspended.read().unwrap_or_else(PoisonError::into_inner).contains(tenant)
    }

    pub(crate) fn note_suspended(&self, suspended: HashSet<TenantId>) {
        *self.inner.suspended.write().unwrap_or_else(PoisonError::into_inner) = suspended;
    }

    pub(crate) fn note_also_suspended(&self, tenant: &TenantId) {
        self.inner.suspended.write().unwrap_or_else(PoisonError::into_inner).insert(tenant.clone());
    }

    pub(crate) fn logs(&self) -> MutexGuard<'_, HashMap<TenantId, Log>> {
        self.inner.logs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets the log of a tenant that is no more, or is to be met and admitted anew.
    pub fn forget_log(&self, tenant: &TenantId) {
        self.logs().remove(tenant);
    }

    /// Whether this still is the log of its tenant, as far as this process knows. One that was restored from a backup has
    /// another one: whoever works on the old one must let go of it, and take up what [`Store::log`] gives.
    pub fn is_current(&self, log: &Log) -> bool {
        self.logs().get(log.tenant()).is_some_and(|known| known.incarnation() == log.incarnation())
    }

    /// Forgets the logs whose place one of these worlds has taken.
    pub(crate) fn note_worlds(&self, worlds: &[Incarnation]) {
        let mut logs = self.logs();
        for Incarnation { tenant, epoch } in worlds {
            if logs.get(tenant).is_some_and(|log| log.epoch() < *epoch) {
                logs.remove(tenant);
            }
        }
    }

    pub(crate) fn admission(&self) -> &RwLock<Option<Arc<Admission>>> {
        &self.inner.admission
    }

    pub(crate) fn noted(&self) -> &Stirred {
        &self.inner.stirred
    }

    /// The migrations of a tenant's schema that this program knows.
    pub(crate) fn migrations(&self) -> &[Migration] {
        &self.inner.migrations
    }

    /// The number of the last of them; none for a program that migrates nothing.
    pub(crate) fn newest(&self) -> Option<i32> {
        self.inner.migrations.last().map(|migration| migration.number)
    }

    /// What fields of masked copies show.
    pub(crate) fn mask(&self) -> Mask {
        self.inner.mask
    }

    pub(crate) fn keyring(&self) -> &Keyring {
        &self.inner.keyring
    }

    /// The quoted name of the server's login.
    pub(crate) fn server_role(&self) -> &str {
        &self.inner.server_role
    }

    /// The role of a tenant in this database.
    pub(crate) fn role_of(&self, tenant: &TenantId) -> String {
        format!("{}_{}", tenant.schema(), self.inner.database_tag)
    }

    /// Those of one tenant's world.
    pub(crate) fn seats(&self) -> Seats {
        Seats::of(self.inner.server.status().max_size)
    }

    pub(crate) fn server_pool(&self) -> &Pool {
        &self.inner.server
    }

    pub(crate) fn admin_pool(&self) -> &Pool {
        &self.inner.admin
    }

    /// 32 bytes that nobody can guess, of this store's randomness.
    pub fn random_key(&self) -> [u8; 32] {
        self.inner.keyring.random_key()
    }

    /// A key for one purpose: the same on every node, and after every change of the master key.
    pub fn derived_key(&self, purpose: &str) -> [u8; 32] {
        self.inner.keyring.derive(purpose.as_bytes())
    }

    /// Seals a small value that is no event under the installation's key. It opens only for the same `about`.
    pub fn seal(&self, about: &str, plain: &[u8]) -> Vec<u8> {
        self.inner.keyring.seal(about, plain)
    }

    /// Opens what [`Store::seal`] sealed for the same `about`.
    pub fn unseal(&self, about: &str, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        let unfit = || StoreError::WrongMasterKey { what: about.replace('\0', " ") };
        self.inner.keyring.unseal(about, sealed).ok_or_else(unfit)
    }

    /// Closes the connections; whatever asks for one from now on is refused. So a database that is stopped afterwards
    /// has nobody to throw out.
    pub fn close(&self) {
        self.inner.server.close();
        self.inner.admin.close();
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let server = database::connection(&self.inner.server).await?;
        Ok(server.batch_execute("").await?)
    }

    /// Tells `listener` of every subject that this process is to forget: those who keep opened fields in memory.
    pub fn on_erasure(&self, listener: impl Fn(&Incarnation, &[Erasing]) + Send + Sync + 'static) {
        self.inner.keyring.on_erasure(Box::new(listener));
    }

    pub(crate) fn not_migrated(&self) -> MutexGuard<'_, HashMap<TenantId, String>> {
        self.inner.not_migrated.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) async fn placement(&self, tenant: &TenantId) -> Result<Placement, StoreError> {
        let server = database::connection(&self.inner.server).await?;
        let statement = server
            .prepare_cached(
                "SELECT schema_name, role_name, status, wrapped_key, epoch, coalesce(sealed_as, tenant), masked
                 FROM control.tenants WHERE tenant = $1",
            )
            .await?;
        let row = server
            .query_opt(&statement, &[&tenant.as_str()])
            .await?
            .ok_or_else(|| StoreError::UnknownTenant(tenant.clone()))?;
        Ok(Placement {
            schema: row.get(0),
            role: row.get(1),
            status: TenantStatus::of(row.get(2)),
            wrapped_key: row.get(3),
            world: Incarnation { tenant: tenant.clone(), epoch: epoch(row.get(4)) },
            sealed_as: row.get::<_, &str>(5).parse().unwrap_or_else(|_| tenant.clone()),
            mask: row.get::<_, bool>(6).then_some(self.inner.mask),
            doubted: Arc::default(),
            seats: self.seats(),
        })
    }

    pub(crate) fn open_log(&self, tenant: TenantId, placement: Placement, keys: TenantKeys) -> Log {
        Log::new(
            tenant,
            placement,
            self.inner.server.clone(),
            self.inner.admin.clone(),
            Arc::clone(&self.inner.keyring),
            keys,
            Arc::clone(&self.inner.clock),
            self.inner.ids.clone(),
            Arc::clone(&self.inner.news),
            Arc::clone(&self.inner.background),
            Arc::clone(&self.inner.consumers),
        )
    }
}

/// Epochs are counted from 1.
pub(crate) fn epoch(stored: i32) -> u32 {
    u32::try_from(stored).unwrap_or(1)
}
