//! Masking by role: what of customers a role does not show is masked in every answer, on its way out.
//!
//! No handler masks, and none can do without it. Whoever a session is of is noted where the session is proved
//! ([`Masked::note`]), and the answer is masked behind the handler, by the names of its fields ([`json`]). It is closed by
//! default: an answer in a form that cannot be masked is refused to whoever is not shown everything, unless its maker says
//! that it may be given as it is ([`AsItIs`]).

mod json;
mod lines;

use std::sync::Arc;

use axum::{
    body::{self, Body, HttpBody},
    extract::Request,
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::access_policy::{MaskedFields, PersonalField};
use serde_json::Value;
use tokio::sync::watch;

use crate::problem::ApiError;

tokio::task_local! {
    static MASKED: Masked;
}

/// What is masked in the answer to a request. A stream looks at the rights behind it again and again, and so notes it
/// again.
#[derive(Clone, Debug)]
pub struct Masked(Arc<watch::Sender<MaskedFields>>);

impl Masked {
    fn new() -> Self {
        Self(Arc::new(watch::Sender::new(MaskedFields::new())))
    }

    /// Of the request that is being answered.
    pub fn current() -> Self {
        // An error: nobody asks, and nobody is answered.
        MASKED.try_with(Clone::clone).unwrap_or_else(|_| Self::new())
    }

    /// Notes what is not shown to whoever asks.
    pub fn note(&self, fields: &MaskedFields) {
        self.0.send_if_modified(|noted| {
            let differs = noted != fields;
            if differs {
                noted.clone_from(fields);
            }
            differs
        });
    }

    fn fields(&self) -> MaskedFields {
        self.0.borrow().clone()
    }
}

/// On an answer that may be given as it is: it was masked already, or says nothing of customers.
#[derive(Clone, Copy, Debug)]
pub struct AsItIs;

/// What is masked in the answer to the request that is being answered.
pub fn fields() -> MaskedFields {
    Masked::current().fields()
}

/// Refuses whoever is not shown one of these fields what would tell of it all the same: finding and sorting by it, files.
/// `place` is the parameter that asks for it, where there is one.
pub fn must_see(wanted: &[PersonalField], place: Option<&str>) -> Result<(), ApiError> {
    let masked = fields();
    let Some(field) = wanted.iter().find(|field| masked.contains(field)).map(|field| field.as_str()) else {
        return Ok(());
    };
    let refused = field_masked(field);
    Err(match place {
        Some(place) => refused.field(place, "field_masked", format!("this would tell of the {field} of customers")),
        None => refused,
    })
}

fn field_masked(field: &str) -> ApiError {
    let detail = format!(
        "your role does not show you the {field} of customers, which this would tell: leave it out, or ask whoever may \
         change the access policy (security:write)"
    );
    ApiError::new(StatusCode::FORBIDDEN, "field_masked", detail)
}

/// The same as bytes of JSON, masked for whoever asks: for whoever makes a digest of them.
pub fn masked_json(bytes: Vec<u8>) -> Vec<u8> {
    let fields = fields();
    if fields.is_empty() { bytes } else { mask_bytes(&bytes, &fields) }
}

fn mask_bytes(bytes: &[u8], fields: &MaskedFields) -> Vec<u8> {
    let Ok(mut value) = serde_json::from_slice::<Value>(bytes) else { return vec![] };
    json::mask(&mut value, fields);
    serde_json::to_vec(&value).unwrap_or_default()
}

/// Masks what is answered.
pub async fn mask(request: Request, next: Next) -> Response {
    let masked = Masked::new();
    let response = MASKED.scope(masked.clone(), next.run(request)).await;
    match Form::of(&response) {
        Form::AsItIs => response,
        // Whoever reads it may be shown less before it ends.
        Form::Lines => response.map(|body| lines::mask(body, masked)),
        Form::Json | Form::Other if masked.fields().is_empty() => response,
        Form::Json => whole(response, &masked.fields()).await,
        Form::Other => {
            let detail = "your role does not show you everything of customers, and this form of answer cannot be masked: \
                          ask for another one, or ask whoever may change the access policy (security:write)";
            ApiError::new(StatusCode::FORBIDDEN, "field_masked", detail).into_response()
        }
    }
}

/// In which form something is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    AsItIs,
    Json,
    /// An object per line, as long as somebody reads.
    Lines,
    Other,
}

impl Form {
    fn of(response: &Response) -> Self {
        if response.extensions().get::<AsItIs>().is_some() || response.body().is_end_stream() {
            return Self::AsItIs;
        }
        let named = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        match named.and_then(|named| named.split(';').next()).map(str::trim) {
            Some("application/json") => Self::Json,
            Some("application/x-ndjson" | "text/event-stream") => Self::Lines,
            // A refusal repeats what was sent, and names fields and ids.
            Some("application/problem+json") => Self::AsItIs,
            Some(_) | None => Self::Other,
        }
    }
}

async fn whole(response: Response, fields: &MaskedFields) -> Response {
    let (mut parts, body) = response.into_parts();
    match body::to_bytes(body, usize::MAX).await {
        Ok(bytes) => {
            parts.headers.remove(header::CONTENT_LENGTH);
            Response::from_parts(parts, Body::from(mask_bytes(&bytes, fields)))
        }
        Err(error) => ApiError::internal(&error).into_response(),
    }
}
