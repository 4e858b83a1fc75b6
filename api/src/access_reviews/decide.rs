use axum::{extract::State, response::Response};
use commands::{Permission, Request, access_reviews::DecideAccess};
use domain::{
    RoleId,
    access_review::{Decision, Principal},
    text::Reason,
};
use projections::access_reviews::AccessReviewView;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{answer, named};
use crate::{
    answer::Written,
    app::App,
    openapi::{AccessReviewPath, ChangeProblems, Changed, Idempotent, schemas},
    problem::ApiError,
    request::{Body, Conditions, PathText, Session},
};

/// A decision about somebody's access.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"item": "agt_0199aa00000070008000000000000002", "decision": "attest", "note": "on call"}))]
pub struct AccessDecision {
    /// Who: `agt_…`, `svc_…` or `key_…`.
    #[schema(value_type = schemas::Principal)]
    item: Principal,
    /// `attest`: it stays; `remove`: people and service accounts are deactivated, keys revoked; `change_role`: people and
    /// service accounts get the role that `role` says.
    decision: DecisionWord,
    /// The role that they get.
    #[schema(value_type = Option<schemas::RoleId>)]
    role: Option<RoleId>,
    /// Why. It stays in your event log as it is: name no persons.
    #[schema(value_type = Option<schemas::Reason>)]
    note: Option<Reason>,
}

/// What is decided.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[schema(as = AccessDecisionWord)]
#[serde(rename_all = "snake_case")]
pub enum DecisionWord {
    /// It stays.
    Attest,
    /// Another role.
    ChangeRole,
    /// It ends.
    Remove,
}

impl AccessDecision {
    fn decision(&self) -> Result<Decision, ApiError> {
        match (self.decision, self.role) {
            (DecisionWord::Attest, None) => Ok(Decision::Attest),
            (DecisionWord::Remove, None) => Ok(Decision::Remove),
            (DecisionWord::ChangeRole, Some(role)) => Ok(Decision::ChangeRole(role)),
            (DecisionWord::ChangeRole, None) => {
                Err(ApiError::invalid_field("/role", "required", "expected the role that they are to have"))
            }
            (DecisionWord::Attest | DecisionWord::Remove, Some(_)) => {
                let expected = "expected no role but with the decision change_role: leave it out";
                Err(ApiError::invalid_field("/role", "invalid_value", expected))
            }
        }
    }
}

/// Decide about somebody's access
///
/// What is taken is taken at once, by the same commit, and under the same rules as elsewhere: it takes `agents:write` to
/// deactivate people, `roles:write` to change their role, `keys:write` for service accounts and keys, and all that they
/// may; the last owner stays. Only people decide, and nobody about themselves or their own keys (409 `own_access`), but an
/// owner who is the only one; that is marked. Who attested may still remove; what was taken is not kept after all (409
/// `already_decided`). The same decision again changes nothing.
#[utoipa::path(
    post,
    path = "/access-reviews/{id}/decisions",
    operation_id = "decideAccess",
    tag = "Access reviews",
    security(("api_key" = ["security:write"])),
    params(AccessReviewPath, Idempotent),
    request_body = AccessDecision,
    responses(Changed<AccessReviewView>, ChangeProblems),
)]
pub async fn decide_access(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    body: Body<AccessDecision>,
) -> Result<Response, ApiError> {
    session.require(Permission::SecurityWrite)?;
    let decision = body.value.decision()?;
    if decision != Decision::Attest {
        session.require_recent()?;
    }
    // A version would be the review's, and is no condition of what is done to whom it is about.
    let request = Request { expected_version: None, ..conditions.wish(&app, &session, &body.digest) };
    let AccessDecision { item, note, .. } = body.value;
    let wish = DecideAccess { review: named(&id)?, item, decision, note };
    let receipt = app.desk.decide_access(&session.log, &request, &wish).await?;
    answer(&app, &session, &receipt, Written::changed(&receipt)).await
}
