//! The NDJSON export of a long log, and the server's memory meanwhile. Takes minutes, so it runs when it is asked for:
//!
//! `cargo test -p api --test program -- --ignored --nocapture the_memory`
//!
//! `LEDGERDESK_EXPORT_EVENTS` says how long the logs are: `200000,1000000` when it does not.
#![expect(clippy::cast_precision_loss, reason = "figures for people")]

use std::time::{Duration, Instant};

use tokio_postgres::NoTls;

use crate::server::{Scratch, Server};

/// What the allocator may keep of a chunk or two.
const ALLOWED_KIB: u64 = 16 * 1024;
const POLL: Duration = Duration::from_millis(200);

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes"]
async fn the_memory_of_an_export_does_not_grow_with_the_log() {
    let scratch = Scratch::new("export");
    let server = Server::start(&scratch, &[]).await;
    let lengths = std::env::var("LEDGERDESK_EXPORT_EVENTS").unwrap_or_else(|_| "200000,1000000".to_owned());
    for length in lengths.split(',').map(|text| text.trim().parse::<u64>().unwrap()) {
        let began = Instant::now();
        lengthen(&scratch, length).await;
        settled(&server, length).await;
        println!("{length} events, made and folded in {:.0} s", began.elapsed().as_secs_f64());
        let export = export(&server).await;
        assert_eq!(export.lines, length);
        let per_million = export.slope_kib_per_event() * 1e6 / 1024.0;
        println!(
            "exported in {:.1} s ({:.0} events/s, {:.1} MiB/s): {} KiB before, {} KiB after a tenth, {} KiB at most; \
             slope {per_million:.2} MiB per million events",
            export.took.as_secs_f64(),
            export.lines as f64 / export.took.as_secs_f64(),
            export.bytes as f64 / export.took.as_secs_f64() / f64::from(1 << 20),
            export.before,
            export.after_a_tenth(),
            export.most(),
        );
        assert!(export.most() <= export.after_a_tenth() + ALLOWED_KIB, "it grows: {:?}", export.samples);
    }
    server.stop().await;
}

/// Brings the log to this length: a ticket's priority goes up and down, which takes no key to write.
pub async fn lengthen(scratch: &Scratch, length: u64) {
    let environment = scratch.database_of_its_server().await;
    let url = &environment.iter().find(|(name, _)| *name == "DATABASE_ADMIN_URL").unwrap().1;
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    let sql = format!(
        "BEGIN;
         SET LOCAL search_path TO tenant_demo;
         SELECT 1 FROM head FOR UPDATE;
         INSERT INTO events
         SELECT head.position + n, 'ticket', last.aggregate_id, last.sequence + n, 'ticket.priority_changed', '1',
             CASE WHEN n % 2 = 0 THEN '{{\"priority\":\"critical\",\"previous\":\"high\"}}'::json
                 ELSE '{{\"priority\":\"high\",\"previous\":\"critical\"}}'::json END,
             last.metadata, gen_random_uuid(), gen_random_uuid(), head.recorded_at, head.recorded_at
         FROM head,
             (SELECT aggregate_id, sequence, metadata FROM events WHERE aggregate_type = 'ticket'
              ORDER BY sequence DESC, position LIMIT 1) AS last,
             LATERAL generate_series(1, {length} - head.position) AS n;
         UPDATE head SET position = greatest(position, {length});
         COMMIT"
    );
    client.batch_execute(&sql).await.unwrap();
}

/// Waits until the read models have it.
async fn settled(server: &Server, length: u64) {
    while server.get("/api/audit?limit=1").await["data"][0]["position"] != length {
        tokio::time::sleep(POLL).await;
    }
}

struct Export {
    lines: u64,
    bytes: u64,
    took: Duration,
    before: u64,
    /// Lines that had come, and the server's resident memory in KiB.
    samples: Vec<(u64, u64)>,
}

impl Export {
    fn after_a_tenth(&self) -> u64 {
        self.samples.iter().filter(|(lines, _)| *lines <= self.lines / 10).map(|(_, kib)| *kib).max().unwrap_or(0)
    }

    fn most(&self) -> u64 {
        self.samples.iter().map(|(_, kib)| *kib).max().unwrap()
    }

    /// Least squares over what came after the first tenth.
    fn slope_kib_per_event(&self) -> f64 {
        let late: Vec<(f64, f64)> = self
            .samples
            .iter()
            .filter(|(lines, _)| *lines > self.lines / 10)
            .map(|(lines, kib)| (*lines as f64, *kib as f64))
            .collect();
        let n = late.len() as f64;
        let (x, y) = (late.iter().map(|(x, _)| x).sum::<f64>() / n, late.iter().map(|(_, y)| y).sum::<f64>() / n);
        late.iter().map(|(a, b)| (a - x) * (b - y)).sum::<f64>()
            / late.iter().map(|(a, _)| (a - x).powi(2)).sum::<f64>()
    }
}

async fn export(server: &Server) -> Export {
    let before = resident_kib(server);
    let began = Instant::now();
    let request = reqwest::Client::new().get(format!("{}/api/events", server.base())).bearer_auth(server.key());
    let mut answer = request.header("Accept", "application/x-ndjson").send().await.unwrap();
    assert!(answer.status().is_success());
    let (mut lines, mut bytes, mut samples) = (0, 0, vec![]);
    while let Some(chunk) = answer.chunk().await.unwrap() {
        let more = u64::try_from(chunk.split(|byte| *byte == b'\n').count() - 1).unwrap();
        bytes += chunk.len() as u64;
        if lines / 1_000 != (lines + more) / 1_000 {
            samples.push((lines + more, resident_kib(server)));
        }
        lines += more;
    }
    Export { lines, bytes, took: began.elapsed(), before, samples }
}

fn resident_kib(server: &Server) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
