//! Many tenants in one installation: what one more costs, how long a program takes that migrates all of them, how long a
//! server takes to its first answer, and what it costs while nobody does anything.
//!
//! `LEDGERDESK_BENCH_TENANTS` says how many; everything is measured with a tenth of them, too. The server is this program
//! again, in a process of its own.

mod server;

use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};

use api::{App, Provision};
use benches::{MASTER_KEY, Quantiles, Report, Rig, Wanted, count, median, millis, number};
use commands::tenants::NewTenant;
use domain::{tenant::Plan, text::Name};
use event_store::{Log, Migration, PATIENCE, SILENCE, Store, StoreSettings, SystemClock};
use server::Server;

const TENANTS: usize = 1000;
/// Starts that migrate nothing.
const STARTS: usize = 5;
/// The first look at every tenant is over by then.
const SETTLE: Duration = Duration::from_secs(20);
const REST: Duration = Duration::from_secs(60);
const ONE_MORE: Migration = Migration {
    number: 9001,
    name: "tenant/9001_one_more.sql",
    sql: "CREATE TABLE one_more (id text PRIMARY KEY, value text NOT NULL); GRANT SELECT, INSERT ON one_more TO {role};",
};

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    if server::is_one() {
        runtime.block_on(api::cli::run());
    } else {
        runtime.block_on(run());
    }
}

async fn run() {
    let many = std::env::var("LEDGERDESK_BENCH_TENANTS").ok().and_then(|text| text.parse().ok()).unwrap_or(TENANTS);
    let rig = Rig::start().await;
    let app = App::new(rig.desk.store().clone(), Arc::clone(&rig.random));
    let mut report = Report::begin("tenants", &rig).await;
    let mut keys = vec![];
    let mut made = vec![];
    let mut resting = vec![];
    for size in [many / 10, many] {
        made.push((size, make(&rig, &app, &mut keys, size).await));
        resting.push((size, at_rest(&rig, &keys).await));
    }
    tell_making(&mut report, &made);
    tell_rest(&mut report, &resting);
    starts(&rig, &mut report, many).await;
    let (_, few) = &resting[0];
    let (_, all) = &resting[1];
    report.target("tenants-first-answer-s", all.first_answer.as_secs_f64(), Wanted::AtMost(2.0));
    report.target("tenants-tenth-memory-mib", few.resident_mib, Wanted::AtMost(150.0));
    report.finish();
    drop(app);
    rig.stop().await;
}

/// Makes tenants until there are so many; gives how long each took.
async fn make(rig: &Rig, app: &App, keys: &mut Vec<String>, size: usize) -> Vec<Duration> {
    let mut times = vec![];
    while keys.len() < size {
        let began = Instant::now();
        let log = one(app, &format!("tenant-{}", keys.len())).await;
        times.push(began.elapsed());
        keys.push(rig.key_of(&log).await);
    }
    times
}

async fn one(app: &App, id: &str) -> Log {
    let name = Name::try_new(id).expect("a name");
    let (plan, time_zone, teams) = (Plan::Enterprise, chrono_tz::UTC, BTreeSet::new());
    let new = NewTenant { name, plan, time_zone, domain: None, business_hours: None, teams };
    let wish = Provision { tenant: id.parse().expect("a tenant's id"), new, admin: None };
    api::provision(app, wish, "bench").await.expect("a tenant").log
}

/// What a server did and cost.
struct Rest {
    first_answer: Duration,
    resident_mib: f64,
    connections: i64,
    transactions: f64,
    cpu: f64,
    server_cpu: f64,
    /// With a request to each tenant behind it.
    met_mib: f64,
}

async fn at_rest(rig: &Rig, keys: &[String]) -> Rest {
    let last = keys.last().expect("a tenant");
    let (server, first_answer) = Server::start(rig, last).await;
    tokio::time::sleep(SETTLE).await;
    let (before, transactions, began) = (rig.counters().await, transactions(rig).await, Instant::now());
    let cpu = server.cpu_us();
    tokio::time::sleep(REST).await;
    let seconds = began.elapsed().as_secs_f64();
    let share = |us: f64| us / 1e6 / seconds * 100.0;
    let postgres = rig.counters().await.since(&before).server_us;
    let rest = Rest {
        first_answer,
        resident_mib: server.resident_mib(),
        connections: connections(rig).await,
        transactions: (self::transactions(rig).await - transactions) / seconds,
        cpu: share(server.cpu_us() - cpu),
        server_cpu: share(postgres),
        met_mib: 0.0,
    };
    for key in keys {
        server.ask(key).await;
    }
    let met_mib = server.resident_mib();
    server.stop();
    Rest { met_mib, ..rest }
}

/// Of the server's logins: this program's own are the superuser's, too, and rest.
async fn connections(rig: &Rig) -> i64 {
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1";
    rig.database.query_one(sql, &[&server::NAME]).await.expect("a count").get(0)
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
async fn transactions(rig: &Rig) -> f64 {
    let sql = "SELECT pg_stat_force_next_flush(), xact_commit + xact_rollback FROM pg_stat_database
               WHERE datname = current_database()";
    rig.database.query_one(sql, &[]).await.expect("its statistics").get::<_, i64>(1) as f64
}

fn tell_making(report: &mut Report, made: &[(usize, Vec<Duration>)]) {
    report.table("tenants made | p50 ms | p99 ms | a minute");
    for (size, times) in made {
        let total: Duration = times.iter().sum();
        #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
        let rate = times.len() as f64 / total.as_secs_f64() * 60.0;
        let Quantiles { p50, p99 } = Quantiles::of(times.clone());
        report.row(&format!("up to {} | {} | {} | {}", count(*size as u64), millis(p50), millis(p99), number(rate)));
    }
}

fn tell_rest(report: &mut Report, resting: &[(usize, Rest)]) {
    report.table(
        "tenants | first answer ms | MiB at rest | MiB after a request to each | connections | transactions a second at rest | CPU at rest, % of a core (server + PostgreSQL)",
    );
    for (size, rest) in resting {
        report.row(&format!(
            "{} | {} | {} | {} | {} | {} | {} + {}",
            count(*size as u64),
            millis(rest.first_answer),
            number(rest.resident_mib),
            number(rest.met_mib),
            rest.connections,
            number(rest.transactions),
            number(rest.cpu),
            number(rest.server_cpu),
        ));
    }
}

/// What a program needs that finds nothing to migrate, and one that brings a new file to every tenant.
async fn starts(rig: &Rig, report: &mut Report, many: usize) {
    let mut times = vec![];
    for _ in 0..STARTS {
        times.push(open(rig, migrations::TENANT).await.as_secs_f64());
    }
    let with_one_more: Vec<Migration> = migrations::TENANT.iter().copied().chain([ONE_MORE]).collect();
    let migrating = open(rig, &with_one_more).await;
    report.table("opening the store | ms");
    report.row(&format!("nothing to migrate | {}", number(median(times) * 1e3)));
    report.row(&format!("one new file for each of {} tenants | {}", count(many as u64), millis(migrating)));
}

async fn open(rig: &Rig, tenant: &[Migration]) -> Duration {
    let settings = StoreSettings {
        server_url: rig.superuser_url.clone(),
        admin_url: rig.superuser_url.clone(),
        pool_size: 16,
        patience: PATIENCE,
        silence: SILENCE,
        master_key: Arc::new(event_store::GivenKey::new(MASTER_KEY)),
        clock: Arc::new(SystemClock),
        random: Arc::clone(&rig.random),
        mask: projections::mask,
    };
    let began = Instant::now();
    let store = Store::open(settings, migrations::CONTROL, tenant, &|_| {}).await.expect("a store");
    let took = began.elapsed();
    store.close();
    took
}
