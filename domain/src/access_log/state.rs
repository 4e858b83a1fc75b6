//! What the rules read of the access log; decide and apply.

use crate::{
    access_log::{
        commands::AccessLogCommand,
        events::{AccessLogEvent, AccessLogSealed},
        rejection::AccessLogRejection,
    },
    aggregate::Aggregate,
};

/// The aggregate; its state is [`AccessLogState`]. A tenant has one, under its own id, from the beginning.
#[derive(Debug)]
pub struct AccessLog;

/// How far it is sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessLogState {
    /// The number of the last entry that is sealed; 0 when none is.
    pub through: u64,
    /// The digest with that; none when none is.
    pub digest: Option<String>,
}

impl Aggregate for AccessLog {
    const TYPE: &'static str = "access_log";
    type State = AccessLogState;
    type Command = AccessLogCommand;
    type Event = AccessLogEvent;
    type Rejection = AccessLogRejection;

    fn decide(state: &AccessLogState, command: AccessLogCommand) -> Result<Vec<AccessLogEvent>, AccessLogRejection> {
        let AccessLogCommand::Seal { after, through, digest } = command;
        if after < state.through || through <= after {
            return Err(AccessLogRejection::NotNew);
        }
        Ok(vec![AccessLogSealed { after, through, digest }.into()])
    }

    fn changed_fields(event: &AccessLogEvent) -> &'static [&'static str] {
        match event {
            AccessLogEvent::AccessLogSealed(_) => &["through", "digest"],
        }
    }

    fn apply(state: &mut AccessLogState, event: &AccessLogEvent) {
        match event {
            AccessLogEvent::AccessLogSealed(sealed) => {
                state.through = sealed.through;
                state.digest = Some(sealed.digest.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_entry_is_sealed_twice() {
        let seal = |after, through| AccessLogCommand::Seal { after, through, digest: "00".into() };
        let mut state = AccessLogState::default();
        for event in AccessLog::decide(&state, seal(0, 7)).unwrap() {
            AccessLog::apply(&mut state, &event);
        }
        assert_eq!(state.through, 7);
        assert_eq!(AccessLog::decide(&state, seal(6, 9)), Err(AccessLogRejection::NotNew));
        assert_eq!(AccessLog::decide(&state, seal(7, 7)), Err(AccessLogRejection::NotNew));
        assert!(AccessLog::decide(&state, seal(9, 12)).is_ok(), "8 and 9 are not here, and the event says so");
    }
}
