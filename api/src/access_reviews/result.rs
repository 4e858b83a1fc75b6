use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use commands::Permission;
use ring::digest::{SHA256, digest};

use super::{find, list::right_to_see};
use crate::{
    app::App,
    openapi::{AccessReviewPath, ReadProblems, schemas},
    problem::{ApiError, Problem},
    request::{PathText, Query, Session},
};

/// RFC 9530.
const REPR_DIGEST: HeaderName = HeaderName::from_static("repr-digest");

/// Get the result of a closed review
///
/// The same bytes whenever it is asked for: their SHA-256 stands in the event that closed the review (`result` of the
/// review says where), and in `Repr-Digest` (RFC 9530); `Helpdesk-Checkpoint` is what your event log is sealed with. Nobody's
/// name is in it: `GET …/items` says what people are called. It takes `agents:read` for people and `keys:read` for service
/// accounts and keys, too.
#[utoipa::path(
    get,
    path = "/access-reviews/{id}/result",
    operation_id = "getAccessReviewResult",
    tag = "Access reviews",
    security(("api_key" = ["security:read"])),
    params(
        AccessReviewPath,
        ("format" = inline(Option<schemas::ReportFormat>), Query, description = "`json` by default"),
    ),
    responses(
        (status = 200, description = "The result", content(
            (serde_json::Value = "application/json"),
            (String = "text/csv"),
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
        None | Some("json") => ("application/json; charset=utf-8", review.result.to_json()),
        Some("csv") => ("text/csv; charset=utf-8", review.result.to_csv()),
        Some(_) => {
            return Err(ApiError::invalid_parameter("format", "expected json or csv").allowed(["json", "csv"]));
        }
    };
    let digest = format!("sha-256=:{}:", BASE64_STANDARD.encode(digest(&SHA256, body.as_bytes())));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        // Its characters are those of base64.
        (REPR_DIGEST, HeaderValue::from_str(&digest).unwrap_or(HeaderValue::from_static(""))),
    ];
    let mut response = (headers, body).into_response();
    response.headers_mut().extend(crate::proof::evidence(&session.log));
    Ok(response)
}
