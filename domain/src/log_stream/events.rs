//! What can have happened to a log stream: the storage format.

use std::{collections::BTreeSet, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{aggregate::events, personal::Personal, text::TextError};

/// What may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StreamedLog {
    /// Who did what.
    Audit,
    /// Who was shown what.
    AccessLog,
}

impl StreamedLog {
    /// Each of them.
    pub const ALL: [Self; 2] = [Self::Audit, Self::AccessLog];

    /// The word that stands for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Audit => "audit",
            Self::AccessLog => "access_log",
        }
    }
}

impl fmt::Display for StreamedLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for StreamedLog {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let found = Self::ALL.into_iter().find(|log| log.as_str() == text);
        found.ok_or_else(|| TextError { expected: "expected a log, one of audit, access_log".to_owned() })
    }
}

/// A stream was made known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogStreamCreated {
    /// What it is called.
    pub name: String,
    /// Where it goes.
    pub url: Personal,
    /// What is sent.
    pub logs: BTreeSet<StreamedLog>,
    /// The authorities that its receiver's certificate is verified with, in PEM; none: those of the machine.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ca_certificates: Option<String>,
    /// The first position that is sent; none: that of this event.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub from_position: Option<u64>,
}

/// It is called something else now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogStreamRenamed {
    /// Now.
    pub name: String,
    /// Before.
    pub previous: String,
}

/// It goes elsewhere now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogStreamUrlChanged {
    /// Where.
    pub url: Personal,
}

/// Its receiver's certificate is verified with others now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogStreamCertificatesChanged {
    /// In PEM; none: those of the machine.
    pub ca_certificates: Option<String>,
}

/// Other logs are sent now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogStreamLogsChanged {
    /// Now.
    pub logs: BTreeSet<StreamedLog>,
    /// Before.
    pub previous: BTreeSet<StreamedLog>,
}

/// It got a new secret; the one before it signs for a day more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogStreamSecretRotated {}

/// Nothing is sent until it is enabled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogStreamDisabled {}

/// It goes on where it stood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogStreamEnabled {}

/// Nothing is sent ever again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogStreamDeleted {}

events!(
    /// What can have happened to a log stream.
    LogStreamEvent {
        "log_stream.created" v 1 => LogStreamCreated;
        "log_stream.renamed" v 1 => LogStreamRenamed;
        "log_stream.url_changed" v 1 => LogStreamUrlChanged;
        "log_stream.certificates_changed" v 1 => LogStreamCertificatesChanged;
        "log_stream.logs_changed" v 1 => LogStreamLogsChanged;
        "log_stream.secret_rotated" v 1 => LogStreamSecretRotated;
        "log_stream.disabled" v 1 => LogStreamDisabled;
        "log_stream.enabled" v 1 => LogStreamEnabled;
        "log_stream.deleted" v 1 => LogStreamDeleted;
    }
);
