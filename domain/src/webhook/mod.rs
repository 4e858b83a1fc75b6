//! A webhook: an endpoint of the tenant's own systems that is told of events.
//!
//! What it protects: an endpoint that was deleted stays deleted; it always listens to something; why it was disabled
//! is known. Its secret is never in its events: it stands, sealed, in a write-side table. Its address may hold a token
//! of the receiver, so it is sealed under a key of the webhook's own.

mod commands;
mod events;
mod filter;
mod rejection;
mod state;

pub use commands::{CreateWebhook, WebhookCommand};
pub use events::{
    DisableReason, Ordering, WebhookCreated, WebhookDeleted, WebhookDescribed, WebhookDisabled, WebhookEnabled,
    WebhookEvent, WebhookEventsChanged, WebhookImportsChanged, WebhookOrderingChanged, WebhookSecretRotated,
    WebhookUrlChanged,
};
pub use filter::{EventFilter, EventFilters, MAX_FILTERS};
pub use rejection::WebhookRejection;
pub use state::{Standing, Webhook, WebhookState};
