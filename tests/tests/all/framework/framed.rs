//! Our aggregates as those of the `cqrs-es` crate: one adapter over the pure decide and apply.

use std::fmt;

use cqrs_es::{
    Aggregate as Theirs, DomainEvent,
    event_sink::EventSink,
    persist::{EventUpcaster, SerializedEvent},
};
use domain::{Aggregate, Event};
use event_store::framework::Codec;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::{Value, json};

/// An aggregate of ours. Never written: only their snapshot stores would, and those we do not use.
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Framed<A: Aggregate> {
    #[serde(skip)]
    pub state: A::State,
}

impl<A: Aggregate> Default for Framed<A> {
    fn default() -> Self {
        Self { state: A::State::default() }
    }
}

/// An event of ours. Their stores know an event by its payload alone, so there its type and version stand in it.
#[derive(Clone, PartialEq)]
pub struct FramedEvent<E>(pub E);

impl<E: Event> fmt::Debug for FramedEvent<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<E: Event> Serialize for FramedEvent<E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(event) = self;
        json!({"type": event.event_type(), "version": event.event_version(), "payload": event.encode()})
            .serialize(serializer)
    }
}

#[derive(Deserialize)]
struct Tagged {
    r#type: String,
    version: u32,
    payload: Value,
}

impl<'de, E: Event> Deserialize<'de> for FramedEvent<E> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Tagged { r#type, version, payload } = Tagged::deserialize(deserializer)?;
        E::decode(&r#type, version, payload).map(Self).map_err(D::Error::custom)
    }
}

impl<E: Event> DomainEvent for FramedEvent<E> {
    fn event_type(&self) -> String {
        self.0.event_type().to_owned()
    }

    fn event_version(&self) -> String {
        self.0.event_version().to_string()
    }
}

impl<A: Aggregate> Theirs for Framed<A> {
    const TYPE: &'static str = A::TYPE;
    type Command = A::Command;
    type Event = FramedEvent<A::Event>;
    type Error = A::Rejection;
    type Services = ();

    async fn handle(&mut self, command: A::Command, (): &(), sink: &EventSink<Self>) -> Result<(), A::Rejection> {
        for event in A::decide(&self.state, command)? {
            sink.write(FramedEvent(event), self).await;
        }
        Ok(())
    }

    fn apply(&mut self, FramedEvent(event): FramedEvent<A::Event>) {
        A::apply(&mut self.state, &event);
    }
}

/// The form that our events have in the log.
pub fn codec<E: Event>() -> Codec<FramedEvent<E>> {
    Codec {
        encode: |FramedEvent(event)| Ok(event.encode()),
        decode: |event_type, version, payload| Ok(FramedEvent(E::decode(event_type, version, payload)?)),
    }
}

/// Puts type and version where [`FramedEvent`] reads them: with it their repositories read our log.
pub struct Wrapping;

impl EventUpcaster for Wrapping {
    fn can_upcast(&self, _: &str, _: &str) -> bool {
        true
    }

    fn upcast(&self, event: SerializedEvent) -> SerializedEvent {
        let version: u32 = event.event_version.parse().unwrap();
        let payload = json!({"type": event.event_type, "version": version, "payload": event.payload});
        SerializedEvent { payload, ..event }
    }
}
