//! What takes a feature, or is limited: one table, that requests are held to and that the document tells as
//! `x-required-feature`.

use axum::{extract::MatchedPath, http::request::Parts};
use domain::tenant::Feature;

use crate::request::below_api;

/// An operation that takes a feature.
#[derive(Clone, Copy, Debug)]
pub struct Gate {
    /// Its name in the document.
    pub operation: &'static str,
    /// How it is asked for.
    method: &'static str,
    /// Its path, below `/api`.
    path: &'static str,
    /// What it takes.
    pub feature: Feature,
    /// The fields of the body that take it, decided where they are changed; none: the whole operation does.
    pub fields: &'static [&'static str],
}

const fn gate(operation: &'static str, method: &'static str, path: &'static str, feature: Feature) -> Gate {
    Gate { operation, method, path, feature, fields: &[] }
}

const LOOKS: &[&str] = &["/custom_domain", "/branding"];

/// Every operation that takes a feature. What is there already can be looked at, switched off and deleted on any plan. That
/// keys take `api_access`, whatever they ask for, is where they are authenticated.
pub const GATES: &[Gate] = &[
    gate("createWebhook", "POST", "/webhooks", Feature::Webhooks),
    gate("testWebhook", "POST", "/webhooks/{id}/test", Feature::Webhooks),
    gate("replayWebhook", "POST", "/webhooks/{id}/replay", Feature::Webhooks),
    Gate { fields: &["/active"], ..gate("patchWebhook", "PATCH", "/webhooks/{id}", Feature::Webhooks) },
    gate("createLogStream", "POST", "/log-streams", Feature::CustomIntegrations),
    gate("testLogStream", "POST", "/log-streams/{id}/test", Feature::CustomIntegrations),
    Gate { fields: &["/active"], ..gate("patchLogStream", "PATCH", "/log-streams/{id}", Feature::CustomIntegrations) },
    gate("createKey", "POST", "/keys", Feature::ApiAccess),
    gate("rotateKey", "POST", "/keys/{id}/rotate", Feature::ApiAccess),
    gate("createServiceAccount", "POST", "/service-accounts", Feature::ApiAccess),
    gate("getReport", "GET", "/reports", Feature::AdvancedReporting),
    Gate { fields: LOOKS, ..gate("updateTenant", "PUT", "/tenant", Feature::WhiteLabel) },
    Gate { fields: LOOKS, ..gate("patchTenant", "PATCH", "/tenant", Feature::WhiteLabel) },
];

/// Operations that may be refused with 402.
pub const LIMITED: &[&str] =
    &["createAgent", "updateAgent", "patchAgent", "createInvitation", "acceptInvitation", "uploadFile"];

/// The feature that a request takes as a whole.
pub fn feature_of(parts: &Parts) -> Option<Feature> {
    let route = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let path = below_api(route)?;
    let asked = |gate: &&Gate| gate.method == parts.method.as_str() && gate.path == path;
    GATES.iter().filter(|gate| gate.fields.is_empty()).find(asked).map(|gate| gate.feature)
}
