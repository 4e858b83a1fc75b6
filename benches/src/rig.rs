//! The product over a durable private PostgreSQL in a temporary directory.

use std::{path::PathBuf, sync::Arc};

use commands::{
    Desk, Request,
    api_keys::KeyGrant,
    tenants::{NewTenant, ProvisionTenant},
};
use domain::{tenant::Plan, text::Name};
use event_store::{
    CommandId, Log, Random, Store, StoreSettings, SystemClock, SystemRandom,
    driver::{self, Client, NoTls},
};
use installation::{
    PrivatePostgres,
    private_postgres::{Durability, Settings},
};

use crate::Counters;

/// The key above all keys of an installation that lives for one bench.
pub const MASTER_KEY: [u8; 32] = [1; 32];

/// One installation with one tenant, `bench`.
#[derive(Debug)]
pub struct Rig {
    /// The write side.
    pub desk: Desk,
    /// Randomness.
    pub random: Arc<dyn Random>,
    /// The tenant's log.
    pub log: Log,
    /// A key that may do everything.
    pub key: String,
    /// The database as its superuser.
    pub superuser_url: String,
    /// A connection to it.
    pub database: Client,
    postgres: PrivatePostgres,
    directory: PathBuf,
}

impl Rig {
    /// Starts everything; nothing is left after [`Rig::stop`].
    pub async fn start() -> Self {
        let directory = std::env::temp_dir().join(format!("ledgerdesk-bench-{}", std::process::id()));
        let settings = Settings { directory: directory.clone(), durability: Durability::Full, max_connections: 100 };
        let postgres = PrivatePostgres::start(settings, &|_| {}).await.expect("a private PostgreSQL");
        let superuser_url = postgres.url("postgres", "postgres");
        let random = Arc::new(SystemRandom::default());
        let settings = StoreSettings {
            server_url: superuser_url.clone(),
            admin_url: superuser_url.clone(),
            pool_size: 40,
            patience: event_store::PATIENCE,
            silence: event_store::SILENCE,
            master_key: Arc::new(event_store::GivenKey::new(MASTER_KEY)),
            clock: Arc::new(SystemClock),
            random: random.clone(),
            mask: projections::mask,
        };
        let store = Store::open(settings, migrations::CONTROL, migrations::TENANT, &|_| {}).await.expect("a store");
        let desk = Desk::new(store);
        let log = provision(&desk, "bench").await;
        let key = issue_key(&desk, &log, &*random).await;
        let (database, connection) = driver::connect(&superuser_url, NoTls).await.expect("a connection");
        tokio::spawn(connection);
        Self { desk, random, log, key, superuser_url, database, postgres, directory }
    }

    /// Another tenant.
    pub async fn tenant(&self, id: &str) -> Log {
        provision(&self.desk, id).await
    }

    /// A key that may do everything in its tenant.
    pub async fn key_of(&self, log: &Log) -> String {
        issue_key(&self.desk, log, &*self.random).await
    }

    /// What this process and PostgreSQL have spent until now.
    pub async fn counters(&self) -> Counters {
        Counters::read(&self.database, self.postgres.process_id()).await
    }

    /// Stops PostgreSQL and removes its directory.
    pub async fn stop(self) {
        drop((self.desk, self.log, self.database));
        self.postgres.stop().await.expect("a clean stop");
        std::fs::remove_dir_all(self.directory).expect("the directory is ours");
    }
}

async fn provision(desk: &Desk, id: &str) -> Log {
    let tenant = id.parse().expect("a tenant's id");
    let log = desk.store().provision(&tenant, migrations::TENANT).await.expect("a tenant");
    projections::install(&log).await.expect("read models");
    let (plan, time_zone) = (Plan::Enterprise, chrono_tz::UTC);
    let new = NewTenant { name: name(), plan, time_zone, domain: None, business_hours: None, teams: [].into() };
    desk.run(&log, &system(desk), &ProvisionTenant { tenant: tenant.clone(), new, usual_domain: None })
        .await
        .expect("an event");
    desk.store().activate(&tenant).await.expect("an active tenant");
    desk.store().log(&tenant).await.expect("an active tenant")
}

async fn issue_key(desk: &Desk, log: &Log, random: &dyn Random) -> String {
    let grant = KeyGrant::new(name(), vec!["*".to_owned()]);
    let (_, key) = desk.issue_key(log, &system(desk), random, grant).await.expect("a key");
    key.reveal().to_owned()
}

fn name() -> Name {
    Name::try_new("Bench").expect("a name")
}

fn system(desk: &Desk) -> Request {
    Request::system("bench", CommandId(desk.store().ids().next()))
}
