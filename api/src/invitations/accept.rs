use axum::{extract::State, response::Response};
use commands::people::NewPassword;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    openapi::DoorProblems,
    problem::{ApiError, Problem},
    request::{Addressee, Body, Visiting},
    sessions::{Entered, Keeping, KeptAs},
};

/// Who joins.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"tenant": "acme", "token": "hd_invitation_acme_…", "password": "twelve or more characters"}))]
pub struct Acceptance {
    /// In whose world. It may be left out where `X-Tenant-ID` says so, or the request comes to a domain of the tenant.
    tenant: Option<String>,
    /// The token of the invitation.
    token: String,
    /// The password that is to count: any characters, but not one of the most common.
    #[schema(value_type = String, format = Password, min_length = 12, max_length = 256)]
    password: NewPassword,
}

/// Accept an invitation
///
/// Sets the password, ends all sessions of the agent, and logs them in; whoever has a second factor gets 200 instead of
/// 201, and finishes at `POST /api/sessions/mfa`. Good once; an invitation of another tenant, or
/// one that was accepted, revoked, replaced or has expired, is not found.
#[utoipa::path(
    post,
    path = "/invitations/accept",
    operation_id = "acceptInvitation",
    extensions(("x-personal-data" = json!({"own": "who proved who they are is told their own name, and the audit trail has it"}))),
    tag = "Invitations",
    security(()),
    params(KeptAs),
    request_body = Acceptance,
    responses(
        Entered,
        (status = 404, description = "There is no such invitation, or not any more", body = Problem,
            content_type = "application/problem+json"),
        DoorProblems,
    ),
)]
pub async fn accept_invitation(
    State(app): State<App>,
    Visiting(visitor): Visiting,
    addressee: Addressee,
    keeping: Keeping,
    body: Body<Acceptance>,
) -> Result<Response, ApiError> {
    let Acceptance { tenant, token, password } = body.value;
    let tenant = addressee.or_said(&app, tenant).await?;
    let entry = app.desk.accept_invitation(&tenant, &token, password, &visitor, &*app.random).await?;
    Ok(Entered::answer(entry, &keeping))
}
