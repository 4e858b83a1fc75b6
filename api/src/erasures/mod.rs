//! `/api/erasures`: who was forgotten, and the certificates.

mod get;
mod list;

use std::time::Duration;

use axum::response::Response;
use chrono::{DateTime, Utc};
use commands::Receipt;
use event_store::Erasure;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    answer::{Resource, Written},
    app::App,
    problem::ApiError,
    request::Session,
};

/// How long the one who erases waits for the certificate. After that a worker goes on.
const PATIENCE: Duration = Duration::from_secs(5);

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list::list_erasures)).routes(routes!(get::get_erasure))
}

/// An erasure: a person of whom nothing can be read any more, what was said in a ticket or a message, or a file.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Erasure)]
pub struct ErasureView {
    /// The customer's or agent's id: it stays, and says nothing about them. Of a message that was redacted its id, with a
    /// number behind it where it had been rectified before; of a ticket likewise, where it had been erased before.
    #[schema(example = "cus_0199aa00000070008000000000000001")]
    pub id: String,
    /// The place in your event log of the event that says so.
    #[schema(minimum = 1)]
    pub position: u64,
    /// When their keys were destroyed: from then on nobody could read what the log holds about them.
    pub erased_at: DateTime<Utc>,
    /// How many keys that were.
    #[schema(minimum = 0)]
    pub keys_destroyed: u64,
    /// When their traces outside the log were gone too; null while they are being cleaned.
    pub completed_at: Option<DateTime<Utc>>,
    /// What was signed of it then, with the key of your log's checkpoints; null before that.
    pub certificate: Option<String>,
}

impl From<Erasure> for ErasureView {
    fn from(erasure: Erasure) -> Self {
        let Erasure { subject, position, erased_at, keys, completed_at, certificate, key_ids: _ } = erasure;
        Self { id: subject, position, erased_at, keys_destroyed: keys, completed_at, certificate }
    }
}

impl Resource for ErasureView {
    /// It is written once, and completed once.
    fn version(&self) -> u64 {
        if self.completed_at.is_some() { 2 } else { 1 }
    }
}

/// Answers a wish to erase, with the certificate if it comes in time.
pub(crate) async fn answer(app: &App, session: &Session, receipt: &Receipt) -> Result<Response, ApiError> {
    let subject = &receipt.outcome.id;
    complete(app, session, subject).await;
    let found = session.log.erasure(subject).await?.ok_or_else(|| ApiError::not_found("erasure"))?;
    Ok(Written::changed(receipt).with(Some(&ErasureView::from(found))))
}

/// As [`answer`], for what can be erased more than once: what a message said, a ticket.
pub(crate) async fn answer_of_last(
    app: &App,
    session: &Session,
    receipt: &Receipt,
    name: &str,
) -> Result<Response, ApiError> {
    complete_last(app, session, name).await?;
    let found = session.log.last_erasure(name).await?;
    let found = found.ok_or_else(|| ApiError::not_found("erasure"))?;
    Ok(Written::changed(receipt).with(Some(&ErasureView::from(found))))
}

/// Cleans what is left outside the log of what was erased last under this name.
pub(crate) async fn complete_last(app: &App, session: &Session, name: &str) -> Result<(), ApiError> {
    if let Some(last) = session.log.last_erasure(name).await? {
        complete(app, session, &last.subject).await;
    }
    Ok(())
}

/// Cleans what is left outside the log of who or what was erased. Not done in time, it goes on without the caller.
pub(crate) async fn complete(app: &App, session: &Session, subject: &str) {
    let completing = {
        let (erasures, log, subject) = (app.erasures.clone(), session.log.clone(), subject.to_owned());
        // Whoever asked may go away: what was begun is finished.
        tokio::spawn(async move {
            if let Err(error) = erasures.complete(&log, &subject).await {
                tracing::warn!(tenant = %log.tenant(), %error, "an erasure is not completed yet");
            }
        })
    };
    // Too late or not: what counts is what is written down.
    let _ = tokio::time::timeout(PATIENCE, completing).await;
}
