use std::collections::BTreeSet;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{
    LogStreamId, Permission,
    log_stream::{CreateLogStream, StreamedLog},
    text::{Certificates, Name, StreamUrl},
};
use projections::as_of::Moment;
use reactions::log_streams::LogStreamView;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{check, check_certificates, find, settled};
use crate::{
    answer::{Resource, Written},
    app::App,
    openapi::{CreateProblems, OnceOnly, schemas},
    problem::ApiError,
    request::{Body, Conditions, Session},
};

/// A new log stream.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "SIEM", "url": "https://siem.example.com/ingest"}))]
pub struct NewLogStream {
    /// What it is called.
    #[schema(value_type = schemas::Name)]
    name: Name,
    /// Where it goes, a host on the public Internet: `https://…`, or `syslog+tls://host:port` (RFC 5424 over TLS, port 6514
    /// when left out).
    #[schema(value_type = schemas::StreamUrl)]
    url: StreamUrl,
    /// The authorities that its receiver's certificate is verified with, in PEM: for `syslog+tls`, where no public one has
    /// signed it.
    #[schema(value_type = Option<schemas::Certificates>)]
    ca_certificates: Option<Certificates>,
    /// What is sent; the audit trail when left out.
    #[schema(value_type = Option<Vec<schemas::StreamedLog>>, min_items = 1)]
    logs: Option<BTreeSet<StreamedLog>>,
    /// The first position of the audit trail that is sent, 1 is the beginning; what happens from now on when left out. The
    /// access log is sent from the instant of that position on.
    #[schema(minimum = 1, maximum = 9_223_372_036_854_775_807_i64)]
    from_position: Option<u64>,
}

/// A log stream, with the one showing of its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct LogStreamWithSecret {
    /// The stream.
    #[serde(flatten)]
    stream: LogStreamView,
    /// What batches are signed with (Standard Webhooks 1.0). Keep it: it is never shown again.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    secret: String,
}

impl Resource for LogStreamWithSecret {
    fn version(&self) -> u64 {
        self.stream.version()
    }
}

/// A log stream that the trail does not show yet. It is on disk all the same.
#[derive(Debug, Serialize, ToSchema)]
pub struct AcceptedLogStream {
    /// Its id.
    #[schema(example = "lst_0199aa00000070008000000000000061")]
    id: String,
    /// Its version.
    version: u64,
    /// The position that covers the write.
    position: u64,
    /// Always false: the trail will follow.
    visible: bool,
    /// What batches are signed with (Standard Webhooks 1.0). Keep it: it is never shown again.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    secret: String,
}

/// Create a log stream
///
/// Your audit trail, and the access log if you wish, are sent as they grow: at least once, in order. Whoever makes one must
/// be shown all of it: it takes `security:write`, and `audit:read` for everything. The answer is the only place where its
/// secret is ever shown, so a repeat under one `Idempotency-Key` is refused.
#[utoipa::path(
    post,
    path = "/log-streams",
    operation_id = "createLogStream",
    tag = "Audit",
    security(("api_key" = ["security:write"])),
    params(OnceOnly),
    request_body = NewLogStream,
    responses(
        (status = 201, description = "The stream and its secret", body = LogStreamWithSecret),
        (status = 202, description = "The same, and the trail does not show it yet", body = AcceptedLogStream),
        CreateProblems,
    ),
)]
pub async fn create_log_stream(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    body: Body<NewLogStream>,
) -> Result<Response, ApiError> {
    session.require(Permission::SecurityWrite)?;
    session.require_recent()?;
    super::may_send(&session)?;
    let NewLogStream { name, url, ca_certificates, logs, from_position } = body.value;
    check(&app, &session, &url)?;
    check_certificates(ca_certificates.as_ref())?;
    if let Some(from) = from_position {
        let head = session.log.head().await?.position;
        if from == 0 || from > head {
            let detail = format!("expected a position that there is, 1 to {head}");
            return Err(ApiError::invalid_field("/from_position", "invalid_value", detail));
        }
    }
    let request = conditions.wish(&app, &session, &body.digest).once();
    let id = LogStreamId::new(app.desk.store().ids().next());
    let logs = logs.unwrap_or_else(|| [StreamedLog::Audit].into());
    let wish = CreateLogStream { id, name, url, logs, ca_certificates, from_position };
    let (receipt, secret) = app.desk.create_log_stream(&session.log, &request, &*app.random, &wish).await?;
    settled(&app, &session).await?;
    let secret = secret.reveal().to_owned();
    if !app.visible(&session.log, &receipt).await {
        let (id, version, position) = (id.to_string(), receipt.outcome.version, receipt.position);
        let accepted = AcceptedLogStream { id, version, position, visible: false, secret };
        return Ok((StatusCode::ACCEPTED, Json(accepted)).into_response());
    }
    let stream = find(&app, &session, id, Moment::Now).await?;
    Ok(Written::created(&receipt, format!("/api/log-streams/{id}")).with(Some(&LogStreamWithSecret { stream, secret })))
}
