//! A log stream: where a tenant's audit trail, and its access log if it is wished, are sent as they grow: to a SIEM.
//!
//! What it protects: a stream that was deleted stays deleted; it always sends something; who made it, changed it and switched
//! it off is known. Its secret is never in its events: it stands, sealed, beside those of webhooks. Its address may hold a
//! token of the receiver, so it is sealed under a key of the stream's own.

mod commands;
mod events;
mod rejection;
mod state;

pub use commands::{CreateLogStream, LogStreamCommand};
pub use events::{
    LogStreamCertificatesChanged, LogStreamCreated, LogStreamDeleted, LogStreamDisabled, LogStreamEnabled,
    LogStreamEvent, LogStreamLogsChanged, LogStreamRenamed, LogStreamSecretRotated, LogStreamUrlChanged, StreamedLog,
};
pub use rejection::LogStreamRejection;
pub use state::{LogStream, LogStreamStanding, LogStreamState};
