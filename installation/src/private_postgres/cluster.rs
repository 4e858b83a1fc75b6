//! The data directory of PostgreSQL ("cluster" in its own words): made once, and checked at every start.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File};
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use super::account::Account;
use super::error::cannot;
use super::launch::postgres_command;
use super::programs::Programs;
use super::{Durability, PostgresError, SUPERUSER};

/// What an unfinished cluster is called, followed by the id of the process that makes it.
const UNFINISHED: &str = "postgres.unfinished-";

/// Where the cluster of a data directory is.
pub(super) fn path_in(directory: &Path) -> PathBuf {
    directory.join("postgres")
}

/// The major version that made the cluster; `None` when there is no cluster yet.
pub(super) fn major_version(cluster: &Path) -> Result<Option<u32>, PostgresError> {
    let file = cluster.join("PG_VERSION");
    let not_a_cluster = || PostgresError::NotACluster { path: cluster.to_owned() };
    match fs::read_to_string(&file) {
        Ok(text) => text.trim().parse().map(Some).map_err(|_| not_a_cluster()),
        // A missing directory and an empty one are the same to us; the latter is a mount point, or mkdir's.
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let holds_something = fs::read_dir(cluster).is_ok_and(|mut entries| entries.next().is_some());
            if holds_something { Err(not_a_cluster()) } else { Ok(None) }
        }
        Err(error) if error.kind() == ErrorKind::NotADirectory => Err(not_a_cluster()),
        Err(error) => Err(cannot("read", file)(error)),
    }
}

/// Makes the cluster under another name and renames it when it is complete, so that a crash leaves no half one.
/// Blocks for seconds. Only for the holder of the directory's lock.
pub(super) fn create(
    directory: &Path,
    programs: &Programs,
    account: &Account,
    durability: Durability,
) -> Result<(), PostgresError> {
    remove_unfinished(directory)?;
    // With our process id in its name: an initdb that outlived a killed predecessor for a moment writes elsewhere.
    let unfinished = directory.join(format!("{UNFINISHED}{}", std::process::id()));
    DirBuilder::new().mode(0o700).create(&unfinished).map_err(cannot("create", &unfinished))?;
    account.give(&unfinished)?;
    initdb(&unfinished, programs, account, durability)?;

    let cluster = path_in(directory);
    fs::rename(&unfinished, &cluster).map_err(cannot("move the new data directory to", &cluster))?;
    File::open(directory).and_then(|directory| directory.sync_all()).map_err(cannot("write", directory))
}

fn remove_unfinished(directory: &Path) -> Result<(), PostgresError> {
    for entry in fs::read_dir(directory).map_err(cannot("list", directory))?.flatten() {
        if entry.file_name().as_encoded_bytes().starts_with(UNFINISHED.as_bytes()) {
            fs::remove_dir_all(entry.path()).map_err(cannot("remove", entry.path()))?;
        }
    }
    Ok(())
}

fn initdb(
    unfinished: &Path,
    programs: &Programs,
    account: &Account,
    durability: Durability,
) -> Result<(), PostgresError> {
    let mut command = postgres_command(&programs.initdb(), account);
    command
        .arg("-D")
        .arg(unfinished)
        .args(["--username", SUPERUSER])
        // Trust is for the socket, which only its user reaches; nothing comes by TCP, and nothing should.
        .args(["--auth-local=trust", "--auth-host=reject"])
        // Without these a bare environment makes an SQL_ASCII cluster, which takes any bytes for text.
        .args(["--encoding=UTF8", "--locale=C"])
        .args(["--data-checksums", "--no-instructions"]);
    if durability == Durability::None {
        command.arg("--no-sync");
    }
    let program = programs.initdb();
    let output = command.output().map_err(cannot("run", &program))?;
    if output.status.success() {
        return Ok(());
    }
    let text = [output.stdout, output.stderr].concat();
    let output = String::from_utf8_lossy(&text).trim_end().to_owned();
    Err(PostgresError::Initdb { cluster: unfinished.with_file_name(OsStr::new("postgres")), output })
}
