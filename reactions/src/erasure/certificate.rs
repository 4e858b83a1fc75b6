//! What is signed of an erasure. docs/erasure.md describes the form, for those who verify it.

use chrono::{DateTime, SecondsFormat, Utc};
use event_store::{Erasure, Extent};

/// The space in it tells it from a checkpoint, which begins with the name of a log.
const TITLE: &str = "ledgerdesk erasure 1";

/// One `name value` per line, after the title.
pub(super) fn statement(origin: &str, erasure: &Erasure, extent: Extent, completed_at: DateTime<Utc>) -> String {
    let instant = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Micros, true);
    let position = |position: Option<u64>| position.map_or_else(|| "none".to_owned(), |at| at.to_string());
    let lines = [
        ("log", origin.to_owned()),
        ("subject", erasure.subject.clone()),
        ("position", erasure.position.to_string()),
        ("erased_at", instant(erasure.erased_at)),
        ("completed_at", instant(completed_at)),
        ("keys_destroyed", erasure.keys.to_string()),
        ("fields_unreadable", extent.fields.to_string()),
        ("events_concerned", extent.events.to_string()),
        ("first_position", position(extent.first)),
        ("last_position", position(extent.last)),
    ];
    lines.iter().fold(format!("{TITLE}\n"), |text, (name, value)| format!("{text}{name} {value}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_says_what_was_erased_and_cannot_be_taken_for_a_checkpoint() {
        let at: DateTime<Utc> = "2026-11-26T12:00:00Z".parse().unwrap();
        let erasure = Erasure {
            subject: "cus_1".to_owned(),
            position: 9,
            erased_at: at,
            keys: 2,
            key_ids: vec![],
            completed_at: None,
            certificate: None,
        };
        let extent = Extent { fields: 5, events: 3, first: Some(2), last: None };
        let text = statement("support.example.com/acme", &erasure, extent, at);
        assert_eq!(
            text,
            "ledgerdesk erasure 1\nlog support.example.com/acme\nsubject cus_1\nposition 9\n\
             erased_at 2026-11-26T12:00:00.000000Z\ncompleted_at 2026-11-26T12:00:00.000000Z\nkeys_destroyed 2\n\
             fields_unreadable 5\nevents_concerned 3\nfirst_position 2\nlast_position none\n"
        );
        assert!(text.parse::<event_store::proof::Checkpoint>().is_err());
    }
}
