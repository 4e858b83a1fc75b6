//! What the rules read of a log stream; decide and apply.

use std::collections::BTreeSet;

use crate::{
    aggregate::Aggregate,
    log_stream::{
        commands::{CreateLogStream, LogStreamCommand},
        events::{
            LogStreamCertificatesChanged, LogStreamCreated, LogStreamDeleted, LogStreamDisabled, LogStreamEnabled,
            LogStreamEvent, LogStreamLogsChanged, LogStreamRenamed, LogStreamSecretRotated, LogStreamUrlChanged,
            StreamedLog,
        },
        rejection::LogStreamRejection,
    },
    personal::Personal,
};

/// The aggregate; its state is [`LogStreamState`].
#[derive(Debug)]
pub struct LogStream;

/// Whether it is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogStreamStanding {
    /// It was never made.
    #[default]
    Unknown,
    /// It is sent.
    Active,
    /// It is not, until it is enabled.
    Disabled,
    /// It is not, ever again.
    Deleted,
}

/// A log stream as its events leave it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogStreamState {
    /// Whether it is sent.
    pub standing: LogStreamStanding,
    /// What it is called.
    pub name: String,
    /// Where it goes; set by the first event.
    pub url: Option<Personal>,
    /// What is sent.
    pub logs: BTreeSet<StreamedLog>,
    /// The authorities that its receiver's certificate is verified with, in PEM; none: those of the machine.
    pub ca_certificates: Option<String>,
    /// The first position that was wished for.
    pub from_position: Option<u64>,
}

type Decision = Result<Vec<LogStreamEvent>, LogStreamRejection>;

impl Aggregate for LogStream {
    const TYPE: &'static str = "log_stream";
    type State = LogStreamState;
    type Command = LogStreamCommand;
    type Event = LogStreamEvent;
    type Rejection = LogStreamRejection;

    fn decide(state: &LogStreamState, command: LogStreamCommand) -> Decision {
        match state.standing {
            LogStreamStanding::Unknown => {
                let LogStreamCommand::Create(create) = command else { return Err(LogStreamRejection::NotFound) };
                created(*create)
            }
            // A repeat of the deletion is already so.
            LogStreamStanding::Deleted if matches!(command, LogStreamCommand::Delete) => Ok(vec![]),
            LogStreamStanding::Deleted => Err(LogStreamRejection::NotFound),
            LogStreamStanding::Active | LogStreamStanding::Disabled => state.change(command),
        }
    }

    fn changed_fields(event: &LogStreamEvent) -> &'static [&'static str] {
        match event {
            LogStreamEvent::LogStreamCreated(_) => &["name", "url", "logs", "ca_certificates", "from_position"],
            LogStreamEvent::LogStreamRenamed(_) => &["name"],
            LogStreamEvent::LogStreamUrlChanged(_) => &["url"],
            LogStreamEvent::LogStreamCertificatesChanged(_) => &["ca_certificates"],
            LogStreamEvent::LogStreamLogsChanged(_) => &["logs"],
            LogStreamEvent::LogStreamSecretRotated(_) => &[],
            LogStreamEvent::LogStreamDisabled(_) | LogStreamEvent::LogStreamEnabled(_) => &["active"],
            LogStreamEvent::LogStreamDeleted(_) => &["deleted"],
        }
    }

    fn apply(state: &mut LogStreamState, event: &LogStreamEvent) {
        match event {
            LogStreamEvent::LogStreamCreated(created) => {
                *state = LogStreamState {
                    standing: LogStreamStanding::Active,
                    name: created.name.clone(),
                    url: Some(created.url.clone()),
                    logs: created.logs.clone(),
                    ca_certificates: created.ca_certificates.clone(),
                    from_position: created.from_position,
                }
            }
            LogStreamEvent::LogStreamRenamed(renamed) => state.name.clone_from(&renamed.name),
            LogStreamEvent::LogStreamUrlChanged(changed) => state.url = Some(changed.url.clone()),
            LogStreamEvent::LogStreamCertificatesChanged(changed) => {
                state.ca_certificates.clone_from(&changed.ca_certificates);
            }
            LogStreamEvent::LogStreamLogsChanged(changed) => state.logs.clone_from(&changed.logs),
            LogStreamEvent::LogStreamSecretRotated(_) => {}
            LogStreamEvent::LogStreamDisabled(_) => state.standing = LogStreamStanding::Disabled,
            LogStreamEvent::LogStreamEnabled(_) => state.standing = LogStreamStanding::Active,
            LogStreamEvent::LogStreamDeleted(_) => state.standing = LogStreamStanding::Deleted,
        }
    }
}

impl LogStreamState {
    fn change(&self, command: LogStreamCommand) -> Decision {
        let subject = self.url.as_ref().map_or("", Personal::subject);
        Ok(match command {
            LogStreamCommand::Create(_) => return Err(LogStreamRejection::AlreadyExists),
            LogStreamCommand::Rename(name) if name.as_str() == self.name => vec![],
            LogStreamCommand::Rename(name) => {
                vec![LogStreamRenamed { name: name.into(), previous: self.name.clone() }.into()]
            }
            LogStreamCommand::SetUrl(url) if self.url.as_ref().and_then(Personal::value) == Some(url.as_str()) => {
                vec![]
            }
            LogStreamCommand::SetUrl(url) => vec![LogStreamUrlChanged { url: Personal::new(subject, url) }.into()],
            LogStreamCommand::SetCertificates(wanted) => {
                let ca_certificates = wanted.map(String::from);
                let other = ca_certificates != self.ca_certificates;
                other.then(|| LogStreamCertificatesChanged { ca_certificates }.into()).into_iter().collect()
            }
            LogStreamCommand::SetLogs(logs) if logs.is_empty() => return Err(LogStreamRejection::SendsNothing),
            LogStreamCommand::SetLogs(logs) if logs == self.logs => vec![],
            LogStreamCommand::SetLogs(logs) => {
                vec![LogStreamLogsChanged { logs, previous: self.logs.clone() }.into()]
            }
            LogStreamCommand::RotateSecret => vec![LogStreamSecretRotated {}.into()],
            LogStreamCommand::Disable if self.standing == LogStreamStanding::Active => {
                vec![LogStreamDisabled {}.into()]
            }
            LogStreamCommand::Enable if self.standing == LogStreamStanding::Disabled => {
                vec![LogStreamEnabled {}.into()]
            }
            LogStreamCommand::Disable | LogStreamCommand::Enable => vec![],
            LogStreamCommand::Delete => vec![LogStreamDeleted {}.into()],
        })
    }
}

fn created(create: CreateLogStream) -> Decision {
    let CreateLogStream { id, name, url, logs, ca_certificates, from_position } = create;
    if logs.is_empty() {
        return Err(LogStreamRejection::SendsNothing);
    }
    let ca_certificates = ca_certificates.map(String::from);
    let url = Personal::new(id, url);
    Ok(vec![LogStreamCreated { name: name.into(), url, logs, ca_certificates, from_position }.into()])
}

#[cfg(test)]
mod tests;
