//! What every aggregate of this crate is: a pure fold of events, and a pure decision over that fold.

use serde_json::Value;

/// A consistency boundary: everything that one decision may read and change.
pub trait Aggregate: Send + Sync + 'static {
    /// The stream type, as it stands in the log.
    const TYPE: &'static str;
    /// The fold of the events; its default is "does not exist yet".
    type State: Default + Clone + PartialEq + Send + Sync + 'static;
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

/// Writes an event enum and its codec from the table `"type" v N => Variant`; each variant holds the struct of its name.
///
/// An older shape follows its type as `, from v M => OldStruct`: it is read as it was written and becomes the variant by
/// `From`. Nothing but the newest version is ever written.
macro_rules! events {
    ($(#[$meta:meta])* $name:ident {
        $($type:literal v $version:literal => $variant:ident $(, from v $before:literal => $old:ident)*);+ $(;)?
    }) => {
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
            const TYPES: &'static [(&'static str, u32)] = &[$(($type, $version), $(($type, $before),)*)+];

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
                crate::aggregate::events!(@decode event_type, version, serde_json::from_value(payload),
                    $($type, $version, $variant $(, $before, $old)*);+)
            }

            fn decode_text(
                event_type: &str,
                version: u32,
                payload: &str,
            ) -> Result<Self, crate::aggregate::DecodeError> {
                crate::aggregate::events!(@decode event_type, version, serde_json::from_str(payload),
                    $($type, $version, $variant $(, $before, $old)*);+)
            }
        }
    };
    (@decode $event_type:ident, $event_version:ident, $read:expr,
        $($type:literal, $version:literal, $variant:ident $(, $before:literal, $old:ident)*);+) => {
        match ($event_type, $event_version) {
            $(
                ($type, $version) => $read.map(Self::$variant),
                $(($type, $before) => $read.map(|old: $old| Self::$variant(old.into())),)*
            )+
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

/// The worked example of CONTRIBUTING.md: an event that changed its shape twice.
#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};
    use serde_json::json;

    use super::{DecodeError, Event};

    /// A parcel was weighed. Once in whole pounds, then in grams, now with the scales that said so.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct Weighed {
        grams: u64,
        scales: Option<String>,
    }

    #[derive(Deserialize)]
    struct WeighedV1 {
        pounds: u64,
    }

    #[derive(Deserialize)]
    struct WeighedV2 {
        grams: u64,
    }

    impl From<WeighedV1> for Weighed {
        fn from(old: WeighedV1) -> Self {
            WeighedV2 { grams: old.pounds * 454 }.into()
        }
    }

    impl From<WeighedV2> for Weighed {
        fn from(old: WeighedV2) -> Self {
            Self { grams: old.grams, scales: None }
        }
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct Sent {}

    super::events!(ParcelEvent {
        "parcel.weighed" v 3 => Weighed, from v 2 => WeighedV2, from v 1 => WeighedV1;
        "parcel.sent" v 1 => Sent;
    });

    #[test]
    fn an_event_of_an_older_version_becomes_one_of_the_newest() {
        let weighed =
            |grams, scales: Option<&str>| ParcelEvent::from(Weighed { grams, scales: scales.map(str::to_owned) });
        let read = |version, payload| ParcelEvent::decode("parcel.weighed", version, payload).unwrap();
        assert_eq!(read(1, json!({"pounds": 2})), weighed(908, None));
        assert_eq!(read(2, json!({"grams": 7})), weighed(7, None));
        let newest = weighed(7, Some("A"));
        assert_eq!((newest.event_version(), newest.encode()), (3, json!({"grams": 7, "scales": "A"})));
        assert_eq!(read(3, newest.encode()), newest);
        let from_text = ParcelEvent::decode_text("parcel.weighed", 1, r#"{"pounds": 2}"#).unwrap();
        assert_eq!(from_text, weighed(908, None));
    }

    #[test]
    fn every_version_is_in_the_list_of_types() {
        let types = [("parcel.weighed", 3), ("parcel.weighed", 2), ("parcel.weighed", 1), ("parcel.sent", 1)];
        assert_eq!(ParcelEvent::TYPES, types);
    }

    #[test]
    fn a_payload_of_another_version_than_it_says_is_an_error() {
        let error = ParcelEvent::decode("parcel.weighed", 2, json!({"pounds": 2})).unwrap_err();
        assert!(matches!(error, DecodeError::Payload { version: 2, .. }), "{error}");
        let error = ParcelEvent::decode("parcel.weighed", 4, json!({})).unwrap_err();
        assert!(matches!(error, DecodeError::UnknownType { version: 4, .. }), "{error}");
    }
}
