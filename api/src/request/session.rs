//! Who asks: proves tenant and caller before a handler runs.

use std::net::IpAddr;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use commands::{
    Caller, CommandError, Permission,
    api_keys::{ApiKey, KeyHolder},
    people::{Person, Visitor},
    rate_limits::Quota,
    support::SupportToken,
};
use domain::{permission::Reach, tenant::Feature};
use event_store::{Log, StoreError};
use projections::{Restricted, Scope};

use crate::{
    access_log::{Reader, note_reader},
    app::App,
    entitlements::feature_of,
    masking::Masked,
    problem::ApiError,
    request::{Addressee, asked::Asked, client, current_request_id, origin::Page},
};

/// A caller, and the log of the one tenant that they belong to.
#[derive(Debug)]
pub struct Session {
    /// The tenant's log.
    pub log: Log,
    /// Who asks.
    pub caller: Caller,
    /// Network address.
    pub address: Option<IpAddr>,
    /// Network address and user agent.
    pub client: Option<String>,
    /// By which session of a person, or visit of the operator's staff; none: by a key.
    pub via: Option<String>,
    /// The person and their session, when they asked with an access token.
    pub person: Option<Person>,
    /// How much the key that was shown may ask for; none: it was not a key.
    rate: Option<Quota>,
}

impl Session {
    /// As the access log has them.
    pub fn reader(&self) -> Reader {
        Reader::new(&self.log, &self.caller, self.via.clone(), self.client.as_ref())
    }

    /// Refuses a caller who lacks a right.
    pub fn require(&self, right: Permission) -> Result<(), ApiError> {
        if self.caller.permissions.allow(right) { Ok(()) } else { Err(CommandError::Forbidden(right).into()) }
    }

    /// The tickets that the caller may see by a right; refuses who lacks it.
    pub fn scope(&self, right: Permission) -> Result<Scope, ApiError> {
        let reach = self.caller.permissions.reach(right).ok_or(CommandError::Forbidden(right))?;
        Ok(Scope::of(reach, self.caller.principal.as_deref()).with(self.restricted()))
    }

    /// Whether the caller sees customers whose data are restricted.
    pub fn restricted(&self) -> Restricted {
        if self.caller.permissions.allow(Permission::PrivacyRead) { Restricted::Shown } else { Restricted::Hidden }
    }

    /// Refuses a caller who has a right for some tickets only.
    pub fn require_all(&self, right: Permission) -> Result<(), ApiError> {
        match self.caller.permissions.reach(right) {
            Some(Reach::All) => Ok(()),
            Some(reach) => Err(CommandError::OutOfReach { right, reach }.into()),
            None => Err(CommandError::Forbidden(right).into()),
        }
    }

    /// Refuses a person who has not proved of late who they are: for sensitive acts. A key is not asked.
    pub fn require_recent(&self) -> Result<(), ApiError> {
        let recent = self.person.as_ref().is_none_or(|person| person.is_recent);
        if recent { Ok(()) } else { Err(ApiError::reauthentication_required()) }
    }

    /// The person who asks, about what only people have: passwords, second factors.
    pub fn somebody(&self) -> Result<&Person, ApiError> {
        let detail = "this is done by a person for themselves: log in, and ask with the access token";
        self.person.as_ref().ok_or_else(|| ApiError::new(StatusCode::FORBIDDEN, "people_only", detail))
    }

    /// The person who asks. An API key has no sessions.
    pub fn person(&self) -> Result<&Person, ApiError> {
        self.person.as_ref().ok_or_else(|| ApiError::not_found("session"))
    }
}

/// What a caller showed, not looked at yet. Long streams look at it again and again.
#[derive(Clone)]
pub struct Credentials {
    shown: Option<String>,
    addressee: Addressee,
    address: Option<IpAddr>,
    client: Option<String>,
    page: Page,
    asked: Asked,
    /// What feature this takes.
    gate: Option<Feature>,
    masked: Masked,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials")
    }
}

impl FromRequestParts<App> for Credentials {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let trusted = &app.trusted_proxies;
        let (address, client) = (client::address(parts, trusted), client::description(parts, trusted));
        let addressee = Addressee::of(parts);
        let page = Page::of(parts);
        let (asked, masked, gate) = (Asked::of(parts), Masked::current(), feature_of(parts));
        let shown = presented(&parts.headers).map(str::to_owned);
        Ok(Self { shown, addressee, address, client, page, asked, gate, masked })
    }
}

impl FromRequestParts<App> for Session {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let credentials = Credentials::from_request_parts(parts, app).await?;
        let session = credentials.charged(parts, app).await?;
        credentials.admit(app, session).await
    }
}

/// As [`Session`], also of a person who must add a second factor first: for what lets them do that, or leave.
#[derive(Debug)]
pub struct Enrolling(pub Session);

impl FromRequestParts<App> for Enrolling {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        Credentials::from_request_parts(parts, app).await?.charged(parts, app).await.map(Self)
    }
}

impl Credentials {
    /// Who this is, if what they showed opens anything at this moment.
    pub async fn session(&self, app: &App) -> Result<Session, ApiError> {
        let session = self.known(app).await?;
        self.admit(app, session).await
    }

    /// Lets a person in who need not add a second factor first, to what the plan holds.
    async fn admit(&self, app: &App, session: Session) -> Result<Session, ApiError> {
        let must_enrol = session.person.as_ref().is_some_and(|person| person.must_enrol);
        if must_enrol {
            return Err(ApiError::mfa_required());
        }
        match self.gate {
            Some(feature) if !app.desk.entitlements(&session.log).await?.has(feature) => {
                Err(CommandError::FeatureNotInPlan(feature).into())
            }
            Some(_) | None => Ok(session),
        }
    }

    /// Who asks, once it was charged to them.
    async fn charged(&self, parts: &Parts, app: &App) -> Result<Session, ApiError> {
        let session = self.recognised(app).await?;
        app.limits.charge(&session.log, &session.caller, session.rate, parts.uri.path()).await?;
        Ok(session)
    }

    /// Who asks, where not too many from there showed what opens nothing.
    async fn recognised(&self, app: &App) -> Result<Session, ApiError> {
        let Some(shown) = self.shown.as_deref() else { return self.known(app).await };
        let clock = app.desk.store().clock();
        app.limits.may_show(self.address, shown, clock.now())?;
        let known = self.known(app).await;
        match &known {
            Ok(_) => app.limits.recognised(shown, clock.now()),
            Err(error) if error.is_unauthorized() => app.limits.guessed(self.address, clock.now())?,
            Err(_) => {}
        }
        known
    }

    /// Who this is; the access log is told.
    async fn known(&self, app: &App) -> Result<Session, ApiError> {
        let session = self.found(app).await?;
        note_reader(session.reader());
        self.masked.note(&session.caller.masked);
        Ok(session)
    }

    fn session_of(&self, log: Log, caller: Caller, via: Option<String>) -> Session {
        Session { log, caller, address: self.address, client: self.client.clone(), via, person: None, rate: None }
    }

    async fn found(&self, app: &App) -> Result<Session, ApiError> {
        let shown = self.shown.as_deref().ok_or_else(ApiError::unauthorized)?;
        if let Some(token) = SupportToken::parse(shown) {
            return self.support(app, &token).await;
        }
        let Ok(key) = ApiKey::parse(shown) else { return self.person(app, shown).await };
        // As an unknown key, too: who is found where is nobody's business.
        self.addressee.must_be(app, key.tenant()).await?;
        let log = match app.desk.store().log(key.tenant()).await {
            // As an unknown key: whether a tenant exists is nobody's business.
            Err(StoreError::UnknownTenant(_)) => return Err(ApiError::unauthorized()),
            other => other?,
        };
        let holder = app.desk.authenticate(&log, &key, self.address).await?.ok_or_else(ApiError::unauthorized)?;
        let KeyHolder { caller, rate } = holder;
        self.page.must_be_listed(app, &log).await?;
        in_use(app, &log)?;
        Ok(Session { rate: Some(rate), ..self.session_of(log, caller, None) })
    }

    async fn person(&self, app: &App, token: &str) -> Result<Session, ApiError> {
        let person = app.desk.authenticate_person(token, self.address).await?.ok_or_else(ApiError::unauthorized)?;
        let (log, caller) = (person.log.clone(), person.caller.clone());
        self.addressee.must_be(app, log.tenant()).await?;
        self.page.must_be_listed(app, &log).await?;
        in_use(app, &log)?;
        let via = Some(person.session.to_string());
        Ok(Session { person: Some(person), ..self.session_of(log, caller, via) })
    }
}

impl Credentials {
    /// Somebody of the operator's staff. What they ask for stands in the log before anything is done about it.
    async fn support(&self, app: &App, token: &SupportToken) -> Result<Session, ApiError> {
        self.addressee.must_be(app, token.tenant()).await?;
        let log = match app.desk.store().log(token.tenant()).await {
            Err(StoreError::UnknownTenant(_)) => return Err(ApiError::unauthorized()),
            other => other?,
        };
        let supporter = app.desk.authenticate_support(&log, token).await?.ok_or_else(ApiError::unauthorized)?;
        self.page.must_be_listed(app, &log).await?;
        in_use(app, &log)?;
        if let Some(asked) = self.asked.once() {
            app.desk.note_support_request(&log, &supporter, asked, current_request_id()).await?;
        }
        super::identity::note_supporter(&supporter.operator);
        Ok(self.session_of(log, supporter.caller, Some(supporter.session.to_string())))
    }
}

/// Only who is known learns that a tenant is suspended.
fn in_use(app: &App, log: &Log) -> Result<(), ApiError> {
    super::identity::note_world(log);
    if app.desk.store().is_suspended(log.tenant()) { Err(CommandError::TenantSuspended.into()) } else { Ok(()) }
}

/// Somebody who shows no credentials, or none that are looked at here.
#[derive(Debug)]
pub struct Visiting(pub Visitor);

impl FromRequestParts<App> for Visiting {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        Page::of(parts).must_be_known()?;
        let trusted = &app.trusted_proxies;
        let (address, client) = (client::address(parts, trusted), client::description(parts, trusted));
        let host = Addressee::of(parts).passkey_host(app).await?;
        Ok(Self(Visitor { address, client, request_id: current_request_id(), host }))
    }
}

/// The token that was shown.
pub fn presented(headers: &HeaderMap) -> Option<&str> {
    let bearer = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = bearer.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}
