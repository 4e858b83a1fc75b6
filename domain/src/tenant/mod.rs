//! A tenant: one company's own world.
//!
//! What it protects: it is provisioned once, and its business hours are one calendar; a key that was revoked stays
//! revoked. Secrets are never in its events: the digest of a key stands in a write-side table, its name, its owner and its
//! rights here.

mod branding;
mod commands;
mod css;
mod events;
mod host;
mod hours;
mod keys;
mod owner;
mod plans;
mod rejection;
mod sla;
mod state;
mod zones;

pub use branding::{Branding, BrandingChanges, Color, CustomCss, Font, MailAbout, PictureUrl, TemplateId};
pub use commands::{BeginningIds, IssueApiKey, ProvisionTenant, RotateApiKey, TenantCommand};
pub use events::{
    ApiKeyIssued, ApiKeyRevoked, ApiKeyRotated, AutoAssignmentSwitched, BrandingChanged, BusinessHoursChanged,
    CustomDomainChanged, DeletionCancelled, DeletionScheduled, DomainChanged, PreviousHours, RestoredFrom, SlaSwitched,
    TenantEvent, TenantProvisioned, TenantProvisionedV1, TenantRestored, TenantResumed, TenantSuspended,
};
pub use host::{HostName, is_label};
pub use hours::{BusinessHours, Calendar, CalendarKind, HoursError, OpenInterval, TimeOfDay, Weekday};
pub use keys::{IssuedKey, Keys};
pub use owner::{KeyOwner, KeyOwnerError};
pub use plans::{
    Entitled, Entitlement, Entitlements, Feature, FeatureOverridden, Limit, LimitOverridden, OverLimit,
    OverrideCleared, Plan, PlanChanged, PlanCommand, Plans, SeatTaken, Source, THRESHOLDS, ThresholdReached,
    TrialEnded, TrialStarted,
};
pub use rejection::TenantRejection;
pub use sla::{SlaPolicy, Targets};
pub use state::{Tenant, TenantState};
