//! The installation that is asked about: its database and its master key, as they are. Nothing is made.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use event_store::{GivenKey, Log, Store, StoreSettings, SystemClock, SystemRandom, TenantId, proof::VerifierKey};
use installation::{Config, Database, MasterKey};

use crate::Failure;

/// There is nothing to ask about.
#[derive(Debug, thiserror::Error)]
enum Missing {
    #[error(
        "there is no installation in {directory}: run this where the server runs, or name its configuration with --config"
    )]
    Data { directory: String },
    #[error("the master key {file} is not there: without it the log cannot be read")]
    MasterKey { file: String },
}

/// An installation that was found.
pub struct Installed {
    store: Store,
    database: Database,
    checkpoints: PathBuf,
    witnesses: Vec<VerifierKey>,
}

impl Installed {
    /// Finds the installation of this configuration, and connects. A private database is used as it runs, or is
    /// started for as long as this takes.
    pub async fn open(config: Option<&Path>) -> Result<Self, Failure> {
        let config = Config::load(config, |name| std::env::var(name).ok())?;
        refuse_to_make(&config)?;
        let database = Database::attach(&config).await?;
        let settings = StoreSettings {
            server_url: database.server_url().to_owned(),
            admin_url: database.admin_url().to_owned(),
            pool_size: config.database.pool_size,
            patience: event_store::PATIENCE,
            silence: event_store::SILENCE,
            master_key: Arc::new(GivenKey::new(*MasterKey::load_or_create(&config)?.as_bytes())),
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom::default()),
            mask: projections::mask,
        };
        // Without migrations: an auditor's tool leaves the tables as they are.
        match Store::open(settings, &[], &[], &|_| {}).await {
            Ok(store) => Ok(Self {
                store,
                database,
                checkpoints: config.checkpoint_directory(),
                witnesses: config.proof.witnesses,
            }),
            Err(error) => {
                // The reason why it cannot be read is worth more than one why it cannot be stopped.
                let _ = database.stop().await;
                Err(error.into())
            }
        }
    }

    pub async fn log(&self, tenant: &TenantId) -> Result<Log, Failure> {
        Ok(self.store.log(tenant).await?)
    }

    /// Where checkpoints are kept outside the database.
    pub fn checkpoint_directory(&self) -> PathBuf {
        self.checkpoints.clone()
    }

    /// The keys of the outside witnesses that are configured.
    pub fn witnesses(&self) -> &[VerifierKey] {
        &self.witnesses
    }

    /// Stops the database, if it was started for this.
    pub async fn close(self) -> Result<(), Failure> {
        drop(self.store);
        Ok(self.database.stop().await?)
    }
}

/// The server makes a data directory and a key where there are none; here that would only hide a mistake.
fn refuse_to_make(config: &Config) -> Result<(), Missing> {
    if config.database.url.is_none() && !config.data.directory.exists() {
        return Err(Missing::Data { directory: config.data.directory.display().to_string() });
    }
    let file = config.master_key_file();
    if config.keys.master_key.is_none() && !file.exists() {
        return Err(Missing::MasterKey { file: file.display().to_string() });
    }
    Ok(())
}
