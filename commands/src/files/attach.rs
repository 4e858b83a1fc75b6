//! A message takes files: in its own commit, by a claim that only one message can have.

use domain::{FileId, MessageId, TicketId, ticket::FileFact};
use event_store::Log;

use super::{FileStatus, Files, record};
use crate::{
    claims,
    desk::{Desk, Receipt, Request},
    error::CommandError,
    unit::{Operation, Unit},
};

/// A wish that brings files.
pub trait TakesFiles: Operation {
    /// Which.
    fn files(&self) -> &[FileId];
}

/// What a decision needs to know of files that are to belong to this message. The claim is the message's: of two on one
/// ticket that want a file one gets it.
pub(crate) async fn take(
    unit: &mut Unit<'_>,
    ticket: TicketId,
    message: MessageId,
    ids: &[FileId],
) -> Result<Vec<FileFact>, CommandError> {
    let mut facts = Vec::with_capacity(ids.len());
    for id in ids {
        let found = record::waiting(unit.log(), *id).await?;
        let file = found.ok_or(CommandError::NotFound { kind: "file", pointer: Some("/attachments") })?;
        if file.status == FileStatus::Infected {
            return Err(CommandError::Rejected {
                code: "file_infected",
                pointer: Some("/attachments"),
                message: format!("a scanner found something in {id}: leave it out"),
            });
        }
        unit.reclaim(claims::FILE, format!("{ticket}/{message}"), None, Some(id.to_string()));
        facts.push(FileFact {
            id: file.id,
            name: file.name,
            size: file.size,
            content_type: file.content_type,
            sha256: file.sha256,
            key: hex::encode(file.key.as_bytes()),
        });
    }
    Ok(facts)
}

impl Files {
    /// As [`Desk::run`], for wishes that bring files: what they brought is the message's from then on.
    pub async fn run<O: TakesFiles>(&self, log: &Log, request: &Request, wish: &O) -> Result<Receipt, CommandError> {
        let desk: &Desk = &self.desk;
        let receipt = desk.run(log, request, wish).await?;
        for id in wish.files() {
            // The message has it, whatever becomes of this: those that are left are found again.
            if let Err(error) = self.settle_one(log, *id, &receipt.outcome.id).await {
                tracing::warn!(tenant = %log.tenant(), %error, "a file that a message took is not settled yet");
            }
        }
        Ok(receipt)
    }

    async fn settle_one(&self, log: &Log, id: FileId, ticket: &str) -> Result<(), CommandError> {
        record::settle(log, id, ticket).await?;
        if self.scans() { self.report_infected(log, id).await } else { Ok(()) }
    }

    /// Settles the files that a message took while the process died; gives how many. None of them stays readable by the
    /// tenant's key alone.
    pub async fn settle(&self, log: &Log) -> Result<u64, CommandError> {
        let mut settled = 0;
        for id in record::all_waiting(log).await? {
            let owner = log.owner_of(claims::FILE, &id.to_string()).await?;
            if let Some((ticket, _)) = owner.as_deref().and_then(|owner| owner.split_once('/')) {
                self.settle_one(log, id, ticket).await?;
                settled += 1;
            }
        }
        Ok(settled)
    }
}
