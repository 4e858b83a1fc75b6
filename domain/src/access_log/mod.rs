//! What the log says of the access log, which stands beside it: a digest, now and then, over who saw what.
//!
//! What it protects: what was sealed is sealed once, and never becomes less.

mod commands;
mod events;
mod rejection;
mod state;

pub use commands::AccessLogCommand;
pub use events::{AccessLogEvent, AccessLogSealed};
pub use rejection::AccessLogRejection;
pub use state::{AccessLog, AccessLogState};
