//! `postmaster.pid`: what a running PostgreSQL says about itself, and what a killed one leaves behind.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rustix::process::Pid;

use super::PostgresError;
use super::error::cannot;

/// The content of `postmaster.pid`.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum PidFile {
    /// No server runs, or it has not come this far.
    Absent,
    /// Empty or torn: a crash's remnant, unless somebody is writing it right now.
    Broken,
    /// Written by a server, which may be gone.
    Written {
        /// The server's process id.
        process: Pid,
        /// Where it listens; absent while it starts.
        socket: Option<PathBuf>,
        /// Whether it takes connections.
        ready: bool,
    },
}

impl PidFile {
    pub(super) fn read(cluster: &Path) -> Result<Self, PostgresError> {
        let path = path_in(cluster);
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Self::parse(&text)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::Absent),
            Err(error) => Err(cannot("read", path)(error)),
        }
    }

    /// The lines are: process id, data directory, start time, port, socket directory, address, shared memory, status.
    fn parse(text: &str) -> Self {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        // A negative number is a single-user backend's: a server as well, as far as we care.
        let process = lines.first().and_then(|line| line.parse::<i32>().ok()?.checked_abs()).and_then(Pid::from_raw);
        let Some(process) = process else { return Self::Broken };
        let socket = lines.get(4).filter(|line| !line.is_empty()).map(PathBuf::from);
        Self::Written { process, socket, ready: lines.get(7) == Some(&"ready") }
    }

    pub(super) fn remove(cluster: &Path) -> Result<(), PostgresError> {
        let path = path_in(cluster);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(cannot("remove", path)(error)),
            _ => Ok(()),
        }
    }
}

fn path_in(cluster: &Path) -> PathBuf {
    cluster.join("postmaster.pid")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_running_servers_file_is_understood() {
        let text = "4711\n/data/postgres\n1700000000\n5432\n/data/socket\n\n  5432001   7\nready   \n";
        let expected = PidFile::Written {
            process: Pid::from_raw(4711).unwrap(),
            socket: Some(PathBuf::from("/data/socket")),
            ready: true,
        };
        assert_eq!(PidFile::parse(text), expected);
    }

    #[test]
    fn an_empty_file_and_nonsense_are_a_crashs_remnant() {
        for text in ["", "\n", "0\n", "some text\n"] {
            assert_eq!(PidFile::parse(text), PidFile::Broken, "{text:?}");
        }
    }
}
