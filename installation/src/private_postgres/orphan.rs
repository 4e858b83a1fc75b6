//! What an earlier run may have left in the data directory: a running server, its last backends, or stale lock files.
//!
//! A running orphan is never taken over: it may be shutting down, and nobody would collect or restart it. The caller
//! holds the directory's lock, so whatever runs here has no supervisor.

use std::path::Path;
use std::time::Duration;

use rustix::process::{Pid, Signal};

use super::PostgresError;
use super::pid_file::PidFile;
use super::processes::{all_serving, exists, gone, serves, signal};

/// How long an orphan may take for its last checkpoint before it is told to leave without one.
const FAST: Duration = Duration::from_secs(60);
/// How long a server may take that was told to leave at once.
const IMMEDIATE: Duration = Duration::from_secs(10);
/// How long backends whose postmaster was killed may take to notice: most do at once.
const NOTICE: Duration = Duration::from_secs(1);

/// Ends what still runs in the cluster, and removes what would make PostgreSQL refuse to start without reason.
pub(super) async fn clear(cluster: &Path, progress: &(dyn Fn(&str) + Send + Sync)) -> Result<(), PostgresError> {
    if let PidFile::Written { process, .. } = PidFile::read(cluster)?
        && serves(process, cluster)
    {
        progress(&format!("stopping a PostgreSQL that an earlier run left behind (process {process})"));
        stop(process, cluster).await?;
    }
    end_backends(cluster).await;
    remove_stale_file(cluster)
}

async fn stop(process: Pid, cluster: &Path) -> Result<(), PostgresError> {
    for (kind, limit) in [(Signal::INT, FAST), (Signal::QUIT, IMMEDIATE)] {
        signal(&[process], cluster, kind);
        if gone(limit, || serves(process, cluster)).await {
            return Ok(());
        }
    }
    Err(PostgresError::OrphanStays { cluster: cluster.to_owned(), process: process.as_raw_nonzero().get() })
}

/// The backends of a killed postmaster hold its shared memory, and a new one would refuse: `pre-existing shared memory
/// block is still in use`. They leave by themselves when they next wait for something; a busy one is told to.
async fn end_backends(cluster: &Path) {
    if gone(NOTICE, || !all_serving(cluster).is_empty()).await {
        return;
    }
    signal(&all_serving(cluster), cluster, Signal::QUIT);
    // Whoever stays even so is PostgreSQL's to find: it refuses to start beside them.
    gone(IMMEDIATE, || !all_serving(cluster).is_empty()).await;
}

/// PostgreSQL removes a dead server's file by itself, but takes a zombie, or whoever has the process id now, for that
/// server, and an empty file for one that is being written.
fn remove_stale_file(cluster: &Path) -> Result<(), PostgresError> {
    match PidFile::read(cluster)? {
        PidFile::Broken => PidFile::remove(cluster),
        PidFile::Written { process, .. } if exists(process) && !serves(process, cluster) => PidFile::remove(cluster),
        PidFile::Written { .. } | PidFile::Absent => Ok(()),
    }
}
