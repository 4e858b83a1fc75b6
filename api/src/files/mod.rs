//! `/api/files`: what people attach to messages.

mod content;
mod disposition;
mod get;
mod link;
mod upload;

use chrono::{DateTime, Utc};
use commands::files::FileRecord;
use domain::FileId;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use event_store::Log;
use projections::{Scope, tickets::TicketKey};

use crate::{app::App, openapi::schemas, problem::ApiError, tickets};

pub use link::{LinkPlace, follow_link, keep_apart};
pub use upload::takes_long;

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(upload::upload_file))
        .routes(routes!(get::get_file))
        .routes(routes!(content::get_file_content))
        .routes(routes!(link::create_file_link))
}

/// A file that was uploaded.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = File)]
pub struct FileView {
    /// Its id.
    #[schema(example = "fil_0199aa00000070008000000000000001")]
    id: String,
    /// What it is called.
    #[schema(example = "screenshot.png")]
    name: String,
    /// Bytes.
    #[schema(minimum = 0)]
    size: u64,
    /// What it is: by its first bytes, or as it was said where they do not say otherwise.
    #[schema(example = "image/png")]
    content_type: String,
    /// The SHA-256 of its bytes, in hexadecimal.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    sha256: String,
    /// What a scanner said of it: `unscanned` where there is none, `pending` until it answers.
    #[schema(value_type = schemas::FileStatus)]
    status: &'static str,
    /// When it came.
    created_at: DateTime<Utc>,
    /// When it is removed, unless a message takes it before; null once one has.
    expires_at: Option<DateTime<Utc>>,
    /// The ticket on which the message is that has it.
    ticket_id: Option<String>,
}

impl From<&FileRecord> for FileView {
    fn from(file: &FileRecord) -> Self {
        Self {
            id: file.id.to_string(),
            name: file.name.clone(),
            size: file.size,
            content_type: file.content_type.clone(),
            sha256: file.sha256.clone(),
            status: file.status.as_str(),
            created_at: file.created_at,
            expires_at: file.expires_at,
            ticket_id: file.ticket.map(|ticket| ticket.to_string()),
        }
    }
}

/// The file that the URL names, unless its ticket is hidden. Of a ticket that the caller does not see, there is none; one
/// that waits for its message is only for those who see every ticket, for it is on none.
async fn find(app: &App, log: &Log, scope: &Scope, text: &str) -> Result<FileRecord, ApiError> {
    let missing = || ApiError::not_found("file");
    let id: FileId = text.parse().map_err(|_| missing())?;
    let file = app.files.find(log, id).await?.ok_or_else(missing)?;
    match file.ticket {
        Some(ticket) => drop(tickets::shown(log, scope, &TicketKey::Id(ticket)).await.map_err(as_file)?),
        None if scope.reaches_all() => {}
        None => return Err(missing()),
    }
    Ok(file)
}

/// What is not there is said to be the file, not its ticket.
fn as_file(error: ApiError) -> ApiError {
    if error.is_not_found() { ApiError::not_found("file") } else { error }
}
