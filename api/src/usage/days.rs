use axum::{
    Extension, Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use chrono::{Datelike as _, Days, NaiveDate};
use commands::Permission;
use reports::{
    Format,
    bill::{self, BillLine},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::bill::{BillError, lines, today};
use crate::{
    analytics::YEARS,
    app::App,
    masking::AsItIs,
    openapi::{ListProblems, schemas},
    problem::ApiError,
    request::{Query, Session},
};

/// A year of them.
const MOST: i64 = 366;
/// So many when nothing is said.
const USUAL: u64 = 31;

/// Days, and what was used by the end of each.
#[derive(Debug, Serialize, ToSchema)]
pub struct UsageDays {
    /// The days, the first before the last; of those before the tenant began there is none.
    data: Vec<BillLine>,
}

/// List the usage by day
///
/// What the plan limits, as it was at the end of each day where the tenant is, and what the plan of then had: the same lines
/// as those that are billed. Everything is counted over the log, so that a day has the same line for ever. The days must be
/// over; 366 of them at most.
#[utoipa::path(
    get,
    path = "/usage/days",
    operation_id = "listUsageDays",
    extensions(("x-personal-data" = json!({"none": "counts and bytes of the whole help desk"}))),
    tag = "Tenant",
    security(("api_key" = ["billing:read"])),
    params(
        ("from" = Option<NaiveDate>, Query, description = "The first day; the 31st of those up to `to` when left out"),
        ("to" = Option<NaiveDate>, Query, description = "The last day; yesterday when left out"),
        ("format" = inline(Option<schemas::ReportFormat>), Query, description = "`json` by default"),
    ),
    responses(
        (status = 200, description = "The days", content(
            (UsageDays = "application/json"),
            (String = "text/csv"),
        )),
        ListProblems,
    ),
)]
pub async fn list_usage_days(State(app): State<App>, session: Session, mut query: Query) -> Result<Response, ApiError> {
    session.require(Permission::BillingRead)?;
    let (from, to) = (take_day(&mut query, "from")?, take_day(&mut query, "to")?);
    let format = query.parsed::<Format>("format")?.unwrap_or(Format::Json);
    query.finish()?;
    let zone = app.desk.time_zone(&session.log).await?;
    let yesterday = today(&app, zone) - Days::new(1);
    let days = days(from, to, yesterday)?;
    let data = lines(&app, &session.log, zone, days).await.map_err(ApiError::from)?;
    Ok(match format {
        Format::Json => Json(UsageDays { data }).into_response(),
        Format::Csv => {
            ([(header::CONTENT_TYPE, format.content_type())], Extension(AsItIs), bill::csv(&data)).into_response()
        }
    })
}

fn take_day(query: &mut Query, name: &str) -> Result<Option<NaiveDate>, ApiError> {
    let Some(text) = query.text(name) else { return Ok(None) };
    let day =
        NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok().filter(|day| YEARS.contains(&day.year()) && text.len() == 10);
    day.map(Some)
        .ok_or_else(|| ApiError::invalid_parameter(name, "expected a day such as 2026-11-22, from 1970 to 2200"))
}

/// The first and the last.
fn days(
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    yesterday: NaiveDate,
) -> Result<(NaiveDate, NaiveDate), ApiError> {
    let last = to.unwrap_or(yesterday);
    let first = from.unwrap_or(last - Days::new(USUAL - 1));
    let refused = |name: &str, detail: &str| Err(ApiError::invalid_parameter(name, detail));
    if last > yesterday {
        return refused("to", "expected a day that is over where the tenant is");
    }
    if first > last {
        return refused("from", "expected a day that is not after to, and is over where the tenant is");
    }
    if (last - first).num_days() >= MOST {
        return refused("from", "expected 366 days at most: ask for the others apart");
    }
    Ok((first, last))
}

impl From<BillError> for ApiError {
    fn from(error: BillError) -> Self {
        match error {
            BillError::NotOver { .. } => Self::invalid_parameter("to", error.to_string()),
            BillError::Store(error) => error.into(),
            BillError::Command(error) => error.into(),
            BillError::Query(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Option<NaiveDate> {
        text.parse().ok()
    }

    #[test]
    fn days_are_over_in_order_and_a_year_at_most() {
        let yesterday = day("2026-11-26").unwrap();
        let asked = |from, to| {
            days(day(from), day(to), yesterday).ok().map(|(first, last)| (first.to_string(), last.to_string()))
        };
        let some = |from: &str, to: &str| Some((from.to_owned(), to.to_owned()));
        assert_eq!(asked("", ""), some("2026-10-27", "2026-11-26"));
        assert_eq!(asked("", "2026-03-01"), some("2026-01-30", "2026-03-01"));
        assert_eq!(asked("2025-11-26", ""), some("2025-11-26", "2026-11-26"));
        assert_eq!(asked("2025-11-25", ""), None, "367 days");
        assert_eq!(
            (asked("2026-11-27", ""), asked("2026-11-26", "2026-11-25"), asked("", "2026-11-27")),
            (None, None, None)
        );
    }
}
