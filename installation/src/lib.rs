//! What every program of an installation must find before it can begin: its configuration, its database (given, or a
//! private one of its own) and its master key.
//!
//! The server and the auditors' tool both start here, so that they agree on where things are. This crate deliberately
//! knows neither the event log nor a ticket: it makes an empty database and two roles, and migrations are somebody
//! else's. It runs on Unix only, because the private PostgreSQL listens on a unix socket only.

mod bootstrap;
mod config;
mod database;
mod master_key;
pub mod private_postgres;
#[cfg(test)]
mod scratch;

pub use config::{
    ChecksSection, Config, ConfigError, DataSection, DatabaseSection, FILE_BYTES, FilesSection, KeysSection,
    LimitsSection, LogFormat, LogSection, POOL_SIZES, ProofSection, ServerSection, SupportSection, TlsSection,
    TlsVersion, WebhooksSection,
};
pub use database::{Database, InstallationError};
pub use master_key::{MasterKey, MasterKeyError};
pub use private_postgres::{PostgresError, PrivatePostgres, find_program};
