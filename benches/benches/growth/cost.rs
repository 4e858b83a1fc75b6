//! What an operation costs in the small tenant and in the large one, in turns.

use std::time::Duration;

use benches::{Quantiles, Report, Rig, Wanted, Writer, count, median, number, round};
use projections::Projector;
use reqwest::Method;

use super::tenant::{FIRST_PAGE, Tenant};

const ROUNDS: usize = 5;
/// Clients who read at once.
const READERS: usize = 8;
const READING: Duration = Duration::from_secs(1);
/// Shorter: what is appended makes the small tenant larger.
const APPENDING: Duration = Duration::from_millis(300);

#[derive(Clone, Copy)]
enum What {
    Get,
    FirstPage,
    DeepPage,
    Append { writers: usize },
}

const ALL: [(What, &str, &str); 5] = [
    (What::Get, "get a ticket", "growth-get"),
    (What::FirstPage, "the first page of the list", "growth-first-page"),
    (What::DeepPage, "the page in the middle of the list", "growth-deep-page"),
    (What::Append { writers: 1 }, "append, 1 writer", "growth-append-1-writer"),
    (What::Append { writers: 32 }, "append, 32 writers", "growth-append-32-writers"),
];

/// Times and CPU of the rounds in one tenant.
#[derive(Default)]
struct Costs {
    p50_ms: Vec<f64>,
    client_us: Vec<f64>,
    server_us: Vec<f64>,
}

pub async fn measure(rig: &Rig, small: &Tenant, large: &Tenant, report: &mut Report) {
    let of = |tenant: &Tenant| format!("with {} tickets: p50 ms | CPU µs", count(tenant.tickets));
    report.table(&format!("what | {} | {} | p50, times | CPU, times", of(small), of(large)));
    for (what, name, target) in ALL {
        let (mut few, mut many) = (Costs::default(), Costs::default());
        for _ in 0..ROUNDS {
            few.add(rig, small, what).await;
            many.add(rig, large, what).await;
        }
        let latency = ratio(&many.p50_ms, &few.p50_ms);
        let cpu = ratio(&many.cpu_us(), &few.cpu_us());
        report.row(&format!("{name} | {few} | {many} | {} | {}", number(latency), number(cpu)));
        report.target(target, latency.max(cpu), Wanted::AtMost(1.5));
    }
    for tenant in [small, large] {
        Projector::new().catch_up(&tenant.log).await.expect("lists");
    }
}

/// Of each pair of rounds; the median.
fn ratio(many: &[f64], few: &[f64]) -> f64 {
    median(many.iter().zip(few).map(|(many, few)| many / few).collect())
}

impl Costs {
    async fn add(&mut self, rig: &Rig, tenant: &Tenant, what: What) {
        let before = rig.counters().await;
        let times = match what {
            What::Get => reading(tenant, Tenant::ticket).await,
            What::FirstPage => reading(tenant, |_, _| FIRST_PAGE.to_owned()).await,
            What::DeepPage => reading(tenant, |tenant, _| tenant.deep_page.clone()).await,
            What::Append { writers } => {
                let writing = round(writers, APPENDING, |_| {
                    let mut writer = Writer::new(&rig.desk, &tenant.log, tenant.customer);
                    move || writer.act()
                });
                writing.await
            }
        };
        let (client, server) = rig.counters().await.since(&before).cpu_us_of(times.len());
        self.p50_ms.push(Quantiles::of(times).p50.as_secs_f64() * 1e3);
        self.client_us.push(client);
        self.server_us.push(server);
    }

    fn cpu_us(&self) -> Vec<f64> {
        self.client_us.iter().zip(&self.server_us).map(|(client, server)| client + server).collect()
    }
}

impl std::fmt::Display for Costs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let of = |values: &[f64]| median(values.to_vec());
        let (client, server) = (of(&self.client_us), of(&self.server_us));
        write!(f, "{} | {client:.0} + {server:.0}", number(of(&self.p50_ms)))
    }
}

async fn reading(tenant: &Tenant, path: fn(&Tenant, u64) -> String) -> Vec<Duration> {
    let paths: Vec<String> = (0..1_000).map(|turn| path(tenant, turn)).collect();
    let reader = |reader: usize| {
        let (caller, paths, mut turn) = (tenant.caller.clone(), paths.clone(), reader * paths.len() / READERS);
        move || {
            turn += 1;
            let (caller, path) = (caller.clone(), paths[turn % paths.len()].clone());
            async move {
                caller.call(Method::GET, &path, None).await;
            }
        }
    };
    round(READERS, READING, reader).await
}
