//! What may be wished of a webhook.

use crate::{
    ids::WebhookId,
    text::{Description, WebhookUrl},
    webhook::{DisableReason, EventFilters, Ordering},
};

/// A new webhook.
#[derive(Clone, Debug)]
pub struct CreateWebhook {
    /// The id that it gets: also the subject that its address is sealed for.
    pub id: WebhookId,
    /// Where events go.
    pub url: WebhookUrl,
    /// Which events.
    pub events: EventFilters,
    /// What it is for.
    pub description: Option<Description>,
    /// Whether imported history goes there too.
    pub include_imported: bool,
    /// What is kept in order.
    pub ordering: Ordering,
}

/// What may be wished of a webhook.
#[derive(Clone, Debug)]
pub enum WebhookCommand {
    /// Make it.
    Create(Box<CreateWebhook>),
    /// Send events elsewhere.
    SetUrl(WebhookUrl),
    /// Send other events.
    SetEvents(EventFilters),
    /// Say what it is for, or clear that.
    Describe(Option<Description>),
    /// Send imported history too, or not.
    IncludeImported(bool),
    /// Keep something else in order.
    SetOrdering(Ordering),
    /// Note that it got a new secret.
    RotateSecret,
    /// Send nothing until it is enabled.
    Disable(DisableReason),
    /// Send again.
    Enable,
    /// Send nothing ever again.
    Delete,
}
