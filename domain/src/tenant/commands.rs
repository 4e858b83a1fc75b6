//! What may be wished of a tenant.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::{
    access_policy::AddressRange,
    ids::{ApiKeyId, CalendarId, SlaPolicyId},
    tenant::{
        branding::BrandingChanges,
        events::TenantRestored,
        host::HostName,
        hours::BusinessHours,
        owner::KeyOwner,
        plans::{Plan, PlanCommand},
    },
    text::Name,
};

/// A new tenant.
#[derive(Clone, Debug)]
pub struct ProvisionTenant {
    /// What the company is called.
    pub name: Name,
    /// What it bought.
    pub plan: Plan,
    /// Where its days begin.
    pub time_zone: chrono_tz::Tz,
    /// Where it is found, within the installation's own domain.
    pub domain: Option<HostName>,
    /// Where it is found if nothing is wished.
    pub usual_domain: Option<HostName>,
    /// When it is open; 9:00 to 17:00 where nothing else is wished.
    pub business_hours: Option<BusinessHours>,
    /// The ids of what it begins with.
    pub ids: BeginningIds,
}

/// The ids of what a tenant begins with.
#[derive(Clone, Copy, Debug)]
pub struct BeginningIds {
    /// Of the calendar that is always open.
    pub round_the_clock: CalendarId,
    /// Of the one with the business hours.
    pub business_hours: CalendarId,
    /// Of the policy.
    pub sla_policy: SlaPolicyId,
}

/// A new key for a program.
#[derive(Clone, Debug)]
pub struct IssueApiKey {
    /// The id that it gets.
    pub key: ApiKeyId,
    /// What it is for.
    pub name: Name,
    /// What it may do, as far as its owner may.
    pub scopes: BTreeSet<String>,
    /// Whose it is; none: the tenant's own. That they exist was read from their stream.
    pub owner: Option<KeyOwner>,
    /// From where it opens; empty: from anywhere.
    pub allowed_addresses: BTreeSet<AddressRange>,
    /// When it ends; none: never.
    pub expires_at: Option<DateTime<Utc>>,
    /// How many requests an hour it may make; none: as many as the plan allows.
    pub rate_limit: Option<u32>,
    /// The time of the wish.
    pub now: DateTime<Utc>,
}

/// A new key in the place of another.
#[derive(Clone, Copy, Debug)]
pub struct RotateApiKey {
    /// The other.
    pub key: ApiKeyId,
    /// The id that the new one gets.
    pub new: ApiKeyId,
    /// When the new one ends.
    pub expires_at: DateTime<Utc>,
    /// How many requests an hour it may make; none: as many as the other.
    pub rate_limit: Option<u32>,
    /// When the other ends, if it does not before.
    pub ends_at: DateTime<Utc>,
    /// The time of the wish.
    pub now: DateTime<Utc>,
}

/// What may be wished of a tenant.
#[derive(Clone, Debug)]
pub enum TenantCommand {
    /// Make its world.
    Provision(ProvisionTenant),
    /// Let it be found elsewhere within the installation's own domain.
    SetDomain(HostName),
    /// Let it be found under a domain of its own; none: no more.
    SetCustomDomain(Option<HostName>),
    /// Let it look differently.
    Brand(Box<BrandingChanges>),
    /// Open at other times.
    SetBusinessHours {
        /// When.
        hours: BusinessHours,
        /// The id of the calendar, if there is none yet.
        id: CalendarId,
    },
    /// Let tickets find an agent by themselves, or not.
    SwitchAutoAssignment(bool),
    /// Watch how soon customers hear from the help desk, or not.
    SwitchSla(bool),
    /// Close it for a while.
    Suspend,
    /// Open it again.
    Resume,
    /// Let it be gone, not before then: RFC 3339.
    ScheduleDeletion(String),
    /// Let it stay.
    CancelDeletion,
    /// Note that it was restored from a backup.
    RecordRestore(Box<TenantRestored>),
    /// Something about what was bought.
    Plan(PlanCommand),
    /// Give a program a key.
    IssueApiKey(IssueApiKey),
    /// Give it another in the place of one that it has.
    RotateApiKey(RotateApiKey),
    /// Let a key open nothing any more.
    RevokeApiKey(ApiKeyId),
}
