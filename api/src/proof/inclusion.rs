use axum::{Json, http::StatusCode, http::header, response::IntoResponse, response::Response};
use base64::{Engine, engine::general_purpose::STANDARD};
use commands::Permission;
use domain::{Aggregate, ticket::Ticket};
use event_store::{
    Log, StreamId,
    proof::Hash,
    tree::{Inclusion, SealedCheckpoint},
};
use projections::{Scope, tickets};
use serde::Serialize;
use utoipa::ToSchema;

use super::{signed, text};
use crate::{
    events::wants,
    openapi::{ReadProblems, schemas},
    problem::ApiError,
    request::{Query, Session, ticket_key},
};

const MAX_LIMIT: u16 = 1000;

/// Events, and what shows that they are in the log.
#[derive(Debug, Serialize, ToSchema)]
pub struct InclusionBody {
    /// The checkpoint that the proofs lead to: a signed note.
    checkpoint: String,
    /// How many events it is about.
    size: u64,
    /// One per event, in order.
    data: Vec<InclusionView>,
    /// The positions of the ticket's events that are not in this checkpoint.
    not_included: Vec<u64>,
    /// Hand it back as `after` for the next ones; null: these were all.
    next_after: Option<u64>,
}

/// One event, and its way to the root.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InclusionProof)]
pub struct InclusionView {
    /// Its position; the index of its leaf is one less.
    #[schema(minimum = 1)]
    position: u64,
    /// The event as it is hashed, in base64: see docs/proof-format.md.
    entry: String,
    /// SHA-256(0x00 ‖ entry), in base64.
    leaf_hash: String,
    /// The hashes from the leaf to the root (RFC 9162, section 2.1.3), in base64.
    path: Vec<String>,
}

impl From<&Inclusion> for InclusionView {
    fn from(proof: &Inclusion) -> Self {
        Self {
            position: proof.position,
            entry: STANDARD.encode(&proof.entry),
            leaf_hash: Hash::leaf(&proof.entry).to_string(),
            path: proof.path.iter().map(ToString::to_string).collect(),
        }
    }
}

/// Prove that events are in the log
///
/// One event by its position, or all events of a ticket. With `Accept: text/plain`, the proof of one position is a C2SP
/// tlog-proof. docs/proof-format.md says how to verify it.
#[utoipa::path(
    get,
    path = "/proof/inclusion",
    operation_id = "proveInclusion",
    tag = "Proof",
    security(("api_key" = ["proof:read"])),
    params(
        ("position" = Option<u64>, Query, description = "The event at this position"),
        ("ticket" = inline(Option<schemas::TicketKey>), Query, description = "All events of this ticket: `T-001`, `tkt_…` or `external:` and its id in your system"),
        ("after" = Option<u64>, Query, description = "With `ticket`: only those after this position"),
        ("limit" = Option<u32>, Query, description = "With `ticket`: at most so many, 1 to 1000; 100 by default", minimum = 1, maximum = 1000),
        ("size" = Option<u64>, Query, description = "In the checkpoint of this size; the last one by default"),
    ),
    responses(
        (status = 200, description = "The proofs", content((InclusionBody = "application/json"), (String = "text/plain"))),
        ReadProblems,
    ),
)]
pub async fn prove_inclusion(
    session: Session,
    headers: axum::http::HeaderMap,
    mut query: Query,
) -> Result<Response, ApiError> {
    session.require(Permission::ProofRead)?;
    let (position, ticket) = (query.position("position")?, query.text("ticket"));
    let after = query.position("after")?.unwrap_or(0);
    let limit = query.limit(100, MAX_LIMIT)?;
    let size = query.position("size")?;
    query.finish()?;
    let (log, plain) = (&session.log, wants(&headers, "text/plain"));
    match (position, ticket) {
        (Some(position), None) => {
            let sealed = signed(log, size).await?;
            let proof = of_position(log, &sealed, position).await?;
            if plain {
                return Ok(text(tlog_proof(log, &sealed, &proof).await?, "private, no-cache"));
            }
            answer(log, &sealed, &[proof], vec![], None).await
        }
        (None, Some(ticket)) => {
            let positions = positions(&session, &ticket, after, limit).await?;
            let sealed = signed(log, size).await?;
            let next = (positions.len() == usize::from(limit)).then(|| positions.last().copied()).flatten();
            let proofs = log.prove_inclusion(&positions, sealed.checkpoint.size).await?;
            let outside = positions.into_iter().filter(|position| *position > sealed.checkpoint.size).collect();
            answer(log, &sealed, &proofs, outside, next).await
        }
        _ => Err(ApiError::invalid_parameter("position", "expected either this or ticket")),
    }
}

async fn of_position(log: &Log, sealed: &SealedCheckpoint, position: u64) -> Result<Inclusion, ApiError> {
    let size = sealed.checkpoint.size;
    if let Some(proof) = log.prove_inclusion(&[position], size).await?.pop() {
        return Ok(proof);
    }
    if position <= size || position > log.head().await?.position {
        return Err(ApiError::not_found("event"));
    }
    let detail = format!("position {position} is recorded and not in a checkpoint yet: try again in a second");
    Err(ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "not_sealed", detail)
        .header(header::RETRY_AFTER, axum::http::HeaderValue::from_static("1")))
}

async fn positions(session: &Session, ticket: &str, after: u64, limit: u16) -> Result<Vec<u64>, ApiError> {
    let key = ticket_key(ticket)?;
    let tx = session.log.begin().await?;
    let ticket = tickets::get(&tx, &Scope::ALL, &key).await?.ok_or_else(|| ApiError::not_found("ticket"))?;
    tx.commit().await?;
    Ok(session.log.positions(&StreamId::new(Ticket::TYPE, &ticket.id), after, limit.into()).await?)
}

async fn answer(
    log: &Log,
    sealed: &SealedCheckpoint,
    proofs: &[Inclusion],
    not_included: Vec<u64>,
    next_after: Option<u64>,
) -> Result<Response, ApiError> {
    let body = InclusionBody {
        checkpoint: log.with_cosignatures(sealed).await?,
        size: sealed.checkpoint.size,
        data: proofs.iter().map(InclusionView::from).collect(),
        not_included,
        next_after,
    };
    Ok(Json(body).into_response())
}

/// C2SP tlog-proof.
async fn tlog_proof(log: &Log, sealed: &SealedCheckpoint, proof: &Inclusion) -> Result<String, ApiError> {
    let path: String = proof.path.iter().flat_map(|hash| [hash.to_string(), "\n".to_owned()]).collect();
    let checkpoint = log.with_cosignatures(sealed).await?;
    let (entry, index) = (STANDARD.encode(&proof.entry), proof.position - 1);
    Ok(format!("c2sp.org/tlog-proof@v1\nextra {entry}\nindex {index}\n{path}\n{checkpoint}"))
}
