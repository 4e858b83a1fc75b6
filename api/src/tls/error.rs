//! Why TLS cannot be spoken.

use std::path::PathBuf;

/// Why TLS cannot be spoken: which file, and what it should be.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// A file operation failed.
    #[error("{key}: cannot read {}: check that it is there, and its permissions", file.display())]
    Unreadable {
        /// The key of the configuration.
        key: &'static str,
        /// The file that it names.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Somebody else on the machine could read it, or could have.
    #[error("server.tls.key_file: {} may be read by others on this machine (mode {mode:03o}): run `chmod 600` on it, and think about who has read it", file.display())]
    TooOpen {
        /// The key's file.
        file: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Not what is expected there.
    #[error("{key}: expected {expected} in {}; found none that is whole", file.display())]
    Damaged {
        /// The key of the configuration.
        key: &'static str,
        /// What it takes.
        expected: &'static str,
        /// The file that it names.
        file: PathBuf,
    },
    /// Two files that are not of each other, or of a kind that is not spoken here.
    #[error(
        "server.tls: the certificate in {} and the key in {} cannot be used together: give the certificate that was made for this key, its own before those that it was signed with",
        certificate.display(), key.display()
    )]
    Unfit {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// Why not.
        source: rustls::Error,
    },
    /// A version that this program was built without.
    #[error("server.tls.minimum_version: this program does not speak it")]
    Unsupported(#[source] rustls::Error),
}
