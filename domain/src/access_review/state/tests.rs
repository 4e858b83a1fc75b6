use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::*;
use crate::{
    access_review::{Happened, ReviewItem, ReviewResult, ReviewedRole},
    ids::{AgentId, ApiKeyId},
    role::BuiltInRole,
    text::{Name, Reason},
};

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000 + minute * 60, 0).unwrap()
}

fn agent(number: u128) -> AgentId {
    AgentId::new(Uuid::from_u128(number))
}

fn key(number: u128) -> Principal {
    Principal::ApiKey(ApiKeyId::new(Uuid::from_u128(number)))
}

fn person(number: u128) -> ReviewItem {
    ReviewItem {
        principal: Principal::Agent(agent(number)),
        name: None,
        role: Some(RoleId::ADMIN),
        scopes: BTreeSet::new(),
        owner: None,
        joined: Some(true),
        second_factors: Some(0),
        created_at: at(0),
        last_log_in_at: Some(at(1)),
        last_used_at: Some(at(1)),
        ends_at: None,
    }
}

fn key_of(number: u128, owner: u128) -> ReviewItem {
    let (name, owner) = (Some("=1+1, \"quoted\"".to_owned()), Some(KeyOwner::Agent(agent(owner))));
    let scopes = BTreeSet::from(["tickets:read".to_owned()]);
    let of_people = (None, None, None);
    let (role, joined, second_factors) = of_people;
    ReviewItem { principal: key(number), name, owner, scopes, role, joined, second_factors, ..person(1) }
}

fn open(items: Vec<ReviewItem>, due: i64) -> AccessReviewCommand {
    let permissions = BuiltInRole::Analyst.permissions();
    let role = ReviewedRole { name: "Admin".to_owned(), permissions };
    AccessReviewCommand::Open(OpenAccessReview {
        title: Name::try_new("Fourth quarter").unwrap(),
        due_at: at(due),
        kinds: PrincipalKind::ALL.into(),
        as_of_position: 7,
        roles: BTreeMap::from([(RoleId::ADMIN, role)]),
        items,
        now: at(0),
    })
}

fn by(number: u128) -> Reviewer {
    Reviewer { agent: Some(agent(number)), key: None, is_only_owner: false }
}

fn decide(item: Principal, decision: Decision, by: Reviewer) -> AccessReviewCommand {
    AccessReviewCommand::Decide(DecideItem { item, decision, note: Reason::try_new("so it is").ok(), by })
}

fn close(leave_undecided: bool) -> AccessReviewCommand {
    let (json_sha256, csv_sha256) = ("1".to_owned(), "2".to_owned());
    AccessReviewCommand::Close(CloseAccessReview { leave_undecided, json_sha256, csv_sha256 })
}

fn when(
    state: &mut AccessReviewState,
    command: AccessReviewCommand,
) -> Result<Vec<AccessReviewEvent>, AccessReviewRejection> {
    let events = AccessReview::decide(state, command)?;
    events.iter().for_each(|event| AccessReview::apply(state, event));
    Ok(events)
}

fn opened() -> AccessReviewState {
    let mut state = AccessReviewState::default();
    when(&mut state, open(vec![person(1), person(2), key_of(3, 1)], 60)).unwrap();
    state
}

#[test]
fn nobody_decides_about_their_own_access_but_an_only_owner_and_that_is_marked() {
    let (one, theirs) = (Principal::Agent(agent(1)), key(3));
    for item in [one, theirs] {
        for decision in [Decision::Attest, Decision::Remove] {
            let refused = when(&mut opened(), decide(item, decision, by(1)));
            assert_eq!(refused, Err(AccessReviewRejection::OwnAccess), "{item}");
        }
        let only = Reviewer { is_only_owner: true, ..by(1) };
        let events = when(&mut opened(), decide(item, Decision::Attest, only)).unwrap();
        let AccessReviewEvent::AccessReviewItemAttested(attested) = &events[0] else { panic!("{events:?}") };
        assert!(attested.own_access);
        let events = when(&mut opened(), decide(item, Decision::Attest, by(2))).unwrap();
        let AccessReviewEvent::AccessReviewItemAttested(attested) = &events[0] else { panic!("{events:?}") };
        assert!(!attested.own_access, "by another");
    }
    let with_key = Reviewer { key: Some(theirs), ..by(2) };
    let refused = when(&mut opened(), decide(theirs, Decision::Attest, with_key));
    assert_eq!(refused, Err(AccessReviewRejection::OwnAccess), "the key that asks");
    let program = Reviewer { agent: None, ..by(2) };
    assert_eq!(when(&mut opened(), decide(one, Decision::Attest, program)), Err(AccessReviewRejection::NotAPerson));
}

#[test]
fn what_was_taken_is_not_kept_after_all() {
    let (item, mut state) = (Principal::Agent(agent(1)), opened());
    let change = Decision::ChangeRole(RoleId::AGENT);
    for (decision, events) in [
        (Decision::Attest, Ok(1)),
        (Decision::Attest, Ok(0)),
        (change, Ok(1)),
        (change, Ok(0)),
        (Decision::Attest, Err(AccessReviewRejection::AlreadyDecided)),
        (Decision::Remove, Ok(1)),
        (Decision::Remove, Ok(0)),
        (change, Err(AccessReviewRejection::AlreadyDecided)),
        (Decision::Attest, Err(AccessReviewRejection::AlreadyDecided)),
    ] {
        let found = when(&mut state, decide(item, decision, by(2))).map(|events| events.len());
        assert_eq!(found, events, "{decision:?}");
    }
    let refused = when(&mut state, decide(key(3), change, by(2)));
    assert_eq!(refused, Err(AccessReviewRejection::KeyHasNoRole));
    let refused = when(&mut state, decide(key(4), Decision::Attest, by(2)));
    assert_eq!(refused, Err(AccessReviewRejection::NoSuchItem));
}

#[test]
fn a_review_is_about_somebody_has_an_end_and_stays_as_it_is_then() {
    let none = &mut AccessReviewState::default();
    for due in [0, -1, 367 * 24 * 60] {
        assert_eq!(when(none, open(vec![person(1)], due)), Err(AccessReviewRejection::DueDate), "{due}");
    }
    assert_eq!(when(none, open(vec![], 60)), Err(AccessReviewRejection::NobodyToReview));
    let many = (0..=20_000).map(person).collect();
    let refused = Err(AccessReviewRejection::TooMany { most: 20_000, found: 20_001 });
    assert_eq!(when(none, open(many, 60)), refused);
    assert_eq!(when(none, close(true)), Err(AccessReviewRejection::NotFound));
    let many = when(&mut AccessReviewState::default(), open((0..1001).map(person).collect(), 60)).unwrap();
    assert_eq!(many.len(), 1 + 3, "no event grows without end");

    let mut state = opened();
    assert_eq!(when(&mut state, close(false)), Err(AccessReviewRejection::Undecided { left: 3 }));
    assert_eq!(when(&mut state, close(true)).map(|events| events.len()), Ok(1));
    assert_eq!(when(&mut state, close(true)).map(|events| events.len()), Ok(0));
    let refused = when(&mut state, decide(key(3), Decision::Remove, by(2)));
    assert_eq!(refused, Err(AccessReviewRejection::Closed));
    assert_eq!(when(&mut state, open(vec![person(1)], 60)), Err(AccessReviewRejection::AlreadyOpened));
}

/// Digests of what these functions make stand in logs: they must make the same for ever.
#[test]
fn the_result_of_a_review_is_the_same_for_ever() {
    let mut state = AccessReviewState::default();
    let mut events = when(&mut state, open(vec![person(1), person(2), key_of(3, 1)], 60)).unwrap();
    events.extend(when(&mut state, decide(Principal::Agent(agent(1)), Decision::Attest, by(2))).unwrap());
    events.extend(when(&mut state, decide(key(3), Decision::Remove, by(2))).unwrap());
    let happened = |(minute, event)| Happened { event, at: at(minute), by: "agent:agt_2".to_owned() };
    let result = ReviewResult::of("acme", "arv_1", (10..).zip(events).map(happened)).unwrap();
    assert_eq!(result.to_json(), include_str!("result.json"));
    assert_eq!(result.to_csv().replace("\r\n", "\n"), include_str!("result.csv"));
}
