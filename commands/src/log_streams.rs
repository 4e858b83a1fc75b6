//! Wishes for log streams. Whoever lets the trail out must be shown all of it: it takes `audit:read` for everything, beside
//! the right to change how the tenant is secured.

use std::collections::BTreeSet;

use domain::{
    LogStreamId, Permissions,
    log_stream::{CreateLogStream, LogStream, LogStreamCommand, LogStreamStanding, StreamedLog},
    tenant::Feature,
    text::{Certificates, Name, StreamUrl},
};
use event_store::{Log, Random};

use crate::{
    caller::Permission,
    desk::{Desk, Receipt, Request},
    error::CommandError,
    plans,
    unit::{About, Operation, Unit},
    webhooks::{Most, WebhookSecret},
};

const LIMIT: Most = Most { prefix: LogStreamId::PREFIX, count: 5, things: "log streams", code: "too_many_log_streams" };

impl Operation for CreateLogStream {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        may_let_out(unit)?;
        unit.begin::<LogStream>(self.id);
        unit.decide::<LogStream>(self.id, LogStreamCommand::Create(Box::new(self.clone())))?;
        Ok(About::of::<LogStream>(self.id))
    }
}

/// Change a log stream. `None` leaves a field as it is.
#[derive(Clone, Debug)]
pub struct UpdateLogStream {
    /// Which.
    pub id: LogStreamId,
    /// What it is called.
    pub name: Option<Name>,
    /// Where it goes.
    pub url: Option<StreamUrl>,
    /// The authorities that its receiver's certificate is verified with; none among them: those of the machine.
    pub ca_certificates: Option<Option<Certificates>>,
    /// What is sent.
    pub logs: Option<BTreeSet<StreamedLog>>,
    /// Whether it is sent.
    pub active: Option<bool>,
}

impl Operation for UpdateLogStream {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        may_let_out(unit)?;
        existing(unit, self.id).await?;
        if self.active == Some(true) {
            plans::require(unit, Feature::CustomIntegrations).await?;
        }
        let wanted = self.clone();
        let active = |active| if active { LogStreamCommand::Enable } else { LogStreamCommand::Disable };
        let commands = [
            wanted.name.map(LogStreamCommand::Rename),
            wanted.url.map(LogStreamCommand::SetUrl),
            wanted.ca_certificates.map(LogStreamCommand::SetCertificates),
            wanted.logs.map(LogStreamCommand::SetLogs),
            wanted.active.map(active),
        ];
        for command in commands.into_iter().flatten() {
            unit.decide::<LogStream>(self.id, command)?;
        }
        Ok(About::of::<LogStream>(self.id))
    }
}

/// Send a log stream nothing ever again.
#[derive(Clone, Copy, Debug)]
pub struct DeleteLogStream(pub LogStreamId);

impl Operation for DeleteLogStream {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        existing(unit, self.0).await?;
        unit.decide::<LogStream>(self.0, LogStreamCommand::Delete)?;
        Ok(About::of::<LogStream>(self.0))
    }
}

struct RotateSecret(LogStreamId);

impl Operation for RotateSecret {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        existing(unit, self.0).await?;
        unit.decide::<LogStream>(self.0, LogStreamCommand::RotateSecret)?;
        Ok(About::of::<LogStream>(self.0))
    }
}

/// Nobody gives what they have not.
fn may_let_out(unit: &Unit<'_>) -> Result<(), CommandError> {
    unit.require(Permission::SecurityWrite)?;
    let caller = &unit.request().caller;
    caller.must_have(&Permissions::everywhere(&[Permission::AuditRead]))?;
    caller.must_see_everything()
}

async fn existing(unit: &mut Unit<'_>, id: LogStreamId) -> Result<(), CommandError> {
    unit.require(Permission::SecurityWrite)?;
    match unit.load_target::<LogStream>(id).await?.standing {
        LogStreamStanding::Active | LogStreamStanding::Disabled => Ok(()),
        LogStreamStanding::Unknown | LogStreamStanding::Deleted => {
            Err(CommandError::NotFound { kind: "log stream", pointer: None })
        }
    }
}

impl Desk {
    /// Makes a log stream, with the secret that its batches are signed with.
    pub async fn create_log_stream(
        &self,
        log: &Log,
        request: &Request,
        random: &dyn Random,
        wish: &CreateLogStream,
    ) -> Result<(Receipt, WebhookSecret), CommandError> {
        self.create_signing(log, request, random, (&wish.id.to_string(), wish), &LIMIT).await
    }

    /// Gives a log stream a new secret; those before it sign for [`ROTATION`](crate::webhooks::ROTATION) more.
    pub async fn rotate_log_stream_secret(
        &self,
        log: &Log,
        request: &Request,
        random: &dyn Random,
        id: LogStreamId,
    ) -> Result<(Receipt, WebhookSecret), CommandError> {
        self.rotate_signing(log, request, random, (&id.to_string(), &RotateSecret(id))).await
    }
}
