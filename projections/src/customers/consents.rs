//! What a customer said to each use of their data: folded from their own stream whenever it is asked for.

use chrono::{DateTime, Utc};
use domain::{
    CustomerId, Personal,
    customer::{Customer, CustomerEvent, Purpose},
};
use event_store::{Log, RecordedEvent};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    as_of::{self, Moment},
    error::ProjectionError,
    timeline::Actor,
};

/// What a customer said to each use of their data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Consents)]
pub struct ConsentsView {
    /// Who.
    #[schema(example = "cus_0199aa00000070008000000000000001")]
    pub customer_id: String,
    /// By purpose. Empty once they were erased.
    pub data: Vec<ConsentView>,
    /// How many changes the customer has seen.
    #[schema(minimum = 1)]
    pub version: u64,
}

/// What a customer said to one use of their data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Consent)]
pub struct ConsentView {
    /// For what.
    #[schema(example = "newsletter")]
    pub purpose: String,
    /// Whether they allow it now.
    pub given: bool,
    /// All that they said to it, the first first.
    pub history: Vec<ConsentEntry>,
}

/// One thing that a customer said to a use of their data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ConsentEntry {
    /// Whether they gave or withdrew it.
    pub given: bool,
    /// When they said so.
    pub at: DateTime<Utc>,
    /// The version of the text that they agreed to; null: they withdrew it.
    pub text_version: Option<String>,
    /// Where they said so.
    pub source: Option<String>,
    /// What shows it.
    pub evidence: Option<String>,
    /// Who recorded it.
    pub recorded_by: Actor,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
}

/// What a customer said up to `moment`; none: there was no such customer.
pub async fn consents(log: &Log, id: CustomerId, moment: Moment) -> Result<Option<ConsentsView>, ProjectionError> {
    let events = as_of::events::<Customer>(log, id, moment).await?;
    let Some((last, _)) = events.last() else { return Ok(None) };
    let mut view = ConsentsView { customer_id: id.to_string(), data: vec![], version: last.sequence };
    for (at, event) in events {
        match event {
            CustomerEvent::ConsentGiven(given) => {
                let entry = ConsentEntry {
                    given: true,
                    at: given.given_at,
                    text_version: Some(given.text_version),
                    source: Some(given.source),
                    evidence: given.evidence.and_then(Personal::into_value),
                    ..ConsentEntry::of(&at)
                };
                view.push(&given.purpose, entry);
            }
            CustomerEvent::ConsentWithdrawn(withdrawn) => {
                let entry = ConsentEntry { source: withdrawn.source, ..ConsentEntry::of(&at) };
                view.push(&withdrawn.purpose, entry);
            }
            CustomerEvent::CustomerErased(_) => view.data.clear(),
            CustomerEvent::CustomerCreated(_)
            | CustomerEvent::CustomerRenamed(_)
            | CustomerEvent::CustomerEmailChanged(_)
            | CustomerEvent::CustomerPhoneChanged(_)
            | CustomerEvent::CustomerExternalIdChanged(_)
            | CustomerEvent::CustomerRestricted(_)
            | CustomerEvent::CustomerRestrictionLifted(_)
            | CustomerEvent::CustomerExported(_) => {}
        }
    }
    Ok(Some(view))
}

impl ConsentEntry {
    /// A withdrawal, as it was recorded.
    fn of(at: &RecordedEvent) -> Self {
        Self {
            given: false,
            at: at.occurred_at,
            text_version: None,
            source: None,
            evidence: None,
            recorded_by: Actor::of(at.actor()),
            recorded_at: at.recorded_at,
        }
    }
}

impl ConsentsView {
    fn push(&mut self, purpose: &Purpose, entry: ConsentEntry) {
        let place = self.data.binary_search_by(|known| known.purpose.as_str().cmp(purpose.as_str()));
        let place = place.unwrap_or_else(|place| {
            self.data
                .insert(place, ConsentView { purpose: purpose.as_str().to_owned(), given: false, history: vec![] });
            place
        });
        let consent = &mut self.data[place];
        consent.given = entry.given;
        consent.history.push(entry);
    }
}
