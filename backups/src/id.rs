//! What a backup is called.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

const PREFIX: &str = "bak_";

/// The id of a backup: `bak_` and a `UUIDv7`. Later ones sort behind earlier ones.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BackupId(Uuid);

/// A text that is no id of a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected the id of a backup: bak_ and 32 hexadecimal digits")]
pub struct BackupIdError;

impl BackupId {
    /// Wraps a `UUIDv7`, which the caller's id generator made.
    pub const fn new(uuid: Uuid) -> Self {
        Self(uuid)
    }

    /// When it was begun, to the millisecond.
    pub fn begun_at(self) -> Option<DateTime<Utc>> {
        let (seconds, nanos) = self.0.get_timestamp()?.to_unix();
        DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanos)
    }
}

impl fmt::Display for BackupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", self.0.simple())
    }
}

impl fmt::Debug for BackupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for BackupId {
    type Err = BackupIdError;

    fn from_str(text: &str) -> Result<Self, BackupIdError> {
        let digits = text.strip_prefix(PREFIX).filter(|digits| digits.len() == 32).ok_or(BackupIdError)?;
        Uuid::parse_str(digits).ok().map(Self).filter(|id| id.to_string() == text).ok_or(BackupIdError)
    }
}

impl TryFrom<String> for BackupId {
    type Error = BackupIdError;

    fn try_from(text: String) -> Result<Self, BackupIdError> {
        text.parse()
    }
}

impl From<BackupId> for String {
    fn from(id: BackupId) -> Self {
        id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_written_in_one_way_and_says_when() {
        let text = "bak_0199aa00000070008000000000000001";
        let id: BackupId = text.parse().unwrap();
        assert_eq!(id.to_string(), text);
        assert_eq!(id.begun_at().unwrap().to_rfc3339(), "2025-10-03T12:15:50.784+00:00");
        for wrong in ["", "bak_", "tkt_0199aa00000070008000000000000001", "bak_0199AA00000070008000000000000001"] {
            assert_eq!(wrong.parse::<BackupId>(), Err(BackupIdError), "{wrong}");
        }
    }
}
