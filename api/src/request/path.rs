//! What the URL names. A text that names nothing is a 404, like anything else that is not there.

use std::str::FromStr;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use domain::{AgentId, CustomerId, TeamId, TicketId, TicketNumber};
use projections::tickets::TicketKey;

use crate::{app::App, problem::ApiError};

/// The `{id}` of the URL, decoded.
#[derive(Debug)]
pub struct PathText(pub String);

impl FromRequestParts<App> for PathText {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let Path(text) =
            Path::<String>::from_request_parts(parts, app).await.map_err(|_| ApiError::not_found("resource"))?;
        if text.contains('\0') { Err(ApiError::not_found("resource")) } else { Ok(Self(text)) }
    }
}

/// A path or a route below `/api`; `/api/v1` is the same. None: it is somewhere else.
pub fn below_api(path: &str) -> Option<&str> {
    let path = beyond(path, "/api")?;
    Some(beyond(path, "/v1").unwrap_or(path))
}

fn beyond<'a>(path: &'a str, prefix: &str) -> Option<&'a str> {
    path.strip_prefix(prefix).filter(|rest| rest.starts_with('/'))
}

/// The two ids of a URL that names one thing of another, decoded.
#[derive(Debug)]
pub struct PathTexts(pub String, pub String);

impl FromRequestParts<App> for PathTexts {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let nothing = |_| ApiError::not_found("resource");
        let Path((of, which)) = Path::<(String, String)>::from_request_parts(parts, app).await.map_err(nothing)?;
        let nul = of.contains('\0') || which.contains('\0');
        if nul { Err(ApiError::not_found("resource")) } else { Ok(Self(of, which)) }
    }
}

const EXTERNAL: &str = "external:";

/// `T-001`, `tkt_…` or `external:…`.
pub fn ticket_key(text: &str) -> Result<TicketKey, ApiError> {
    if let Some(external_id) = text.strip_prefix(EXTERNAL) {
        return Ok(TicketKey::ExternalId(external_id.to_owned()));
    }
    let number = || text.parse::<TicketNumber>().map(TicketKey::Number);
    text.parse::<TicketId>().map(TicketKey::Id).or_else(|_| number()).map_err(|_| ApiError::not_found("ticket"))
}

/// A customer or an agent, by our id or by another system's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named<I> {
    /// Ours.
    Id(I),
    /// Another system's.
    External(String),
}

/// `cus_…` or `external:…`.
pub type CustomerRef = Named<CustomerId>;

fn named<I: FromStr>(kind: &str, text: &str) -> Result<Named<I>, ApiError> {
    if let Some(external_id) = text.strip_prefix(EXTERNAL) {
        return Ok(Named::External(external_id.to_owned()));
    }
    text.parse().map(Named::Id).map_err(|_| ApiError::not_found(kind))
}

/// `cus_…` or `external:…`.
pub fn customer_ref(text: &str) -> Result<CustomerRef, ApiError> {
    named("customer", text)
}

/// `agt_…` or `external:…`.
pub fn agent_ref(text: &str) -> Result<Named<AgentId>, ApiError> {
    named("agent", text)
}

/// `tea_…`.
pub fn team_id(text: &str) -> Result<TeamId, ApiError> {
    text.parse().map_err(|_| ApiError::not_found("team"))
}
