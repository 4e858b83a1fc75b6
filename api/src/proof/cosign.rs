use axum::{Json, extract::State};
use commands::Permission;
use event_store::{proof::Note, tree::CosignError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    app::App,
    openapi::CreateProblems,
    problem::ApiError,
    request::{Body, Query, Session},
};

/// A checkpoint with cosignatures.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"checkpoint": "desk.example.com/acme\n2102\nq83v…=\n\n— desk.example.com/acme 5/DR…\n— witness.example.net kDNd…\n"}))]
pub struct Cosigned {
    /// A checkpoint of this log as it was got, with the lines of witnesses added (C2SP tlog-cosignature, Ed25519).
    #[schema(max_length = 32768)]
    checkpoint: String,
}

/// What was taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct Taken {
    /// The names of the witnesses.
    witnesses: Vec<String>,
}

const MAX_BYTES: usize = 32_768;

/// Add the cosignatures of outside witnesses
///
/// A witness that has seen this log grow says so with its signature, and the checkpoint is given out with it from then
/// on. Only witnesses that are configured are taken; sending the same again changes nothing.
#[utoipa::path(
    post,
    path = "/proof/cosignatures",
    operation_id = "addCosignatures",
    extensions(("x-personal-data" = json!({"none": "signatures of witnesses"}))),
    tag = "Proof",
    security(("api_key" = ["proof:cosign"])),
    request_body = Cosigned,
    responses((status = 200, description = "They are kept", body = Taken), CreateProblems),
)]
pub async fn add_cosignatures(
    State(app): State<App>,
    session: Session,
    query: Query,
    body: Body<Cosigned>,
) -> Result<Json<Taken>, ApiError> {
    session.require(Permission::ProofCosign)?;
    query.finish()?;
    let text = body.value.checkpoint;
    let refused = |detail: String| ApiError::invalid_field("/checkpoint", "invalid_value", detail);
    if text.len() > MAX_BYTES {
        return Err(refused(format!("expected at most {MAX_BYTES} bytes")));
    }
    let note: Note = text.parse().map_err(|error: event_store::proof::NoteError| refused(error.to_string()))?;
    let witnesses = session.log.cosign(&note, &app.sealer.settings().witnesses).await.map_err(|error| match error {
        CosignError::Store(error) => error.into(),
        error @ (CosignError::Note(_) | CosignError::Unknown | CosignError::NoWitness) => refused(error.to_string()),
    })?;
    Ok(Json(Taken { witnesses }))
}
