//! The rules of a help desk, pure: no async, no clock, no database, no I/O.
//!
//! One folder per aggregate, the same files in each: `mod.rs` (what it protects), `commands.rs` (what may be
//! wished), `events.rs` (what happened: the storage format), `state.rs` (the fields that some rule reads; decide and
//! apply), `rejection.rs` (why not). [`catalogue`] lists every event type that was ever written.
//!
//! Deliberately absent: time (it is in the envelope, which is the store's), persistence, and who asks: what a role may do is said here, and held to where wishes come in.
#![deny(clippy::wildcard_enum_match_arm, clippy::match_wildcard_for_single_variants)]

pub mod access_log;
pub mod access_policy;
pub mod access_review;
pub mod actor;
pub mod agent;
pub mod aggregate;
pub mod catalogue;
pub mod customer;
pub mod ids;
pub mod legal_holds;
pub mod log_stream;
pub mod mask;
pub mod number;
pub mod permission;
pub mod personal;
pub mod public;
pub mod retention_policies;
pub mod role;
pub mod saved_views;
pub mod service_account;
pub mod spreadsheet;
pub mod support_access;
pub mod team;
pub mod tenant;
pub mod text;
pub mod ticket;
pub mod webhook;

pub use actor::Actor;
pub use aggregate::{Aggregate, Event, Rejection};
pub use catalogue::DomainEvent;
pub use ids::{
    AccessReviewId, AgentId, ApiKeyId, CalendarId, CustomRoleId, CustomerId, DeliveryId, EventId, FactorId, FileId,
    IdError, InvitationId, LegalHoldId, LogStreamId, MessageId, PasswordId, PasswordResetId, RecoveryCodesId, ReplayId,
    RetentionPolicyId, ServiceAccountId, SessionId, SlaPolicyId, SupportGrantId, SupportSessionId, TeamId, TicketId,
    ViewId, WebhookId,
};
pub use number::{NextNumber, TicketNumber};
pub use permission::{Permission, Permissions, Reach};
pub use personal::Personal;
pub use public::{PUBLIC_TYPES, PublicType, public_type, ticket_public_type};
pub use role::{BuiltInRole, RoleId};
