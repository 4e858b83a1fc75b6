use axum::Json;
use commands::Permission;
use serde::Serialize;
use utoipa::ToSchema;

use super::signed;
use crate::{
    openapi::ReadProblems,
    problem::ApiError,
    request::{Query, Session},
};

/// That the log of then is the beginning of the log of later.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConsistencyProof)]
pub struct ConsistencyBody {
    /// How many events there were.
    from: u64,
    /// How many there are in the later checkpoint.
    to: u64,
    /// The hashes (RFC 9162, section 2.1.4), in base64.
    path: Vec<String>,
    /// The later checkpoint: a signed note.
    checkpoint: String,
}

/// Prove that an earlier log is the beginning of a later one
///
/// Keep a checkpoint; ask later with its size as `from`; verify the path against the two roots. What was before is then
/// still there, unchanged, whoever kept the database meanwhile.
#[utoipa::path(
    get,
    path = "/proof/consistency",
    operation_id = "proveConsistency",
    extensions(("x-personal-data" = json!({"none": "hashes"}))),
    tag = "Proof",
    security(("api_key" = ["proof:read"])),
    params(
        ("from" = u64, Query, description = "The size of the checkpoint that you have"),
        ("to" = Option<u64>, Query, description = "The size of a later checkpoint; the last one by default"),
    ),
    responses((status = 200, description = "The proof", body = ConsistencyBody), ReadProblems),
)]
pub async fn prove_consistency(session: Session, mut query: Query) -> Result<Json<ConsistencyBody>, ApiError> {
    session.require(Permission::ProofRead)?;
    let (from, to) = (query.position("from")?, query.position("to")?);
    query.finish()?;
    let expected = || ApiError::invalid_parameter("from", "expected the size of the checkpoint that you have");
    let from = from.ok_or_else(expected)?;
    let sealed = signed(&session.log, to).await?;
    let to = sealed.checkpoint.size;
    let outside = || ApiError::invalid_parameter("from", format!("expected at most {to}, the size of the checkpoint"));
    let path = session.log.prove_consistency(from, to).await?.ok_or_else(outside)?;
    let checkpoint = session.log.with_cosignatures(&sealed).await?;
    Ok(Json(ConsistencyBody { from, to, path: path.iter().map(ToString::to_string).collect(), checkpoint }))
}
