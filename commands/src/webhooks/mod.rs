//! Wishes for webhooks, and their secrets.

mod operations;
mod secrets;

pub use operations::{CreateWebhook, DeleteWebhook, DisableWebhook, UpdateWebhook};
pub(crate) use secrets::Most;
pub use secrets::{MAX_WEBHOOKS, ROTATION, SEALED, WebhookSecret, secrets};
