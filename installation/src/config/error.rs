//! Why a configuration cannot be used.

use std::path::PathBuf;

/// Why a configuration cannot be used: which key, and what it should have been.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A file was named and is not there.
    #[error("the configuration file {} does not exist: create it (examples/ledgerdesk.example.toml shows every key), or leave its name out to run with the defaults", file.display())]
    Missing {
        /// The file as it was named.
        file: PathBuf,
    },
    /// The file is there and cannot be read.
    #[error("cannot read the configuration file {}: check its permissions", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Not TOML, an unknown key, or a value of the wrong type. The message shows line, key and what was expected.
    #[error("the configuration file {} is not valid:\n{message}", file.display())]
    Syntax {
        /// The file.
        file: PathBuf,
        /// What the parser said, with the line.
        message: String,
    },
    /// A value that the key cannot have.
    #[error("{key}: expected {expected}; found {found}")]
    Invalid {
        /// The key (`database.pool_size in ledgerdesk.toml`) or the environment variable.
        key: String,
        /// What it takes, with an example.
        expected: &'static str,
        /// What was there, quoted; not shown where it may hold a secret.
        found: String,
    },
    /// Two keys that only make sense together.
    #[error("{key} is set without {needs}: set both, or neither to {otherwise}")]
    Incomplete {
        /// The key that is set.
        key: &'static str,
        /// The key that it needs.
        needs: &'static str,
        /// What happens with neither.
        otherwise: &'static str,
    },
}
