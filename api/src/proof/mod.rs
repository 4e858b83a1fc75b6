//! `/api/proof`: what auditors and witnesses need to check the log without taking our word. The paths `checkpoint` and
//! `tile/…` are those of C2SP tlog-tiles, so that its clients read a log here as any other.

mod checkpoint;
mod consistency;
mod cosign;
mod inclusion;
mod keys;
mod tile;

use axum::{
    Extension,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use event_store::{Log, tree::SealedCheckpoint};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{app::App, masking::AsItIs, problem::ApiError};

static CHECKPOINT: HeaderName = HeaderName::from_static("helpdesk-checkpoint");

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(checkpoint::get_checkpoint))
        .routes(routes!(keys::list_log_keys))
        .routes(routes!(tile::get_tile))
        // The index of a tile has as many parts as it needs, which OpenAPI cannot say.
        .route("/proof/tile/{level}/{tile}/{*rest}", get(tile::get_tile))
        .routes(routes!(inclusion::prove_inclusion))
        .routes(routes!(consistency::prove_consistency))
        .routes(routes!(cosign::add_cosignatures))
}

/// The last checkpoint, as a header: base64 of the signed note. Evidence for whoever keeps what they were answered.
pub fn evidence(log: &Log) -> Option<(HeaderName, HeaderValue)> {
    let value = HeaderValue::from_str(&log.checkpoint()?.in_one_line()).ok()?;
    Some((CHECKPOINT.clone(), value))
}

/// The checkpoint that a proof leads to: the one of this size, or the last one.
async fn signed(log: &Log, size: Option<u64>) -> Result<SealedCheckpoint, ApiError> {
    let sealed = match size {
        Some(size) => log.checkpoint_of(size).await?,
        None => log.last_checkpoint().await?,
    };
    sealed.ok_or_else(|| ApiError::not_found("checkpoint"))
}

fn text(body: String, cache: &'static str) -> Response {
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, cache)];
    (headers, Extension(AsItIs), body).into_response()
}
