//! The numbered SQL of an installation. A file that was ever released is never edited: the next one changes what it
//! made, in steps that old code survives (expand first, contract a release later).
//!
//! Read models are not here: they are not migrated but rebuilt, see the `projections` crate.

use event_store::Migration;

macro_rules! migration {
    ($number:literal, $path:literal) => {
        Migration { number: $number, name: $path, sql: include_str!($path) }
    };
}

/// The control plane's schema.
pub const CONTROL: &[Migration] = &[
    migration!(1, "control/0001_tenants.sql"),
    migration!(2, "control/0002_signing_keys.sql"),
    migration!(3, "control/0003_moved.sql"),
    migration!(4, "control/0004_erasures.sql"),
    migration!(5, "control/0005_installation_key.sql"),
    migration!(6, "control/0006_hosts.sql"),
    migration!(7, "control/0007_operators.sql"),
    migration!(8, "control/0008_tenant_life.sql"),
    migration!(9, "control/0009_incarnations.sql"),
    migration!(10, "control/0010_backups.sql"),
    migration!(11, "control/0011_schema_numbers.sql"),
    migration!(12, "control/0012_restores.sql"),
    migration!(13, "control/0013_sandboxes.sql"),
    migration!(14, "control/0014_uptime.sql"),
];

/// Every tenant's schema.
pub const TENANT: &[Migration] = &[
    migration!(1, "tenant/0001_log.sql"),
    migration!(2, "tenant/0002_api_keys.sql"),
    migration!(3, "tenant/0003_webhooks.sql"),
    migration!(4, "tenant/0004_people.sql"),
    migration!(5, "tenant/0005_proof.sql"),
    migration!(6, "tenant/0006_webhook_breaker.sql"),
    migration!(7, "tenant/0007_parked_keys.sql"),
    migration!(8, "tenant/0008_read_models_serve.sql"),
    migration!(9, "tenant/0009_erasures.sql"),
    migration!(10, "tenant/0010_single_keys.sql"),
    migration!(11, "tenant/0011_tenant_keys.sql"),
    migration!(12, "tenant/0012_files.sql"),
    migration!(13, "tenant/0013_attachments.sql"),
    migration!(14, "tenant/0014_roles.sql"),
    migration!(15, "tenant/0015_key_owners.sql"),
    migration!(16, "tenant/0016_support.sql"),
    migration!(17, "tenant/0017_second_factors.sql"),
    migration!(18, "tenant/0018_access_log.sql"),
    migration!(19, "tenant/0019_rate_limits.sql"),
    migration!(20, "tenant/0020_tickets_of_month.sql"),
    migration!(21, "tenant/0021_storage.sql"),
    migration!(22, "tenant/0022_log_streams.sql"),
    migration!(23, "tenant/0023_erased_keys.sql"),
    migration!(24, "tenant/0024_presence.sql"),
    migration!(25, "tenant/0025_deliveries_by_event.sql"),
];
