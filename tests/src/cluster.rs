//! One private PostgreSQL for the process, with a template that has both tenants; a database per test.
//!
//! The server ends with the process (its parent-death signal), and its directory goes when the next run begins. No
//! database is ever dropped: that would wait for connections.

use std::{
    collections::BTreeSet,
    fs,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use api::{App, Provision};
use commands::{Request, api_keys::KeyGrant, tenants::NewTenant};
use domain::{tenant::Plan, text::Name};
use event_store::{CommandId, GivenKey, Store, StoreSettings};
use installation::{
    PrivatePostgres,
    private_postgres::{Durability, Settings},
};
use tokio::{runtime::Runtime, sync::OnceCell};
use tokio_postgres::NoTls;

use crate::determinism::{SeededRandom, TestClock};

pub(crate) const MASTER_KEY: [u8; 32] = [7; 32];
/// Every test has these two.
pub(crate) const TENANTS: [&str; 2] = ["acme", "globex"];

const SUPERUSER: &str = "postgres";
const ADMIN: &str = "tests_admin";
const SERVER: &str = "tests_server";
const TEMPLATE: &str = "two_tenants";
const DIRECTORY: &str = "ledgerdesk-tests-";
const CONNECTIONS: u16 = 400;

/// What the whole process shares. The runtime stays, because the server's supervisor runs on it.
struct Cluster {
    postgres: PrivatePostgres,
    /// A key with every scope for each tenant.
    keys: [String; 2],
    _runtime: Runtime,
}

/// A database of its own for one test: both tenants, empty.
#[derive(Clone, Debug)]
pub struct Database {
    /// The superuser's login, for what no program of ours may do.
    pub superuser_url: String,
    /// The owner's login.
    pub admin_url: String,
    /// The server's login.
    pub server_url: String,
    /// Connections that one process may have.
    pub pool_size: usize,
    /// How long it waits for one.
    pub patience: Duration,
    /// How long a connection may be silent.
    pub silence: Duration,
    /// A key with every scope for each tenant.
    pub keys: [String; 2],
}

impl Database {
    /// A copy of the template.
    pub async fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let cluster = cluster().await;
        let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        // Copied as files: the other way writes every page to the log of the cluster too.
        let sql = format!("CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY OWNER {ADMIN}");
        execute(&cluster.postgres.url(SUPERUSER, "postgres"), &sql).await;
        Self::of(&cluster.postgres, &name, cluster.keys.clone())
    }

    /// One without anything in it.
    pub async fn empty() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let cluster = cluster().await;
        let name = format!("empty_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let sql = format!("CREATE DATABASE {name} OWNER {ADMIN}");
        execute(&cluster.postgres.url(SUPERUSER, "postgres"), &sql).await;
        Self::of(&cluster.postgres, &name, cluster.keys.clone())
    }

    /// What a program of ours finds this database by.
    pub fn environment(&self) -> [(&'static str, String); 3] {
        let master_key = MASTER_KEY.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        [
            ("DATABASE_URL", self.server_url.clone()),
            ("DATABASE_ADMIN_URL", self.admin_url.clone()),
            ("LEDGERDESK_MASTER_KEY", master_key),
        ]
    }

    fn of(postgres: &PrivatePostgres, name: &str, keys: [String; 2]) -> Self {
        let url = |user| postgres.url(user, name);
        Self {
            superuser_url: url(SUPERUSER),
            admin_url: url(ADMIN),
            server_url: url(SERVER),
            pool_size: 16,
            patience: event_store::PATIENCE,
            silence: event_store::SILENCE,
            keys,
        }
    }

    /// What another store over it is opened with.
    pub fn store_settings(&self) -> StoreSettings {
        self.settings(Arc::default(), Arc::new(SeededRandom::named("another store")))
    }

    pub(crate) fn settings(&self, clock: Arc<TestClock>, random: Arc<SeededRandom>) -> StoreSettings {
        StoreSettings {
            server_url: self.server_url.clone(),
            admin_url: self.admin_url.clone(),
            pool_size: self.pool_size,
            patience: self.patience,
            silence: self.silence,
            master_key: Arc::new(GivenKey::new(MASTER_KEY)),
            clock,
            random,
            mask: projections::mask,
        }
    }
}

/// A PostgreSQL of its own for a test that does to it what others would suffer from.
#[derive(Debug)]
pub struct Alone {
    postgres: PrivatePostgres,
    directory: PathBuf,
    /// Both tenants, empty.
    pub database: Database,
}

impl Alone {
    /// Makes it, with both tenants.
    pub async fn start(name: &str) -> Self {
        let directory = std::env::temp_dir().join(format!("{DIRECTORY}{}-{name}", std::process::id()));
        let postgres = start_alone(&directory).await;
        let keys = make_template(&postgres).await;
        let sql = format!("CREATE DATABASE alone TEMPLATE {TEMPLATE} STRATEGY FILE_COPY OWNER {ADMIN}");
        execute(&postgres.url(SUPERUSER, "postgres"), &sql).await;
        let database = Database::of(&postgres, "alone", keys);
        Self { postgres, directory, database }
    }

    /// Moves the tables of the database to another disk.
    pub async fn move_to(&self, disk: &Path) {
        let place = disk.join("tables");
        fs::create_dir(&place).expect("a directory");
        let owner = fs::metadata(self.directory.join("postgres")).expect("the cluster");
        std::os::unix::fs::chown(&place, Some(owner.uid()), Some(owner.gid())).expect("given to PostgreSQL");
        let superuser = self.postgres.url(SUPERUSER, "postgres");
        execute(&superuser, &format!("CREATE TABLESPACE elsewhere LOCATION '{}'", place.display())).await;
        execute(&superuser, "ALTER DATABASE alone SET TABLESPACE elsewhere").await;
    }

    /// Moves PostgreSQL's own log (`pg_wal`) to another disk. It is started anew for that.
    pub async fn move_wal_to(self, disk: &Path) -> Self {
        let Self { postgres, directory, database } = self;
        postgres.stop().await.expect("a clean stop");
        let (here, there) = (directory.join("postgres/pg_wal"), disk.join("pg_wal"));
        let moved = Command::new("mv").args([&here, &there]).status().expect("mv");
        assert!(moved.success(), "it does not fit on the disk");
        std::os::unix::fs::symlink(&there, &here).expect("a link");
        let postgres = start_alone(&directory).await;
        let database = Database::of(&postgres, "alone", database.keys);
        Self { postgres, directory, database }
    }

    /// How often it has come back.
    pub fn restarts(&self) -> u64 {
        self.postgres.restarts()
    }

    /// Tells PostgreSQL to end, as an operator does who restarts it, and waits until connections are cut. It is started
    /// again.
    pub async fn restart(&self) {
        let (_client, connection) =
            tokio_postgres::connect(&self.database.superuser_url, NoTls).await.expect("it runs");
        let process = self.postgres.process_id().and_then(rustix::process::Pid::from_raw).expect("a running server");
        rustix::process::kill_process(process, rustix::process::Signal::INT).expect("a signal");
        connection.await.expect_err("it was cut");
    }

    /// Ends it, and removes its data.
    pub async fn stop(self) {
        self.postgres.stop().await.expect("a clean stop");
        let _ = fs::remove_dir_all(&self.directory);
    }
}

async fn start_alone(directory: &Path) -> PrivatePostgres {
    let settings = Settings { directory: directory.to_owned(), durability: Durability::None, max_connections: 60 };
    PrivatePostgres::start(settings, &|_| {}).await.expect("a PostgreSQL")
}

async fn cluster() -> &'static Cluster {
    static CLUSTER: OnceCell<Cluster> = OnceCell::const_new();
    CLUSTER.get_or_init(|| async { tokio::task::spawn_blocking(start).await.expect("a cluster") }).await
}

fn start() -> Cluster {
    // Beside the tests: it may take seconds, and what is not removed today is removed tomorrow.
    std::thread::spawn(remove_leftovers);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("cluster")
        .enable_all()
        .build()
        .expect("a runtime");
    let (postgres, keys) = runtime.block_on(async {
        let directory = std::env::temp_dir().join(format!("{DIRECTORY}{}", std::process::id()));
        let settings = Settings { directory, durability: Durability::None, max_connections: CONNECTIONS };
        let postgres = PrivatePostgres::start(settings, &|_| {}).await.expect("a PostgreSQL");
        let keys = make_template(&postgres).await;
        (postgres, keys)
    });
    Cluster { postgres, keys, _runtime: runtime }
}

/// What earlier runs left: their processes are gone, and with them their servers.
fn remove_leftovers() {
    let Ok(entries) = fs::read_dir(std::env::temp_dir()) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let rest = name.to_str().and_then(|name| name.strip_prefix(DIRECTORY));
        let process = rest.and_then(|rest| rest.split('-').next()).and_then(|pid| pid.parse().ok());
        let gone = |process: i32| {
            let process = rustix::process::Pid::from_raw(process);
            process.is_none_or(|process| rustix::process::test_kill_process(process).is_err())
        };
        if process.is_some_and(gone) && !serves(&entry.path()) {
            // Another run may be removing it too.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Whether a server is still on its way out.
fn serves(directory: &Path) -> bool {
    let file: PathBuf = directory.join("postgres").join("postmaster.pid");
    let process = fs::read_to_string(file).ok().and_then(|text| text.lines().next()?.parse().ok());
    process
        .and_then(rustix::process::Pid::from_raw)
        .is_some_and(|process| rustix::process::test_kill_process(process).is_ok())
}

async fn make_template(postgres: &PrivatePostgres) -> [String; 2] {
    let superuser = postgres.url(SUPERUSER, "postgres");
    for sql in [
        format!("CREATE ROLE {ADMIN} LOGIN CREATEROLE NOSUPERUSER"),
        format!("CREATE ROLE {SERVER} LOGIN NOINHERIT"),
        format!("CREATE DATABASE {TEMPLATE} OWNER {ADMIN}"),
    ] {
        execute(&superuser, &sql).await;
    }
    let database = Database::of(postgres, TEMPLATE, Default::default());
    let (clock, random) = (Arc::new(TestClock::default()), Arc::new(SeededRandom::named(TEMPLATE)));
    let settings = database.settings(clock, Arc::clone(&random));
    let store =
        Store::open(settings, migrations::CONTROL, migrations::TENANT, &|_| {}).await.expect("a migrated database");
    let app = App::new(store, random);
    let keys = [provision(&app, TENANTS[0]).await, provision(&app, TENANTS[1]).await];
    drop(app);
    // A template must have no connections.
    execute(&superuser, &format!("ALTER DATABASE {TEMPLATE} ALLOW_CONNECTIONS false")).await;
    let sql = format!("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{TEMPLATE}'");
    execute(&superuser, &sql).await;
    keys
}

/// As `ledgerdesk tenant create` and `ledgerdesk key create` do.
pub(crate) async fn provision(app: &App, tenant: &str) -> String {
    let tenant: event_store::TenantId = tenant.parse().expect("a tenant's id");
    let (plan, time_zone) = (Plan::Enterprise, chrono_tz::UTC);
    let (name_of_it, teams) = (name(tenant.as_str()), BTreeSet::new());
    let new = NewTenant { name: name_of_it, plan, time_zone, domain: None, business_hours: None, teams };
    let wish = Provision { tenant, new, admin: None };
    let log = api::provision(app, wish, "operator").await.expect("a provisioned tenant").log;
    let request = Request::system("operator", CommandId(app.desk.store().ids().next()));
    let grant = KeyGrant::new(name("tests"), vec!["*".to_owned()]);
    let (_, key) = app.desk.issue_key(&log, &request, &*app.random, grant).await.expect("a key");
    app.projector.catch_up(&log).await.expect("fresh read models");
    key.reveal().to_owned()
}

fn name(text: &str) -> Name {
    Name::try_new(text).expect("a name")
}

async fn execute(url: &str, sql: &str) {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("a connection");
    let connection = tokio::spawn(connection);
    client.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    drop(client);
    connection.await.expect("the connection's task").expect("a clean end");
}
