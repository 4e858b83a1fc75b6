//! `[server.tls]`: for a server that speaks TLS itself.

use std::path::PathBuf;

/// With what this server shows who it is, and which TLS it speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsSection {
    /// Its certificate in PEM, and those that it was signed with.
    pub certificate_file: PathBuf,
    /// The certificate's private key in PEM, which nobody but its owner may read.
    pub key_file: PathBuf,
    /// The oldest version that a client may speak.
    pub minimum_version: TlsVersion,
}

/// A version of TLS. There are older ones, which nobody should speak any more (RFC 8996).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TlsVersion {
    /// RFC 5246.
    V1_2,
    /// RFC 8446.
    #[default]
    V1_3,
}
