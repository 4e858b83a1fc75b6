use axum::{Json, extract::State};
use event_store::{StoreError, TenantStatus};
use serde::Serialize;

use super::caller::Operator;
use crate::{
    analytics::take_bound,
    app::App,
    problem::ApiError,
    request::Query,
    usage::{self, UsageView},
};

/// A page of usage.
#[derive(Debug, Serialize)]
pub struct UsagePage {
    data: Vec<UsageView>,
    /// Hand it back as `after`.
    next_after: Option<String>,
}

/// `GET /usage`: of every tenant that is in use or suspended, by id, a page at a time; each counts its log.
pub async fn usage(State(app): State<App>, _: Operator, mut query: Query) -> Result<Json<UsagePage>, ApiError> {
    let limit = query.limit(20, 100)?;
    let after = query.text("after");
    let as_of = take_bound(&mut query, "as_of")?;
    query.finish()?;
    let store = app.desk.store();
    let found = store.tenant_page(after.as_deref(), limit).await?;
    let more = found.len() == usize::from(limit);
    let next_after = found.last().filter(|_| more).map(|last| last.tenant.to_string());
    let mut data = Vec::with_capacity(found.len());
    let counted = |status| matches!(status, TenantStatus::Active | TenantStatus::Suspended);
    for record in found.into_iter().filter(|record| counted(record.status)) {
        match store.log(&record.tenant).await {
            Ok(log) => data.push(usage::of(&app, &log, as_of).await?),
            // Its end began meanwhile, or it is not up to date.
            Err(StoreError::UnknownTenant(_) | StoreError::NotMigrated { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Json(UsagePage { data, next_after }))
}
