use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use commands::Permission;
use projections::access_reviews::{self, Reviewed};
use reports::access_review::ReviewDocument;
use ring::digest::{SHA256, digest};

use super::{find, list::right_to_see};
use crate::{
    app::App,
    openapi::{AccessReviewPath, ReadProblems, schemas},
    problem::{ApiError, Problem},
    request::{PathText, Query, Session},
};

/// How it is written.
pub const FORMATS: [&str; 3] = ["json", "csv", "pdf"];
/// RFC 9530.
const REPR_DIGEST: HeaderName = HeaderName::from_static("repr-digest");

/// Get the result of a closed review
///
/// As JSON and as CSV it is the same bytes whenever it is asked for: their SHA-256 stands in the event that closed the review
/// (`result` of the review says where), and in `Repr-Digest` (RFC 9530); `Helpdesk-Checkpoint` is what your event log is
/// sealed with. Nobody's name is in it: `GET …/items` says what people are called. The PDF is for people to read: it has the
/// two digests, and what people are called now. It takes `agents:read` for people and `keys:read` for service accounts and
/// keys, too.
#[utoipa::path(
    get,
    path = "/access-reviews/{id}/result",
    operation_id = "getAccessReviewResult",
    tag = "Access reviews",
    security(("api_key" = ["security:read"])),
    params(
        AccessReviewPath,
        ("format" = inline(Option<schemas::AccessReviewFormat>), Query, description = "`json` by default"),
    ),
    responses(
        (status = 200, description = "The result", content(
            (serde_json::Value = "application/json"),
            (String = "text/csv"),
            (String = "application/pdf"),
        )),
        (status = 409, description = "It is not closed (`review_not_closed`)", body = Problem, content_type = "application/problem+json"),
        ReadProblems,
    ),
)]
pub async fn get_access_review_result(
    State(app): State<App>,
    session: Session,
    PathText(id): PathText,
    mut query: Query,
) -> Result<Response, ApiError> {
    session.require(Permission::SecurityRead)?;
    let format = query.text("format");
    query.finish()?;
    let review = find(&app, &session, &id).await?;
    for kind in &review.view.kinds {
        session.require(right_to_see(*kind))?;
    }
    if review.view.result.is_none() {
        let detail = "this review is not closed, so it has no result yet: POST …/close";
        return Err(ApiError::new(StatusCode::CONFLICT, "review_not_closed", detail));
    }
    let (content_type, body) = match format.as_deref() {
        None | Some("json") => ("application/json; charset=utf-8", review.result.to_json().into_bytes()),
        Some("csv") => ("text/csv; charset=utf-8", review.result.to_csv().into_bytes()),
        Some("pdf") => ("application/pdf", pdf(&app, &session, review).await?),
        Some(_) => {
            return Err(ApiError::invalid_parameter("format", "expected json, csv or pdf").allowed(FORMATS));
        }
    };
    let digest = format!("sha-256=:{}:", BASE64_STANDARD.encode(digest(&SHA256, &body)));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        // Its characters are those of base64.
        (REPR_DIGEST, HeaderValue::from_str(&digest).unwrap_or(HeaderValue::from_static(""))),
    ];
    let mut response = (headers, body).into_response();
    response.headers_mut().extend(crate::proof::evidence(&session.log));
    Ok(response)
}

/// For people. Pages are made beside the requests: there may be a thousand of them.
async fn pdf(app: &App, session: &Session, review: Reviewed) -> Result<Vec<u8>, ApiError> {
    let (items, names) = access_reviews::everybody(&session.log, &review).await?;
    let (tenant, made_at) = (session.log.tenant().to_string(), app.desk.store().clock().now());
    let made = tokio::task::spawn_blocking(move || {
        let Reviewed { view, result } = &review;
        let (tenant, items, names) = (tenant.as_str(), items.as_slice(), &names);
        ReviewDocument { tenant, review: view, roles: &result.roles, items, names, made_at }.to_pdf()
    });
    made.await.map_err(|error| ApiError::internal(&error))
}
