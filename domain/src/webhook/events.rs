//! What can have happened to a webhook: the storage format.

use std::{collections::BTreeSet, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{aggregate::events, personal::Personal, text::TextError};

/// What is kept in order on the way to an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ordering {
    /// The events of one ticket (or customer, agent, team): a later one waits for those before it.
    PerTicket,
    /// Nothing: each event is sent as soon as it can be.
    None,
}

impl Ordering {
    /// The word that stands for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PerTicket => "per_ticket",
            Self::None => "none",
        }
    }
}

impl fmt::Display for Ordering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Ordering {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        match text {
            "per_ticket" => Ok(Self::PerTicket),
            "none" => Ok(Self::None),
            _ => Err(TextError { expected: "expected an ordering, one of per_ticket, none".to_owned() }),
        }
    }
}

/// Why an endpoint gets nothing at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisableReason {
    /// Somebody asked for it.
    Requested,
    /// It answered 410: it is gone for good.
    Gone,
    /// It took nothing for five days.
    Failing,
}

impl DisableReason {
    /// The word that stands for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Gone => "gone",
            Self::Failing => "failing",
        }
    }
}

/// An endpoint was made known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WebhookCreated {
    /// Where events go.
    pub url: Personal,
    /// Which events.
    pub events: BTreeSet<String>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub description: Option<Personal>,
    /// Whether imported history goes there too.
    pub include_imported: bool,
    /// What is kept in order.
    pub ordering: Ordering,
}

/// Events go elsewhere now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WebhookUrlChanged {
    /// Where.
    pub url: Personal,
}

/// Other events are sent now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WebhookEventsChanged {
    /// Now.
    pub events: BTreeSet<String>,
    /// Before.
    pub previous: BTreeSet<String>,
}

/// It is said to be for something else now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WebhookDescribed {
    /// Now; none when it was cleared.
    pub description: Option<Personal>,
}

/// Imported history is sent now, or no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookImportsChanged {
    /// Now.
    pub include_imported: bool,
}

/// Something else is kept in order now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookOrderingChanged {
    /// Now.
    pub ordering: Ordering,
    /// Before.
    pub previous: Ordering,
}

/// It got a new secret; the one before it signs for a day more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookSecretRotated {}

/// Nothing is sent until it is enabled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookDisabled {
    /// Why.
    pub reason: DisableReason,
}

/// Events are sent again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookEnabled {}

/// Nothing is sent ever again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookDeleted {}

events!(
    /// What can have happened to a webhook.
    WebhookEvent {
        "webhook.created" v 1 => WebhookCreated;
        "webhook.url_changed" v 1 => WebhookUrlChanged;
        "webhook.events_changed" v 1 => WebhookEventsChanged;
        "webhook.described" v 1 => WebhookDescribed;
        "webhook.imports_changed" v 1 => WebhookImportsChanged;
        "webhook.ordering_changed" v 1 => WebhookOrderingChanged;
        "webhook.secret_rotated" v 1 => WebhookSecretRotated;
        "webhook.disabled" v 1 => WebhookDisabled;
        "webhook.enabled" v 1 => WebhookEnabled;
        "webhook.deleted" v 1 => WebhookDeleted;
    }
);
