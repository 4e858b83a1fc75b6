use super::*;
use crate::{
    MessageId, NextNumber, TicketNumber,
    ticket::{
        Assigned, Author, Channel, Closed, Deleted, MovedToTeam, NoteAdded, Opened, PriorityChanged, ReopenReason,
        Reopened, Resolved, Retitled, Started, Tagged, Untagged,
    },
    ticket_public_type,
};

fn customer() -> CustomerId {
    CustomerId::new(Uuid::from_u128(1))
}

fn opened() -> TicketEvent {
    Opened {
        number: NextNumber::Given(TicketNumber(1)),
        title: Personal::new(customer(), "Login issues"),
        body: None,
        message: MessageId::new(Uuid::from_u128(2)),
        attachments: vec![],
        requester: customer(),
        author: Author::Customer(customer()),
        channel: Channel::Api,
        priority: Priority::Medium,
        kind: None,
        tags: ["vip".to_owned()].into(),
        external_id: None,
        opened_by: None,
        in_month: None,
    }
    .into()
}

fn priority(priority: Priority, previous: Priority) -> TicketEvent {
    PriorityChanged { priority, previous }.into()
}

fn tags(tags: &[&str]) -> std::collections::BTreeSet<String> {
    tags.iter().map(|tag| (*tag).to_owned()).collect()
}

/// Behind the opening, each event with the number of the wish that it is part of; what is undone is the first of wish 1.
fn undone(rest: &[(u128, TicketEvent)]) -> Result<Vec<Back>, UndoRefusal> {
    let step = |(wish, event): (u128, TicketEvent)| Step { wish: Uuid::from_u128(wish), event, imported: false };
    let history: Vec<Step> = [(0, opened())].into_iter().chain(rest.iter().cloned()).map(step).collect();
    let index = history.iter().position(|step| step.wish == Uuid::from_u128(1)).unwrap();
    undo(&history, index)
}

#[test]
fn what_was_changed_is_as_before_again() {
    let agent = AgentId::new(Uuid::from_u128(7));
    let team = TeamId::new(Uuid::from_u128(8));
    let title = Retitled { title: Personal::new(customer(), "Printer") };
    for (event, back) in [
        (priority(Priority::High, Priority::Medium), Back::Priority(Priority::Medium)),
        (title.into(), Back::Title(Title::try_new("Login issues").unwrap())),
        (Assigned { agent, previous: None }.into(), Back::Assignee(None)),
        (MovedToTeam { team: Some(team), previous: None }.into(), Back::Team(None)),
        (Resolved {}.into(), Back::Status(Status::Open)),
        (Deleted {}.into(), Back::Restored),
        (Untagged { tags: tags(&["vip"]) }.into(), Back::Tagged(Tag::try_new("vip").unwrap())),
    ] {
        assert_eq!(undone(&[(1, event.clone())]), Ok(vec![back]), "{event:?}");
    }
}

#[test]
fn what_is_as_before_already_is_not_taken_back_again() {
    let raised = (1, priority(Priority::High, Priority::Medium));
    assert_eq!(undone(&[raised, (2, priority(Priority::Medium, Priority::High))]), Ok(vec![]));
}

#[test]
fn what_somebody_else_changed_since_is_named_and_stays() {
    let raised = (1, priority(Priority::High, Priority::Medium));
    let others = [(2, priority(Priority::Low, Priority::High)), (3, priority(Priority::High, Priority::Low))];
    assert_eq!(undone(&[raised.clone(), others[0].clone()]), Err(UndoRefusal::ChangedSince(vec!["priority"])));
    // That it came to the same again does not make it the first one's.
    let [low, high] = others;
    assert_eq!(undone(&[raised.clone(), low, high]), Err(UndoRefusal::ChangedSince(vec!["priority"])));
    // What is about something else is in nobody's way.
    assert_eq!(undone(&[raised, (2, Resolved {}.into())]), Ok(vec![Back::Priority(Priority::Medium)]));
}

#[test]
fn each_tag_goes_by_itself() {
    let tagged = (1, Tagged { tags: tags(&["a", "b", "c"]) }.into());
    let off = Back::Untagged(Tag::try_new("b").unwrap());
    let removed = (2, Untagged { tags: tags(&["a", "c"]) }.into());
    assert_eq!(undone(&[tagged.clone(), removed.clone()]), Ok(vec![off]));
    let again = (3, Tagged { tags: tags(&["c"]) }.into());
    assert_eq!(undone(&[tagged, removed, again]), Err(UndoRefusal::ChangedSince(vec!["tags"])));
}

#[test]
fn the_steps_of_one_wish_are_one_change() {
    let reopened = Reopened { reason: ReopenReason::Requested };
    let wish = [(5, Closed {}.into()), (1, reopened.into()), (1, Started {}.into())];
    assert_eq!(undone(&wish), Ok(vec![Back::Status(Status::Closed)]));
    let closed = [(5, Resolved {}.into()), (1, Closed {}.into())];
    assert_eq!(undone(&closed), Ok(vec![Back::Status(Status::Open), Back::Status(Status::Resolved)]));
}

#[test]
fn what_was_said_and_what_is_erased_stays() {
    let body = Personal::new(customer(), "No.");
    let note = NoteAdded { message: MessageId::new(Uuid::from_u128(3)), author: None, body, attachments: vec![] };
    assert!(matches!(undone(&[(1, note.into())]), Err(UndoRefusal::Final(_))));
    let erased = Retitled { title: Personal::erased(customer()) };
    let title = Retitled { title: Personal::new(customer(), "Printer") };
    let refused = undone(&[(5, erased.into()), (1, title.into())]);
    assert!(matches!(refused, Err(UndoRefusal::Final(_))), "{refused:?}");
    let step = Step { wish: Uuid::nil(), event: Resolved {}.into(), imported: true };
    assert!(matches!(undo(&[step], 0), Err(UndoRefusal::Final(_))));
}

#[test]
fn the_public_types_of_what_can_be_taken_back_are_those_whose_events_can() {
    let fixtures = include_str!("../../../fixtures/events.ndjson").lines();
    let fixtures = fixtures.map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    for fixture in fixtures.filter(|fixture| fixture["aggregate"] == "ticket") {
        let version = u32::try_from(fixture["version"].as_u64().unwrap()).unwrap();
        let name = fixture["type"].as_str().unwrap();
        let event = <TicketEvent as crate::Event>::decode(name, version, fixture["payload"].clone()).unwrap();
        assert_eq!(is_undoable(ticket_public_type(&event).finer), parts(&event).is_ok(), "{name}");
    }
}
