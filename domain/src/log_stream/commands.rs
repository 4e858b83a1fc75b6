//! What may be wished of a log stream.

use std::collections::BTreeSet;

use crate::{
    ids::LogStreamId,
    log_stream::events::StreamedLog,
    text::{Certificates, Name, StreamUrl},
};

/// A new stream.
#[derive(Clone, Debug)]
pub struct CreateLogStream {
    /// The id that it gets: also the subject that its address is sealed for.
    pub id: LogStreamId,
    /// What it is called.
    pub name: Name,
    /// Where it goes.
    pub url: StreamUrl,
    /// What is sent.
    pub logs: BTreeSet<StreamedLog>,
    /// The authorities that its receiver's certificate is verified with, in PEM; none: those of the machine.
    pub ca_certificates: Option<Certificates>,
    /// The first position that is sent; none: that of its own making.
    pub from_position: Option<u64>,
}

/// What may be wished of a log stream.
#[derive(Clone, Debug)]
pub enum LogStreamCommand {
    /// Make it.
    Create(Box<CreateLogStream>),
    /// Call it something else.
    Rename(Name),
    /// Send elsewhere.
    SetUrl(StreamUrl),
    /// Verify its receiver's certificate with these, or with those of the machine.
    SetCertificates(Option<Certificates>),
    /// Send exactly these.
    SetLogs(BTreeSet<StreamedLog>),
    /// Note that it got a new secret.
    RotateSecret,
    /// Send nothing until it is enabled.
    Disable,
    /// Send again, from where it stands.
    Enable,
    /// Send nothing ever again.
    Delete,
}
