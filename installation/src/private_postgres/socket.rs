//! Where PostgreSQL listens: a unix socket in a directory that only its user may enter, which is why it can trust
//! whoever comes through it. There is no TCP.

use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use super::PostgresError;
use super::account::Account;
use super::error::cannot;

/// The socket's name in its directory; the port number is only a part of the name.
const NAME: &str = ".s.PGSQL.5432";

/// The longest path of a socket in bytes, without its closing zero: what Linux takes (others take a little less).
const LONGEST: usize = if cfg!(target_os = "linux") { 107 } else { 103 };

/// The directory of the socket.
#[derive(Debug, Clone)]
pub(super) struct SocketDirectory {
    path: PathBuf,
    place: Place,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In the data directory, where it stays.
    OfItsOwn,
    /// In the temporary folder, where we leave nothing behind.
    Temporary,
}

impl SocketDirectory {
    /// Makes the directory: in the data directory (absolute) if the path is short enough, else in the temporary folder.
    pub(super) fn prepare(directory: &Path, account: &Account) -> Result<Self, PostgresError> {
        let chosen = Self::choose(directory, account).ok_or(PostgresError::NoSocketDirectory)?;
        match DirBuilder::new().mode(0o700).create(&chosen.path) {
            Ok(()) => account.give(&chosen.path)?,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(cannot("create", &chosen.path)(error)),
        }
        // In the temporary folder somebody else could have been first. A symbolic link is not a directory here.
        let metadata = fs::symlink_metadata(&chosen.path).map_err(cannot("look at", &chosen.path))?;
        let closed = metadata.permissions().mode() & 0o777 == 0o700;
        if metadata.is_dir() && closed && metadata.uid() == account.uid() {
            return Ok(chosen);
        }
        Err(PostgresError::UnsafeSocketDirectory { path: chosen.path })
    }

    fn choose(directory: &Path, account: &Account) -> Option<Self> {
        let own = directory.join("socket");
        if fits(&own) {
            return Some(Self { path: own, place: Place::OfItsOwn });
        }
        let digest = ring::digest::digest(&ring::digest::SHA256, directory.as_os_str().as_encoded_bytes());
        let name = format!("ledgerdesk-{}", hex::encode(&digest.as_ref()[..8]));
        let folders = [std::env::temp_dir(), PathBuf::from("/tmp")];
        folders.into_iter().find_map(|folder| {
            let folder = folder.canonicalize().ok()?;
            account.check_way_to(&folder).ok()?;
            let path = folder.join(&name);
            fits(&path).then_some(Self { path, place: Place::Temporary })
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Removes what a killed server left: it would take the lock file for a living one's if its process id is used
    /// again. Only for a caller that knows that no server is running, since the directory is ours alone.
    pub(super) fn clear(&self) -> Result<(), PostgresError> {
        for name in [NAME.to_owned(), format!("{NAME}.lock")] {
            let path = self.path.join(name);
            match fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(cannot("remove", &path)(error)),
                _ => {}
            }
        }
        Ok(())
    }

    /// Removes the directory if it is not in the data directory, once the server has gone.
    pub(super) fn leave(&self) {
        if self.place == Place::Temporary {
            // It is empty after a clean stop; otherwise the next start finds it and clears it.
            let _ = fs::remove_dir(&self.path);
        }
    }
}

/// Whether PostgreSQL and its clients can name the socket: short enough, and without what their lists are made of.
fn fits(directory: &Path) -> bool {
    let short = directory.as_os_str().len() + 1 + NAME.len() <= LONGEST;
    short && directory.to_str().is_some_and(|path| !path.contains([',', '"']))
}

/// A URL that libpq and tokio-postgres take, for a user and a database behind a socket directory.
pub(super) fn url(directory: &Path, user: &str, database: &str) -> String {
    let host = percent_encoded(&directory.to_string_lossy());
    format!("postgresql://{}@/{}?host={host}&port=5432", percent_encoded(user), percent_encoded(database))
}

fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push_str(&hex::encode_upper([byte]));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_path_of_over_107_bytes_does_not_fit() {
        let directory = |length: usize| PathBuf::from(format!("/{}", "d".repeat(length - 1)));
        assert!(fits(&directory(LONGEST - NAME.len() - 1)));
        assert!(!fits(&directory(LONGEST - NAME.len())));
        assert!(!fits(Path::new("/data,/postgres")));
    }

    #[test]
    fn a_url_survives_strange_paths_and_names() {
        let parsed: tokio_postgres::Config = url(Path::new("/da ta/über&50%"), "t:1", "a/b").parse().unwrap();
        assert_eq!(parsed.get_hosts(), [tokio_postgres::config::Host::Unix(PathBuf::from("/da ta/über&50%"))]);
        assert_eq!((parsed.get_user(), parsed.get_dbname()), (Some("t:1"), Some("a/b")));
    }

    #[test]
    fn a_directory_that_others_may_enter_is_refused() {
        let data = crate::scratch::Scratch::new();
        let path = data.path().join("socket");
        fs::create_dir(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        let refused = SocketDirectory::prepare(data.path(), &Account::Ourselves);
        assert!(matches!(refused, Err(PostgresError::UnsafeSocketDirectory { .. })));
    }
}
