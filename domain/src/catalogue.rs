//! The catalogue: every event of every aggregate, in one enum, so that whoever reads the log matches exhaustively.

use serde_json::Value;

use crate::{
    Aggregate, Event,
    access_log::{AccessLog, AccessLogEvent},
    access_policy::{AccessPolicy, AccessPolicyEvent},
    access_review::{AccessReview, AccessReviewEvent},
    agent::{Agent, AgentEvent},
    aggregate::DecodeError,
    customer::{Customer, CustomerEvent},
    legal_holds::{LegalHolds, LegalHoldsEvent},
    log_stream::{LogStream, LogStreamEvent},
    retention_policies::{RetentionPolicies, RetentionPoliciesEvent},
    saved_views::{SavedViews, SavedViewsEvent},
    service_account::{ServiceAccount, ServiceAccountEvent},
    support_access::{SupportAccess, SupportAccessEvent},
    team::{Team, TeamEvent},
    tenant::{Tenant, TenantEvent},
    ticket::{Ticket, TicketEvent},
    webhook::{Webhook, WebhookEvent},
};

macro_rules! catalogue {
    ($($aggregate:ident, $event:ident),+ $(,)?) => {
        /// Any event of the log.
        #[derive(Clone, Debug, PartialEq)]
        pub enum DomainEvent {
            $(#[doc = concat!("Of a [`", stringify!($aggregate), "`].")] $aggregate($event),)+
        }

        $(impl From<$event> for DomainEvent {
            fn from(event: $event) -> Self {
                Self::$aggregate(event)
            }
        })+

        impl DomainEvent {
            /// Every (aggregate type, event type, version) that can be in a log.
            pub fn types() -> Vec<(&'static str, &'static str, u32)> {
                let mut types = vec![];
                $(types.extend($event::TYPES.iter().map(|(name, version)| ($aggregate::TYPE, *name, *version)));)+
                types
            }

            /// Reads a stored event of any version that was ever written.
            pub fn decode(aggregate_type: &str, event_type: &str, version: u32, payload: Value) -> Result<Self, DecodeError> {
                match aggregate_type {
                    $($aggregate::TYPE => $event::decode(event_type, version, payload).map(Self::$aggregate),)+
                    _ => Err(DecodeError::UnknownType { event_type: event_type.to_owned(), version }),
                }
            }

            /// As [`DomainEvent::decode`], from the text of the payload.
            pub fn decode_text(aggregate_type: &str, event_type: &str, version: u32, payload: &str) -> Result<Self, DecodeError> {
                match aggregate_type {
                    $($aggregate::TYPE => $event::decode_text(event_type, version, payload).map(Self::$aggregate),)+
                    _ => Err(DecodeError::UnknownType { event_type: event_type.to_owned(), version }),
                }
            }

            /// The type string, for instance `ticket.opened`.
            pub fn event_type(&self) -> &'static str {
                match self { $(Self::$aggregate(event) => event.event_type(),)+ }
            }

            /// The schema version.
            pub fn event_version(&self) -> u32 {
                match self { $(Self::$aggregate(event) => event.event_version(),)+ }
            }

            /// The payload, with personal fields and numbers as markers.
            pub fn encode(&self) -> Value {
                match self { $(Self::$aggregate(event) => event.encode(),)+ }
            }
        }
    };
}

catalogue!(
    Tenant,
    TenantEvent,
    Ticket,
    TicketEvent,
    Customer,
    CustomerEvent,
    Agent,
    AgentEvent,
    Team,
    TeamEvent,
    Webhook,
    WebhookEvent,
    AccessPolicy,
    AccessPolicyEvent,
    ServiceAccount,
    ServiceAccountEvent,
    SupportAccess,
    SupportAccessEvent,
    LegalHolds,
    LegalHoldsEvent,
    AccessLog,
    AccessLogEvent,
    AccessReview,
    AccessReviewEvent,
    SavedViews,
    SavedViewsEvent,
    LogStream,
    LogStreamEvent,
    RetentionPolicies,
    RetentionPoliciesEvent,
);

#[cfg(test)]
mod tests {
    use super::*;

    /// One line per (type, version) ever written. Lines are added, never edited: they must decode for ever.
    const FIXTURES: &str = include_str!("../fixtures/events.ndjson");

    fn fixtures() -> Vec<Value> {
        FIXTURES.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn every_fixture_decodes_and_writes_the_same_bytes_again() {
        for fixture in fixtures() {
            let text = |key: &str| fixture[key].as_str().unwrap().to_owned();
            let version = u32::try_from(fixture["version"].as_u64().unwrap()).unwrap();
            let event = DomainEvent::decode(&text("aggregate"), &text("type"), version, fixture["payload"].clone())
                .unwrap_or_else(|error| panic!("{fixture}: {error}"));
            let raw = fixture["payload"].to_string();
            let from_text = DomainEvent::decode_text(&text("aggregate"), &text("type"), version, &raw);
            assert_eq!(from_text.unwrap_or_else(|error| panic!("{fixture}: {error}")), event);
            if event.event_version() == version {
                assert_eq!(event.encode(), fixture["payload"]);
            }
        }
    }

    #[test]
    fn every_event_type_has_a_fixture() {
        let fixtures = fixtures();
        for (aggregate, event_type, version) in DomainEvent::types() {
            let found = fixtures
                .iter()
                .any(|f| f["aggregate"] == aggregate && f["type"] == event_type && f["version"] == version);
            assert!(found, "add a line for {event_type} version {version} to domain/fixtures/events.ndjson");
        }
    }

    #[test]
    fn what_is_not_in_the_catalogue_is_an_error_that_says_so() {
        let error = DomainEvent::decode("ticket", "ticket.exploded", 1, Value::Null).unwrap_err();
        assert!(error.to_string().contains("ticket.exploded version 1 is not in the catalogue"), "{error}");
    }
}
