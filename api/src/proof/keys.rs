use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use commands::Permission;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    openapi::ListProblems,
    problem::ApiError,
    request::{Query, Session},
};

/// The keys that checkpoints verify with.
#[derive(Debug, Serialize, ToSchema)]
pub struct LogKeyList {
    /// The keys of the log, the newest first.
    data: Vec<LogKeyView>,
    /// The keys of the witnesses whose cosignatures are taken.
    witnesses: Vec<String>,
}

/// A key of the log.
#[derive(Debug, Serialize, ToSchema)]
pub struct LogKeyView {
    /// The key (a C2SP vkey): `NAME+ID+BASE64`.
    #[schema(example = "desk.example.com/acme+e7f0d1c2+AcD…")]
    key: String,
    /// Since when it signs.
    signs_from: DateTime<Utc>,
    /// Until when; null: until another is made.
    signs_until: Option<DateTime<Utc>>,
}

/// List the public keys of the log
///
/// Take them from here only to compare: an auditor gets them on a way that does not lead through this server.
#[utoipa::path(
    get,
    path = "/proof/keys",
    operation_id = "listLogKeys",
    extensions(("x-personal-data" = json!({"none": "public keys"}))),
    tag = "Proof",
    security(("api_key" = ["proof:read"])),
    responses((status = 200, description = "The keys", body = LogKeyList), ListProblems),
)]
pub async fn list_log_keys(
    State(app): State<App>,
    session: Session,
    query: Query,
) -> Result<Json<LogKeyList>, ApiError> {
    session.require(Permission::ProofRead)?;
    query.finish()?;
    let keys = session.log.log_keys().await?.into_iter();
    let data = keys.map(|key| LogKeyView {
        key: key.public.to_string(),
        signs_from: key.created_at,
        signs_until: key.signs_until,
    });
    let witnesses = app.sealer.settings().witnesses.iter().map(ToString::to_string).collect();
    Ok(Json(LogKeyList { data: data.collect(), witnesses }))
}
