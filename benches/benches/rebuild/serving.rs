//! A considerate rebuild beside 500 commands a second over HTTP, and readers.
//!
//! A span without a rebuild, one with, which takes longer than all the rest of the bench. Whoever reads looks for errors
//! and for less than it saw before; whoever writes looks for what it wrote. A machine that comes to less than twice 500
//! without any rebuild is asked for half of what it comes to: writers who already wait for each other say nothing about a
//! rebuild.

use std::{
    sync::Mutex,
    time::{Duration, Instant},
};

use benches::{Caller, Quantiles, Report, Rig, Wanted, millis, number, per_second, resident_mib};
use projections::{Group, Pace, RebuildSettings, Then, rebuild};
use reqwest::Method;
use serde_json::json;
use tokio::{sync::watch, task::JoinSet};

const WRITERS: u32 = 16;
const PER_SECOND: f64 = 500.0;
/// Of what the machine comes to, if that is less.
const SHARE: f64 = 0.5;
/// While it is looked what the machine comes to.
const TRIAL: Duration = Duration::from_secs(10);
/// Without a rebuild: as long as from one checkpoint of PostgreSQL to the next, and until what this process remembers of
/// tickets is as much as it will ever be. With one, it takes as long as the rebuild does.
const QUIET: Duration = Duration::from_secs(300);
/// Who reads what, and how long they look at it: lists as agents do, a word that few tickets of the history have, numbers
/// as a dashboard that is open.
const READS: [(&str, Duration); 5] = [
    ("/api/tickets?sort=-updated_at&limit=25", Duration::from_millis(100)),
    ("/api/tickets?filter[status]=open&sort=-priority&limit=25", Duration::from_millis(100)),
    ("/api/customers?limit=25", Duration::from_millis(100)),
    ("/api/tickets?q=palovelter", Duration::from_secs(1)),
    ("/api/analytics", Duration::from_secs(30)),
];

/// What the writers saw.
#[derive(Default)]
struct Seen {
    times: Vec<Duration>,
    /// Writes that were not visible when they were answered.
    late: usize,
}

pub async fn measure(rig: &Rig, report: &mut Report) {
    let caller = Caller::start(rig).await;
    let possible = trial(&caller).await;
    let rate = PER_SECOND.min(possible * SHARE);
    let asked =
        format!("\nBeside writers and readers; {} commands/s of {} that are possible:", number(rate), number(possible));
    report.line(&asked);
    report.table(
        "rebuild | s | commands/s | p50 ms | p99 ms | not visible at once | MiB | CPU µs a command | MiB/s of WAL",
    );
    let quiet = span(report, "no", rate, rig, &caller, async { tokio::time::sleep(QUIET).await }).await;
    let memory = Mutex::new(vec![]);
    let rebuilding = Box::pin(async {
        let settings = RebuildSettings { pace: Pace::Considerate, then: Then::Switch };
        let note = |_| memory.lock().expect("nobody panics with it").push(resident_mib());
        for group in Group::ALL {
            rebuild(&rig.log, group, settings, &note).await.expect("a rebuild");
        }
    });
    let busy = span(report, "yes", rate, rig, &caller, rebuilding).await;
    caller.stop();
    let ratio = busy.p99.as_secs_f64() / quiet.p99.as_secs_f64();
    report.target("rebuild-writers-p99-ratio", ratio, Wanted::AtMost(2.0));
    // What is remembered at most is remembered soon; what grows with the events would go on to grow.
    let memory = memory.into_inner().expect("nobody panics with it");
    let (first, second) = memory.split_at(memory.len() / 2);
    report.target("rebuild-memory-growth-mib", most(second) - most(first), Wanted::AtMost(16.0));
}

fn most(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::NAN, f64::max)
}

/// Commands per second of writers who never pause.
async fn trial(caller: &Caller) -> f64 {
    let (end, over) = watch::channel(false);
    let began = Instant::now();
    let mut writers = JoinSet::new();
    for number in 0..WRITERS {
        writers.spawn(write(caller.clone(), format!("trial-{number}"), Duration::ZERO, over.clone()));
    }
    tokio::time::sleep(TRIAL).await;
    end.send_replace(true);
    let mut count = 0;
    while let Some(of_one) = writers.join_next().await {
        count += of_one.expect("a writer").times.len();
    }
    per_second(count, began.elapsed())
}

/// Writes and reads while `work` goes on.
async fn span(
    report: &mut Report,
    name: &str,
    rate: f64,
    rig: &Rig,
    caller: &Caller,
    work: impl Future<Output = ()>,
) -> Quantiles {
    let (end, over) = watch::channel(false);
    let before = rig.counters().await;
    let began = Instant::now();
    let mut writers = JoinSet::new();
    let pause = Duration::from_secs_f64(f64::from(WRITERS) / rate);
    for number in 0..WRITERS {
        writers.spawn(write(caller.clone(), format!("{name}-{number}"), pause, over.clone()));
    }
    let mut readers = JoinSet::new();
    for reads in READS {
        readers.spawn(read(caller.clone(), reads, over.clone()));
    }
    work.await;
    end.send_replace(true);
    let mut seen = Seen::default();
    while let Some(of_one) = writers.join_next().await {
        let of_one = of_one.expect("a writer");
        seen.times.extend(of_one.times);
        seen.late += of_one.late;
    }
    // Readers pause for up to half a minute before they see that it is over.
    let took = began.elapsed().as_secs_f64();
    let spent = rig.counters().await.since(&before);
    while let Some(reader) = readers.join_next().await {
        reader.expect("a reader who saw no error, and never less than before");
    }
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let count = seen.times.len() as f64;
    let quantiles = Quantiles::of(seen.times);
    report.row(&format!(
        "{name} | {took:.0} | {} | {} | {} | {} | {:.0} | {:.0} | {}",
        number(count / took),
        millis(quantiles.p50),
        millis(quantiles.p99),
        seen.late,
        resident_mib(),
        (spent.client_us + spent.server_us) / count,
        number(spent.wal_mib / took),
    ));
    quantiles
}

/// Its share of the commands, at their times: one that takes long makes the next one late, and that counts too.
async fn write(caller: Caller, name: String, pause: Duration, over: watch::Receiver<bool>) -> Seen {
    let mut seen = Seen::default();
    let mut due = Instant::now();
    let mut ticket = None;
    while !*over.borrow() {
        due += pause;
        tokio::time::sleep_until(due.into()).await;
        match ticket.take() {
            None => {
                let body = json!({"title": "Login issues", "body": "I cannot log in. ".repeat(20),
                    "customer": {"name": "John Doe", "email": format!("{name}@example.com")}});
                let made = caller.json(Method::POST, "/api/tickets", Some(&body)).await;
                ticket = made["id"].as_str().map(str::to_owned);
                seen.times.push(due.elapsed());
            }
            Some(id) => {
                let path = format!("/api/tickets/{id}");
                let changed = caller.json(Method::PATCH, &path, Some(&json!({"priority": "high"}))).await;
                seen.times.push(due.elapsed());
                let shown = caller.json(Method::GET, &path, None).await;
                seen.late += usize::from(shown["version"] != changed["version"]);
            }
        }
    }
    // Those that were due meanwhile, and had no turn.
    while !pause.is_zero() && due + pause < Instant::now() {
        due += pause;
        seen.times.push(due.elapsed());
    }
    seen
}

/// Again and again: never an error, no position before one that was seen, and never fewer rows.
async fn read(caller: Caller, (path, pause): (&'static str, Duration), over: watch::Receiver<bool>) {
    let (mut position, mut rows) = (0, 0);
    while !*over.borrow() {
        let answer = caller.json(Method::GET, path, None).await;
        let now = answer["as_of"]["position"].as_u64().unwrap_or(0);
        assert!(now >= position, "{path}: from position {position} back to {now}");
        position = now;
        let found = answer["data"].as_array().map_or(0, Vec::len);
        assert!(found >= rows, "{path}: {found} rows after {rows}");
        rows = found;
        tokio::time::sleep(pause).await;
    }
}
