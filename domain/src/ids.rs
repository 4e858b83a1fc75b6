//! Ids: `UUIDv7` (RFC 9562) behind a prefix that says what they name, the same in log, API and URLs.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;

/// A text that is not an id of the expected kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an id of the form {prefix}_ and 32 hexadecimal digits")]
pub struct IdError {
    /// The prefix that was expected.
    pub prefix: &'static str,
}

macro_rules! id {
    ($(#[$meta:meta])* $name:ident, $prefix:literal) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// The text in front of the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// Wraps a `UUIDv7`, which the caller's id generator made.
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// Without the prefix.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0.simple())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                parse($prefix, text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Text;

                impl de::Visitor<'_> for Text {
                    type Value = $name;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str(concat!("an id of the form ", $prefix, "_ and 32 hexadecimal digits"))
                    }

                    fn visit_str<E: de::Error>(self, text: &str) -> Result<$name, E> {
                        text.parse().map_err(E::custom)
                    }
                }

                deserializer.deserialize_str(Text)
            }
        }
    };
}

id!(
    /// A ticket.
    TicketId,
    "tkt"
);
id!(
    /// A customer: someone who asks for help.
    CustomerId,
    "cus"
);
id!(
    /// An agent: someone who helps.
    AgentId,
    "agt"
);
id!(
    /// A team of agents.
    TeamId,
    "tea"
);
id!(
    /// One message or note of a ticket.
    MessageId,
    "msg"
);
id!(
    /// A file that somebody sent, or a message has.
    FileId,
    "fil"
);
id!(
    /// One event of the log, the same wherever it is told of.
    EventId,
    "evt"
);
id!(
    /// An API key (its name, not its secret).
    ApiKeyId,
    "key"
);
id!(
    /// A service account: whom the keys of a program belong to.
    ServiceAccountId,
    "svc"
);
id!(
    /// A time that an agent is logged in: from the password to the log-out.
    SessionId,
    "ses"
);
id!(
    /// An invitation (its name, not its secret).
    InvitationId,
    "inv"
);
id!(
    /// A role that a tenant made.
    CustomRoleId,
    "rol"
);
id!(
    /// A password that was set (its name, not its secret).
    PasswordId,
    "pwd"
);
id!(
    /// A second factor of an agent: a code generator or a passkey.
    FactorId,
    "fac"
);
id!(
    /// A set of recovery codes (its name, not the codes).
    RecoveryCodesId,
    "rec"
);
id!(
    /// A way to set another password that was handed out (its name, not its secret).
    PasswordResetId,
    "pwr"
);
id!(
    /// A webhook: an endpoint of the tenant's own systems.
    WebhookId,
    "whk"
);
id!(
    /// One event on its way to one webhook.
    DeliveryId,
    "dlv"
);
id!(
    /// A log stream: where the audit trail is sent.
    LogStreamId,
    "lst"
);
id!(
    /// A repetition of what a webhook was told before.
    ReplayId,
    "rpl"
);

id!(
    /// A grant: the operator's staff may see a tenant for a while.
    SupportGrantId,
    "sgr"
);
id!(
    /// A visit of the operator's staff in a tenant.
    SupportSessionId,
    "sup"
);

id!(
    /// A review of access.
    AccessReviewId,
    "arv"
);
id!(
    /// A legal hold: what must be kept because of a dispute.
    LegalHoldId,
    "lgh"
);
id!(
    /// A retention policy: when what was said in tickets goes.
    RetentionPolicyId,
    "rtp"
);

id!(
    /// A saved view: a question to the list of tickets, under a name.
    ViewId,
    "viw"
);

id!(
    /// A calendar: when a tenant's help desk is open.
    CalendarId,
    "cal"
);
id!(
    /// A policy: how soon customers are to hear from the help desk.
    SlaPolicyId,
    "slp"
);

/// Accepts exactly what `Display` writes: lower case, no hyphens, so that one id has one spelling.
fn parse(prefix: &'static str, text: &str) -> Result<Uuid, IdError> {
    let hexadecimal = text
        .strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('_'))
        .filter(|rest| rest.len() == 32 && rest.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)));
    hexadecimal.and_then(|rest| Uuid::try_parse(rest).ok()).ok_or(IdError { prefix })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_exactly_one_spelling() {
        let id = TicketId::new(Uuid::from_u128(0x0199_aabb));
        assert_eq!(id.to_string().parse(), Ok(id));
        for wrong in [
            "",
            "tkt_",
            "cus_0000000000000000000000000199aabb",
            "TKT_0000000000000000000000000199aabb",
            "tkt_0000000000000000000000000199AABB",
            "tkt_0000000000000000000000000199aab",
        ] {
            assert_eq!(wrong.parse::<TicketId>(), Err(IdError { prefix: "tkt" }), "{wrong}");
        }
    }
}
