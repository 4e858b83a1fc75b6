//! A tenant's whole world, made in one call. Each step is idempotent: the same call again goes on where it was killed.

use commands::{
    CommandError, Request,
    tenants::{NewTenant, ProvisionTenant},
};
use event_store::{CommandId, Log, StoreError, TenantId};
use projections::ProjectionError;

use crate::app::App;

/// Why a tenant's world could not be made. What was made stays, and the same call again goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum ProvisionError {
    /// Its schema.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its read models.
    #[error(transparent)]
    Projection(#[from] ProjectionError),
    /// Its first events.
    #[error(transparent)]
    Command(#[from] CommandError),
}

/// Makes it: schema, role, keys, read models, its name in the installation's domain, calendars, policy.
pub async fn provision(app: &App, tenant: &TenantId, new: NewTenant) -> Result<Log, ProvisionError> {
    let store = app.desk.store();
    let log = store.provision(tenant, migrations::TENANT).await?;
    projections::install(&log).await?;
    let domain = new.domain.or_else(|| app.own_domain.usual(tenant));
    if let Some(domain) = &domain {
        app.desk.reserve(tenant, domain, "/domain").await?;
    }
    let id = CommandId::of(&[b"provision", tenant.as_str().as_bytes()]);
    let wish = ProvisionTenant { tenant: tenant.clone(), new: NewTenant { domain, ..new } };
    app.desk.run(&log, &Request::system("operator", id), &wish).await?;
    store.activate(tenant).await?;
    Ok(store.log(tenant).await?)
}
