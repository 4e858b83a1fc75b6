//! Why a wish was not fulfilled.

use std::net::IpAddr;

use domain::{
    LegalHoldId,
    access_policy::PersonalField,
    aggregate::DecodeError,
    permission::{Permission, Reach},
    tenant::{Feature, OverLimit},
};
use event_store::{AppendError, StoreError, StreamId};

use crate::claims;

/// Why not. [`CommandError::Rejected`] is the business's reason; the others are the machinery's.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The caller lacks a right.
    #[error("this takes the permission {0}")]
    Forbidden(Permission),
    /// It would be more than was bought.
    #[error("{0}")]
    OverLimit(OverLimit),
    /// It takes what was not bought.
    #[error("the plan of this tenant does not have {0}: it takes the plan {plan}, or what an operator agrees to", plan = .0.plan())]
    FeatureNotInPlan(Feature),
    /// The caller has the right, and not for this.
    #[error("this takes the permission {right} with a wider reach than {reach}")]
    OutOfReach {
        /// Which right.
        right: Permission,
        /// As far as they have it.
        reach: Reach,
    },
    /// Nobody comes to more of customers than they are shown.
    #[error(
        "your role does not show you this field of customers ({}), and this takes it unmasked: ask somebody whose role \
         shows it, or who may change the access policy",
        .0.as_str()
    )]
    FieldMasked(PersonalField),
    /// Only an owner deals with owners.
    #[error("only an owner makes somebody an owner, or changes one: ask an owner")]
    OwnerOnly,
    /// Nobody shuts themselves out.
    #[error(
        "this would shut you out: you come from {}, which these addresses do not hold; add it, or ask from an address that \
         is to get in",
        .address.map_or_else(|| "an address that is not known".to_owned(), |address| address.to_string())
    )]
    WouldLockOut {
        /// From where they ask.
        address: Option<IpAddr>,
    },
    /// They are known, and may not come from there.
    #[error(
        "the access policy of this tenant, of this role or of this key does not let you in from {}: ask from an address \
         that it holds, or have this one added",
        .address.map_or_else(|| "an address that is not known".to_owned(), |address| address.to_string())
    )]
    AddressNotAllowed {
        /// From where they ask.
        address: Option<IpAddr>,
    },
    /// There is no such thing in this tenant.
    #[error("there is no such {kind}")]
    NotFound {
        /// ticket, customer, agent, team.
        kind: &'static str,
        /// The field that named it; none: the URL did.
        pointer: Option<&'static str>,
    },
    /// A rule said no.
    #[error("{message}")]
    Rejected {
        /// Stable.
        code: &'static str,
        /// The field that the reason is about.
        pointer: Option<&'static str>,
        /// For people.
        message: String,
    },
    /// It must be kept because of a dispute.
    #[error(
        "{hold} holds this, so that nothing of it is deleted, redacted, erased or taken out of the hold: ask somebody who \
         may release legal holds (the permission privacy:write)"
    )]
    OnLegalHold {
        /// One that holds it.
        hold: LegalHoldId,
    },
    /// A unique value belongs to another.
    #[error("this {} belongs to {owner}", claims::pointer(.kind).trim_start_matches('/'))]
    Taken {
        /// One of [`claims`].
        kind: String,
        /// Whose it is.
        owner: String,
    },
    /// The name of a host belongs to another tenant: which, is nobody's business.
    #[error("this name is taken: choose another, or ask your operator if it is yours")]
    HostTaken {
        /// The field that named it.
        pointer: &'static str,
    },
    /// An operator has closed the tenant.
    #[error("this tenant is suspended: its data are kept, and nothing is read or written; ask your operator")]
    TenantSuspended,
    /// The resource is not at the version that the caller named.
    #[error("it was changed since version {expected}: it is at version {actual} now")]
    PreconditionFailed {
        /// What the caller named.
        expected: u64,
        /// What it is.
        actual: u64,
        /// The fields that may have changed between; none when the caller's version never was.
        changed: Vec<&'static str>,
    },
    /// What is to be taken back was changed by others since.
    #[error("this was changed again since ({}), and taking it back would undo that, too: change it instead", .0.join(", "))]
    ChangedSince(Vec<&'static str>),
    /// Others kept writing to the same thing.
    #[error("others keep changing this at the same time: try again")]
    Contended,
    /// The same command id with another request.
    #[error("this Idempotency-Key was used for another request")]
    CommandReused,
    /// Too much at once.
    #[error("{found} bytes in one change; at most {limit} are accepted")]
    TooLarge {
        /// Bytes.
        found: usize,
        /// Bytes.
        limit: usize,
    },
    /// What this process remembers is not what the log says: only where that is checked.
    #[error(
        "what this process remembers of {stream} at version {version} is not the fold of its events: a fault of this \
         program; it is forgotten, and the next attempt decides on the log"
    )]
    Misremembered {
        /// Of which stream.
        stream: StreamId,
        /// The version that it was remembered at.
        version: u64,
    },
    /// A stored event cannot be read by this program.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// This process is shutting down.
    #[error("this server is shutting down: try again")]
    ShuttingDown,
    /// A draft that is not what the store takes: a fault of this program.
    #[error("this change could not be written down: {0}")]
    Malformed(String),
}

impl CommandError {
    pub(crate) fn rejected(rejection: impl domain::Rejection) -> Self {
        Self::Rejected { code: rejection.code(), pointer: rejection.pointer(), message: rejection.to_string() }
    }
}

impl From<AppendError> for CommandError {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::Conflict { .. } => Self::Contended,
            AppendError::ClaimTaken { kind, owner } => Self::Taken { kind, owner },
            AppendError::CommandReused => Self::CommandReused,
            AppendError::SubjectErased { subject } => Self::Rejected {
                code: "subject_erased",
                pointer: None,
                message: format!("{subject} was erased: nothing is recorded about them any more"),
            },
            AppendError::TooLarge { found, limit } => Self::TooLarge { found, limit },
            AppendError::Store(error) => Self::Store(error),
            AppendError::ShuttingDown => Self::ShuttingDown,
            malformed @ AppendError::MalformedMarker { .. } => Self::Malformed(malformed.to_string()),
        }
    }
}
