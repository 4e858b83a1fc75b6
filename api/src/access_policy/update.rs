use std::collections::{BTreeMap, BTreeSet};

use axum::{extract::State, response::Response};
use chrono::{DateTime, Utc};
use commands::access_policy::{AccessPolicyPatch, UpdateAccessPolicy};
use domain::{
    RoleId,
    access_policy::{AddressRange, MaskedFields, Origin, RoleRules, SessionLimits, WishedSchedule},
    access_review::PrincipalKind,
};
use projections::access_policy::AccessPolicyView;
use serde::Deserialize;
use utoipa::ToSchema;

use super::answer;
use crate::{
    app::App,
    openapi::{ChangeProblems, Changed, Idempotent, IfMatch, schemas},
    problem::ApiError,
    request::{Body, Conditions, Session, not_null, nullable},
};

/// What is to change. A field that is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"mfa_required": true, "sessions": {"idle_minutes": 480, "absolute_minutes": 1440, "reauthentication_minutes": 15}}))]
pub struct AccessPolicyChanges {
    /// From where everybody gets in: at most 100 addresses or ranges in CIDR notation; empty: from anywhere. You must be
    /// among them.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = Vec<schemas::AddressRange>, required = false, max_items = 100)]
    allowed_addresses: Option<Vec<AddressRange>>,
    /// Whether everybody must show a second factor.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = bool, required = false)]
    mfa_required: Option<bool>,
    /// For how long people are logged in.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = SessionLimitsBody, required = false)]
    sessions: Option<SessionLimitsBody>,
    /// Pages of which origins may use the API: at most 50.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = Vec<schemas::Origin>, required = false, max_items = 50)]
    origins: Option<BTreeSet<Origin>>,
    /// What holds for those who have a role, by the role's id; null: nothing beyond what holds for everybody. A role that is
    /// left out stays as it is.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = BTreeMap<String, RoleRulesBody>, required = false)]
    roles: Option<BTreeMap<RoleId, Option<RoleRulesBody>>>,
    /// When reviews of access open by themselves; null: never.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<AccessReviewScheduleBody>)]
    access_reviews: Option<Option<AccessReviewScheduleBody>>,
}

/// When reviews of access open by themselves, and what they are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"every_months": 3, "due_days": 14}))]
pub struct AccessReviewScheduleBody {
    /// Every how many months.
    #[schema(minimum = 1, maximum = 24)]
    every_months: u8,
    /// How many days after it opened a review is to be done.
    #[schema(minimum = 1, maximum = 366)]
    due_days: u16,
    /// Whom they are about; everybody when left out.
    #[serde(default)]
    #[schema(value_type = Vec<schemas::PrincipalKind>, required = false)]
    kinds: BTreeSet<PrincipalKind>,
    /// When the first opens, within two years; the others so many months after it. When left out, as before, and of a new
    /// schedule so many months from now.
    first_at: Option<DateTime<Utc>>,
}

impl From<AccessReviewScheduleBody> for WishedSchedule {
    fn from(body: AccessReviewScheduleBody) -> Self {
        let AccessReviewScheduleBody { every_months, due_days, kinds, first_at } = body;
        let kinds = if kinds.is_empty() { PrincipalKind::ALL.into() } else { kinds };
        Self { every_months, due_days, kinds, first_at }
    }
}

/// For how long people are logged in; from 5 minutes to a year each.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the unit is part of the name for whoever sends it")]
pub struct SessionLimitsBody {
    /// Minutes after which a session that nobody used is over.
    #[schema(minimum = 5, maximum = 527_040)]
    idle_minutes: u32,
    /// Minutes after which a session is over, however it was used.
    #[schema(minimum = 5, maximum = 527_040)]
    absolute_minutes: u32,
    /// Minutes for which a proof of who one is counts for sensitive acts.
    #[schema(minimum = 5, maximum = 527_040)]
    reauthentication_minutes: u32,
}

/// What holds for those who have a role.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleRulesBody {
    /// From where they get in; empty: from anywhere. The tenant's list holds, too.
    #[serde(default)]
    #[schema(value_type = Vec<schemas::AddressRange>, max_items = 100)]
    allowed_addresses: Vec<AddressRange>,
    /// Whether they must show a second factor.
    #[serde(default)]
    mfa_required: bool,
    /// What of customers they are not shown. Nothing that you are not shown yourself can be taken out.
    #[serde(default)]
    #[schema(value_type = Vec<schemas::PersonalFieldName>, max_items = 4)]
    masks_personal_data: MaskedFields,
}

impl From<AccessPolicyChanges> for AccessPolicyPatch {
    fn from(changes: AccessPolicyChanges) -> Self {
        let AccessPolicyChanges { allowed_addresses, mfa_required, sessions, origins, roles, access_reviews } = changes;
        let sessions = sessions.map(|limits| SessionLimits {
            idle_minutes: limits.idle_minutes,
            absolute_minutes: limits.absolute_minutes,
            reauthentication_minutes: limits.reauthentication_minutes,
        });
        let rules = |body: Option<RoleRulesBody>| {
            let RoleRulesBody { allowed_addresses, mfa_required, masks_personal_data } = body.unwrap_or_default();
            RoleRules { allowed_addresses, mfa_required, masks_personal_data }
        };
        let rules = roles.unwrap_or_default().into_iter().map(|(role, body)| (role, rules(body))).collect();
        let access_reviews = access_reviews.map(|body| body.map(WishedSchedule::from));
        Self { allowed_addresses, mfa_required, sessions, origins, rules, access_reviews }
    }
}

/// Change the access policy
///
/// What is left out stays as it is. Nobody shuts themselves out: an address list must hold the address that you ask from
/// (422 `would_lock_out`).
#[utoipa::path(
    patch,
    path = "/access-policy",
    operation_id = "patchAccessPolicy",
    tag = "Access policy",
    security(("api_key" = ["security:write"])),
    params(
        IfMatch,
        Idempotent,
    ),
    request_body = AccessPolicyChanges,
    responses(Changed<AccessPolicyView>, ChangeProblems),
)]
pub async fn patch_access_policy(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    body: Body<AccessPolicyChanges>,
) -> Result<Response, ApiError> {
    session.require_recent()?;
    let request = conditions.wish(&app, &session, &body.digest);
    let wish = UpdateAccessPolicy { patch: body.value.into(), address: session.address };
    let receipt = app.desk.run(&session.log, &request, &wish).await?;
    answer(&app, &session, &receipt).await
}
