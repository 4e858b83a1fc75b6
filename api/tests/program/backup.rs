//! `ledgerdesk backup`, killed and run again.

use std::{
    path::Path,
    process::{Child, Stdio},
    time::Duration,
};

use crate::server::{Scratch, Server, program};

const PATIENCE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(1);

fn objects(scratch: &Scratch) -> usize {
    fn below(directory: &Path) -> usize {
        let entries = std::fs::read_dir(directory).into_iter().flatten().map(|entry| entry.unwrap().path());
        entries.map(|path| if path.is_dir() { below(&path) } else { 1 }).sum()
    }
    below(&scratch.data().join("backups"))
}

/// Waits until there are so many objects, or it has ended.
async fn until(count: usize, scratch: &Scratch, child: &mut Child) {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while objects(scratch) < count && child.try_wait().unwrap().is_none() {
        assert!(tokio::time::Instant::now() < deadline, "it writes nothing");
        tokio::time::sleep(POLL).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_was_killed_is_not_there_and_the_next_one_is_whole() {
    let scratch = Scratch::new("backup");
    let server = Server::start(&scratch, &[]).await;
    let before = server.run(&["backup", "list", "--tenant", "demo"]);
    assert_eq!(before, "");
    for count in 1..=4 {
        let mut backup = program(&scratch.data());
        let mut backup =
            backup.args(["backup", "--tenant", "demo"]).stderr(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
        until(objects(&scratch) + count, &scratch, &mut backup).await;
        backup.kill().unwrap();
        backup.wait().unwrap();
    }
    let said = server.run(&["backup", "--all"]);
    assert!(said.contains("tenant demo: bak_") && said.contains("older backups were removed"), "{said}");
    let list = server.run(&["backup", "list", "--tenant", "demo"]);
    for line in list.lines() {
        let backup = line.split_whitespace().next().unwrap();
        let said = server.run(&["backup", "verify", "--tenant", "demo", "--backup", backup]);
        assert!(said.contains("are as they should be"), "{said}");
    }
    let doctor = server.run(&["doctor"]);
    assert!(doctor.contains("tenant demo: saved at") && !doctor.contains("BAD"), "{doctor}");

    let mut log =
        std::fs::read_dir(scratch.data().join("backups/tenants/demo/log")).unwrap().map(|entry| entry.unwrap());
    // What was killed while it wrote has left files that nobody reads, with a # in their names.
    let damaged = log.find(|entry| !entry.file_name().to_string_lossy().contains('#')).unwrap();
    std::fs::write(damaged.path(), b"something else").unwrap();
    let verified = program(&scratch.data()).args(["backup", "verify", "--tenant", "demo"]).output().unwrap();
    let (said, name) = (String::from_utf8(verified.stdout).unwrap(), damaged.file_name().into_string().unwrap());
    assert_eq!(verified.status.code(), Some(1));
    assert!(said.contains(&format!("BAD   tenants/demo/log/{name}: it was changed, cut or moved")), "{said}");

    let schedule = ["backup", "schedule", "--tenant", "demo"];
    let said = server.run(&schedule);
    assert!(said.contains("daily at 02:30 Europe/Zurich") && said.contains("kept for 30 days, keys for 7"), "{said}");
    let said = server.run(&[&schedule[..], &["--days", "sunday", "--keep-days", "90", "--drill-days", "7"]].concat());
    assert!(said.contains("sunday at 02:30") && said.contains("every 7 days"), "{said}");
    assert_eq!(server.run(&schedule), said);
    let refused = program(&scratch.data()).args(schedule).args(["--keys-keep-days", "91"]).output().unwrap();
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success() && said.contains("--keys-keep-days: expected a number of days"), "{said}");
    server.stop().await;
}

/// Takes minutes: `cargo test -p api --test program -- --ignored --nocapture the_memory_of_a_backup`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes"]
async fn the_memory_of_a_backup_does_not_grow_with_the_log() {
    let scratch = Scratch::new("backup-memory");
    let server = Server::start(&scratch, &[]).await;
    let mut most = vec![];
    for length in [200_000, 1_000_000] {
        crate::export_memory::lengthen(&scratch, length).await;
        // All of it again.
        let _ = std::fs::remove_dir_all(scratch.data().join("backups"));
        let began = std::time::Instant::now();
        let mut backup = program(&scratch.data());
        let mut backup = backup.args(["backup", "--tenant", "demo"]).spawn().unwrap();
        let mut peak = 0;
        while backup.try_wait().unwrap().is_none() {
            peak = peak.max(peak_kib(backup.id()).unwrap_or(0));
            tokio::time::sleep(POLL * 20).await;
        }
        println!("{length} events: {peak} KiB at most, {:.1} s", began.elapsed().as_secs_f64());
        most.push(peak);
    }
    assert!(most[1] <= most[0] + 16 * 1024, "it grows: {most:?}");
    server.stop().await;
}

fn peak_kib(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().trim_end_matches(" kB").parse().ok()
}
