//! What the rules read of a tenant; decide and apply.

use std::collections::BTreeMap;

use crate::{
    aggregate::Aggregate,
    ids::ApiKeyId,
    tenant::{
        commands::TenantCommand,
        events::{ApiKeyIssued, ApiKeyRevoked, TenantEvent, TenantProvisioned},
        rejection::TenantRejection,
    },
};

/// The aggregate; its state is [`TenantState`].
#[derive(Debug)]
pub struct Tenant;

/// The fields of a tenant that some rule reads.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TenantState {
    /// Set by the first event.
    pub provisioned: Option<TenantProvisioned>,
    /// Every key that was ever issued.
    pub keys: BTreeMap<ApiKeyId, ApiKeyState>,
}

/// Whether a key still opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiKeyState {
    /// It opens.
    Live,
    /// It does not.
    Revoked,
}

impl Aggregate for Tenant {
    const TYPE: &'static str = "tenant";
    type State = TenantState;
    type Command = TenantCommand;
    type Event = TenantEvent;
    type Rejection = TenantRejection;

    fn decide(state: &TenantState, command: TenantCommand) -> Result<Vec<TenantEvent>, TenantRejection> {
        if state.provisioned.is_none() && !matches!(command, TenantCommand::Provision(_)) {
            return Err(TenantRejection::NotProvisioned);
        }
        match command {
            // Provisioning is resumed after a crash: the second time, there is nothing left to record.
            TenantCommand::Provision(_) if state.provisioned.is_some() => Ok(vec![]),
            TenantCommand::Provision(provision) => Ok(vec![
                TenantProvisioned {
                    name: provision.name.into(),
                    plan: provision.plan,
                    time_zone: provision.time_zone.name().to_owned(),
                }
                .into(),
            ]),
            TenantCommand::IssueApiKey(issue) if state.keys.contains_key(&issue.key) => {
                Err(TenantRejection::KeyAlreadyIssued)
            }
            TenantCommand::IssueApiKey(issue) => Ok(vec![
                ApiKeyIssued {
                    key: issue.key,
                    name: issue.name.into(),
                    scopes: issue.scopes,
                    expires_at: issue.expires_at,
                }
                .into(),
            ]),
            TenantCommand::RevokeApiKey(key) => match state.keys.get(&key) {
                None => Err(TenantRejection::KeyNotFound),
                Some(ApiKeyState::Revoked) => Ok(vec![]),
                Some(ApiKeyState::Live) => Ok(vec![ApiKeyRevoked { key }.into()]),
            },
        }
    }

    fn changed_fields(event: &TenantEvent) -> &'static [&'static str] {
        match event {
            TenantEvent::TenantProvisioned(_) => &["name", "plan", "time_zone"],
            TenantEvent::ApiKeyIssued(_) | TenantEvent::ApiKeyRevoked(_) => &["api_keys"],
        }
    }

    fn apply(state: &mut TenantState, event: &TenantEvent) {
        match event {
            TenantEvent::TenantProvisioned(provisioned) => state.provisioned = Some(provisioned.clone()),
            TenantEvent::ApiKeyIssued(issued) => {
                state.keys.insert(issued.key, ApiKeyState::Live);
            }
            TenantEvent::ApiKeyRevoked(revoked) => {
                state.keys.insert(revoked.key, ApiKeyState::Revoked);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_key_is_revoked_once_and_for_all() {
        let key = ApiKeyId::new(Uuid::from_u128(1));
        let mut state = TenantState::default();
        let provisioned = TenantProvisioned {
            name: "Acme".to_owned(),
            plan: crate::tenant::Plan::Starter,
            time_zone: "UTC".to_owned(),
        };
        Tenant::apply(&mut state, &provisioned.into());
        assert_eq!(Tenant::decide(&state, TenantCommand::RevokeApiKey(key)), Err(TenantRejection::KeyNotFound));
        state.keys.insert(key, ApiKeyState::Live);
        let events = Tenant::decide(&state, TenantCommand::RevokeApiKey(key)).unwrap();
        events.iter().for_each(|event| Tenant::apply(&mut state, event));
        assert_eq!(Tenant::decide(&state, TenantCommand::RevokeApiKey(key)), Ok(vec![]));
    }
}
