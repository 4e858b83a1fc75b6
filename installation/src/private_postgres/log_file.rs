//! `postgres.log`: what the server says. Turned over when it has grown, read back when a start fails.

use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use super::PostgresError;
use super::error::cannot;

/// A log larger than this, in bytes, is turned over at the next start.
const TURN_OVER_BYTES: u64 = 10 * 1024 * 1024;

/// How much of the log's end is shown when a start fails, in lines.
const LAST_LINES: usize = 12;

/// The server's log.
#[derive(Debug, Clone)]
pub(super) struct LogFile {
    path: PathBuf,
}

impl LogFile {
    /// The log of a data directory, turned over if it has grown: one old one is kept, `postgres.log.1`.
    pub(super) fn in_directory(directory: &Path) -> Result<Self, PostgresError> {
        let path = directory.join("postgres.log");
        if fs::metadata(&path).is_ok_and(|metadata| metadata.len() > TURN_OVER_BYTES) {
            fs::rename(&path, directory.join("postgres.log.1")).map_err(cannot("turn over", &path))?;
        }
        Ok(Self { path })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Opens it for a server to write to, and returns where that server's words will begin, in bytes.
    pub(super) fn open(&self) -> Result<(File, u64), PostgresError> {
        let opened = OpenOptions::new().create(true).append(true).mode(0o600).open(&self.path);
        let file = opened.map_err(cannot("open", &self.path))?;
        let length = file.metadata().map_err(cannot("look at", &self.path))?.len();
        Ok((file, length))
    }

    /// The last lines after `start`, in bytes. Nothing if they cannot be read: this serves messages only.
    pub(super) fn last_words(&self, start: u64) -> String {
        let read = || {
            let mut file = File::open(&self.path)?;
            file.seek(SeekFrom::Start(start))?;
            let mut bytes = Vec::new();
            file.take(TURN_OVER_BYTES).read_to_end(&mut bytes)?;
            Ok::<_, std::io::Error>(bytes)
        };
        let bytes = read().unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(LAST_LINES)..].join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grown_log_is_turned_over_and_one_old_one_is_kept() {
        let data = crate::scratch::Scratch::new();
        let (path, old) = (data.path().join("postgres.log"), data.path().join("postgres.log.1"));
        for round in 0..2 {
            File::create(&path).unwrap().set_len(TURN_OVER_BYTES + 1 + round).unwrap();
            let log = LogFile::in_directory(data.path()).unwrap();
            assert_eq!(log.open().unwrap().1, 0);
            assert_eq!(fs::metadata(&old).unwrap().len(), TURN_OVER_BYTES + 1 + round);
        }
        assert_eq!(fs::read_dir(data.path()).unwrap().count(), 2);
    }

    #[test]
    fn the_last_words_are_those_of_this_start() {
        let data = crate::scratch::Scratch::new();
        let log = LogFile::in_directory(data.path()).unwrap();
        fs::write(log.path(), "before\n").unwrap();
        let (_file, start) = log.open().unwrap();
        fs::write(log.path(), "before\nFATAL:  no\n").unwrap();
        assert_eq!(log.last_words(start), "FATAL:  no");
    }
}
