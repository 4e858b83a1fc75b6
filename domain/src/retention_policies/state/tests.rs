use std::collections::BTreeSet;

use uuid::Uuid;

use super::*;
use crate::{
    Event,
    retention_policies::{Ended, RetentionPolicyRan},
    text::Name,
    ticket::{Channel, Closed, ReopenReason, Reopened, Resolved, Status, TicketEvent, TicketState},
};

fn id(n: u128) -> RetentionPolicyId {
    RetentionPolicyId::new(Uuid::from_u128(n))
}

fn name(text: &str) -> Name {
    Name::try_new(text).unwrap()
}

fn criteria() -> RetentionCriteria {
    let statuses = BTreeSet::from([Status::Closed]);
    RetentionCriteria { statuses, older_than_days: 30, tags: BTreeSet::new(), channels: BTreeSet::new() }
}

fn create(n: u128) -> RetentionPoliciesCommand {
    let wanted = CreateRetentionPolicy { policy: id(n), name: name("Closed for a month"), criteria: criteria() };
    RetentionPoliciesCommand::Create(wanted)
}

fn at(days: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(days)
}

/// The types of what comes of a command, which is folded.
fn after(
    state: &mut RetentionPoliciesState,
    command: RetentionPoliciesCommand,
) -> Result<Vec<&'static str>, RetentionPoliciesRejection> {
    let events = RetentionPolicies::decide(state, command)?;
    events.iter().for_each(|event| RetentionPolicies::apply(state, event));
    Ok(events.iter().map(Event::event_type).collect())
}

#[test]
fn a_policy_begins_disabled_and_acts_a_day_after_it_was_enabled_or_is_about_others() {
    let mut state = RetentionPoliciesState::default();
    assert_eq!(after(&mut state, create(1)), Ok(vec!["retention_policy.created"]));
    let acts = |state: &RetentionPoliciesState, now| state.get(id(1)).unwrap().acts_at(now);
    assert!(!acts(&state, at(10_000)), "it was not enabled");
    let enable = |now| RetentionPoliciesCommand::Enable { policy: id(1), now };
    assert_eq!(after(&mut state, enable(at(0))), Ok(vec!["retention_policy.enabled"]));
    assert_eq!(after(&mut state, enable(at(5))), Ok(vec![]), "it is already so, and waits no longer for it");
    let second = TimeDelta::seconds(1);
    assert!(!acts(&state, at(1) - second) && acts(&state, at(1)));

    let rename = RetentionPoliciesCommand::Rename { policy: id(1), name: name("Closed") };
    assert_eq!(after(&mut state, rename), Ok(vec!["retention_policy.renamed"]));
    assert!(acts(&state, at(1)), "a name changes nothing of what it does");
    let shorter = RetentionCriteria { older_than_days: 3, ..criteria() };
    let change = |now| RetentionPoliciesCommand::SetCriteria { policy: id(1), criteria: shorter.clone(), now };
    assert_eq!(after(&mut state, change(at(7))), Ok(vec!["retention_policy.criteria_changed"]));
    assert_eq!(after(&mut state, change(at(9))), Ok(vec![]));
    assert!(!acts(&state, at(8) - second) && acts(&state, at(8)));

    let disable = RetentionPoliciesCommand::Disable(id(1));
    assert_eq!(after(&mut state, disable.clone()), Ok(vec!["retention_policy.disabled"]));
    assert_eq!(after(&mut state, disable), Ok(vec![]));
    let longer = RetentionPoliciesCommand::SetCriteria { policy: id(1), criteria: criteria(), now: at(9) };
    let _ = after(&mut state, longer).unwrap();
    assert!(!acts(&state, at(10_000)), "other criteria enable nothing");
    assert_eq!(state.get(id(1)).unwrap().version, 6);
    let ran = RetentionPolicyRan { policy: id(1), as_of: 7, erased: 1, held: 0, left: 0 };
    assert_eq!(after(&mut state, RetentionPoliciesCommand::NoteRun(ran)), Ok(vec!["retention_policy.ran"]));
    assert_eq!(state.get(id(1)).unwrap().version, 6, "what it did is no change of it");

    let delete = RetentionPoliciesCommand::Delete(id(1));
    assert_eq!(after(&mut state, delete.clone()), Ok(vec!["retention_policy.deleted"]));
    assert_eq!(after(&mut state, delete), Err(RetentionPoliciesRejection::NotFound));
    assert_eq!(after(&mut state, enable(at(9))), Err(RetentionPoliciesRejection::NotFound));
}

#[test]
fn there_are_fifty_at_most() {
    let mut state = RetentionPoliciesState::default();
    for n in 1..=50 {
        let _ = after(&mut state, create(n)).unwrap();
    }
    assert_eq!(after(&mut state, create(51)), Err(RetentionPoliciesRejection::TooMany));
    let _ = after(&mut state, RetentionPoliciesCommand::Delete(id(7))).unwrap();
    assert!(after(&mut state, create(51)).is_ok());
}

#[test]
fn criteria_without_an_end_of_the_work_or_without_an_age_are_refused() {
    let with = |statuses: &[Status], older_than_days, tags: usize| RetentionCriteria {
        statuses: statuses.iter().copied().collect(),
        older_than_days,
        tags: (0..tags).map(|n| format!("t{n}")).collect(),
        channels: BTreeSet::new(),
    };
    let over = [Status::Resolved, Status::Closed];
    for (criteria, refused) in [
        (with(&over, 1, 0), None),
        (with(&over, 36_500, 50), None),
        (with(&[], 1, 0), Some(RetentionPoliciesRejection::Statuses)),
        (with(&[Status::Closed, Status::Pending], 1, 0), Some(RetentionPoliciesRejection::Statuses)),
        (with(&[Status::Open], 1, 0), Some(RetentionPoliciesRejection::Statuses)),
        (with(&[Status::InProgress], 1, 0), Some(RetentionPoliciesRejection::Statuses)),
        (with(&over, 0, 0), Some(RetentionPoliciesRejection::Age)),
        (with(&over, 36_501, 0), Some(RetentionPoliciesRejection::Age)),
        (with(&over, 1, 51), Some(RetentionPoliciesRejection::Tags)),
    ] {
        assert_eq!(criteria.check().err(), refused, "{criteria:?}");
    }
}

#[test]
fn a_ticket_is_covered_by_its_status_its_age_its_tags_and_its_channel() {
    let ticket = |status, tags: &[&str]| TicketState {
        status,
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        ..TicketState::default()
    };
    let ended = |days| Ended { at: at(days), channel: Channel::Api };
    let tagged = RetentionCriteria { tags: BTreeSet::from(["a".to_owned(), "b".to_owned()]), ..criteria() };
    let imported = RetentionCriteria { channels: BTreeSet::from([Channel::Import]), ..criteria() };
    let by_api = RetentionCriteria { channels: BTreeSet::from([Channel::Api, Channel::Import]), ..criteria() };
    for (criteria, ticket, ended, covered) in [
        (&criteria(), ticket(Status::Closed, &[]), ended(70), true),
        (&criteria(), ticket(Status::Closed, &[]), Ended { at: at(70) + TimeDelta::seconds(1), ..ended(0) }, false),
        (&criteria(), ticket(Status::Resolved, &[]), ended(0), false),
        (&criteria(), ticket(Status::Open, &[]), ended(0), false),
        (&tagged, ticket(Status::Closed, &[]), ended(0), false),
        (&tagged, ticket(Status::Closed, &["b", "c"]), ended(0), true),
        (&imported, ticket(Status::Closed, &[]), ended(0), false),
        (&by_api, ticket(Status::Closed, &[]), ended(0), true),
    ] {
        assert_eq!(criteria.cover(&ticket, ended, at(100)), covered, "{criteria:?} {ticket:?} {ended:?}");
    }
}

#[test]
fn a_ticket_ended_when_it_was_last_resolved_or_closed() {
    let events: Vec<TicketEvent> = vec![
        crate::ticket::tests::opened(),
        Resolved {}.into(),
        Reopened { reason: ReopenReason::Requested }.into(),
        Resolved {}.into(),
        Closed {}.into(),
    ];
    let ended = |count: usize| Ended::find((0..).map(at).zip(&events).take(count)).map(|ended| ended.at);
    assert_eq!([1, 2, 4, 5].map(ended), [None, Some(at(1)), Some(at(3)), Some(at(4))]);
    let found = Ended::find((0..).map(at).zip(&events)).unwrap();
    assert_eq!(found.channel, Channel::Api);
}
