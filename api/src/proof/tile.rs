use axum::{
    Extension,
    http::{Uri, header},
    response::{IntoResponse, Response},
};
use commands::Permission;
use event_store::proof::tile::Resource;

use crate::{
    masking::AsItIs,
    openapi::{ReadProblems, schemas},
    problem::ApiError,
    request::{Query, Session},
};

/// What a path of these names never changes.
const FOR_EVER: &str = "private, max-age=31536000, immutable";

/// Get a tile of the tree, or the entries under one
///
/// As C2SP tlog-tiles says: `tile/0/x001/x234/067`, `tile/1/000.p/17`, `tile/entries/000`. With the prefix
/// `https://HOST/api/proof`, clients of tlog-tiles read the whole log. Entries hold personal fields as ciphertext only.
#[utoipa::path(
    get,
    path = "/proof/tile/{level}/{tile}",
    operation_id = "getTile",
    extensions(("x-personal-data" = json!({"none": "hashes"}))),
    tag = "Proof",
    security(("api_key" = ["proof:read"])),
    params(
        ("level" = inline(schemas::TileLevel), Path, description = "0 to 63, or `entries`"),
        ("tile" = inline(schemas::TileIndex), Path, description = "The tile's index in groups of three digits, all but the last behind an `x` and before a slash; of one that is not full, `.p/` and its width"),
    ),
    responses(
        (status = 200, description = "Hashes of 32 bytes; or entries, each behind its length in two bytes", body = Vec<u8>, content_type = "application/octet-stream"),
        ReadProblems,
    ),
)]
pub async fn get_tile(session: Session, uri: Uri, query: Query) -> Result<Response, ApiError> {
    session.require(Permission::ProofRead)?;
    query.finish()?;
    let nothing = || ApiError::not_found("tile");
    let (_, path) = uri.path().split_once("/proof/tile/").ok_or_else(nothing)?;
    let body: Vec<u8> = match path.parse().map_err(|_| nothing())? {
        Resource::Hashes(id, width) => {
            let hashes = session.log.tile(id, width).await?.ok_or_else(nothing)?;
            hashes.iter().flat_map(|hash| hash.0).collect()
        }
        Resource::Entries(index, width) => {
            let entries = session.log.tile_entries(index, width).await?.ok_or_else(nothing)?;
            entries.iter().flat_map(|entry| prefixed(entry)).collect()
        }
    };
    let headers = [(header::CONTENT_TYPE, "application/octet-stream"), (header::CACHE_CONTROL, FOR_EVER)];
    Ok((headers, Extension(AsItIs), body).into_response())
}

/// Every entry is shorter than 2^16: see `proof::entry`.
fn prefixed(entry: &[u8]) -> Vec<u8> {
    let length = u16::try_from(entry.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes()[..], entry].concat()
}
