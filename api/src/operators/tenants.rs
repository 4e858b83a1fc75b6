//! `/tenants`: made, listed, shown.

use std::collections::BTreeSet;

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use commands::{
    people::{FirstAdmin, InvitedAdmin},
    tenants::NewTenant,
};
use domain::{
    tenant::{HostName, Plan},
    text::{Email, Name},
};
use event_store::{TenantId, TenantRecord};
use projections::{as_of::Moment, tenant::TenantView};
use serde::{Deserialize, Serialize};

use super::{DEFAULT_TEAMS, caller::Operator};
use crate::{
    app::App,
    problem::ApiError,
    provision::{Provision, ProvisionError, provision},
    request::{Body, PathText, Query},
    tenant::hours,
};

/// A new tenant.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewTenantBody {
    tenant_id: String,
    name: Name,
    plan: Option<Plan>,
    time_zone: Option<String>,
    domain: Option<HostName>,
    business_hours: Option<String>,
    teams: Option<BTreeSet<Name>>,
    admin: Option<AdminBody>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AdminBody {
    email: Email,
    name: Name,
}

/// A tenant as operators see it.
#[derive(Debug, Serialize)]
pub struct OperatedTenant {
    tenant_id: String,
    /// `provisioning`, `active`, `suspended` or `destroying`.
    status: &'static str,
    created_at: DateTime<Utc>,
    /// Since when it is suspended, if an operator suspended it.
    suspended_at: Option<DateTime<Utc>>,
    /// When it is to be destroyed, if it is.
    delete_after: Option<DateTime<Utc>>,
    /// When it is destroyed, if it is a sandbox.
    expires_at: Option<DateTime<Utc>>,
    /// 1, and one more for each restore from a backup in place.
    epoch: u32,
}

impl From<TenantRecord> for OperatedTenant {
    fn from(record: TenantRecord) -> Self {
        let TenantRecord { tenant, status, created_at, suspended_at, delete_after, expires_at, epoch } = record;
        let (tenant_id, status) = (tenant.to_string(), status.as_str());
        Self { tenant_id, status, created_at, suspended_at, delete_after, expires_at, epoch }
    }
}

/// One tenant, and what it says of itself.
#[derive(Debug, Serialize)]
struct Described {
    #[serde(flatten)]
    record: OperatedTenant,
    name: Option<String>,
    plan: Option<String>,
    time_zone: Option<String>,
    domain: Option<String>,
    custom_domain: Option<String>,
}

impl Described {
    fn of(record: TenantRecord, view: Option<TenantView>) -> Self {
        let record = record.into();
        match view {
            None => Self { record, name: None, plan: None, time_zone: None, domain: None, custom_domain: None },
            Some(TenantView { name, plan, time_zone, domain, custom_domain, .. }) => {
                Self { record, name: Some(name), plan: Some(plan), time_zone: Some(time_zone), domain, custom_domain }
            }
        }
    }
}

#[derive(Debug, Serialize)]
struct Made {
    #[serde(flatten)]
    tenant: Described,
    admin: Option<AdminView>,
}

/// The first admin. The token is there until they have joined.
#[derive(Debug, Serialize)]
struct AdminView {
    agent_id: String,
    invitation_id: Option<String>,
    token: Option<String>,
    expires_at: Option<DateTime<Utc>>,
}

impl From<InvitedAdmin> for AdminView {
    fn from(admin: InvitedAdmin) -> Self {
        let (invitation_id, token, expires_at) = match admin.invitation {
            None => (None, None, None),
            Some((invited, token)) => {
                (Some(invited.id.to_string()), Some(token.reveal().to_owned()), Some(invited.expires_at))
            }
        };
        Self { agent_id: admin.agent.to_string(), invitation_id, token, expires_at }
    }
}

/// `POST /tenants`: makes a tenant's whole world. The same call again goes on where it was interrupted, and answers the
/// same.
pub async fn create(
    State(app): State<App>,
    Operator(operator): Operator,
    body: Body<NewTenantBody>,
) -> Result<Response, ApiError> {
    let wish = wish(&app, body.value)?;
    let tenant = wish.tenant.clone();
    let made = provision(&app, wish, &operator.actor()).await?;
    let answer = Made { tenant: described(&app, &tenant).await?, admin: made.admin.map(AdminView::from) };
    let mut response = (StatusCode::CREATED, Json(answer)).into_response();
    if let Ok(location) = HeaderValue::from_str(&format!("/tenants/{tenant}")) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

fn wish(app: &App, body: NewTenantBody) -> Result<Provision, ApiError> {
    let invalid = |pointer: &str, detail: String| ApiError::invalid_field(pointer, "invalid_value", detail);
    let NewTenantBody { tenant_id, name, plan, time_zone, domain, business_hours, teams, admin } = body;
    let tenant =
        tenant_id.parse().map_err(|error: event_store::TenantIdError| invalid("/tenant_id", error.to_string()))?;
    let zone = |text: String| {
        text.parse::<chrono_tz::Tz>()
            .map_err(|_| invalid("/time_zone", "expected an IANA time zone such as Europe/Rome".to_owned()))
    };
    if let Some(domain) = &domain {
        app.own_domain.check_within(domain).map_err(|detail| invalid("/domain", detail))?;
    }
    let usual = || DEFAULT_TEAMS.iter().filter_map(|name| Name::try_new(*name).ok()).collect();
    let new = NewTenant {
        name,
        plan: plan.unwrap_or(Plan::Starter),
        time_zone: time_zone.map_or(Ok(chrono_tz::UTC), zone)?,
        domain,
        business_hours: business_hours.map(|text| hours(&text, "/business_hours")).transpose()?,
        teams: teams.unwrap_or_else(usual),
    };
    Ok(Provision { tenant, new, admin: admin.map(|AdminBody { email, name }| FirstAdmin { email, name }) })
}

impl From<ProvisionError> for ApiError {
    fn from(error: ProvisionError) -> Self {
        match error {
            ProvisionError::Store(error) => error.into(),
            ProvisionError::Projection(error) => error.into(),
            ProvisionError::Command(error) => error.into(),
            ProvisionError::Destroyed(_) => destroyed(),
        }
    }
}

/// A page of tenants.
#[derive(Debug, Serialize)]
pub struct TenantPage {
    data: Vec<OperatedTenant>,
    /// Hand it back as `after`.
    next_after: Option<String>,
}

/// `GET /tenants`: by id, a page at a time.
pub async fn list(State(app): State<App>, _: Operator, mut query: Query) -> Result<Json<TenantPage>, ApiError> {
    let limit = query.limit(100, 1000)?;
    let after = query.text("after");
    query.finish()?;
    let found = app.desk.store().tenant_page(after.as_deref(), limit).await?;
    let more = found.len() == usize::from(limit);
    let next_after = found.last().filter(|_| more).map(|last| last.tenant.to_string());
    Ok(Json(TenantPage { data: found.into_iter().map(OperatedTenant::from).collect(), next_after }))
}

/// `GET /tenants/{id}`.
pub async fn show(
    State(app): State<App>,
    _: Operator,
    PathText(id): PathText,
    query: Query,
) -> Result<Response, ApiError> {
    query.finish()?;
    let tenant = id.parse().map_err(|_| ApiError::not_found("tenant"))?;
    Ok(Json(described(&app, &tenant).await?).into_response())
}

fn destroyed() -> ApiError {
    let detail = "this tenant was destroyed, and its id is never used again: GET /tenants/{id}/certificate says of it what is left";
    ApiError::new(StatusCode::GONE, "tenant_destroyed", detail)
}

async fn described(app: &App, tenant: &TenantId) -> Result<Described, ApiError> {
    let store = app.desk.store();
    let Some(record) = store.tenant(tenant).await? else {
        return Err(match store.destruction(tenant).await? {
            None => ApiError::not_found("tenant"),
            Some(_) => destroyed(),
        });
    };
    let view = match store.log(tenant).await {
        Ok(log) => projections::tenant::get(&log, Moment::Now).await?,
        // It is not made yet, or not up to date.
        Err(event_store::StoreError::UnknownTenant(_) | event_store::StoreError::NotMigrated { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    Ok(Described::of(record, view))
}
