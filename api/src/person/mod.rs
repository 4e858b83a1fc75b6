//! A copy of everything that is known about one person, on its way out: a piece is read when the one before it was taken.

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use commands::Receipt;
use event_store::Log;
use futures_util::{Stream, stream};
use projections::person::{self, Act, OwnEvent, OwnTicket, Person, Profile, ReadError, Reader};
use reports::person::{About, PersonFile, PersonFormat};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    problem::ApiError,
    request::{Query, Session},
};

/// Everything that is known about one person.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonExport {
    /// `customer` or `agent`.
    #[schema(example = "customer")]
    kind: String,
    /// Their id.
    #[schema(example = "cus_0199aa00000070008000000000000001")]
    id: String,
    /// Whose customer or agent they are.
    tenant: String,
    /// When this copy was made.
    exported_at: DateTime<Utc>,
    /// The place in your event log up to which it tells.
    #[schema(minimum = 1)]
    position: u64,
    /// What they are now.
    profile: Profile,
    /// What happened to them themselves: what they were called before, how an agent got in.
    history: Vec<OwnEvent>,
    /// The tickets that they asked about or wrote on, with every message and note that is about them or by them. What an
    /// agent wrote to customers is about those, and not here.
    tickets: Vec<OwnTicket>,
    /// What they did, the newest first, with the network address that it came from.
    acts: Vec<Act>,
    /// Files of theirs. There are none yet: always empty.
    files: Vec<String>,
}

/// The `format` of the query; JSON without.
pub fn take_format(query: &mut Query) -> Result<PersonFormat, ApiError> {
    let Some(name) = query.text("format") else { return Ok(PersonFormat::default()) };
    let supported = PersonFormat::ALL.map(PersonFormat::name);
    name.parse().map_err(|error: reports::person::UnknownPersonFormat| {
        ApiError::invalid_parameter("format", error.to_string()).allowed(supported)
    })
}

/// Answers with the copy, as of the event that says that it was made.
pub async fn answer(
    app: &App,
    session: &Session,
    receipt: &Receipt,
    person: Person,
    format: PersonFormat,
) -> Result<Response, ApiError> {
    // What the lists show must have come as far as what is told.
    app.reach(&session.log, Some(receipt.position)).await?;
    let now = app.desk.store().clock().now();
    let found = person::read(&session.log, person, receipt.position).await.map_err(failed)?;
    let (profile, reader) = found.ok_or_else(|| ApiError::not_found(person.kind()))?;
    let name = format!("{}.{format}", person.id());
    let body = Body::from_stream(pieces(&session.log, (profile, reader), format, now));
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.content_type()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Ours are words and digits.
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    headers.insert(HeaderName::from_static("helpdesk-position"), HeaderValue::from(receipt.position));
    Ok((headers, body).into_response())
}

fn failed(error: ReadError) -> ApiError {
    match error {
        ReadError::Fold(error) => error.into(),
        ReadError::Query(error) => error.into(),
    }
}

/// The file, piece by piece. After an error it breaks off, so that nobody takes a part for the whole.
pub fn pieces(
    log: &Log,
    (profile, reader): (Profile, Reader),
    format: PersonFormat,
    now: DateTime<Utc>,
) -> impl Stream<Item = Result<Bytes, ReadError>> + use<> {
    let person = reader.person();
    let about = About {
        kind: person.kind(),
        id: person.id(),
        tenant: log.tenant().to_string(),
        exported_at: now,
        position: reader.until(),
    };
    let (file, head) = PersonFile::begin(format, &about, &profile);
    let writing = Writing { reader, file, head: Some(head) };
    stream::unfold(Some(writing), |writing| async { writing?.step().await })
}

struct Writing {
    reader: Reader,
    file: PersonFile,
    head: Option<Vec<u8>>,
}

impl Writing {
    /// The next piece, and what is left; after an error or the end, nothing.
    async fn step(mut self) -> Option<(Result<Bytes, ReadError>, Option<Self>)> {
        if let Some(head) = self.head.take() {
            return Some((Ok(head.into()), Some(self)));
        }
        match self.reader.next().await {
            Ok(Some(part)) => {
                let piece = self.file.part(&part);
                Some((Ok(piece.into()), Some(self)))
            }
            Ok(None) => Some((Ok(self.file.end().into()), None)),
            Err(error) => {
                tracing::error!(%error, "the copy of what is known about a person broke off");
                Some((Err(error), None))
            }
        }
    }
}
