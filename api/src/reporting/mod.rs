//! `/api/reports`: rows to take away.

mod draw;
mod schema;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use commands::Permission;
use projections::reporting::{AgentLine, CustomerLine, TicketLine};
use reports::{Format, Kind, Report};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use schema::ReportAnswer;

use crate::{
    analytics::take_period,
    app::App,
    openapi::{Fresh, ListProblems, schemas},
    problem::{ApiError, Problem},
    request::{Query, Session},
};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get_report))
}

/// The reports that there are.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportList {
    /// The reports.
    data: Vec<ReportView>,
}

/// A report that can be drawn.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportDescription)]
pub struct ReportView {
    /// Its name: send it as `report`.
    #[schema(example = "tickets")]
    report: &'static str,
    /// What it shows.
    description: &'static str,
    /// How it can be written: send one as `format`.
    formats: Vec<&'static str>,
    /// Its columns, in order.
    columns: Vec<ColumnView>,
}

/// A column of a report.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportColumn)]
pub struct ColumnView {
    /// Its name: in the header line of CSV, and as the key in JSON.
    name: &'static str,
    /// `text`, `texts` (an array in JSON, joined by commas in CSV), `integer`, `number`, `boolean` or `instant`.
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "instant")]
    kind: Kind,
    /// What it says.
    description: &'static str,
}

impl From<Report> for ReportView {
    fn from(report: Report) -> Self {
        let column = |column: &reports::Column| ColumnView {
            name: column.name,
            kind: column.kind,
            description: column.description,
        };
        Self {
            report: report.name(),
            description: report.description(),
            formats: Format::ALL.iter().map(|format| format.name()).collect(),
            columns: report.columns().iter().map(column).collect(),
        }
    }
}

/// Draw a report
///
/// Without `report`: the list of reports with their columns. With it: its lines, streamed, however many there are, of
/// one position of the log; a JSON answer says which, and of which period. Columns add up to the numbers of
/// `/api/analytics` for the same `from` and `to`. In CSV (RFC 4180, UTF-8), texts that a spreadsheet would take for a
/// formula begin with `'`. Whoever has `reports:read` for some tickets only gets the lines of those, of the report
/// `tickets`; the others take it for all.
#[utoipa::path(
    get,
    path = "/reports",
    operation_id = "getReport",
    extensions(("x-personal-data" = json!("report"))),
    tag = "Analytics and reports",
    security(("api_key" = ["reports:read"])),
    params(
        ("report" = inline(Option<schemas::ReportName>), Query, description = "Which one"),
        ("from" = inline(Option<schemas::Bound>), Query, description = "From then on: an instant, or a day where the tenant is"),
        ("to" = inline(Option<schemas::Bound>), Query, description = "Up to then: an instant (not included), or a day (with all of its hours)"),
        ("format" = inline(Option<schemas::ReportFormat>), Query, description = "`json` by default"),
        Fresh,
    ),
    responses(
        (status = 200, description = "The reports that there are; with `report`, its lines", content(
            (ReportAnswer = "application/json"),
            (String = "text/csv"),
        )),
        (status = 422, description = "There is no such format yet", body = Problem, content_type = "application/problem+json"),
        ListProblems,
    ),
)]
pub async fn get_report(State(app): State<App>, session: Session, mut query: Query) -> Result<Response, ApiError> {
    let scope = session.scope(Permission::ReportsRead)?;
    let Some(name) = query.text("report") else {
        query.finish()?;
        return Ok(Json(ReportList { data: Report::ALL.into_iter().map(ReportView::from).collect() }).into_response());
    };
    let report = name.parse::<Report>().map_err(|error| {
        ApiError::invalid_parameter("report", error.to_string()).allowed(Report::ALL.map(Report::name))
    })?;
    if report != Report::Tickets {
        // Its lines are people, and add up what all tickets say of them.
        session.require_all(Permission::ReportsRead)?;
    }
    let asked = take_period(&mut query)?;
    let format = format(query.text("format"))?;
    let min_position = query.position("min_position")?;
    query.finish()?;
    app.reach(&session.log, min_position).await?;
    let within = (&session.log, &scope);
    match report {
        Report::Tickets => draw::answer::<TicketLine>(&app, within, report, format, asked).await,
        Report::Agents => draw::answer::<AgentLine>(&app, within, report, format, asked).await,
        Report::Customers => draw::answer::<CustomerLine>(&app, within, report, format, asked).await,
    }
}

fn format(asked: Option<String>) -> Result<Format, ApiError> {
    let Some(name) = asked else { return Ok(Format::Json) };
    let supported = Format::ALL.map(Format::name);
    name.parse::<Format>().map_err(|error| match name.as_str() {
        // Promised, and not built yet: the request is right.
        "xlsx" | "pdf" => ApiError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "unsupported_format",
            format!("{name} is not supported yet: ask for json or csv"),
        )
        .field("format", "invalid_value", error.to_string())
        .allowed(supported),
        _ => ApiError::invalid_parameter("format", error.to_string()).allowed(supported),
    })
}
