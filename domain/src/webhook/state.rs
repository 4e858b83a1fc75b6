//! What the rules read of a webhook; decide and apply.

use std::collections::BTreeSet;

use crate::{
    aggregate::Aggregate,
    personal::Personal,
    webhook::{
        commands::{CreateWebhook, WebhookCommand},
        events::{
            DisableReason, Ordering, WebhookCreated, WebhookDeleted, WebhookDescribed, WebhookDisabled, WebhookEnabled,
            WebhookEvent, WebhookEventsChanged, WebhookImportsChanged, WebhookOrderingChanged, WebhookSecretRotated,
            WebhookUrlChanged,
        },
        rejection::WebhookRejection,
    },
};

/// The aggregate; its state is [`WebhookState`].
#[derive(Debug)]
pub struct Webhook;

/// Whether an endpoint gets events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// It was never made.
    #[default]
    Unknown,
    /// It gets events.
    Active,
    /// It gets none until it is enabled.
    Disabled(DisableReason),
    /// It gets none ever again.
    Deleted,
}

/// The fields of a webhook that some rule reads.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WebhookState {
    /// Whether it gets events.
    pub standing: Standing,
    /// Where events go; set by the first event.
    pub url: Option<Personal>,
    /// Which events.
    pub events: BTreeSet<String>,
    /// What it is for.
    pub description: Option<Personal>,
    /// Whether imported history goes there too.
    pub include_imported: bool,
    /// What is kept in order; set by the first event.
    pub ordering: Option<Ordering>,
}

type Decision = Result<Vec<WebhookEvent>, WebhookRejection>;

impl Aggregate for Webhook {
    const TYPE: &'static str = "webhook";
    type State = WebhookState;
    type Command = WebhookCommand;
    type Event = WebhookEvent;
    type Rejection = WebhookRejection;

    fn decide(state: &WebhookState, command: WebhookCommand) -> Decision {
        match state.standing {
            Standing::Unknown => {
                let WebhookCommand::Create(create) = command else {
                    return Err(WebhookRejection::NotFound);
                };
                Ok(vec![created(*create)])
            }
            // A repeat of the deletion is already so.
            Standing::Deleted if matches!(command, WebhookCommand::Delete) => Ok(vec![]),
            Standing::Deleted => Err(WebhookRejection::NotFound),
            Standing::Active | Standing::Disabled(_) => state.change(command),
        }
    }

    fn changed_fields(event: &WebhookEvent) -> &'static [&'static str] {
        match event {
            WebhookEvent::WebhookCreated(_) => &["url", "events", "description", "include_imported", "ordering"],
            WebhookEvent::WebhookUrlChanged(_) => &["url"],
            WebhookEvent::WebhookEventsChanged(_) => &["events"],
            WebhookEvent::WebhookDescribed(_) => &["description"],
            WebhookEvent::WebhookImportsChanged(_) => &["include_imported"],
            WebhookEvent::WebhookOrderingChanged(_) => &["ordering"],
            WebhookEvent::WebhookSecretRotated(_) => &[],
            WebhookEvent::WebhookDisabled(_) | WebhookEvent::WebhookEnabled(_) => &["active"],
            WebhookEvent::WebhookDeleted(_) => &["deleted"],
        }
    }

    fn apply(state: &mut WebhookState, event: &WebhookEvent) {
        match event {
            WebhookEvent::WebhookCreated(created) => {
                *state = WebhookState {
                    standing: Standing::Active,
                    url: Some(created.url.clone()),
                    events: created.events.clone(),
                    description: created.description.clone(),
                    include_imported: created.include_imported,
                    ordering: Some(created.ordering),
                }
            }
            WebhookEvent::WebhookUrlChanged(changed) => state.url = Some(changed.url.clone()),
            WebhookEvent::WebhookEventsChanged(changed) => state.events.clone_from(&changed.events),
            WebhookEvent::WebhookDescribed(described) => state.description.clone_from(&described.description),
            WebhookEvent::WebhookImportsChanged(changed) => state.include_imported = changed.include_imported,
            WebhookEvent::WebhookOrderingChanged(changed) => state.ordering = Some(changed.ordering),
            WebhookEvent::WebhookSecretRotated(_) => {}
            WebhookEvent::WebhookDisabled(disabled) => state.standing = Standing::Disabled(disabled.reason),
            WebhookEvent::WebhookEnabled(_) => state.standing = Standing::Active,
            WebhookEvent::WebhookDeleted(_) => state.standing = Standing::Deleted,
        }
    }
}

impl WebhookState {
    fn change(&self, command: WebhookCommand) -> Decision {
        let subject = self.url.as_ref().map_or("", Personal::subject);
        let said = |have: Option<&Personal>| have.and_then(Personal::value).map(str::to_owned);
        Ok(match command {
            WebhookCommand::Create(_) => return Err(WebhookRejection::AlreadyExists),
            WebhookCommand::SetUrl(url) if said(self.url.as_ref()).as_deref() == Some(url.as_str()) => vec![],
            WebhookCommand::SetUrl(url) => vec![WebhookUrlChanged { url: Personal::new(subject, url) }.into()],
            WebhookCommand::SetEvents(events) if events.to_texts() == self.events => vec![],
            WebhookCommand::SetEvents(events) => {
                vec![WebhookEventsChanged { events: events.to_texts(), previous: self.events.clone() }.into()]
            }
            WebhookCommand::Describe(description) => {
                let description = description.map(String::from);
                if description == said(self.description.as_ref()) {
                    return Ok(vec![]);
                }
                vec![WebhookDescribed { description: description.map(|text| Personal::new(subject, text)) }.into()]
            }
            WebhookCommand::IncludeImported(include) if include == self.include_imported => vec![],
            WebhookCommand::IncludeImported(include_imported) => {
                vec![WebhookImportsChanged { include_imported }.into()]
            }
            WebhookCommand::SetOrdering(ordering) => {
                let other = self.ordering.filter(|previous| *previous != ordering);
                other.into_iter().map(|previous| WebhookOrderingChanged { ordering, previous }.into()).collect()
            }
            WebhookCommand::RotateSecret => vec![WebhookSecretRotated {}.into()],
            WebhookCommand::Disable(reason) if self.standing == Standing::Active => {
                vec![WebhookDisabled { reason }.into()]
            }
            WebhookCommand::Enable if self.standing != Standing::Active => vec![WebhookEnabled {}.into()],
            WebhookCommand::Disable(_) | WebhookCommand::Enable => vec![],
            WebhookCommand::Delete => vec![WebhookDeleted {}.into()],
        })
    }
}

fn created(create: CreateWebhook) -> WebhookEvent {
    WebhookCreated {
        url: Personal::new(create.id, create.url),
        events: create.events.to_texts(),
        description: create.description.map(|text| Personal::new(create.id, text)),
        include_imported: create.include_imported,
        ordering: create.ordering,
    }
    .into()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        WebhookId,
        text::WebhookUrl,
        webhook::{EventFilter, EventFilters},
    };

    fn given(commands: &[WebhookCommand]) -> WebhookState {
        let mut state = WebhookState::default();
        let create = CreateWebhook {
            id: WebhookId::new(Uuid::from_u128(1)),
            url: WebhookUrl::try_new("https://example.com/hook").unwrap(),
            events: EventFilters::try_new([EventFilter::try_new("ticket.*").unwrap()].into()).unwrap(),
            description: None,
            include_imported: false,
            ordering: Ordering::PerTicket,
        };
        for command in [WebhookCommand::Create(Box::new(create))].iter().chain(commands) {
            for event in Webhook::decide(&state, command.clone()).unwrap() {
                Webhook::apply(&mut state, &event);
            }
        }
        state
    }

    #[test]
    fn a_deleted_webhook_stays_deleted() {
        let state = given(&[WebhookCommand::Delete]);
        assert_eq!(Webhook::decide(&state, WebhookCommand::Enable), Err(WebhookRejection::NotFound));
        assert_eq!(Webhook::decide(&state, WebhookCommand::Delete), Ok(vec![]));
    }

    #[test]
    fn it_is_disabled_once_for_the_first_reason() {
        let state = given(&[WebhookCommand::Disable(DisableReason::Gone)]);
        assert_eq!(state.standing, Standing::Disabled(DisableReason::Gone));
        assert_eq!(Webhook::decide(&state, WebhookCommand::Disable(DisableReason::Failing)), Ok(vec![]));
        let enabled = Webhook::decide(&state, WebhookCommand::Enable).unwrap();
        assert_eq!(enabled, [WebhookEnabled {}.into()]);
    }

    #[test]
    fn a_wish_that_is_already_so_records_nothing() {
        let state = given(&[]);
        for command in [
            WebhookCommand::SetUrl(WebhookUrl::try_new("https://example.com/hook").unwrap()),
            WebhookCommand::SetEvents(
                EventFilters::try_new([EventFilter::try_new("ticket.*").unwrap()].into()).unwrap(),
            ),
            WebhookCommand::Describe(None),
            WebhookCommand::IncludeImported(false),
            WebhookCommand::SetOrdering(Ordering::PerTicket),
            WebhookCommand::Enable,
        ] {
            assert_eq!(Webhook::decide(&state, command.clone()), Ok(vec![]), "{command:?}");
        }
    }

    #[test]
    fn the_address_is_sealed_for_the_webhook_itself() {
        let id = WebhookId::new(Uuid::from_u128(1)).to_string();
        let state = given(&[WebhookCommand::SetUrl(WebhookUrl::try_new("https://example.com/other").unwrap())]);
        assert_eq!(state.url, Some(Personal::new(id, "https://example.com/other")));
    }
}
