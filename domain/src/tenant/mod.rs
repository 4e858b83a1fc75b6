//! A tenant: one company's own world.
//!
//! What it protects: it is provisioned once; a key that was revoked stays revoked. Secrets are never in its events:
//! the hash of a key stands in a write-side table, its name and its rights here.

mod commands;
mod events;
mod rejection;
mod state;

pub use commands::{IssueApiKey, ProvisionTenant, TenantCommand};
pub use events::{ApiKeyIssued, ApiKeyRevoked, Plan, TenantEvent, TenantProvisioned};
pub use rejection::TenantRejection;
pub use state::{ApiKeyState, Tenant, TenantState};
