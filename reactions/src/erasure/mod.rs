//! Erasure: what is left of a person outside the log is cleaned, and a certificate says so.
//!
//! The commit that erases destroys the keys, appends the fact and leaves a row of intent, all at once. From there on
//! every step can be done again, and is, until the row says that it is completed: by whoever asked, or by a worker.
//!
//! 1. The erasure is listed outside the tenant's schema, so that a restored copy of it is erased again ([`restored`]).
//! 2. The read models must have come past the fact: they fold what they said about the person anew, from a log where it
//!    cannot be read any more.
//! 3. What webhook receivers answered, what let an agent in, and files are deleted.
//! 4. Tables are vacuumed and indexes of words and names built anew, so that nobody finds it in rows that are no more.
//! 5. What cannot be read any more is counted, and signed ([`certificate`]).

mod certificate;
mod restored;

use std::time::Duration;

use commands::{Desk, files::Files, people};
use domain::{AgentId, Aggregate, FileId, TicketId, ticket::Ticket};
use event_store::{Erasure, Log, StreamId, TenantTx, tree::Sealer};
use projections::{
    Projector,
    erasure::{Covered, PERSONAL_COLUMNS},
};

use crate::{error::ReactionError, webhooks};

/// Whoever asks for an erasure completes it; what a process left behind that died is taken up when another starts, and
/// after at most this.
const LOOK: Duration = Duration::from_secs(600);
/// Tables that are no read models, and lose rows.
const CLEANED: &[&str] = &["subject_keys", "claims", "webhook_attempts", "files"];
const CLEANED_OF_AGENT: &[&str] = &[
    "invitations",
    "passwords",
    "password_resets",
    "sessions",
    "refresh_tokens",
    "factors",
    "recovery_codes",
    "challenges",
];

/// Completes erasures. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Erasures {
    desk: Desk,
    projector: Projector,
    sealer: Sealer,
    files: Files,
}

/// The ticket whose erasure it is; a number is behind its id where it was erased before.
fn ticket(erasure: &Erasure) -> Option<String> {
    let id = erasure.subject.split('.').next()?;
    id.parse::<TicketId>().ok().map(|id| id.to_string())
}

impl Erasures {
    /// Of this process.
    pub fn new(desk: Desk, projector: Projector, sealer: Sealer, files: Files) -> Self {
        Self { desk, projector, sealer, files }
    }

    /// Completes the erasure of a subject, unless it is, with whatever the same commit erased (the files of a message);
    /// gives it as it is then. None: they were not erased.
    pub async fn complete(&self, log: &Log, subject: &str) -> Result<Option<Erasure>, ReactionError> {
        match log.erasure(subject).await? {
            Some(open) if open.completed_at.is_none() => {
                let others = log.open_erasures().await?.into_iter();
                let together = others.filter(|other| other.position == open.position && other.subject != subject);
                self.clean(log, &[vec![open.clone()], together.collect()].concat()).await?;
                Ok(log.erasure(subject).await?)
            }
            found => Ok(found),
        }
    }

    async fn clean(&self, log: &Log, open: &[Erasure]) -> Result<(), ReactionError> {
        for erasure in open {
            self.desk.store().list_erasure(log.tenant(), erasure).await?;
        }
        self.projector.catch_up(log).await?;
        let position = open.iter().map(|erasure| erasure.position).max().unwrap_or(0);
        let mut tables = match projections::erasure::covered(log, position).await? {
            Covered::Yes { tables } => tables,
            Covered::NotYet { name, checkpoint } => {
                return Err(ReactionError::NotCovered { name, checkpoint, position });
            }
        };
        tables.extend(CLEANED.iter().map(|table| (*table).to_owned()));
        let (of_tickets, subjects): (Vec<_>, Vec<_>) = open.iter().partition(|erasure| ticket(erasure).is_some());
        let subjects: Vec<_> = subjects.into_iter().map(|erasure| erasure.subject.clone()).collect();
        let streams: Vec<_> = of_tickets.iter().filter_map(|erasure| ticket(erasure)).chain(subjects.clone()).collect();
        webhooks::forget(log, &streams, &subjects).await?;
        let files = of_tickets.iter().flat_map(|erasure| &erasure.key_ids).filter(|key| key.parse::<FileId>().is_ok());
        for file in files {
            self.files.forget(log, file).await?;
        }
        for subject in &subjects {
            self.files.forget(log, subject).await?;
            if let Ok(agent) = subject.parse::<AgentId>() {
                people::forget_access(log, agent).await?;
                tables.extend(CLEANED_OF_AGENT.iter().map(|table| (*table).to_owned()));
            }
        }
        tables.sort_unstable();
        tables.dedup();
        log.vacuum(&tables, PERSONAL_COLUMNS).await?;
        for erasure in open {
            self.certify(log, erasure).await?;
        }
        Ok(())
    }

    async fn certify(&self, log: &Log, open: &Erasure) -> Result<(), ReactionError> {
        let extent = match ticket(open) {
            Some(ticket) => log.extent_in(&StreamId::new(Ticket::TYPE, ticket), &open.key_ids, open.position).await?,
            None => log.extent(&open.subject, open.position).await?,
        };
        let now = self.desk.store().clock().now();
        let certificate = self.sealer.certify(log, |origin| certificate::statement(origin, open, extent, now)).await?;
        self.sealer.publish_erasure(log, &certificate)?;
        Ok(log.complete_erasure(open, &certificate.to_string()).await?)
    }

    /// Completes what was left open, until `shutdown` ends.
    pub async fn run(&self, log: &Log, shutdown: impl Future<Output = ()> + Send) {
        tokio::pin!(shutdown);
        loop {
            if let Err(error) = self.complete_open(log).await {
                tracing::warn!(tenant = %log.tenant(), %error, "an erasure is not completed yet");
            }
            tokio::select! {
                () = &mut shutdown => return,
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    /// Whether an erasure of a tenant is open.
    pub async fn has_work(tx: &TenantTx) -> Result<bool, ReactionError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM erased_subjects WHERE completed_at IS NULL)";
        Ok(tx.query_one(&tx.statement(sql).await?, &[]).await?.get(0))
    }

    /// Completes every erasure that is open; gives how many.
    pub async fn complete_open(&self, log: &Log) -> Result<usize, ReactionError> {
        let open = log.open_erasures().await?;
        if !open.is_empty() {
            self.clean(log, &open).await?;
        }
        Ok(open.len())
    }
}
