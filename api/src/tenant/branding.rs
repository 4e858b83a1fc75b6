use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use event_store::{StoreError, TenantId};
use projections::{
    as_of::Moment,
    tenant::{self, ColorsView, FontsView, TenantView},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    openapi::{ListProblems, schemas},
    problem::ApiError,
    request::{Addressee, Query},
};

/// How a company looks to whoever comes to it. What is null is as the product has it.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Brand {
    /// What customers know it as.
    company_name: Option<String>,
    /// Where its picture is; or the picture itself, as a data URL.
    logo_url: Option<String>,
    /// The small one, for tabs, in the same way.
    favicon_url: Option<String>,
    /// Its colours.
    colors: ColorsView,
    /// Its fonts.
    fonts: FontsView,
}

impl From<TenantView> for Brand {
    fn from(TenantView { branding, .. }: TenantView) -> Self {
        let tenant::BrandingView { company_name, logo_url, favicon_url, colors, fonts, .. } = branding;
        Self { company_name, logo_url, favicon_url, colors, fonts }
    }
}

/// How a company looks
///
/// For pages before the log-in: it takes no credentials. The tenant is the one of the host that is asked, of
/// `X-Tenant-ID`, or of `tenant`. One that set nothing looks like one that is not there.
#[utoipa::path(
    get,
    path = "/branding",
    operation_id = "getBranding",
    extensions(("x-personal-data" = json!({"none": "how a company looks to everybody"}))),
    tag = "Tenant",
    security(()),
    params(("tenant" = inline(Option<schemas::TenantId>), Query, description = "Whose, where the host does not say so")),
    responses(
        (status = 200, description = "How it looks", body = Brand),
        ListProblems,
    ),
)]
pub async fn get_branding(
    State(app): State<App>,
    addressee: Addressee,
    mut query: Query,
) -> Result<Response, ApiError> {
    let said = query.text("tenant");
    query.finish()?;
    if said.as_ref().is_some_and(|said| said.parse::<TenantId>().is_err()) {
        return Err(ApiError::invalid_parameter("tenant", "expected the id of a tenant, such as acme"));
    }
    let mut named = addressee.named(&app).await?.into_iter().chain(said);
    let first = named.next().unwrap_or_default();
    let brand = if named.all(|other| other == first) { brand_of(&app, &first).await? } else { None };
    let headers = [(header::CACHE_CONTROL, "private, no-cache"), (header::VARY, "X-Tenant-ID")];
    Ok((headers, Json(brand.unwrap_or_default())).into_response())
}

async fn brand_of(app: &App, tenant: &str) -> Result<Option<Brand>, ApiError> {
    let Ok(tenant) = tenant.parse() else { return Ok(None) };
    let log = match app.desk.store().log(&tenant).await {
        Err(StoreError::UnknownTenant(_)) => return Ok(None),
        other => other?,
    };
    Ok(tenant::get(&log, Moment::Now).await?.map(Brand::from))
}
