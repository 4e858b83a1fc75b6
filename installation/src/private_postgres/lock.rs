//! One data directory, one supervisor: a lock that dies with its holder, whatever way that ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::PostgresError;
use super::error::cannot;

/// How long the lock of a killed holder may live on: the kernel lets go when it has torn the process down.
const RELEASE: Duration = Duration::from_secs(3);

/// The lock on a data directory, held as long as this exists.
#[derive(Debug)]
pub(super) struct DirectoryLock {
    file: File,
}

impl DirectoryLock {
    /// Takes the lock, waiting up to three seconds for one that is about to be released.
    pub(super) async fn take(directory: &Path) -> Result<Self, PostgresError> {
        let path = path_in(directory);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            // A lock needs no more than reading: others could keep us from starting.
            .mode(0o600)
            .open(&path)
            .map_err(cannot("open", &path))?;
        let deadline = Instant::now() + RELEASE;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if Instant::now() < deadline => sleep(Duration::from_millis(50)).await,
                Err(TryLockError::WouldBlock) => {
                    let mut holder = String::new();
                    // Only for the message: a number that cannot be read is left out of it.
                    let known = file.read_to_string(&mut holder).is_ok() && !holder.trim().is_empty();
                    let holder = known.then(|| holder.trim().to_owned());
                    return Err(PostgresError::AlreadyRunning { directory: directory.to_owned(), holder });
                }
                Err(TryLockError::Error(source)) => return Err(cannot("lock", &path)(source)),
            }
        }
        let lock = Self { file };
        lock.sign().map_err(cannot("write", &path))?;
        Ok(lock)
    }

    /// Leaves our process id, for the message that a second holder is refused with.
    fn sign(&self) -> std::io::Result<()> {
        let mut file = &self.file;
        file.set_len(0)?;
        file.rewind()?;
        writeln!(file, "{}", std::process::id())
    }

    /// Whether somebody holds the lock on this directory. Takes nothing away from those who want it.
    pub(super) fn is_held(directory: &Path) -> bool {
        let Ok(file) = File::open(path_in(directory)) else {
            return false;
        };
        matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
    }
}

impl Drop for DirectoryLock {
    fn drop(&mut self) {
        // Closing would do, but for a copy in a child between its fork and its exec, which this overrules.
        // A failure leaves us with just that: closing.
        let _ = self.file.unlock();
    }
}

fn path_in(directory: &Path) -> PathBuf {
    directory.join("postgres.lock")
}
