//! What every aggregate of this crate is: a pure fold of events, and a pure decision over that fold.

use serde_json::Value;

/// A consistency boundary: everything that one decision may read and change.
pub trait Aggregate: Send + Sync + 'static {
    /// The stream type, as it stands in the log.
    const TYPE: &'static str;
    /// The fold of the events; its default is "does not exist yet".
    type State: Default + Clone + Send + Sync + 'static;
    /// What may be wished of it.
    type Command: Send;
    /// What can have happened to it.
    type Event: Event + Into<crate::DomainEvent>;
    /// Why a wish was not granted.
    type Rejection: Rejection;

    /// What happens when `command` meets `state`. An empty list means "already so".
    fn decide(state: &Self::State, command: Self::Command) -> Result<Vec<Self::Event>, Self::Rejection>;

    /// The fields of the public resource that `event` may have changed, for those who must merge.
    fn changed_fields(event: &Self::Event) -> &'static [&'static str];

    /// Folds one event. Never fails: what was recorded has happened.
    fn apply(state: &mut Self::State, event: &Self::Event);
}

/// A recorded fact and its storage form.
pub trait Event: Clone + PartialEq + std::fmt::Debug + Send + Sync + Sized + 'static {
    /// Every (type, version) that [`Event::decode`] understands.
    const TYPES: &'static [(&'static str, u32)];

    /// The type string of the catalogue, for instance `ticket.opened`.
    fn event_type(&self) -> &'static str;
    /// The schema version that [`Event::encode`] writes.
    fn event_version(&self) -> u32;
    /// The payload, with personal fields and numbers still as markers.
    fn encode(&self) -> Value;
    /// Reads a stored payload of any version that was ever written.
    fn decode(event_type: &str, version: u32, payload: Value) -> Result<Self, DecodeError>;
    /// As [`Event::decode`], from the text of the payload: several times as fast, for those who read a whole log.
    fn decode_text(event_type: &str, version: u32, payload: &str) -> Result<Self, DecodeError>;
}

/// A business reason against a command.
pub trait Rejection: std::error::Error + Send + Sync + 'static {
    /// A stable `snake_case` code, part of the public contract.
    fn code(&self) -> &'static str;
    /// The JSON pointer of the field of the ticket, customer, … that the reason is about, when there is one.
    fn pointer(&self) -> Option<&'static str> {
        None
    }
}

/// A stored event that this program cannot read.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// Not in the catalogue: written by a newer program.
    #[error(
        "event type {event_type} version {version} is not in the catalogue: it was written by a newer version of this program"
    )]
    UnknownType {
        /// As stored.
        event_type: String,
        /// As stored.
        version: u32,
    },
    /// In the catalogue, but the payload does not fit.
    #[error("the payload of {event_type} version {version} does not fit its schema: {source}")]
    Payload {
        /// As stored.
        event_type: String,
        /// As stored.
        version: u32,
        /// What did not fit.
        source: serde_json::Error,
    },
}

/// Writes an event enum and its codec from the table `"type" vN => Variant`; each variant holds the struct of its name.
macro_rules! events {
    ($(#[$meta:meta])* $name:ident { $($type:literal v $version:literal => $variant:ident),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        pub enum $name {
            $(#[doc = concat!("`", $type, "`")] $variant($variant),)+
        }

        $(impl From<$variant> for $name {
            fn from(event: $variant) -> Self {
                Self::$variant(event)
            }
        })+

        impl crate::aggregate::Event for $name {
            const TYPES: &'static [(&'static str, u32)] = &[$(($type, $version)),+];

            fn event_type(&self) -> &'static str {
                match self { $(Self::$variant(_) => $type,)+ }
            }

            fn event_version(&self) -> u32 {
                match self { $(Self::$variant(_) => $version,)+ }
            }

            fn encode(&self) -> serde_json::Value {
                match self {
                    $(Self::$variant(event) => serde_json::to_value(event).unwrap_or_default(),)+
                }
            }

            fn decode(
                event_type: &str,
                version: u32,
                payload: serde_json::Value,
            ) -> Result<Self, crate::aggregate::DecodeError> {
                crate::aggregate::events!(@decode event_type, version, serde_json::from_value(payload), $($type, $version, $variant);+)
            }

            fn decode_text(
                event_type: &str,
                version: u32,
                payload: &str,
            ) -> Result<Self, crate::aggregate::DecodeError> {
                crate::aggregate::events!(@decode event_type, version, serde_json::from_str(payload), $($type, $version, $variant);+)
            }
        }
    };
    (@decode $event_type:ident, $event_version:ident, $read:expr, $($type:literal, $version:literal, $variant:ident);+) => {
        match ($event_type, $event_version) {
            $(($type, $version) => $read.map(Self::$variant),)+
            _ => return Err(crate::aggregate::DecodeError::UnknownType {
                event_type: $event_type.to_owned(),
                version: $event_version,
            }),
        }
        .map_err(|source| crate::aggregate::DecodeError::Payload {
            event_type: $event_type.to_owned(),
            version: $event_version,
            source,
        })
    };
}
pub(crate) use events;
