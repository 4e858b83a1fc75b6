//! A long log, from its first event to a verdict.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use benches::{EVENTS_OF_A_TICKET, Historian, MASTER_KEY, Report, Rig, Wanted, count, number};
use event_store::tree::Sealed;

use super::sealer;

/// How fast, and in how much memory.
pub async fn measure(report: &mut Report) {
    let wanted: u64 =
        std::env::var("LEDGERDESK_BENCH_EVENTS").ok().and_then(|text| text.parse().ok()).unwrap_or(200_000);
    let rig = Rig::start().await;
    let mut historian = Historian::new(7, rig.desk.store().ids().clone());
    let events = historian.write(&rig.log, wanted / EVENTS_OF_A_TICKET, 3000).await;
    let directory = std::env::temp_dir().join(format!("ledgerdesk-bench-proof-{}", std::process::id()));
    std::fs::create_dir_all(&directory).expect("a directory");
    let sealer = sealer(&rig, Some(directory.join("checkpoints")));
    report.line(&format!("\n{} events of a help desk:", count(events)));
    report.table("what | events/s | seconds | MiB at most");
    reset_peak();
    let began = Instant::now();
    let mut strides = vec![];
    while let Sealed::To(_) = sealer.seal(&rig.log).await.expect("sealed") {
        strides.push(memory_mib(Path::new("/proc/self/status"), "VmRSS"));
    }
    tell(report, "seal", events, began.elapsed(), memory_mib(Path::new("/proc/self/status"), "VmHWM"));
    // After the first strides nothing is kept: what memory a stride takes is the same at the beginning and at the end.
    let growth =
        strides.last().copied().unwrap_or_default() - strides.get(strides.len() / 10).copied().unwrap_or_default();
    let key = rig.log.log_keys().await.expect("keys")[0].public.to_string();
    let program = replay_tool();
    let bundle = directory.join("bench.bundle");
    let installed = |command: &mut Command| {
        command.env("DATABASE_URL", &rig.superuser_url).env("LEDGERDESK_DATA", &directory);
        let master_key = MASTER_KEY.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        command.env("LEDGERDESK_MASTER_KEY", master_key).args(["--tenant", "bench"]);
    };
    let mut export = Command::new(&program);
    installed(&mut export);
    let exported = child(report, "export", events, export.arg("export").arg("--out").arg(&bundle)).await;
    let mut verify = Command::new(&program);
    let verified = child(report, "verify", events, verify.arg("verify").arg(&bundle).args(["--key", &key])).await;
    let mut live = Command::new(&program);
    installed(&mut live);
    let live =
        child(report, "verify --live", events, live.args(["verify", "--live", "--log-only", "--key", &key])).await;
    drop((sealer, historian));
    rig.stop().await;
    std::fs::remove_dir_all(directory).expect("the directory is ours");
    report.target("seal-growth-mib", growth, Wanted::AtMost(16.0));
    for (name, measured) in [("export-mib", exported), ("verify-mib", verified), ("verify-live-mib", live)] {
        report.target(name, measured, Wanted::AtMost(128.0));
    }
}

fn tell(report: &mut Report, what: &str, events: u64, took: Duration, mib: f64) {
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let rate = events as f64 / took.as_secs_f64();
    report.row(&format!("{what} | {} | {:.1} | {mib:.0}", number(rate), took.as_secs_f64()));
}

/// Runs a program to its end; gives the most memory that it had.
async fn child(report: &mut Report, what: &str, events: u64, command: &mut Command) -> f64 {
    let began = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn().expect("replay-tool");
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let mut most: f64 = 0.0;
    let outcome = loop {
        most = most.max(memory_mib(&status, "VmHWM"));
        if let Some(outcome) = child.try_wait().expect("its end") {
            break outcome;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    assert!(outcome.success(), "{what} failed");
    tell(report, what, events, began.elapsed(), most);
    most
}

fn memory_mib(status: &Path, field: &str) -> f64 {
    let text = std::fs::read_to_string(status).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok()).map_or(0.0, |kib| kib / 1024.0)
}

/// proc(5): 5 sets the peak to what is used now.
fn reset_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// As it is released, beside this bench.
fn replay_tool() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo).args(["build", "--release", "--locked", "-p", "replay-tool"]).status();
    assert!(built.is_ok_and(|status| status.success()), "replay-tool does not build");
    let this = std::env::current_exe().expect("a program's path");
    this.ancestors().map(|place| place.join("replay-tool")).find(|file| file.is_file()).expect("replay-tool")
}
