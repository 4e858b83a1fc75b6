use axum::{extract::State, response::Response};
use commands::{Permission, agents::ExportAgent};
use domain::access_policy::PersonalField;
use projections::person::Person;

use super::resolve;
use crate::{
    app::App,
    masking::must_see,
    openapi::{ActProblems, AgentPath, Idempotent, IfMatch, schemas},
    person::{self, PersonExport},
    problem::ApiError,
    request::{Conditions, PathText, Query, Session},
};

/// Export everything that is known about an agent
///
/// Their profile, its history with log-ins, and what they did, from where: as JSON for programs, or as one page for people to
/// read. What they wrote to customers is about those, and not in it. Streamed, however much it is; that a copy was taken, by
/// whom and when, is in the audit trail.
#[utoipa::path(
    post,
    path = "/agents/{id}/export",
    operation_id = "exportAgent",
    extensions(("x-personal-data" = json!("export"))),
    tag = "Privacy",
    security(("api_key" = ["privacy:export"])),
    params(
        AgentPath,
        ("format" = inline(Option<schemas::PersonFormat>), Query, description = "`json` by default"),
        IfMatch,
        Idempotent,
    ),
    responses(
        (status = 200, description = "Everything that is known about them", content(
            (PersonExport = "application/json"),
            (String = "text/html"),
        )),
        ActProblems,
    ),
)]
pub async fn export_agent(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    mut query: Query,
) -> Result<Response, ApiError> {
    session.require(Permission::PrivacyExport)?;
    session.require_recent()?;
    must_see(&PersonalField::ALL, None)?;
    let format = person::take_format(&mut query)?;
    query.finish()?;
    let request = conditions.wish(&app, &session, format.name().as_bytes());
    let id = resolve(&session, &id).await?;
    let receipt = app.desk.run(&session.log, &request, &ExportAgent(id)).await?;
    person::answer(&app, &session, &receipt, Person::Agent(id), format).await
}
