//! From a configuration to the two sides of the product.

use std::{path::Path, sync::Arc};

use ::files::Vault;
use commands::{files::FileSettings, rate_limits::Quota};
use event_store::{
    GivenKey, Store, StoreError, StoreSettings, SystemClock, SystemRandom,
    driver::{self, config::Host},
    master_key_id,
    tree::SealSettings,
};
use installation::{Config, Database, LimitsSection, MasterKey};
use reactions::webhooks::WebhookSettings;

use super::{Failure, terminal::say};
use crate::{
    app::{App, Transport},
    files::LinkPlace,
    limits::{LimitSettings, Limits},
    tenant::OwnDomain,
};

/// An open installation.
pub struct Open {
    pub app: App,
    pub database: Database,
}

impl Open {
    /// Puts away what was opened: first the connections, then the private PostgreSQL if it was started here.
    pub async fn close(self) -> Result<(), Failure> {
        self.app.desk.store().close();
        Ok(self.database.stop().await?)
    }
}

/// Opens the installation of `config`; migrates what is not up to date.
pub async fn open(config: &Config, database: Database) -> Result<Open, Failure> {
    let master_key = master_key(config, &database).await?;
    let random = Arc::new(SystemRandom::default());
    let settings = StoreSettings {
        server_url: database.server_url().to_owned(),
        admin_url: database.admin_url().to_owned(),
        pool_size: config.database.pool_size,
        patience: event_store::PATIENCE,
        silence: event_store::SILENCE,
        master_key: Arc::new(GivenKey::new(*master_key.as_bytes())),
        clock: Arc::new(SystemClock),
        random: random.clone(),
        mask: projections::mask,
    };
    let migrated = |file: &str| say(&format!("migrated {file}"));
    let store = Store::open(settings, migrations::CONTROL, migrations::TENANT, &migrated)
        .await
        .map_err(|error| explained(error, database.server_url()))?;
    let webhooks = WebhookSettings { allow_loopback: config.webhooks.allow_loopback, ..WebhookSettings::default() };
    let sealing = SealSettings {
        origin: config.log_origin(),
        directory: Some(config.checkpoint_directory()),
        witnesses: config.proof.witnesses.clone(),
    };
    let files_vault = vault("files.url", config.files.url.as_deref(), &config.files_directory())?;
    let backups = vault("backups.url", config.backups.url.as_deref(), &config.backups_directory())?;
    let files = FileSettings { max_bytes: config.files.max_bytes, scan_command: config.files.scan_command.clone() };
    let links = LinkPlace {
        base: config.files.origin.clone().or_else(|| config.server.public_url.clone()),
        apart: config.files.origin.is_some(),
    };
    let app = App::new(store, random)
        .with_webhooks(webhooks)
        .with_sealing(sealing)
        .with_files(files_vault, files)
        .with_backups(backups)
        .with_links(links);
    let transport = Transport { tls: config.server.tls.is_some(), hsts_max_age: config.server.hsts_max_age };
    let app = app.behind(config.server.trusted_proxies.clone()).reached_by(transport);
    let app = app.found_at(OwnDomain::new(&config.server.domain, config.public_host()));
    let app = app.upgraded_at(config.plans.upgrade_url.as_deref());
    let app = if config.support.break_glass { app.allowing_break_glass() } else { app };
    let app = app.limited_by(limits(config.limits));
    if config.checks.memory {
        app.desk.check_memory();
    }
    Ok(Open { app, database })
}

fn limits(section: LimitsSection) -> Limits {
    if !section.enabled {
        return Limits::none();
    }
    Limits::new(LimitSettings {
        feed: Quota::per_hour(section.feed_per_hour),
        exports: Quota::per_hour(section.exports_per_hour),
        people: Quota::per_hour(section.people_per_hour),
    })
}

/// What is at the configured address, or in the directory that is used without one.
fn vault(key: &str, address: Option<&str>, usual: &Path) -> Result<Vault, Failure> {
    let opened = match address {
        Some(address) => Vault::open(address, std::env::vars()),
        None => Vault::in_directory(usual),
    };
    opened.map_err(|error| format!("{key}: {}", crate::problem::chain(&error)).into())
}

/// The key of this installation. A new one is made for a new installation only: with it, an old one's data would stay
/// closed, and whoever has mislaid the file would look for the fault elsewhere.
async fn master_key(config: &Config, database: &Database) -> Result<MasterKey, Failure> {
    let url = database.admin_url();
    if let Some(key) = MasterKey::load(config)? {
        return finish_rotation(config, url, key).await;
    }
    if event_store::has_tenants(url).await.map_err(|error| explained(error, url))? {
        let file = config.master_key_file();
        return Err(format!(
            "the master key is missing: {} is not there, and this database has tenants whose keys it wraps. Restore it \
             from its backup, name its place in keys.master_key_file, or give the key in LEDGERDESK_MASTER_KEY",
            file.display()
        )
        .into());
    }
    Ok(MasterKey::load_or_create(config)?)
}

/// A change of the master key that was interrupted between the database and the file is finished: the key that waits
/// beside the file is the one that the database needs.
async fn finish_rotation(config: &Config, url: &str, key: MasterKey) -> Result<MasterKey, Failure> {
    let file = config.master_key_file();
    let Some(next) = MasterKey::next(&file)?.filter(|_| config.keys.master_key.is_none()) else { return Ok(key) };
    let expected = event_store::expected_master_key(url).await.map_err(|error| explained(error, url))?;
    if expected != Some(master_key_id(next.as_bytes())) {
        return Ok(key);
    }
    MasterKey::install_next(&file, &retired(&key))?;
    say(&format!("the change of the master key was finished: {} has the new one", file.display()));
    Ok(next)
}

/// What the file of a key is called behind the name of the one in use, once it is not.
pub fn retired(key: &MasterKey) -> String {
    format!("retired-{}", master_key_id(key.as_bytes()))
}

/// Says which database cannot be reached, without its password.
fn explained(error: StoreError, url: &str) -> Failure {
    let Ok(place) = url.parse::<driver::Config>() else { return error.into() };
    if !event_store::is_transient(&error) {
        return error.into();
    }
    let host = |host: &Host| match host {
        Host::Tcp(name) => name.clone(),
        Host::Unix(directory) => directory.display().to_string(),
    };
    let hosts: Vec<String> = place.get_hosts().iter().map(host).collect();
    let ports: Vec<String> = place.get_ports().iter().map(ToString::to_string).collect();
    format!(
        "PostgreSQL cannot be reached on {}, port {}: {error}; is it running there, and is database.url (DATABASE_URL) \
         right?",
        hosts.join(", "),
        ports.join(", ")
    )
    .into()
}
