use std::collections::BTreeSet;

use axum::{extract::State, response::Response};
use commands::log_streams::UpdateLogStream;
use domain::{
    log_stream::StreamedLog,
    text::{Certificates, Name, StreamUrl},
};
use reactions::log_streams::LogStreamView;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{check, check_certificates, find, named, settled};
use crate::{
    answer::Written,
    app::App,
    openapi::{ChangeProblems, Changed, Idempotent, IfMatch, LogStreamPath, schemas},
    problem::ApiError,
    request::{Body, Conditions, PathText, Session, nullable},
};

/// What is to change. A field that is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"logs": ["audit", "access_log"], "active": true}))]
pub struct LogStreamChanges {
    /// What it is called.
    #[schema(value_type = Option<schemas::Name>)]
    name: Option<Name>,
    /// Where it goes. What waits goes there.
    #[schema(value_type = Option<schemas::StreamUrl>)]
    url: Option<StreamUrl>,
    /// The authorities that its receiver's certificate is verified with, in PEM; null: those of the machine.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<schemas::Certificates>)]
    ca_certificates: Option<Option<Certificates>>,
    /// Exactly these. A log that was sent before goes on where it stood; a new one begins with what happens from now on.
    #[schema(value_type = Option<Vec<schemas::StreamedLog>>, min_items = 1)]
    logs: Option<BTreeSet<StreamedLog>>,
    /// Whether it is sent. While it is not, nothing is lost: it goes on where it stood.
    active: Option<bool>,
}

/// Change a log stream
///
/// Partial: what is left out stays as it is. What waits for its next attempt is tried at once.
#[utoipa::path(
    patch,
    path = "/log-streams/{id}",
    operation_id = "patchLogStream",
    tag = "Audit",
    security(("api_key" = ["security:write"])),
    params(
        LogStreamPath,
        IfMatch,
        Idempotent,
    ),
    request_body = LogStreamChanges,
    responses(Changed<LogStreamView>, ChangeProblems),
)]
pub async fn patch_log_stream(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    body: Body<LogStreamChanges>,
) -> Result<Response, ApiError> {
    session.require_recent()?;
    let id = named(&id)?;
    let request = conditions.wish(&app, &session, &body.digest);
    let LogStreamChanges { name, url, ca_certificates, logs, active } = body.value;
    check_certificates(ca_certificates.iter().flatten().next())?;
    if let Some(url) = &url {
        check(&app, &session, url)?;
    }
    let receipt =
        app.desk.run(&session.log, &request, &UpdateLogStream { id, name, url, ca_certificates, logs, active }).await?;
    settled(&app, &session).await?;
    Written::changed(&receipt).folded(&app, &session, |moment| find(&app, &session, id, moment)).await
}
