//! `/api/evidence`: what an auditor asks for, as of a date, each control with the question behind it.

mod controls;
mod people;

use axum::{
    Extension, Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, TimeDelta, Utc};
use commands::Permission;
use event_store::Log;
use projections::evidence::{Counts, counts};
use reports::{Format, table};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    masking::AsItIs,
    openapi::{ListProblems, schemas},
    problem::ApiError,
    request::{Query, Session},
};

/// Every control there is.
pub const CONTROLS: [&str; 15] = [
    "people",
    "second_factors",
    "roles",
    "keys",
    "access_reviews",
    "configuration_changes",
    "support_visits",
    "backups",
    "restore_drills",
    "legal_holds",
    "retention",
    "log",
    "incidents",
    "personal_data",
    "uptime",
];

/// What a period is when nothing is said: a quarter.
const USUAL: TimeDelta = TimeDelta::days(92);

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get_evidence))
}

/// What an auditor asks for, as of a date.
#[derive(Debug, Serialize, ToSchema)]
pub struct Evidence {
    /// Whose.
    #[schema(example = "company-abc-123")]
    tenant_id: String,
    /// As of when.
    as_of: DateTime<Utc>,
    /// The last position of the log that was recorded by then.
    as_of_position: u64,
    /// Since when things that happened are counted.
    from: DateTime<Utc>,
    /// When this was made.
    made_at: DateTime<Utc>,
    /// The log's last signed checkpoint: what an auditor holds the log to.
    checkpoint: Option<String>,
    /// Control by control.
    controls: Vec<Control>,
}

/// One control.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EvidenceControl)]
pub struct Control {
    /// Its name.
    #[schema(example = "second_factors")]
    id: &'static str,
    /// What it says.
    title: &'static str,
    /// Where it is asked for: SOC 2, ISO 27001:2022, HIPAA.
    #[schema(example = json!(["SOC 2 CC6.1", "ISO 27001 A.8.5", "HIPAA 164.312(d)"]))]
    references: Vec<&'static str>,
    /// `log`: exact as of the date; `tables`: what is known now.
    #[schema(example = "log")]
    source: &'static str,
    /// What there is.
    #[schema(value_type = Object)]
    value: Value,
    /// Numbers of it, and the call of this API that gives each again.
    queries: Vec<Counted>,
    /// What this does not show.
    #[serde(skip_serializing_if = "Option::is_none")]
    limits: Option<&'static str>,
    /// The member of the value that is its list, and the columns of that as a table.
    #[serde(skip)]
    list: Option<(&'static str, &'static [&'static str])>,
}

impl Control {
    /// Its list as a table; where it has none, what it says, a line per member.
    fn table(&self) -> Vec<u8> {
        let Some((member, columns)) = self.list else {
            let members = self.value.as_object().into_iter().flatten();
            let lines: Vec<_> = members.map(|(what, value)| json!({"what": what, "value": value})).collect();
            return table::csv(&["what", "value"], lines.iter().filter_map(Value::as_object));
        };
        let lines = self.value[member].as_array().into_iter().flatten();
        table::csv(columns, lines.filter_map(Value::as_object))
    }
}

/// A number, and where it comes from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EvidenceQuery)]
pub struct Counted {
    /// What is counted.
    what: String,
    /// How many.
    count: u64,
    /// The call that gives as many entries, all pages taken together; or, with `pointer`, one answer.
    call: String,
    /// Where in the answer the number is (RFC 6901).
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<&'static str>,
}

/// What all controls are about.
struct Asked<'a> {
    log: &'a Log,
    from: DateTime<Utc>,
    as_of: DateTime<Utc>,
    position: u64,
    /// What happened in the period.
    period: Counts,
    /// What had happened by then, since the beginning.
    ever: Counts,
}

/// Get the evidence
///
/// As of a date: people, second factors, roles, keys, reviews of access, what was changed and by whom, visits of support,
/// backups and drills, incidents, erasures and copies. What comes from the log (`source`) is exact as of the date; what
/// is in tables says what is known now. Each number has the call that gives it again. With `control`, that one alone; with
/// `format=csv` its list as a table. It takes `audit:read` and `security:read`.
#[utoipa::path(
    get,
    path = "/evidence",
    operation_id = "getEvidence",
    tag = "Audit",
    security(("api_key" = ["audit:read"])),
    params(
        ("as_of" = Option<DateTime<Utc>>, Query, description = "As of when; now when left out"),
        ("from" = Option<DateTime<Utc>>, Query, description = "Since when things that happened are counted; 92 days before `as_of` when left out"),
        ("control" = inline(Option<schemas::EvidenceControlName>), Query, description = "This control alone"),
        ("format" = inline(Option<schemas::ReportFormat>), Query, description = "`json` by default; `csv`: the list of one `control`"),
    ),
    responses(
        (status = 200, description = "The evidence", content(
            (Evidence = "application/json"),
            (String = "text/csv"),
        )),
        ListProblems,
    ),
)]
pub async fn get_evidence(State(app): State<App>, session: Session, mut query: Query) -> Result<Response, ApiError> {
    session.require_all(Permission::AuditRead)?;
    session.require(Permission::SecurityRead)?;
    let now = app.desk.store().clock().now();
    let as_of = query.instant("as_of")?.unwrap_or(now);
    let from = query.instant("from")?.unwrap_or(as_of - USUAL);
    let (wanted, format) = (query.text("control"), query.parsed::<Format>("format")?.unwrap_or(Format::Json));
    query.finish()?;
    if wanted.as_ref().is_some_and(|wanted| !CONTROLS.contains(&wanted.as_str())) {
        return Err(ApiError::invalid_parameter("control", "expected the id of a control").allowed(CONTROLS));
    }
    if format == Format::Csv && wanted.is_none() {
        let detail = "a table has the list of one control: say which";
        return Err(ApiError::invalid_parameter("control", detail).allowed(CONTROLS));
    }
    if as_of > now {
        return Err(ApiError::invalid_parameter("as_of", "expected an instant that has come"));
    }
    if from >= as_of {
        return Err(ApiError::invalid_parameter("from", "expected an instant before as_of"));
    }
    let log = &session.log;
    // What the trail is asked for again must be in it.
    app.reach(log, Some(log.head().await?.position)).await?;
    let (after, position) = (log.position_at(from).await?, log.position_at(as_of).await?);
    let (period, ever) = (counts(log, after, position).await?, counts(log, 0, position).await?);
    let asked = Asked { log, from, as_of, position, period, ever };
    let mut controls = people::controls(&asked).await?;
    controls.extend(controls::controls(&app, &asked).await?);
    controls.retain(|control| wanted.as_ref().is_none_or(|wanted| control.id == wanted));
    let table = controls.first().filter(|_| format == Format::Csv).map(Control::table);
    let mut response = if let Some(table) = table {
        // Nothing of it is about customers.
        ([(header::CONTENT_TYPE, format.content_type())], Extension(AsItIs), table).into_response()
    } else {
        let evidence = Evidence {
            tenant_id: log.tenant().to_string(),
            as_of,
            as_of_position: position,
            from,
            made_at: now,
            checkpoint: log.checkpoint().map(|sealed| sealed.note.clone()),
            controls,
        };
        Json(evidence).into_response()
    };
    response.headers_mut().extend(crate::proof::evidence(log));
    Ok(response)
}

impl Asked<'_> {
    /// Acts of a kind in the period, and how the trail is asked for them.
    fn happened(&self, action: &str) -> Counted {
        let range = [("filter[recorded_at][gt]", self.from), ("filter[recorded_at][lte]", self.as_of)];
        counted(&self.period, action, &range)
    }

    /// The same, since the beginning.
    fn ever_happened(&self, action: &str) -> Counted {
        counted(&self.ever, action, &[("filter[recorded_at][lte]", self.as_of)])
    }
}

/// `action` is that of the trail: `role.created`, or `role.*`.
fn counted(counts: &Counts, action: &str, range: &[(&str, DateTime<Utc>)]) -> Counted {
    let fits = |found: &str| match action.strip_suffix('*') {
        Some(prefix) => found.starts_with(prefix),
        None => found == action,
    };
    let count = counts.iter().filter(|(found, _)| fits(found)).map(|(_, count)| count).sum();
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("filter[action]", action);
    for (name, at) in range {
        query.append_pair(name, &at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true));
    }
    Counted { what: action.to_owned(), count, call: format!("GET /api/audit?{}", query.finish()), pointer: None }
}
