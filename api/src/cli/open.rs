//! From a configuration to the two sides of the product.

use std::sync::Arc;

use commands::{Request, tenants::ProvisionTenant};
use domain::tenant::ProvisionTenant as NewTenant;
use event_store::{CommandId, Log, Store, StoreSettings, SystemClock, SystemRandom, TenantId, tree::SealSettings};
use installation::{Config, Database, MasterKey};
use reactions::webhooks::WebhookSettings;

use super::{Failure, terminal::say};
use crate::app::App;

/// An open installation.
pub struct Open {
    pub app: App,
    pub database: Database,
}

/// Opens the installation of `config`; migrates what is not up to date.
pub async fn open(config: &Config, database: Database) -> Result<Open, Failure> {
    let master_key = MasterKey::load_or_create(config)?;
    let random = Arc::new(SystemRandom::default());
    let settings = StoreSettings {
        server_url: database.server_url().to_owned(),
        admin_url: database.admin_url().to_owned(),
        pool_size: config.database.pool_size,
        master_key: *master_key.as_bytes(),
        clock: Arc::new(SystemClock),
        random: random.clone(),
    };
    let store =
        Store::open(settings, migrations::CONTROL, migrations::TENANT, &|file| say(&format!("migrated {file}")))
            .await?;
    let webhooks = WebhookSettings { allow_loopback: config.webhooks.allow_loopback, ..WebhookSettings::default() };
    let sealing = SealSettings {
        origin: config.log_origin(),
        directory: Some(config.checkpoint_directory()),
        witnesses: config.proof.witnesses.clone(),
    };
    let app = App::new(store, master_key.as_bytes(), random).with_webhooks(webhooks).with_sealing(sealing);
    let app = app.behind(config.server.trusted_proxies.clone());
    Ok(Open { app, database })
}

/// Makes a tenant's whole world: idempotent, and resumed when it was interrupted.
pub async fn provision(app: &App, tenant: &TenantId, new: NewTenant) -> Result<Log, Failure> {
    let store = app.desk.store();
    let log = store.provision(tenant, migrations::TENANT).await?;
    projections::install(&log).await?;
    let id = CommandId::of(&[b"provision", tenant.as_str().as_bytes()]);
    let wish = ProvisionTenant { tenant: tenant.clone(), new };
    app.desk.run(&log, &Request::system("operator", id), &wish).await?;
    store.activate(tenant).await?;
    Ok(store.log(tenant).await?)
}
