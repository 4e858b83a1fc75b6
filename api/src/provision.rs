//! A tenant's whole world, made in one call. Each step is idempotent: the same call again goes on where it was killed, and
//! answers the same.

use commands::{
    CommandError, Request,
    people::{FirstAdmin, InvitedAdmin},
    tenants::{NewTenant, ProvisionTenant},
};
use event_store::{CommandId, Log, StoreError, TenantId, TenantStatus};
use projections::ProjectionError;

use crate::app::App;

/// What a tenant begins with, and who is let in first.
#[derive(Clone, Debug)]
pub struct Provision {
    /// Its id.
    pub tenant: TenantId,
    /// What it is.
    pub new: NewTenant,
    /// Who is to be its first admin.
    pub admin: Option<FirstAdmin>,
}

/// A tenant that is in use.
#[derive(Debug)]
pub struct Provisioned {
    /// Its log.
    pub log: Log,
    /// Its first admin, if one was wished for.
    pub admin: Option<InvitedAdmin>,
}

/// Why a tenant's world could not be made. What was made stays, and the same call again goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum ProvisionError {
    /// Its schema.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its read models.
    #[error(transparent)]
    Projection(#[from] ProjectionError),
    /// There was one of this id.
    #[error("tenant {0} was destroyed, and its id is never used again: choose another id")]
    Destroyed(TenantId),
    /// Its first events.
    #[error(transparent)]
    Command(#[from] CommandError),
}

/// Makes it: schema, role, keys, read models, its name in the installation's domain, calendars, policy, teams, first admin;
/// and opens it. `by` stands in its log as whose doing that was.
pub async fn provision(app: &App, wish: Provision, by: &str) -> Result<Provisioned, ProvisionError> {
    let Provision { tenant, new, admin } = wish;
    let store = app.desk.store();
    if store.destruction(&tenant).await?.is_some() {
        return Err(ProvisionError::Destroyed(tenant));
    }
    let log = store.provision(&tenant, migrations::TENANT).await?;
    projections::install(&log).await?;
    let usual_domain = app.own_domain.usual(&tenant);
    // What is in use already may be found elsewhere by now.
    if store.tenant(&tenant).await?.is_some_and(|found| found.status == TenantStatus::Provisioning)
        && let Some(domain) = new.domain.as_ref().or(usual_domain.as_ref())
    {
        app.desk.reserve(&tenant, domain, "/domain").await?;
    }
    let id = CommandId::of(&[b"provision", tenant.as_str().as_bytes()]);
    let wish = ProvisionTenant { tenant: tenant.clone(), new, usual_domain };
    app.desk.run(&log, &Request::system(by, id), &wish).await?;
    let admin = match admin {
        Some(admin) => Some(app.desk.invite_first_admin(&log, by, &admin).await?),
        None => None,
    };
    store.activate(&tenant).await?;
    Ok(Provisioned { log: store.log(&tenant).await?, admin })
}
