//! A report on its way out: a batch is fetched when the one before it was taken.

use std::time::Duration;

use axum::{
    Extension,
    body::{Body, Bytes},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::access_policy::MaskedFields;
use event_store::Log;
use futures_util::stream;
use projections::{
    QueryError, Scope,
    analytics::Asked,
    reporting::{self, Line, Lines},
};
use reports::{Format, Report, Reported};
use serde_json::{Map, Value, json};

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::{
    app::App,
    masking::{self, AsItIs},
    problem::ApiError,
};

/// Reports that are drawn at once in this process: each holds a connection for as long as its reader takes.
static DRAWERS: Semaphore = Semaphore::const_new(4);
/// How long a report waits for its turn.
const PATIENCE: Duration = Duration::from_secs(5);

async fn turn() -> Result<SemaphorePermit<'static>, ApiError> {
    let busy = || {
        let detail = "other reports are being drawn: try again in a few seconds";
        ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail)
            .header(header::RETRY_AFTER, HeaderValue::from_static("5"))
    };
    tokio::time::timeout(PATIENCE, DRAWERS.acquire()).await.map_err(|_| busy())?.map_err(|_| busy())
}

/// Begins to draw. What can be refused is refused here; later only the database can fail, and then the answer breaks
/// off, so that nobody takes a part for the whole.
pub async fn answer<L: Line + Reported + 'static>(
    app: &App,
    (log, scope): (&Log, &Scope),
    report: Report,
    format: Format,
    asked: Asked,
) -> Result<Response, ApiError> {
    let turn = turn().await?;
    let now = app.desk.store().clock().now();
    let lines = reporting::read::<L>(log, scope, now, asked).await?;
    let name = format!("{report}-{}.{}", now.format("%Y-%m-%d"), format.name());
    let mut about = about(report, &lines);
    if let Some(sealed) = log.checkpoint() {
        about.insert("checkpoint".to_owned(), json!(sealed.note));
    }
    let head = format.begin::<L>(&about);
    let drawing = Drawing { lines, format, masked: masking::fields(), state: State::Head(head), _turn: turn };
    let body = Body::from_stream(stream::unfold(Some(drawing), |drawing| async { Drawing::step(drawing?).await }));
    let disposition = match format {
        Format::Csv => format!("attachment; filename=\"{name}\""),
        Format::Json => format!("inline; filename=\"{name}\""),
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(format.content_type())),
        // Its parts are words of ours and digits.
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("inline")),
        ),
    ];
    let mut response = (headers, Extension(AsItIs), body).into_response();
    response.headers_mut().extend(crate::proof::evidence(log));
    Ok(response)
}

fn about<L>(report: Report, lines: &Lines<L>) -> Map<String, Value> {
    let members = [
        ("report", json!(report.name())),
        ("period", json!(lines.period)),
        ("as_of", json!(lines.as_of)),
        ("timezone", json!(lines.timezone)),
        ("definition_version", json!(projections::analytics::DEFINITION_VERSION)),
    ];
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

struct Drawing<L> {
    lines: Lines<L>,
    format: Format,
    masked: MaskedFields,
    state: State,
    _turn: SemaphorePermit<'static>,
}

enum State {
    Head(Vec<u8>),
    First,
    Further,
}

type Step<L> = Option<(Result<Bytes, QueryError>, Option<Drawing<L>>)>;

impl<L: Line + Reported> Drawing<L> {
    /// The next piece, and what is left; after an error or the end, nothing.
    async fn step(mut self) -> Step<L> {
        let first = match std::mem::replace(&mut self.state, State::Further) {
            State::Head(head) => {
                self.state = State::First;
                return Some((Ok(head.into()), Some(self)));
            }
            State::First => true,
            State::Further => false,
        };
        match self.lines.next().await {
            Ok(lines) if lines.is_empty() => Some((Ok(Bytes::from_static(self.format.end())), None)),
            Ok(lines) => Some((Ok(self.format.lines(&lines, first, &self.masked).into()), Some(self))),
            Err(error) => {
                tracing::error!(%error, "a report broke off");
                Some((Err(error), None))
            }
        }
    }
}
