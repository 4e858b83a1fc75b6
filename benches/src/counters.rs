//! What a stretch of work cost: CPU of this process and of PostgreSQL, and flushes of its log.

use event_store::driver::Client;

/// Counters at one moment; subtract two.
#[derive(Clone, Copy, Debug)]
pub struct Counters {
    /// CPU time of this process, in microseconds.
    pub client_us: f64,
    /// CPU time of PostgreSQL's processes that run now, in microseconds.
    pub server_us: f64,
    /// Flushes of the write-ahead log.
    pub flushes: f64,
    /// What was written to it, in MiB.
    pub wal_mib: f64,
}

impl Counters {
    /// Reads them; `postmaster` is PostgreSQL's first process.
    pub(crate) async fn read(database: &Client, postmaster: Option<i32>) -> Self {
        // A backend reports its statistics with a delay unless it is asked to.
        let sql = "SELECT pg_stat_force_next_flush(), wal_sync, (wal_bytes / 1048576)::float8 FROM pg_stat_wal";
        let (flushes, wal_mib) =
            database.query_one(sql, &[]).await.map_or((0_i64, 0.0), |row| (row.get(1), row.get(2)));
        let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        let stats = processes.filter_map(|entry| std::fs::read_to_string(entry.path().join("stat")).ok());
        let server_us = stats.filter_map(|stat| cpu_of_child(&stat, postmaster?)).sum();
        let client_us = std::fs::read_to_string("/proc/self/stat").ok().and_then(|stat| cpu(&stat)).unwrap_or(0.0);
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        Self { client_us, server_us, flushes: flushes as f64, wal_mib }
    }

    /// CPU time of each of so many things, of this process and of PostgreSQL, in microseconds.
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    pub fn cpu_us_of(&self, count: usize) -> (f64, f64) {
        (self.client_us / count as f64, self.server_us / count as f64)
    }

    /// What was spent since `earlier`.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        Self {
            client_us: self.client_us - earlier.client_us,
            server_us: self.server_us - earlier.server_us,
            flushes: self.flushes - earlier.flushes,
            wal_mib: self.wal_mib - earlier.wal_mib,
        }
    }
}

/// CPU time that another process has spent, in microseconds.
pub fn cpu_us_of(process: u32) -> f64 {
    std::fs::read_to_string(format!("/proc/{process}/stat")).ok().and_then(|stat| cpu(&stat)).unwrap_or(f64::NAN)
}

/// Memory of this process that is in use, in MiB.
pub fn resident_mib() -> f64 {
    resident_mib_of(std::process::id())
}

/// Memory of another process that is in use, in MiB.
pub fn resident_mib_of(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = resident.and_then(|text| text.trim().strip_suffix(" kB")).and_then(|kib| kib.parse::<f64>().ok());
    kib.unwrap_or(f64::NAN) / 1024.0
}

/// proc(5): fields 4 (parent), 14 and 15 (user and system time in ticks of 10 ms), counted behind the name in
/// parentheses, which may hold spaces.
fn fields(stat: &str) -> Option<Vec<&str>> {
    Some(stat.rsplit_once(')')?.1.split_whitespace().collect())
}

fn cpu(stat: &str) -> Option<f64> {
    let fields = fields(stat)?;
    let ticks: f64 = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
    Some(ticks * 10_000.0)
}

fn cpu_of_child(stat: &str, parent: i32) -> Option<f64> {
    let found: i32 = fields(stat)?.get(1)?.parse().ok()?;
    if found == parent { cpu(stat) } else { None }
}
