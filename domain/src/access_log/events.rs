//! What can have happened to the access log: the storage format.

use serde::{Deserialize, Serialize};

use crate::aggregate::events;

/// Entries of the access log were sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessLogSealed {
    /// The number of the last entry before them: the one that was sealed last, unless entries were not here any more.
    pub after: u64,
    /// The number of the last of them.
    pub through: u64,
    /// SHA-256 in hexadecimal, going on from the digest before.
    pub digest: String,
}

events!(
    /// What can have happened to the access log.
    AccessLogEvent {
        "access_log.sealed" v 1 => AccessLogSealed;
    }
);
