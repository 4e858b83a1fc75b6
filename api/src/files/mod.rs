//! `/api/files`: what people attach to messages.

mod content;
mod disposition;
mod get;
mod upload;

use chrono::{DateTime, Utc};
use commands::files::FileRecord;
use domain::FileId;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{app::App, problem::ApiError, request::Session};

pub use upload::takes_long;

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(upload::upload_file))
        .routes(routes!(get::get_file))
        .routes(routes!(content::get_file_content))
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
    /// What a scanner said of it: `unscanned` where there is none.
    #[schema(example = "unscanned")]
    status: String,
    /// When it came.
    created_at: DateTime<Utc>,
    /// When it is removed.
    expires_at: Option<DateTime<Utc>>,
}

impl From<&FileRecord> for FileView {
    fn from(file: &FileRecord) -> Self {
        Self {
            id: file.id.to_string(),
            name: file.name.clone(),
            size: file.size,
            content_type: file.content_type.clone(),
            sha256: file.sha256.clone(),
            status: file.status.as_str().to_owned(),
            created_at: file.created_at,
            expires_at: file.expires_at,
        }
    }
}

/// The file that the URL names.
async fn find(app: &App, session: &Session, text: &str) -> Result<FileRecord, ApiError> {
    let missing = || ApiError::not_found("file");
    let id: FileId = text.parse().map_err(|_| missing())?;
    app.files.find(&session.log, id).await?.ok_or_else(missing)
}
