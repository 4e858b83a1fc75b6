//! What is said of a role: strict, and every refusal says what could be said instead.

use domain::{
    access_policy::MaskedFields,
    permission::{Permission, Permissions, Reach},
    text::{Description, Name},
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    openapi::schemas,
    problem::ApiError,
    request::{not_null, nullable},
};

/// A permission, and for which tickets.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"permission": "tickets:write", "reach": "team"}))]
pub struct NewGrant {
    /// What may be done: see `GET /api/permissions`.
    #[schema(value_type = schemas::PermissionName)]
    permission: String,
    /// For which tickets; `all` when left out. Permissions that are not about tickets take no other.
    #[schema(value_type = Option<schemas::ReachName>)]
    reach: Option<String>,
}

/// What is to change of a role. A field that is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"permissions": [{"permission": "tickets:read"}, {"permission": "tickets:write", "reach": "team"}]}))]
pub struct RoleChanges {
    /// What it is called; unique, whatever the case.
    #[schema(value_type = Option<schemas::Name>)]
    pub name: Option<Name>,
    /// What it is for; null clears it.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<schemas::Description>)]
    pub description: Option<Option<Description>>,
    /// Exactly these, each once. Nothing that you have not yourself.
    #[schema(max_items = 100)]
    pub permissions: Option<Vec<NewGrant>>,
    /// What of customers they are not shown: exactly this. It takes `security:write`, too, and nothing that you are not
    /// shown yourself can be taken out.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = Vec<schemas::PersonalFieldName>, required = false, max_items = 4)]
    pub masks_personal_data: Option<MaskedFields>,
}

/// The permissions that these are.
pub fn permissions(grants: &[NewGrant]) -> Result<Permissions, ApiError> {
    let mut all: Vec<(Permission, Reach)> = vec![];
    for (index, grant) in grants.iter().enumerate() {
        let (permission, reach) = read(grant, &format!("/permissions/{index}"))?;
        if all.iter().any(|(known, _)| *known == permission) {
            let detail = format!("{permission} is in this list twice: say it once, with the wider reach");
            return Err(ApiError::invalid_field(format!("/permissions/{index}/permission"), "invalid_value", detail));
        }
        all.push((permission, reach));
    }
    Ok(all.into_iter().collect())
}

fn read(grant: &NewGrant, place: &str) -> Result<(Permission, Reach), ApiError> {
    let permission: Permission = grant.permission.parse().map_err(|_| {
        let detail = format!("{:?} is no permission: expected one of the allowed values", grant.permission);
        ApiError::invalid_field(format!("{place}/permission"), "invalid_value", detail)
            .allowed(Permission::ALL.iter().map(|known| known.as_str()))
    })?;
    let takes: &[Reach] = if permission.takes_reach() { &Reach::EVERY } else { &[Reach::All] };
    let wanted = grant.reach.as_deref().unwrap_or(Reach::All.as_str());
    let reach = takes.iter().copied().find(|reach| reach.as_str() == wanted).ok_or_else(|| {
        let detail = if permission.takes_reach() {
            format!("{wanted:?} is no reach: expected one of the allowed values")
        } else {
            format!("{permission} is for everything or not had at all: leave reach out")
        };
        ApiError::invalid_field(format!("{place}/reach"), "invalid_value", detail)
            .allowed(takes.iter().map(|reach| reach.as_str()))
    })?;
    Ok((permission, reach))
}
