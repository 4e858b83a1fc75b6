use axum::{extract::State, response::Response};
use commands::{Permission, customers::ExportCustomer};
use domain::access_policy::PersonalField;
use projections::person::Person;

use super::resolve;
use crate::{
    app::App,
    masking::must_see,
    openapi::{ActProblems, CustomerPath, Idempotent, IfMatch, schemas},
    person::{self, PersonExport},
    problem::ApiError,
    request::{Conditions, PathText, Query, Session},
};

/// Export everything that is known about a customer
///
/// Their profile, its history, their tickets with every message and note about them, and what they did, from where: as JSON
/// for programs, or as one page for people to read. What is about others on the same tickets is left out. Streamed, however
/// much it is; that a copy was taken, by whom and when, is in the audit trail.
#[utoipa::path(
    post,
    path = "/customers/{id}/export",
    operation_id = "exportCustomer",
    extensions(("x-personal-data" = json!("export"))),
    tag = "Privacy",
    security(("api_key" = ["privacy:export"])),
    params(
        CustomerPath,
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
pub async fn export_customer(
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
    let receipt = app.desk.run(&session.log, &request, &ExportCustomer(id)).await?;
    person::answer(&app, &session, &receipt, Person::Customer(id), format).await
}
