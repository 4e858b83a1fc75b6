use axum::{extract::State, response::Response};
use commands::{Permission, customers::EraseCustomer};

use super::resolve;
use crate::{
    app::App,
    erasures::{self, ErasureView},
    openapi::{ActProblems, Changed, CustomerPath, Idempotent, IfMatch},
    problem::ApiError,
    request::{Conditions, PathText, Session},
};

/// Erase a customer
///
/// For ever: their keys are destroyed, so that nothing that the log, its copies and its backups hold about them can be
/// read any more; titles and messages of their tickets go with them. Tickets, numbers and proofs stay. An email that was
/// theirs makes a new customer. A repeat answers the same; until `completed_at` is set, their traces outside the log are
/// still being cleaned.
#[utoipa::path(
    post,
    path = "/customers/{id}/erase",
    operation_id = "eraseCustomer",
    tag = "Privacy",
    security(("api_key" = ["privacy:erase"])),
    params(
        CustomerPath,
        IfMatch,
        Idempotent,
    ),
    responses(Changed<ErasureView>, ActProblems),
)]
pub async fn erase_customer(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
) -> Result<Response, ApiError> {
    session.require(Permission::PrivacyErase)?;
    session.require_recent()?;
    let request = conditions.wish(&app, &session, &[]);
    let id = resolve(&session, &id).await?;
    let receipt = app.desk.run(&session.log, &request, &EraseCustomer(id)).await?;
    erasures::answer(&app, &session, &receipt).await
}
