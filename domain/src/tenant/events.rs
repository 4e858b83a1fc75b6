//! What can have happened to a tenant: the storage format.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    branding::BrandingChanges,
    hours::Calendar,
    owner::KeyOwner,
    plans::{
        FeatureOverridden, LimitOverridden, OverrideCleared, Plan, PlanChanged, SeatTaken, ThresholdReached,
        TrialEnded, TrialStarted,
    },
    sla::SlaPolicy,
};
use crate::{access_policy::AddressRange, aggregate::events, ids::ApiKeyId};

/// The tenant's world was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TenantProvisioned {
    /// What the company is called.
    pub name: String,
    /// What it bought.
    pub plan: Plan,
    /// Where its days begin: an IANA zone.
    pub time_zone: String,
    /// Where it is found, within the installation's own domain.
    pub domain: Option<String>,
    /// When it is open, as it was written.
    pub business_hours: Option<String>,
    /// The calendars that it begins with.
    pub calendars: Vec<Calendar>,
    /// The policies that it begins with.
    pub sla_policies: Vec<SlaPolicy>,
}

/// Of tenants that were made before there were calendars.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct TenantProvisionedV1 {
    name: String,
    plan: Plan,
    time_zone: String,
}

impl From<TenantProvisionedV1> for TenantProvisioned {
    fn from(TenantProvisionedV1 { name, plan, time_zone }: TenantProvisionedV1) -> Self {
        let (calendars, sla_policies) = (vec![], vec![]);
        Self { name, plan, time_zone, domain: None, business_hours: None, calendars, sla_policies }
    }
}

/// It is found elsewhere within the installation's own domain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DomainChanged {
    /// Now.
    pub domain: String,
    /// Before.
    pub previous: Option<String>,
}

/// It is found under another domain of its own, or under none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CustomDomainChanged {
    /// Now.
    pub custom_domain: Option<String>,
    /// Before.
    pub previous: Option<String>,
}

/// It looks differently to its customers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BrandingChanged {
    /// What changed, as it is now.
    #[serde(flatten)]
    pub now: Box<BrandingChanges>,
    /// The same, as it was before.
    pub previous: Box<BrandingChanges>,
}

/// It is open at other times.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BusinessHoursChanged {
    /// As it was written.
    pub business_hours: String,
    /// What that comes to.
    pub calendar: Calendar,
    /// Before.
    pub previous: PreviousHours,
}

/// When it was open before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PreviousHours {
    /// As it was written.
    pub business_hours: Option<String>,
    /// What that came to.
    pub calendar: Option<Calendar>,
}

/// Whether tickets find an agent by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AutoAssignmentSwitched {
    /// Now.
    pub auto_assignment: bool,
    /// Before.
    pub previous: bool,
}

/// Whether it is watched how soon customers hear from the help desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlaSwitched {
    /// Now.
    pub sla_enabled: bool,
    /// Before.
    pub previous: bool,
}

/// An operator closed it for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantSuspended {}

/// An operator opened it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantResumed {}

/// An operator wants it gone, with all that it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletionScheduled {
    /// Not before then: RFC 3339.
    pub delete_after: String,
}

/// It is to stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletionCancelled {}

/// It was restored from a backup. What this log had after a position is no more, or it is a copy of another tenant's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantRestored {
    /// Which of the tenant's logs this is from now on: 1 of a copy, one more for each time that it is restored in place.
    pub epoch: u32,
    /// What it was restored from.
    pub from: RestoredFrom,
    /// The last position that was kept; this event comes right behind it.
    pub position: u64,
    /// The last position of the log before, when that had more; none: nothing was lost, or nobody knows.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub discarded_to: Option<u64>,
    /// The last checkpoint that was signed of the log before, as far as it is known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub checkpoint: Option<String>,
    /// Why, in the words of whoever wished it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// Of a sandbox, a copy that has nobody's keys: when it is destroyed (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sandbox_until: Option<String>,
}

impl TenantRestored {
    /// Whether it is a copy of another tenant.
    pub fn is_copy(&self) -> bool {
        self.epoch == 1
    }
}

/// What a tenant was restored from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestoredFrom {
    /// Whose backup.
    pub tenant: String,
    /// Which.
    pub backup: String,
    /// Which of that tenant's logs it holds.
    pub epoch: u32,
}

/// A program got a key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApiKeyIssued {
    /// The key's id; its secret was shown once and is nowhere.
    pub key: ApiKeyId,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: BTreeSet<String>,
    /// Whose it is; none: the tenant's own.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub owner: Option<KeyOwner>,
    /// From where it opens; empty: from anywhere.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub allowed_addresses: Vec<AddressRange>,
    /// When it ends, RFC 3339; none: never.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expires_at: Option<String>,
    /// How many requests an hour it may make; none: as many as the plan allows.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rate_limit: Option<u32>,
}

/// A key got an heir, and ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKeyRotated {
    /// Which.
    pub key: ApiKeyId,
    /// The key that takes its place.
    pub replaced_by: ApiKeyId,
    /// When it ends, RFC 3339: both open until then.
    pub ends_at: String,
}

/// A key opens nothing any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKeyRevoked {
    /// Which.
    pub key: ApiKeyId,
}

events!(
    /// What can have happened to a tenant.
    TenantEvent {
        "tenant.provisioned" v 2 => TenantProvisioned, from v 1 => TenantProvisionedV1;
        "tenant.domain_changed" v 1 => DomainChanged;
        "tenant.custom_domain_changed" v 1 => CustomDomainChanged;
        "tenant.branding_changed" v 1 => BrandingChanged;
        "tenant.business_hours_changed" v 1 => BusinessHoursChanged;
        "tenant.auto_assignment_switched" v 1 => AutoAssignmentSwitched;
        "tenant.sla_switched" v 1 => SlaSwitched;
        "tenant.suspended" v 1 => TenantSuspended;
        "tenant.resumed" v 1 => TenantResumed;
        "tenant.deletion_scheduled" v 1 => DeletionScheduled;
        "tenant.deletion_cancelled" v 1 => DeletionCancelled;
        "tenant.restored" v 1 => TenantRestored;
        "tenant.plan_changed" v 1 => PlanChanged;
        "tenant.trial_started" v 1 => TrialStarted;
        "tenant.trial_ended" v 1 => TrialEnded;
        "tenant.limit_overridden" v 1 => LimitOverridden;
        "tenant.feature_overridden" v 1 => FeatureOverridden;
        "tenant.override_cleared" v 1 => OverrideCleared;
        "tenant.seat_taken" v 1 => SeatTaken;
        "tenant.threshold_reached" v 1 => ThresholdReached;
        "tenant.api_key_issued" v 1 => ApiKeyIssued;
        "tenant.api_key_rotated" v 1 => ApiKeyRotated;
        "tenant.api_key_revoked" v 1 => ApiKeyRevoked;
    }
);
