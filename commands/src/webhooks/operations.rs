//! Wishes.

use domain::{
    WebhookId,
    tenant::Feature,
    text::{Description, WebhookUrl},
    webhook::{
        CreateWebhook as NewWebhook, DisableReason, EventFilters, Ordering, Standing, Webhook, WebhookCommand,
        WebhookState,
    },
};

use crate::{
    caller::Permission,
    error::CommandError,
    plans,
    unit::{About, Operation, Unit},
};

/// Make a webhook.
#[derive(Clone, Debug)]
pub struct CreateWebhook {
    /// The id that it gets.
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
    /// Whether it gets events from the start.
    pub active: bool,
}

impl Operation for CreateWebhook {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        // What it is told is masked for nobody.
        unit.request().caller.must_see_everything()?;
        unit.begin::<Webhook>(self.id);
        let new = NewWebhook {
            id: self.id,
            url: self.url.clone(),
            events: self.events.clone(),
            description: self.description.clone(),
            include_imported: self.include_imported,
            ordering: self.ordering,
        };
        unit.decide::<Webhook>(self.id, WebhookCommand::Create(Box::new(new)))?;
        if !self.active {
            unit.decide::<Webhook>(self.id, WebhookCommand::Disable(DisableReason::Requested))?;
        }
        Ok(About::of::<Webhook>(self.id))
    }
}

/// Change a webhook. `None` leaves a field as it is.
#[derive(Clone, Debug)]
pub struct UpdateWebhook {
    /// Which.
    pub id: WebhookId,
    /// Where events go.
    pub url: Option<WebhookUrl>,
    /// Which events.
    pub events: Option<EventFilters>,
    /// What it is for, or nothing.
    pub description: Option<Option<Description>>,
    /// Whether imported history goes there too.
    pub include_imported: Option<bool>,
    /// What is kept in order.
    pub ordering: Option<Ordering>,
    /// Whether it gets events.
    pub active: Option<bool>,
}

impl Operation for UpdateWebhook {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        unit.request().caller.must_see_everything()?;
        let wanted = self.clone();
        existing(unit, self.id).await?;
        if wanted.active == Some(true) {
            plans::require(unit, Feature::Webhooks).await?;
        }
        let active = |active| {
            if active { WebhookCommand::Enable } else { WebhookCommand::Disable(DisableReason::Requested) }
        };
        let commands = [
            wanted.url.map(WebhookCommand::SetUrl),
            wanted.events.map(WebhookCommand::SetEvents),
            wanted.description.map(WebhookCommand::Describe),
            wanted.include_imported.map(WebhookCommand::IncludeImported),
            wanted.ordering.map(WebhookCommand::SetOrdering),
            wanted.active.map(active),
        ];
        for command in commands.into_iter().flatten() {
            unit.decide::<Webhook>(self.id, command)?;
        }
        Ok(About::of::<Webhook>(self.id))
    }
}

/// Send nothing to a webhook until somebody enables it: what the product itself decides.
#[derive(Clone, Copy, Debug)]
pub struct DisableWebhook {
    /// Which.
    pub id: WebhookId,
    /// Why.
    pub reason: DisableReason,
}

impl Operation for DisableWebhook {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        existing(unit, self.id).await?;
        unit.decide::<Webhook>(self.id, WebhookCommand::Disable(self.reason))?;
        Ok(About::of::<Webhook>(self.id))
    }
}

/// Send nothing to a webhook ever again.
#[derive(Clone, Copy, Debug)]
pub struct DeleteWebhook {
    /// Which.
    pub id: WebhookId,
}

impl Operation for DeleteWebhook {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        existing(unit, self.id).await?;
        unit.decide::<Webhook>(self.id, WebhookCommand::Delete)?;
        Ok(About::of::<Webhook>(self.id))
    }
}

/// Record that a webhook got a new secret.
pub(super) struct RotateSecret(pub WebhookId);

impl Operation for RotateSecret {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        existing(unit, self.0).await?;
        unit.decide::<Webhook>(self.0, WebhookCommand::RotateSecret)?;
        Ok(About::of::<Webhook>(self.0))
    }
}

async fn existing(unit: &mut Unit<'_>, id: WebhookId) -> Result<WebhookState, CommandError> {
    unit.require(Permission::WebhooksWrite)?;
    let state = unit.load_target::<Webhook>(id).await?;
    match state.standing {
        Standing::Active | Standing::Disabled(_) => Ok(state),
        Standing::Unknown | Standing::Deleted => Err(CommandError::NotFound { kind: "webhook", pointer: None }),
    }
}
