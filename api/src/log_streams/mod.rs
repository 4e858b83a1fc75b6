//! `/api/log-streams`: where the audit trail is sent as it grows.

mod create;
mod delete;
mod get;
mod rotate;
mod test;
mod update;

use axum::http::StatusCode;
use domain::{
    LogStreamId,
    text::{Certificates, StreamUrl},
};
use projections::as_of::Moment;
use reactions::log_streams::{self, LogStreamView, LogStreams};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{answer::Resource, app::App, problem::ApiError, request::Session};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(get::list_log_streams, create::create_log_stream))
        .routes(routes!(get::get_log_stream, update::patch_log_stream, delete::delete_log_stream))
        .routes(routes!(rotate::rotate_log_stream_secret))
        .routes(routes!(test::test_log_stream))
}

impl Resource for LogStreamView {
    fn version(&self) -> u64 {
        self.version
    }
}

fn named(text: &str) -> Result<LogStreamId, ApiError> {
    text.parse().map_err(|_| ApiError::not_found("log stream"))
}

async fn find(app: &App, session: &Session, id: LogStreamId, moment: Moment) -> Result<LogStreamView, ApiError> {
    let found = log_streams::get(&app.log_streams, &session.log, id, moment).await?;
    found.ok_or_else(|| ApiError::not_found("log stream"))
}

/// Refuses a URL that this tenant's streams may not be sent to.
fn check(app: &App, session: &Session, url: &StreamUrl) -> Result<(), ApiError> {
    app.log_streams
        .check_url(session.log.tenant(), url.as_str())
        .map_err(|refused| ApiError::invalid_field("/url", "invalid_value", refused.to_string()))
}

/// Refuses what no certificate could be verified with.
fn check_certificates(pem: Option<&Certificates>) -> Result<(), ApiError> {
    let wrong = pem.and_then(|pem| LogStreams::check_certificates(pem.as_str()));
    wrong.map_or(Ok(()), |why| {
        let detail = format!("expected certificates in PEM, each from BEGIN CERTIFICATE to END CERTIFICATE: {why}");
        Err(ApiError::invalid_field("/ca_certificates", "invalid_value", detail))
    })
}

/// Refuses what would send something out of a sandbox.
fn may_send(session: &Session) -> Result<(), ApiError> {
    if session.log.is_masked() {
        let detail = "a sandbox sends nothing to anybody: try log streams in a tenant that is no copy";
        return Err(ApiError::new(StatusCode::FORBIDDEN, "sandbox_muted", detail));
    }
    Ok(())
}

/// After a write: lanes are as the stream is now, and the worker looks.
async fn settled(app: &App, session: &Session) -> Result<(), ApiError> {
    app.log_streams.catch_up(&session.log).await?;
    app.log_streams.wake(session.log.tenant());
    Ok(())
}
