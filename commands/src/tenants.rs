//! Wishes for a tenant itself.

use domain::{
    ApiKeyId,
    tenant::{IssueApiKey as NewKey, ProvisionTenant as NewTenant, Tenant, TenantCommand},
};
use event_store::TenantId;

use crate::{
    caller::Permission,
    error::CommandError,
    unit::{About, Operation, Unit},
};

/// Record that the tenant's world was made. Idempotent.
#[derive(Clone, Debug)]
pub struct ProvisionTenant {
    /// Which.
    pub tenant: TenantId,
    /// As what.
    pub new: NewTenant,
}

impl Operation for ProvisionTenant {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        tenant(unit, &self.tenant, TenantCommand::Provision(self.new.clone())).await
    }
}

/// Record that a program got a key.
#[derive(Clone, Debug)]
pub(crate) struct IssueApiKey {
    pub tenant: TenantId,
    pub new: NewKey,
}

impl Operation for IssueApiKey {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        tenant(unit, &self.tenant, TenantCommand::IssueApiKey(self.new.clone())).await
    }
}

/// Record that a key opens nothing any more.
#[derive(Clone, Debug)]
pub(crate) struct RevokeApiKey {
    pub tenant: TenantId,
    pub key: ApiKeyId,
}

impl Operation for RevokeApiKey {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        tenant(unit, &self.tenant, TenantCommand::RevokeApiKey(self.key)).await
    }
}

async fn tenant(unit: &mut Unit<'_>, id: &TenantId, command: TenantCommand) -> Result<About, CommandError> {
    unit.require(Permission::SettingsWrite)?;
    unit.load::<Tenant>(id).await?;
    unit.decide::<Tenant>(id, command)?;
    Ok(About::of::<Tenant>(id))
}
