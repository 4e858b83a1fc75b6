use uuid::Uuid;

use super::*;

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000 + minute * 60, 0).unwrap()
}

fn grant(number: u128, until: i64) -> SupportAccessCommand {
    let (grant, reason) = (SupportGrantId::new(Uuid::from_u128(number)), "why".to_owned());
    let role = RoleId::BuiltIn(BuiltInRole::Auditor);
    SupportAccessCommand::Grant(GrantSupport { grant, until: at(until), reason, role }, at(0))
}

fn enter(number: u128, now: i64, until: i64, break_glass: bool) -> SupportAccessCommand {
    let (session, operator) = (SupportSessionId::new(Uuid::from_u128(number)), "alice".to_owned());
    let enter = EnterSupport { session, operator, reason: "a call".to_owned(), until: at(until), break_glass };
    SupportAccessCommand::Enter(enter, at(now))
}

fn after(commands: impl IntoIterator<Item = SupportAccessCommand>) -> SupportAccessState {
    let mut state = SupportAccessState::default();
    for command in commands {
        for event in SupportAccess::decide(&state.clone(), command).unwrap() {
            SupportAccess::apply(&mut state, &event);
        }
    }
    state
}

fn role(state: &SupportAccessState, number: u128, now: i64) -> Option<RoleId> {
    state.role_in(SupportSessionId::new(Uuid::from_u128(number)), at(now))
}

#[test]
fn a_visit_ends_with_its_time_its_grant_or_the_revocation_of_it() {
    let state = after([grant(1, 30), enter(1, 0, 60, false)]);
    assert_eq!(role(&state, 1, 29), Some(RoleId::BuiltIn(BuiltInRole::Auditor)));
    assert_eq!(role(&state, 1, 30), None, "with its grant");
    let long = after([grant(1, 600), enter(1, 0, 10, false)]);
    assert_eq!((role(&long, 1, 9).is_some(), role(&long, 1, 10)), (true, None), "with its own time");
    let revoke = SupportAccessCommand::Revoke(SupportGrantId::new(Uuid::from_u128(1)));
    assert_eq!(role(&after([grant(1, 600), enter(1, 0, 60, false), revoke]), 1, 1), None);
    assert_eq!(role(&long, 2, 1), None, "one that nobody made");
}

#[test]
fn nobody_comes_without_a_grant_but_in_an_emergency() {
    let none = SupportAccessState::default();
    let refused = |state: &SupportAccessState, command| SupportAccess::decide(state, command).unwrap_err();
    assert_eq!(refused(&none, enter(1, 0, 10, false)), SupportAccessRejection::NoGrant);
    assert_eq!(refused(&after([grant(1, 10)]), enter(1, 10, 20, false)), SupportAccessRejection::NoGrant, "it is over");
    assert_eq!(refused(&none, enter(1, 0, 61, true)), SupportAccessRejection::TooLong);
    let emergency = after([enter(1, 0, 60, true)]);
    assert_eq!(role(&emergency, 1, 59), Some(RoleId::BuiltIn(BuiltInRole::Auditor)), "to look only");
    let let_in = after([grant(1, 600), enter(1, 0, 60, true)]);
    assert!(let_in.sessions.values().all(|session| session.grant.is_some()), "whoever is let in breaks no glass");
}

#[test]
fn a_grant_is_for_thirty_days_at_most_and_there_are_not_many() {
    let none = SupportAccessState::default();
    for until in [0, -1, 30 * 24 * 60 + 1] {
        assert_eq!(SupportAccess::decide(&none, grant(1, until)), Err(SupportAccessRejection::Until), "{until}");
    }
    let many = after((1..=20).map(|number| grant(number, 10)));
    assert_eq!(SupportAccess::decide(&many, grant(21, 10)), Err(SupportAccessRejection::TooManyGrants));
}

#[test]
fn what_is_over_is_forgotten_and_a_request_of_it_is_none() {
    let state = after([grant(1, 600), enter(1, 0, 10, false), enter(2, 100, 160, false)]);
    assert_eq!(state.sessions.len(), 1);
    let session = SupportSessionId::new(Uuid::from_u128(1));
    let request = SupportRequest { session, method: "GET".to_owned(), path: "/api/tickets".to_owned() };
    let refused = SupportAccess::decide(&state, SupportAccessCommand::NoteRequest(request));
    assert_eq!(refused, Err(SupportAccessRejection::NoSuchSession));
}

#[test]
fn support_never_may_what_would_let_it_stay_or_take_away() {
    let most = Permissions::all().within(&support_ceiling());
    for right in ["roles:write", "keys:write", "security:write", "support:write", "agents:write", "privacy:export"] {
        assert!(!most.allow(right.parse().unwrap()), "{right}");
    }
    assert_eq!(
        support_ceiling().missing(&BuiltInRole::Auditor.permissions()),
        None,
        "and sees whatever an auditor sees"
    );
}
