//! The database of an installation: the one that the configuration names, or a private one of our own.

use std::path::PathBuf;

use crate::bootstrap::{self, ADMIN, DATABASE, SERVER};
use crate::private_postgres::{Durability, Running, SUPERUSER, Settings};
use crate::{Config, PostgresError, PrivatePostgres};

/// Connections beyond the server's pool: migrations, the projections' and the sealer's own, the auditors' tool, psql.
const OTHER_CONNECTIONS: usize = 60;

/// The database of an installation, ready to be connected to.
#[derive(Debug)]
pub struct Database {
    admin_url: String,
    server_url: String,
    private: Option<PrivatePostgres>,
    kind: Kind,
}

/// Why an installation has no database.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InstallationError {
    /// The private PostgreSQL does not run.
    #[error(transparent)]
    Postgres(#[from] PostgresError),
    /// It runs, and its roles and database could not be made.
    #[error("cannot set up the roles and the database of the private PostgreSQL in {}: see postgres.log there", directory.display())]
    Bootstrap {
        /// The data directory.
        directory: PathBuf,
        /// What PostgreSQL said.
        source: tokio_postgres::Error,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The configuration names it.
    Given,
    /// It is in the data directory, run by us or by another process of ours.
    Private,
}

impl Database {
    /// For a server: the configured database, or else the private one, which is made and started. The private one runs
    /// until [`stop`](Self::stop). `progress` is told, in words for people, what takes more than a moment.
    ///
    /// Does not connect to a configured database: whether that is up can change at any time.
    pub async fn open(config: &Config, progress: &(dyn Fn(&str) + Send + Sync)) -> Result<Self, InstallationError> {
        match Self::given(config) {
            Some(database) => Ok(database),
            None => Self::start(config, progress).await,
        }
    }

    /// For a tool: the configured database, or the private one that a server runs right now, or else a private one that
    /// is started, until [`stop`](Self::stop).
    pub async fn attach(config: &Config) -> Result<Self, InstallationError> {
        if let Some(database) = Self::given(config) {
            return Ok(database);
        }
        match PrivatePostgres::find_running(&config.data.directory).await {
            Some(running) => Ok(Self::of_another(&running)),
            None => Self::start(config, &|line| tracing::info!("{line}")).await,
        }
    }

    /// The database as the role that owns it and makes roles.
    pub fn admin_url(&self) -> &str {
        &self.admin_url
    }

    /// The database as the role that the server works as.
    pub fn server_url(&self) -> &str {
        &self.server_url
    }

    /// Whether it is the private one in the data directory, whoever runs it.
    pub fn is_private(&self) -> bool {
        self.kind == Kind::Private
    }

    /// How often the private PostgreSQL that we run has died and come back; 0 for any other.
    pub fn restarts(&self) -> u64 {
        self.private.as_ref().map_or(0, PrivatePostgres::restarts)
    }

    /// Stops the private PostgreSQL if we started it. Close connections first: it does not wait for them.
    pub async fn stop(self) -> Result<(), InstallationError> {
        match self.private {
            Some(private) => Ok(private.stop().await?),
            None => Ok(()),
        }
    }

    fn given(config: &Config) -> Option<Self> {
        let server_url = config.database.url.clone()?;
        let admin_url = config.database.admin_url.clone().unwrap_or_else(|| server_url.clone());
        Some(Self { admin_url, server_url, private: None, kind: Kind::Given })
    }

    fn of_another(running: &Running) -> Self {
        Self {
            admin_url: running.url(ADMIN, DATABASE),
            server_url: running.url(SERVER, DATABASE),
            private: None,
            kind: Kind::Private,
        }
    }

    async fn start(config: &Config, progress: &(dyn Fn(&str) + Send + Sync)) -> Result<Self, InstallationError> {
        let directory = config.data.directory.clone();
        let connections = config.database.pool_size + OTHER_CONNECTIONS;
        let settings = Settings {
            directory: directory.clone(),
            durability: Durability::Full,
            // The pool's size is bounded far below.
            max_connections: u16::try_from(connections).unwrap_or(u16::MAX),
        };
        let private = PrivatePostgres::start(settings, progress).await?;
        let made = bootstrap::make_missing(&private.url(SUPERUSER, "postgres")).await;
        if let Err(source) = made {
            // The reason why there is no database is worth more than a second one about stopping.
            let _ = private.stop().await;
            return Err(InstallationError::Bootstrap { directory, source });
        }
        Ok(Self {
            admin_url: private.url(ADMIN, DATABASE),
            server_url: private.url(SERVER, DATABASE),
            private: Some(private),
            kind: Kind::Private,
        })
    }
}

#[cfg(test)]
mod tests;
