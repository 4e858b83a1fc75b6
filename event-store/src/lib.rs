//! An event store on PostgreSQL: one append-only log per tenant, with dense positions and sealed personal fields.
//!
//! - **Append** ([`Log::append`]): atomic over several streams, with optimistic versions, unique claims, counters and
//!   idempotent commands. One writer per tenant and process merges all waiting commits into one transaction; a row
//!   lock makes that correct with any number of processes.
//! - **Read** ([`Log::load`], [`Log::read`]): positions are 1, 2, 3, … without holes and become visible in order.
//!   [`Log::scan`] goes through a whole log, borrowed rows in bounded memory.
//! - **Seal** ([`seal`]): a personal field is stored only as ciphertext under the key of the person it is about.
//! - **Prove** ([`tree`]): a Merkle tree over the log, sealed by signed checkpoints behind the appends.
//! - **Access** ([`access`]): who saw what, in a table beside the log.
//! - **Save** ([`save`]): a tenant's tables as streams, as of one moment, for backups.
//! - **Restore** ([`restore`]): a copy of a tenant's schema is filled beside the one in use, and takes its place.
//! - **Tenancy** ([`TenantTx`]): a connection exists only for one tenant, under that tenant's database role.
//!
//! It knows events only as type, version and JSON, and kinds, counters and subjects only as names: it does not know
//! what a ticket is. Deliberately absent: snapshots as truth, triggers, NOTIFY inside an append, sequences.

pub mod access;
mod append;
mod commit;
mod consumers;
mod database;
mod diagnosis;
mod envelope;
mod erasure;
mod error;
#[cfg(feature = "cqrs-es")]
pub mod framework;
mod hosts;
mod log;
mod look_up;
mod master;
mod meeting;
mod migrate;
mod migrating;
mod news;
mod operators;
mod read;
pub mod restore;
pub mod save;
mod scan;
mod scratch;
pub mod seal;
mod seats;
mod signing_keys;
mod silence;
mod stirred;
mod store;
mod tenancy;
mod tenant_keys;
mod tenant_life;
mod tenants;
pub mod tree;
mod uptime;
mod world;

pub use commit::{Appended, Claim, CommandId, Commit, Draft, Erasing, Keep, StoredOutcome, StreamDrafts, StreamId};
pub use consumers::{Parked, Standing};
pub use database::{TenantTx, is_elsewhere, is_transient};
pub use diagnosis::{Diagnosis, has_tenants};
pub use envelope::{Client, EventMetadata, Origin, RecordedEvent};
pub use erasure::{Erasure, Extent, ListedErasure};
pub use error::{AppendError, StoreError};
pub use log::{Head, Log};
pub use master::{GivenKey, InstallationKey, MasterKey, WrappedKey, expected_master_key, master_key_id};
pub use migrate::Migration;
pub use operators::OperatorRecord;
pub use read::{signed, unsigned};
pub use scan::{Chunk, Envelope, Fields, Scan, StoredEvent};
pub use scratch::Scratch;
pub use seal::{Hidden, Mask};
pub use signing_keys::SigningKey;
pub use store::{PATIENCE, SILENCE, Store, StoreSettings};
pub use tenancy::{Incarnation, TenantId, TenantIdError, TenantStatus};
pub use tenant_keys::{Retired, SealedColumn, SealedSecret};
pub use tenant_life::{Destruction, Interruption};
pub use tenants::TenantRecord;
pub use uptime::{Gap, Uptime};
pub use world::{Clock, Ids, Random, SystemClock, SystemRandom};

/// Trees, notes and checkpoints, for those who verify what [`tree`] gives.
pub use proof;
/// The driver, for those who write queries in a [`TenantTx`].
pub use tokio_postgres as driver;

/// What the README shows compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
