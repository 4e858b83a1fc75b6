use axum::{
    Extension,
    body::Body,
    extract::State,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use commands::{
    Permission,
    files::{FileRecord, FileStatus},
};
use domain::access_policy::PersonalField;
use event_store::Log;

use super::{disposition, find};
use crate::{
    app::App,
    masking::{AsItIs, must_see},
    openapi::{ContentProblems, Deleted, FilePath, schemas},
    problem::ApiError,
    request::{PathText, Query, Session},
};

/// What a browser may show by itself: it runs nothing of these.
const SHOWN: [&str; 5] = ["image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"];
/// Whatever is in a file, a browser that opens it runs nothing, loads nothing, and takes it for a stranger's.
const SANDBOX: &str = "sandbox; default-src 'none'";
static RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Get a file
///
/// Images and PDF may be shown by a browser (`Content-Disposition: inline`), anything else is for saving.
#[utoipa::path(
    get,
    path = "/files/{id}/content",
    operation_id = "getFileContent",
    extensions(("x-personal-data" = json!("download"))),
    tag = "Files",
    security(("api_key" = ["tickets:read"])),
    params(FilePath),
    responses((status = 200, description = "The file, with its own `Content-Type`", body = inline(schemas::Bytes), content_type = "*/*"), ContentProblems, Deleted),
)]
pub async fn get_file_content(
    State(app): State<App>,
    session: Session,
    PathText(id): PathText,
    query: Query,
) -> Result<Response, ApiError> {
    let scope = session.scope(Permission::TicketsRead)?;
    must_see(&[PersonalField::Text], None)?;
    query.finish()?;
    let file = find(&app, &session.log, &scope, &id).await?;
    serve(&app, &session.log, &file, "same-origin").await
}

/// What a scanner found something in is served to nobody, and what it has not looked at yet must wait for it.
pub(super) fn refuse_unfit(app: &App, file: &FileRecord) -> Result<(), ApiError> {
    match file.status {
        FileStatus::Infected => {
            let detail = "a scanner found something in this file: it is not given to anybody; ask your operator";
            Err(ApiError::new(StatusCode::FORBIDDEN, "file_infected", detail))
        }
        FileStatus::Pending if app.files.scans() => {
            let detail = "this file was not scanned yet: try again in a minute";
            let error = ApiError::new(StatusCode::CONFLICT, "file_pending", detail);
            Err(error.header(header::RETRY_AFTER, HeaderValue::from_static("60")))
        }
        FileStatus::Pending | FileStatus::Clean | FileStatus::Unscanned => Ok(()),
    }
}

/// The file itself, with all that keeps a browser from being its victim. `policy`: who may build it into their pages.
pub(super) async fn serve(app: &App, log: &Log, file: &FileRecord, policy: &'static str) -> Result<Response, ApiError> {
    refuse_unfit(app, file)?;
    let content = app.files.read(log, file).await?;
    let kind = HeaderValue::from_str(&file.content_type);
    let kind = kind.unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_LENGTH, HeaderValue::from(file.size)),
        (header::CONTENT_DISPOSITION, disposition::of(&file.name, SHOWN.contains(&file.content_type.as_str()))),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(SANDBOX)),
        (RESOURCE_POLICY.clone(), HeaderValue::from_static(policy)),
    ];
    Ok((StatusCode::OK, headers, Extension(AsItIs), Body::from_stream(content)).into_response())
}
