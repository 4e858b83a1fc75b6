//! That a tenant was restored is recorded in its log, with what follows from it.

use domain::{
    LogStreamId, WebhookId,
    log_stream::{LogStream, LogStreamCommand},
    tenant::{HostName, Tenant, TenantCommand, TenantRestored},
    webhook::{DisableReason, Webhook, WebhookCommand},
};
use event_store::TenantId;

use crate::{
    caller::Permission,
    error::CommandError,
    unit::{About, Operation, Unit},
};

/// Record that a tenant was restored from a backup.
#[derive(Clone, Debug)]
pub struct RecordRestore {
    /// Who the tenant is in its own log.
    pub identity: TenantId,
    /// What happened.
    pub restored: TenantRestored,
    /// Where a copy is found. It must be reserved.
    pub domain: Option<HostName>,
    /// Whether an operator has it suspended: the log may say what was so at another time.
    pub suspended: bool,
    /// Whether it is to be deleted.
    pub to_be_deleted: bool,
    /// Endpoints that a copy has, and sends nothing to.
    pub silenced: Vec<WebhookId>,
    /// Log streams that a copy has, and does not send.
    pub silenced_streams: Vec<LogStreamId>,
}

impl Operation for RecordRestore {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        unit.require(Permission::SettingsWrite)?;
        unit.load::<Tenant>(&self.identity).await?;
        let standing = if self.suspended { TenantCommand::Suspend } else { TenantCommand::Resume };
        let wishes = [
            Some(TenantCommand::RecordRestore(Box::new(self.restored.clone()))),
            self.domain.clone().map(TenantCommand::SetDomain),
            Some(standing),
            (!self.to_be_deleted).then_some(TenantCommand::CancelDeletion),
        ];
        for wish in wishes.into_iter().flatten() {
            unit.decide::<Tenant>(&self.identity, wish)?;
        }
        for webhook in &self.silenced {
            unit.load::<Webhook>(webhook).await?;
            unit.decide::<Webhook>(webhook, WebhookCommand::Disable(DisableReason::Requested))?;
        }
        for stream in &self.silenced_streams {
            unit.load::<LogStream>(stream).await?;
            unit.decide::<LogStream>(stream, LogStreamCommand::Disable)?;
        }
        Ok(About::of::<Tenant>(&self.identity))
    }
}
