//! Which tenant a request names by where it was sent, or by `X-Tenant-ID`.

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use event_store::TenantId;

use crate::{
    app::App,
    problem::ApiError,
    tenant::{Addressed, addressed, bare},
};

/// Whom a request names, not looked at yet.
#[derive(Clone, Debug)]
pub struct Addressee {
    host: Option<String>,
    /// `X-Tenant-ID`.
    header: Option<String>,
}

impl FromRequestParts<App> for Addressee {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, ApiError> {
        Ok(Self::of(parts))
    }
}

impl Addressee {
    /// What the request says.
    pub fn of(parts: &Parts) -> Self {
        let text = |value: &header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let host = parts.headers.get(header::HOST).map(text);
        Self {
            // HTTP/2 has it in the target.
            host: host.or_else(|| parts.uri.host().map(str::to_owned)),
            header: parts.headers.get("x-tenant-id").map(text),
        }
    }

    /// Where it was sent.
    pub fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    /// Every tenant that it names; one that nobody has is named, too.
    pub async fn named(&self, app: &App) -> Result<Vec<String>, ApiError> {
        let found = match self.at(app).await? {
            Addressed::Nobody => None,
            Addressed::Tenant(tenant) => Some(tenant.to_string()),
            Addressed::Unknown => Some(String::new()),
        };
        Ok([found, self.header.clone()].into_iter().flatten().collect())
    }

    /// Refuses a caller of another tenant, as one that nobody knows.
    pub async fn must_be(&self, app: &App, tenant: &TenantId) -> Result<(), ApiError> {
        if self.header.as_deref().is_some_and(|named| named != tenant.as_str()) {
            return Err(ApiError::unauthorized());
        }
        match self.at(app).await? {
            Addressed::Nobody => Ok(()),
            Addressed::Tenant(found) if found == *tenant => Ok(()),
            Addressed::Tenant(_) | Addressed::Unknown => Err(ApiError::unauthorized()),
        }
    }

    /// The one tenant that all of it names, for those who have no credentials yet. Where it names two, a name that is
    /// nobody's: they are told what everybody is told who is not known.
    pub async fn or_said(&self, app: &App, said: Option<String>) -> Result<String, ApiError> {
        let mut named = self.named(app).await?.into_iter().chain(said);
        let Some(first) = named.next() else {
            let detail = "name the tenant here, by X-Tenant-ID, or by asking at its domain";
            return Err(ApiError::invalid_field("/tenant", "required", detail));
        };
        Ok(if named.all(|other| other == first) { first } else { String::new() })
    }

    /// The host that passkeys are made for: a name of a tenant, or of the installation itself. What else a client says
    /// that it has asked at is nobody's, and an address is no name.
    pub async fn passkey_host(&self, app: &App) -> Result<Option<String>, ApiError> {
        let Some(host) = self.host.as_deref().map(bare) else { return Ok(None) };
        Ok(match addressed(app, &host).await? {
            Addressed::Tenant(_) => Some(host),
            Addressed::Nobody => Some(host).filter(|host| app.own_domain.is_own(host)),
            Addressed::Unknown => None,
        })
    }

    async fn at(&self, app: &App) -> Result<Addressed, ApiError> {
        match &self.host {
            Some(host) => addressed(app, host).await,
            None => Ok(Addressed::Nobody),
        }
    }
}
