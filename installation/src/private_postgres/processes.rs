//! Which processes are PostgreSQL servers of our data directory.
//!
//! A process id alone says nothing: it may be a zombie's, which the kernel calls alive until its parent collects it, or
//! have been given to somebody else. Linux tells the rest in `/proc`, others through `ps`.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use tokio::time::{Instant, sleep};

/// Whether the kernel knows this process id: alive, a zombie, or somebody else's.
pub(super) fn exists(process: Pid) -> bool {
    match test_kill_process(process) {
        Ok(()) => true,
        Err(error) => error == rustix::io::Errno::PERM,
    }
}

/// Whether this is a living PostgreSQL process that works in the data directory (a canonical path).
pub(super) fn serves(process: Pid, cluster: &Path) -> bool {
    let entry = Path::new("/proc").join(process.as_raw_nonzero().to_string());
    if Path::new("/proc/self/stat").exists() { serves_by_proc(&entry, cluster) } else { serves_by_ps(process, cluster) }
}

fn serves_by_proc(entry: &Path, cluster: &Path) -> bool {
    // "4711 (postgres) S 1 …": the name may hold anything, parentheses too, so the last one ends it.
    let Ok(stat) = fs::read_to_string(entry.join("stat")) else {
        return false;
    };
    let Some((before, after)) = stat.rsplit_once(") ") else {
        return false;
    };
    let name = before.split_once('(').map(|(_process, name)| name);
    if !matches!(name, Some("postgres" | "postmaster")) || after.starts_with(['Z', 'X']) {
        return false;
    }
    match fs::read_link(entry.join("cwd")) {
        Ok(directory) => directory == cluster,
        // In a container even root may be refused this. A server that we started then still shows its arguments.
        Err(_) => fs::read(entry.join("cmdline")).is_ok_and(|arguments| {
            arguments.split(|byte| *byte == 0).any(|argument| argument == cluster.as_os_str().as_encoded_bytes())
        }),
    }
}

fn serves_by_ps(process: Pid, cluster: &Path) -> bool {
    let process = process.as_raw_nonzero().to_string();
    let output = Command::new("ps").args(["-o", "stat=,args=", "-p", &process]).stdin(Stdio::null()).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let text = text.trim();
    !text.starts_with('Z') && text.contains("postgres") && text.contains(&*cluster.to_string_lossy())
}

/// All processes of a server, where the system tells (Linux); the backends of a killed postmaster among them.
pub(super) fn all_serving(cluster: &Path) -> Vec<Pid> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| Pid::from_raw(entry.file_name().to_str()?.parse().ok()?))
        .filter(|process| serves(*process, cluster))
        .collect()
}

/// Sends a signal to those of the processes that still serve.
pub(super) fn signal(processes: &[Pid], cluster: &Path, signal: Signal) {
    for process in processes.iter().filter(|process| serves(**process, cluster)) {
        // One that ended in between is what we want.
        let _ = kill_process(*process, signal);
    }
}

/// Waits until `living` finds nobody, and says whether that came in time.
pub(super) async fn gone(limit: Duration, living: impl Fn() -> bool) -> bool {
    let deadline = Instant::now() + limit;
    while living() {
        if Instant::now() >= deadline {
            return false;
        }
        sleep(Duration::from_millis(20)).await;
    }
    true
}
