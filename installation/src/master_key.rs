//! The master key: it wraps the key of every tenant, and is kept outside the database.
//!
//! Losing it loses all personal data of the installation, so nothing here ever replaces or repairs a key file: one that
//! is damaged is an error, and only one that does not exist is made.

use std::fmt;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use ring::rand::{SecureRandom as _, SystemRandom};

use crate::Config;

/// The key that wraps all others. Does not show itself in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct MasterKey([u8; 32]);

/// Why there is no master key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MasterKeyError {
    /// Somebody else on the machine could read it, or could have.
    #[error("the master key {} may be read by others on this machine (mode {mode:03o}): run `chmod 600` on it, and think about who has read it", file.display())]
    TooOpen {
        /// The key file.
        file: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Not 64 hexadecimal digits.
    #[error("the master key {} is damaged (64 hexadecimal digits are expected): restore it from its backup; with a new key, personal data sealed under the old one stays closed", file.display())]
    Damaged {
        /// The key file.
        file: PathBuf,
    },
    /// The system has no random numbers for us.
    #[error(
        "the system gives no random numbers for a new master key: give one in LEDGERDESK_MASTER_KEY (openssl rand -hex 32)"
    )]
    NoRandomness,
    /// A file operation failed.
    #[error("cannot {action} the master key {}: check keys.master_key_file and its permissions", file.display())]
    Io {
        /// What was tried: read, create, replace.
        action: &'static str,
        /// The key file.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl MasterKey {
    /// The key from the environment if it was given there, else from its file, which is made when there is none.
    ///
    /// The file holds 64 hexadecimal digits and a newline, and nobody but its owner may read it.
    pub fn load_or_create(config: &Config) -> Result<Self, MasterKeyError> {
        if let Some(key) = Self::load(config)? {
            return Ok(key);
        }
        let file = config.master_key_file();
        let key = create(&file)?;
        if config.database.url.is_some() {
            tracing::warn!(
                file = %file.display(),
                "made a new master key: back it up apart from the database, and give the same one to every node"
            );
        } else {
            tracing::info!(file = %file.display(), "made a new master key: back it up");
        }
        Ok(key)
    }

    /// As [`MasterKey::load_or_create`], where none is to be made: for an installation that has one.
    pub fn load(config: &Config) -> Result<Option<Self>, MasterKeyError> {
        if let Some(key) = &config.keys.master_key {
            return Ok(Some(key.clone()));
        }
        read(&config.master_key_file())
    }

    /// The key in this file, if there is one: that of another installation.
    pub fn at(file: &Path) -> Result<Option<Self>, MasterKeyError> {
        read(file)
    }

    /// The key from 64 hexadecimal digits, with or without space around them; `None` for anything else.
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut key = [0; 32];
        hex::decode_to_slice(text.trim(), &mut key).ok()?;
        Some(Self(key))
    }

    /// The key itself, 256 bits.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("MasterKey(not shown)")
    }
}

fn read(file: &Path) -> Result<Option<MasterKey>, MasterKeyError> {
    let failed = |source| MasterKeyError::Io { action: "read", file: file.to_owned(), source };
    let mut opened = match File::open(file) {
        Ok(opened) => opened,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let mode = opened.metadata().map_err(failed)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(MasterKeyError::TooOpen { file: file.to_owned(), mode });
    }
    let mut bytes = Vec::new();
    opened.read_to_end(&mut bytes).map_err(failed)?;
    let key = std::str::from_utf8(&bytes).ok().and_then(MasterKey::from_hex);
    key.map(Some).ok_or_else(|| MasterKeyError::Damaged { file: file.to_owned() })
}

/// Makes a key that is on disk, whole, before its name exists: a crash in between leaves no half key, and of two nodes
/// that begin at once both get the key of the one that was first.
fn create(file: &Path) -> Result<MasterKey, MasterKeyError> {
    let failed = |source| MasterKeyError::Io { action: "create", file: file.to_owned(), source };
    let mut key = MasterKey([0; 32]);
    SystemRandom::new().fill(&mut key.0).map_err(|_| MasterKeyError::NoRandomness)?;

    let directory = match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    make_directory(directory).map_err(failed)?;
    let unnamed = directory.join(format!(".master.key.{}", std::process::id()));
    write_durably(&unnamed, &key).map_err(failed)?;
    let linked = fs::hard_link(&unnamed, file);
    fs::remove_file(&unnamed).map_err(failed)?;
    File::open(directory).and_then(|directory| directory.sync_all()).map_err(failed)?;
    match linked {
        Ok(()) => Ok(key),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => read(file)?.ok_or_else(|| failed(error)),
        Err(error) => Err(failed(error)),
    }
}

/// Makes the key's own directory, closed to others; those above it are ordinary ones, for they hold other things too.
fn make_directory(directory: &Path) -> std::io::Result<()> {
    if let Some(parent) = directory.parent() {
        fs::create_dir_all(parent)?;
    }
    match fs::DirBuilder::new().mode(0o700).create(directory) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        made => made,
    }
}

fn write_durably(path: &Path, key: &MasterKey) -> std::io::Result<()> {
    // One of an earlier process with our id that was killed here; nothing ever read it.
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    // The umask may have taken bits away, never added one; this gives the owner back what a strange one took.
    opened.set_permissions(Permissions::from_mode(0o600))?;
    writeln!(opened, "{}", hex::encode(key.0))?;
    opened.sync_all()
}

mod next;
#[cfg(test)]
mod tests;
