use uuid::Uuid;

use super::*;
use crate::{
    LogStreamId,
    text::{Name, StreamUrl},
};

const URL: &str = "https://siem.example.com/ingest";

fn create(logs: &[StreamedLog]) -> LogStreamCommand {
    LogStreamCommand::Create(Box::new(CreateLogStream {
        id: LogStreamId::new(Uuid::from_u128(1)),
        name: Name::try_new("SIEM").unwrap(),
        url: StreamUrl::try_new(URL).unwrap(),
        logs: logs.iter().copied().collect(),
        ca_certificates: None,
        from_position: None,
    }))
}

fn given(commands: &[LogStreamCommand]) -> LogStreamState {
    let mut state = LogStreamState::default();
    for command in [create(&[StreamedLog::Audit])].iter().chain(commands) {
        for event in LogStream::decide(&state, command.clone()).unwrap() {
            LogStream::apply(&mut state, &event);
        }
    }
    state
}

#[test]
fn a_deleted_stream_stays_deleted() {
    let state = given(&[LogStreamCommand::Delete]);
    assert_eq!(LogStream::decide(&state, LogStreamCommand::Enable), Err(LogStreamRejection::NotFound));
    assert_eq!(LogStream::decide(&state, LogStreamCommand::Delete), Ok(vec![]));
    assert_eq!(
        LogStream::decide(&LogStreamState::default(), LogStreamCommand::Disable),
        Err(LogStreamRejection::NotFound)
    );
}

#[test]
fn a_stream_always_sends_something() {
    let refused = Err(LogStreamRejection::SendsNothing);
    assert_eq!(LogStream::decide(&LogStreamState::default(), create(&[])), refused);
    assert_eq!(LogStream::decide(&given(&[]), LogStreamCommand::SetLogs(BTreeSet::new())), refused);
}

#[test]
fn a_wish_that_is_already_so_records_nothing() {
    for command in [
        LogStreamCommand::Rename(Name::try_new("SIEM").unwrap()),
        LogStreamCommand::SetUrl(StreamUrl::try_new(URL).unwrap()),
        LogStreamCommand::SetLogs([StreamedLog::Audit].into()),
        LogStreamCommand::SetCertificates(None),
        LogStreamCommand::Enable,
    ] {
        assert_eq!(LogStream::decide(&given(&[]), command.clone()), Ok(vec![]), "{command:?}");
    }
    let disabled = given(&[LogStreamCommand::Disable]);
    assert_eq!(LogStream::decide(&disabled, LogStreamCommand::Disable), Ok(vec![]));
    assert_eq!(LogStream::decide(&disabled, LogStreamCommand::Enable), Ok(vec![LogStreamEnabled {}.into()]));
}

#[test]
fn the_address_is_sealed_for_the_stream_itself() {
    let elsewhere = "https://other.example.com/";
    let state = given(&[LogStreamCommand::SetUrl(StreamUrl::try_new(elsewhere).unwrap())]);
    let id = LogStreamId::new(Uuid::from_u128(1)).to_string();
    assert_eq!(state.url, Some(Personal::new(id, elsewhere)));
}
