use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{
    AgentId, CustomerId, DomainEvent, MessageId, NextNumber, Personal, TicketNumber,
    ticket::{
        Assigned, Author, Channel, Closed, NoteAdded, Opened, Priority, Rated, ReopenReason, Reopened, Replied,
        Resolved, Retitled, Status, Tagged, TicketEvent,
    },
};
use event_store::{RecordedEvent, StreamId};
use serde_json::json;
use uuid::Uuid;

use crate::{
    desk::Desk,
    fold::{At, FoldError},
    tickets::TicketRow,
};

const TICKET: &str = "tkt_00000000000000000000000000000001";

fn customer() -> CustomerId {
    CustomerId::new(Uuid::from_u128(2))
}

fn agent() -> AgentId {
    AgentId::new(Uuid::from_u128(3))
}

fn message() -> MessageId {
    MessageId::new(Uuid::from_u128(4))
}

fn at(hour: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(hour * 3600, 0).unwrap()
}

fn opened_by(author: Author, body: Option<&str>) -> TicketEvent {
    Opened {
        number: NextNumber::Given(TicketNumber(7)),
        title: Personal::new(customer(), "Login issues"),
        body: body.map(|body| Personal::new(customer(), body)),
        message: message(),
        attachments: vec![],
        requester: customer(),
        author,
        channel: Channel::Api,
        priority: Priority::Medium,
        kind: None,
        tags: ["b".to_owned()].into(),
        external_id: None,
        opened_by: None,
        in_month: None,
    }
    .into()
}

fn opened() -> TicketEvent {
    opened_by(Author::Customer(customer()), Some("Help"))
}

fn reply(author: Author) -> TicketEvent {
    Replied { message: message(), author, body: Personal::new(customer(), "Try again"), attachments: vec![] }.into()
}

fn by_agent() -> TicketEvent {
    reply(Author::Agent(agent()))
}

fn by_customer() -> TicketEvent {
    reply(Author::Customer(customer()))
}

fn recorded(sequence: u64, occurred_at: DateTime<Utc>, event: &DomainEvent) -> RecordedEvent {
    let origin = BTreeMap::from([("origin".to_owned(), "live".to_owned())]);
    RecordedEvent {
        position: sequence + 100,
        stream: StreamId::new("ticket", TICKET),
        sequence,
        event_type: event.event_type().to_owned(),
        event_version: 1,
        payload: json!(null),
        metadata: origin,
        event_id: Uuid::nil(),
        command_id: Uuid::nil(),
        occurred_at,
        recorded_at: occurred_at,
    }
}

/// Folds events that happened at these hours.
fn given(events: impl IntoIterator<Item = (i64, TicketEvent)>) -> Desk {
    let mut desk = Desk::default();
    for ((hour, event), sequence) in events.into_iter().zip(1..) {
        let event = event.into();
        desk.apply(&At::of(&recorded(sequence, at(hour), &event)), &event).unwrap();
    }
    desk
}

fn ticket(events: impl IntoIterator<Item = (i64, TicketEvent)>) -> TicketRow {
    given(events).tickets.get(TICKET).unwrap().clone()
}

#[test]
fn the_first_response_is_the_first_public_reply_by_an_agent() {
    let body = Personal::new(customer(), "Hm");
    let note = NoteAdded { message: message(), author: Some(agent()), body, attachments: vec![] };
    let row = ticket([(0, opened()), (1, by_customer()), (2, note.into()), (3, by_agent()), (4, by_agent())]);
    assert_eq!((row.first_response_from, row.first_response_at), (Some(at(0)), Some(at(3))));
    assert_eq!((row.agent_replies, row.customer_replies), (2, 1));
}

#[test]
fn an_agent_who_wrote_first_answers_only_what_the_customer_wrote_back() {
    let opened = opened_by(Author::Agent(agent()), Some("We saw an error"));
    let row = ticket([(0, opened.clone()), (1, by_agent())]);
    assert_eq!((row.first_response_from, row.first_response_at), (None, None));
    let row = ticket([(0, opened), (1, by_agent()), (2, by_customer()), (3, by_customer()), (4, by_agent())]);
    assert_eq!((row.first_response_from, row.first_response_at), (Some(at(2)), Some(at(4))));
}

#[test]
fn an_agent_who_opened_without_a_message_owes_the_first_response() {
    let opened = opened_by(Author::Agent(agent()), None);
    let row = ticket([(0, opened), (1, by_agent())]);
    assert_eq!((row.first_response_from, row.first_response_at), (Some(at(0)), Some(at(1))));
}

#[test]
fn a_reopened_ticket_is_neither_resolved_nor_closed() {
    let over = [(0, opened()), (1, Resolved {}.into()), (2, Closed {}.into())];
    let row = ticket(over.clone());
    assert_eq!((row.status.0, row.resolved_at, row.closed_at), (Status::Closed, Some(at(1)), Some(at(2))));
    let reopened = Reopened { reason: ReopenReason::Requested }.into();
    let row = ticket(over.into_iter().chain([(3, reopened)]));
    assert_eq!((row.status.0, row.resolved_at, row.closed_at, row.reopens), (Status::Open, None, None, 1));
}

#[test]
fn updated_at_never_goes_back_and_the_version_is_the_sequence() {
    let row = ticket([(5, opened()), (9, by_agent()), (7, by_customer())]);
    assert_eq!((row.created_at, row.updated_at, row.version, row.position), (at(5), at(9), 3, 103));
}

#[test]
fn an_event_seen_twice_changes_nothing() {
    let mut desk = given([(0, opened()), (1, by_agent())]);
    let before = given([(0, opened()), (1, by_agent())]);
    let again = by_agent().into();
    assert!(!desk.apply(&At::of(&recorded(2, at(1), &again)), &again).unwrap());
    assert_eq!(desk, before);
}

#[test]
fn a_stream_begins_once_and_with_its_opening() {
    let mut desk = Desk::default();
    let (first, second) = (opened().into(), by_agent().into());
    let early = desk.apply(&At::of(&recorded(1, at(0), &second)), &second);
    assert!(matches!(early, Err(FoldError::NotBegun { .. })));
    assert_eq!(desk, Desk::default());
    desk.apply(&At::of(&recorded(1, at(0), &first)), &first).unwrap();
    let twice = desk.apply(&At::of(&recorded(2, at(0), &first)), &first);
    assert!(matches!(twice, Err(FoldError::BegunTwice { .. })));
}

#[test]
fn the_timeline_says_what_changed_in_public_words() {
    let retitled = Retitled { title: Personal::new(customer(), "Cannot log in") };
    let erased = Retitled { title: Personal::erased(customer()) };
    let tagged = Tagged { tags: ["a".to_owned()].into() };
    let desk = given([
        (0, opened()),
        (1, by_agent()),
        (2, retitled.into()),
        (3, erased.into()),
        (4, tagged.into()),
        (5, Resolved {}.into()),
        (6, Reopened { reason: ReopenReason::CustomerReplied }.into()),
    ]);
    let details: Vec<_> = desk.timeline.iter().skip(1).map(|line| line.detail.clone()).collect();
    assert_eq!(
        details,
        [
            json!({}),
            json!({"title": ["Login issues", "Cannot log in"]}),
            json!({"title": ["Cannot log in", null]}),
            json!({"tags": [["b"], ["a", "b"]]}),
            json!({"status": ["open", "resolved"]}),
            json!({"status": ["resolved", "open"], "reason": "customer_replied"}),
        ]
    );
    let reply = &desk.timeline[1];
    assert_eq!(reply.visibility.as_deref(), Some("public"));
    assert_eq!((reply.author_kind.as_deref(), reply.body.as_deref()), (Some("agent"), Some("Try again")));
    assert_eq!(desk.tickets.get(TICKET).unwrap().title, None);
}

#[test]
fn every_event_of_the_catalogue_is_folded() {
    let fixtures = include_str!("../../../domain/fixtures/events.ndjson");
    let (mut desk, mut seen) = (Desk::default(), BTreeMap::<String, u32>::new());
    for (line, position) in fixtures.lines().zip(1..) {
        let fixture: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| fixture[key].as_str().unwrap().to_owned();
        let version = u32::try_from(fixture["version"].as_u64().unwrap()).unwrap();
        let payload = fixture["payload"].clone();
        let event = DomainEvent::decode(&text("aggregate"), &text("type"), version, payload).unwrap();
        let mut place = recorded(position, at(position.cast_signed()), &event);
        // The second shape of an event is another ticket's, which was opened by the second shape of that; and so on.
        let before = seen.entry(text("type")).or_default();
        let ticket = if text("aggregate") == "ticket" { *before } else { 0 };
        *before += 1;
        place.stream = StreamId::new(text("aggregate"), format!("id {ticket}"));
        assert!(desk.apply(&At::of(&place), &event).unwrap(), "{line}");
    }
    let counts = (desk.tickets.waiting(), desk.customers.waiting(), desk.agents.waiting(), desk.teams.waiting());
    assert_eq!(counts, (4, 1, 1, 1));
}

/// Whether analytics counts it as settled at first contact.
fn settled(events: impl IntoIterator<Item = (i64, TicketEvent)>) -> bool {
    let row = ticket(events);
    let soon = row.reopened_after.is_some_and(|seconds| seconds <= 72 * 3600);
    row.solved_at().is_some() && row.answered_when_solved && !row.wrote_back && !soon
}

fn reopened() -> TicketEvent {
    Reopened { reason: ReopenReason::Requested }.into()
}

#[test]
fn one_run_of_replies_and_then_silence_is_first_contact_resolution() {
    let (agent, customer) = (by_agent(), by_customer());
    let (resolved, closed): (TicketEvent, TicketEvent) = (Resolved {}.into(), Closed {}.into());
    let one = [(0, opened()), (1, agent.clone())];
    let with = |more: &[(i64, &TicketEvent)]| {
        let more = more.iter().map(|(hour, event)| (*hour, (*event).clone()));
        settled(one.clone().into_iter().chain(more))
    };
    assert!(with(&[(2, &resolved)]));
    assert!(with(&[(2, &agent), (3, &resolved)]), "two replies in one run");
    assert!(with(&[(2, &closed)]), "closed without being resolved");
    assert!(with(&[(2, &resolved), (3, &agent)]), "what an agent adds after the end");
    assert!(with(&[(2, &resolved), (3, &closed)]));
    assert!(!with(&[]), "it is not over");
    assert!(!with(&[(2, &customer), (3, &resolved)]), "the customer wrote back");
    assert!(!with(&[(2, &customer), (3, &agent), (4, &resolved)]), "two runs");
    assert!(!with(&[(2, &resolved), (3, &customer)]), "the customer wrote after the end");
    assert!(!with(&[(2, &resolved), (74, &reopened()), (75, &resolved)]), "reopened after 72 hours sharp");
    assert!(with(&[(2, &resolved), (75, &reopened()), (76, &resolved)]), "reopened after 73 hours");
    let twice = [(2, &resolved), (3, &reopened()), (4, &resolved), (300, &reopened()), (301, &resolved)];
    assert!(!with(&twice), "never reopened soon means never");
}

#[test]
fn nobody_settles_a_ticket_that_nobody_replied_to() {
    let resolved: TicketEvent = Resolved {}.into();
    assert!(!settled([(0, opened()), (1, resolved.clone())]));
    assert!(!settled([(0, opened()), (1, resolved.clone()), (2, by_agent())]), "the only reply came after the end");
    assert!(settled([(0, opened()), (1, by_customer()), (2, by_agent()), (3, resolved.clone())]), "before any reply");
    let opened = opened_by(Author::Agent(agent()), Some("We saw an error"));
    assert!(!settled([(0, opened.clone()), (1, resolved.clone())]), "what opened it is no reply");
    assert!(settled([(0, opened), (1, by_customer()), (2, by_agent()), (3, resolved)]));
}

#[test]
fn a_resolution_lasts_until_the_ticket_is_reopened() {
    let resolved: TicketEvent = Resolved {}.into();
    let row = ticket([(0, opened()), (2, resolved.clone()), (5, Closed {}.into())]);
    assert_eq!(row.solved_at(), Some(at(2)), "closing ends nothing that was resolved");
    let row = ticket([(0, opened()), (2, resolved.clone()), (5, reopened())]);
    assert_eq!((row.solved_at(), row.reopened_after), (None, Some(3 * 3600)));
    let row = ticket([(0, opened()), (2, resolved.clone()), (5, reopened()), (9, resolved), (10, reopened())]);
    assert_eq!(row.reopened_after, Some(3600), "the shortest counts");
}

#[test]
fn a_rating_is_that_of_the_agent_who_was_responsible_then() {
    let (eve, adam) = (agent(), AgentId::new(Uuid::from_u128(9)));
    let assigned = |agent| TicketEvent::from(Assigned { agent, previous: None });
    let rated = |score| TicketEvent::from(Rated { score });
    let end: TicketEvent = Resolved {}.into();
    let row = ticket([(0, opened()), (1, assigned(eve)), (2, end), (3, rated(4)), (4, assigned(adam))]);
    assert_eq!((row.rated_agent_id, row.assignee_id), (Some(eve.to_string()), Some(adam.to_string())));
}
