use axum::response::Response;
use commands::Permission;

use super::{signed, text};
use crate::{
    openapi::ReadProblems,
    problem::ApiError,
    request::{Query, Session},
};

/// Get a signed checkpoint of the log
///
/// How many events there are and the root of the tree over them, signed: a C2SP tlog-checkpoint, with the lines of the
/// witnesses that cosigned it. Keep one: whoever holds it can later show that nothing before it was changed.
#[utoipa::path(
    get,
    path = "/proof/checkpoint",
    operation_id = "getCheckpoint",
    extensions(("x-personal-data" = json!({"none": "a hash and signatures"}))),
    tag = "Proof",
    security(("api_key" = ["proof:read"])),
    params(
        ("size" = Option<u64>, Query, description = "The checkpoint of this many events; the last one by default"),
        ("cosigned" = Option<bool>, Query, description = "`true`: the last one that a witness cosigned"),
    ),
    responses(
        (status = 200, description = "A signed note: the origin, the size and the root, and who signed them", body = String, content_type = "text/plain"),
        ReadProblems,
    ),
)]
pub async fn get_checkpoint(session: Session, mut query: Query) -> Result<Response, ApiError> {
    session.require(Permission::ProofRead)?;
    let size = query.position("size")?;
    let cosigned = query.flag("cosigned")?.unwrap_or(false);
    query.finish()?;
    let log = &session.log;
    let sealed = match (size, cosigned) {
        (Some(_), true) => return Err(ApiError::invalid_parameter("cosigned", "expected either this or size")),
        (None, true) => log.last_cosigned().await?.ok_or_else(|| ApiError::not_found("checkpoint"))?,
        (size, false) => signed(log, size).await?,
    };
    Ok(text(log.with_cosignatures(&sealed).await?, "private, no-cache"))
}
