use std::time::Duration;

use axum::{
    Json,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use commands::{Permission, files::Incoming};
use domain::text::FileName;

use super::{FileView, disposition};
use crate::{
    app::App,
    openapi::{UploadProblems, schemas},
    problem::ApiError,
    request::{Query, Session},
};

/// What a file is called that nobody named.
const UNNAMED: &str = "file";
/// How long a file may take to come: 25 MiB at 250 kbit/s. One that comes to a standstill is ended long before.
const LONGEST: Duration = Duration::from_secs(900);

/// How long this request may take, when it is one that carries a file.
pub fn takes_long(request: &Request) -> Option<Duration> {
    let path = request.uri().path();
    let carries_file = request.method() == Method::POST && ["/api/files", "/api/v1/files"].contains(&path);
    carries_file.then_some(LONGEST)
}

/// Upload a file
///
/// The body is the file itself, of any type and at most 25 MiB (or what your operator has set). It is sealed as it comes,
/// and waits 24 hours for a message to take it. What the first bytes say of its type counts more than `Content-Type`.
#[utoipa::path(
    post,
    path = "/files",
    operation_id = "uploadFile",
    tag = "Files",
    security(("api_key" = ["tickets:write"])),
    params(
        ("name" = inline(Option<schemas::FileName>), Query, description = "What it is called; else the `filename` of `Content-Disposition` says so"),
    ),
    request_body(content = inline(schemas::Bytes), content_type = "application/octet-stream", description = "The file. Send its own type as `Content-Type`"),
    responses((status = 201, description = "It waits for its message", body = FileView, headers(("Location" = String, description = "Where it is"))), UploadProblems),
)]
pub async fn upload_file(
    State(app): State<App>,
    session: Session,
    headers: HeaderMap,
    mut query: Query,
    body: Body,
) -> Result<Response, ApiError> {
    session.require(Permission::TicketsWrite)?;
    let incoming = incoming(&headers, &mut query)?;
    query.finish()?;
    let (files, log) = (app.files.clone(), session.log.clone());
    // Apart from the connection: when that breaks, what came of the file is still cleaned up.
    let receiving = tokio::spawn(async move { files.receive(&log, incoming, body.into_data_stream()).await });
    let file = receiving.await.map_err(|error| ApiError::internal(&error))??;
    let location = format!("/api/files/{}", file.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(FileView::from(&file))).into_response())
}

fn incoming(headers: &HeaderMap, query: &mut Query) -> Result<Incoming, ApiError> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let named = query.text("name");
    let disposed = || headers.get(header::CONTENT_DISPOSITION).and_then(disposition::file_name);
    let name = named.or_else(disposed).unwrap_or_else(|| UNNAMED.to_owned());
    // Whole paths come from old programs; only the last part is the name.
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    Ok(Incoming {
        name: FileName::try_new(last).map_err(|error| ApiError::invalid_parameter("name", error.to_string()))?,
        claimed_type: text(header::CONTENT_TYPE).map(str::to_owned),
        announced: text(header::CONTENT_LENGTH).and_then(|length| length.parse().ok()),
    })
}
