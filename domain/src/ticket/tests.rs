use std::collections::BTreeSet;

use serde_json::json;
use uuid::Uuid;

use super::{history::Fact, *};
use crate::{
    AgentId, Aggregate, CustomerId, FileId, MessageId, NextNumber, Personal, TeamId, TicketId, TicketNumber,
    text::{Body, Tag, Title},
};

fn customer() -> CustomerId {
    CustomerId::new(Uuid::from_u128(1))
}

fn ticket() -> TicketId {
    TicketId::new(Uuid::from_u128(7))
}

fn agent() -> AgentFact {
    AgentFact { id: AgentId::new(Uuid::from_u128(2)), active: true }
}

fn message() -> MessageId {
    MessageId::new(Uuid::from_u128(3))
}

pub(crate) fn opened() -> TicketEvent {
    Opened {
        number: NextNumber::Given(TicketNumber(1)),
        title: Personal::new(customer(), "Login issues"),
        body: None,
        message: message(),
        attachments: vec![],
        requester: customer(),
        author: Author::Customer(customer()),
        channel: Channel::Api,
        priority: Priority::Medium,
        kind: None,
        tags: BTreeSet::new(),
        external_id: None,
        opened_by: None,
        in_month: None,
    }
    .into()
}

fn given(events: impl IntoIterator<Item = TicketEvent>) -> TicketState {
    let mut state = TicketState::default();
    for event in events {
        Ticket::apply(&mut state, &event);
    }
    state
}

fn reply(author: Author) -> TicketCommand {
    TicketCommand::Reply { message: message(), author, body: Body::try_new("Try again").unwrap(), files: vec![] }
}

fn types(events: &[TicketEvent]) -> Vec<&'static str> {
    events.iter().map(crate::Event::event_type).collect()
}

#[test]
fn nothing_can_be_done_to_a_ticket_that_is_not_there() {
    let state = TicketState::default();
    assert_eq!(Ticket::decide(&state, TicketCommand::Delete), Err(TicketRejection::NotFound));
    assert_eq!(Ticket::decide(&state, TicketCommand::SetStatus(Status::Closed)), Err(TicketRejection::NotFound));
}

#[test]
fn a_wish_that_is_already_so_records_nothing() {
    let state = given([opened(), Assigned { agent: agent().id, previous: None }.into()]);
    for command in [
        TicketCommand::Assign(agent()),
        TicketCommand::SetPriority(Priority::Medium),
        TicketCommand::SetStatus(Status::Open),
        TicketCommand::Retitle { ticket: ticket(), title: Title::try_new("Login issues").unwrap() },
        TicketCommand::ReplaceTags(BTreeSet::new()),
        TicketCommand::MoveToTeam(None),
        TicketCommand::SetType(None),
        TicketCommand::SetExternalId(None),
        TicketCommand::ChangeRequester(CustomerFact { id: customer() }),
        TicketCommand::Restore,
    ] {
        assert_eq!(Ticket::decide(&state, command.clone()), Ok(vec![]), "{command:?}");
    }
}

#[test]
fn an_inactive_agent_gets_no_ticket() {
    let gone = AgentFact { active: false, ..agent() };
    assert_eq!(Ticket::decide(&given([opened()]), TicketCommand::Assign(gone)), Err(TicketRejection::AgentInactive));
}

#[test]
fn an_agent_cannot_reply_on_a_closed_ticket_but_a_customer_reopens_it() {
    let state = given([opened(), Closed {}.into()]);
    assert_eq!(Ticket::decide(&state, reply(Author::Agent(agent().id))), Err(TicketRejection::Closed));
    let events = Ticket::decide(&state, reply(Author::Customer(customer()))).unwrap();
    assert_eq!(types(&events), ["ticket.replied", "ticket.reopened"]);
}

#[test]
fn a_customers_reply_ends_the_waiting() {
    let state = given([opened(), AwaitingCustomer {}.into()]);
    let events = Ticket::decide(&state, reply(Author::Customer(customer()))).unwrap();
    assert_eq!(types(&events), ["ticket.replied", "ticket.requeued"]);
    assert_eq!(given([opened(), AwaitingCustomer {}.into(), events[1].clone()]).status, Status::Open);
}

#[test]
fn every_status_can_be_reached_from_every_other_but_resolved_from_closed() {
    let step = |status| match status {
        Status::Open => None,
        Status::InProgress => Some(Started {}.into()),
        Status::Pending => Some(AwaitingCustomer {}.into()),
        Status::Resolved => Some(Resolved {}.into()),
        Status::Closed => Some(Closed {}.into()),
    };
    for from in Status::ALL {
        for to in Status::ALL {
            let mut state = given([opened()].into_iter().chain(step(*from)));
            match Ticket::decide(&state, TicketCommand::SetStatus(*to)) {
                Ok(events) => {
                    events.iter().for_each(|event| Ticket::apply(&mut state, event));
                    assert_eq!(state.status, *to, "from {from}");
                }
                Err(rejection) => {
                    assert_eq!((*from, *to, rejection), (Status::Closed, Status::Resolved, TicketRejection::Closed));
                }
            }
        }
    }
}

#[test]
fn a_deleted_ticket_stands_still_until_it_is_restored() {
    let state = given([opened(), Deleted {}.into()]);
    assert_eq!(Ticket::decide(&state, TicketCommand::SetStatus(Status::Closed)), Err(TicketRejection::Deleted));
    assert_eq!(Ticket::decide(&state, TicketCommand::Delete), Ok(vec![]));
    assert_eq!(Ticket::decide(&state, TicketCommand::Restore), Ok(vec![Restored {}.into()]));
}

#[test]
fn tags_record_only_what_changes() {
    let tag = |text: &str| Tag::try_new(text).unwrap();
    let state = given([opened(), Tagged { tags: ["vip".to_owned(), "eu".to_owned()].into() }.into()]);
    assert_eq!(Ticket::decide(&state, TicketCommand::Tag([tag("vip")].into())), Ok(vec![]));
    let events = Ticket::decide(&state, TicketCommand::ReplaceTags([tag("vip"), tag("us")].into())).unwrap();
    assert_eq!(
        events,
        [Tagged { tags: ["us".to_owned()].into() }.into(), Untagged { tags: ["eu".to_owned()].into() }.into()]
    );
    let many = (0..51).map(|n| tag(&n.to_string())).collect();
    assert_eq!(Ticket::decide(&state, TicketCommand::ReplaceTags(many)), Err(TicketRejection::TooManyTags));
}

#[test]
fn only_what_is_over_can_be_rated_or_reopened() {
    let open = given([opened()]);
    assert_eq!(Ticket::decide(&open, TicketCommand::Rate(5)), Err(TicketRejection::NotRatable));
    assert_eq!(Ticket::decide(&open, TicketCommand::Reopen(ReopenReason::Requested)), Err(TicketRejection::NotOver));
    let over = given([opened(), Resolved {}.into()]);
    assert_eq!(Ticket::decide(&over, TicketCommand::Rate(6)), Err(TicketRejection::ScoreOutOfRange));
    assert_eq!(Ticket::decide(&over, TicketCommand::Rate(5)), Ok(vec![Rated { score: 5 }.into()]));
}

#[test]
fn a_team_can_take_a_ticket_and_give_it_back() {
    let team = TeamFact { id: TeamId::new(Uuid::from_u128(9)) };
    let mut state = given([opened()]);
    let events = Ticket::decide(&state, TicketCommand::MoveToTeam(Some(team))).unwrap();
    events.iter().for_each(|event| Ticket::apply(&mut state, event));
    assert_eq!(state.team, Some(team.id));
    let events = Ticket::decide(&state, TicketCommand::MoveToTeam(None)).unwrap();
    assert_eq!(events, [MovedToTeam { team: None, previous: Some(team.id) }.into()]);
}

#[test]
fn history_that_goes_on_after_the_end_implies_a_reopening() {
    let state = given([opened(), Closed {}.into()]);
    assert_eq!(types(&history::record(&state, Fact::Started)), ["ticket.reopened", "ticket.started"]);
    assert_eq!(types(&history::record(&state, Fact::Resolved)), ["ticket.reopened", "ticket.resolved"]);
    assert_eq!(types(&history::record(&state, Fact::Closed)), ["ticket.closed"], "closed twice is recorded twice");
    assert_eq!(types(&history::record(&state, Fact::Priority(Priority::Medium))), Vec::<&str>::new());
    let resolved = given([opened(), Resolved {}.into()]);
    assert_eq!(types(&history::record(&resolved, Fact::Resolved)), ["ticket.resolved"]);
}

fn file(number: u128) -> FileFact {
    FileFact {
        id: FileId::new(Uuid::from_u128(number)),
        name: "screenshot.png".to_owned(),
        size: 3,
        content_type: "image/png".to_owned(),
        sha256: "ab".to_owned(),
        key: "cd".to_owned(),
    }
}

fn reply_with(files: Vec<FileFact>) -> TicketCommand {
    let body = Body::try_new("See there").unwrap();
    TicketCommand::Reply { message: message(), author: Author::Customer(customer()), body, files }
}

#[test]
fn a_message_seals_what_there_is_to_hide_of_its_files_under_a_key_of_each() {
    let events = Ticket::decide(&given([opened()]), reply_with(vec![file(8), file(9)])).unwrap();
    let payload = crate::Event::encode(&events[0]);
    for (attachment, file) in payload["attachments"].as_array().unwrap().iter().zip([file(8), file(9)]) {
        for (field, value) in [("name", &file.name), ("sha256", &file.sha256), ("key", &file.key)] {
            let sealed = json!({"$personal": {"subject": customer(), "value": value, "key": file.id}});
            assert_eq!(attachment[field], sealed, "{field}");
        }
    }
}

#[test]
fn a_message_has_at_most_twenty_files_each_once() {
    let state = given([opened()]);
    let many = |count| (0..count).map(file).collect::<Vec<_>>();
    assert!(Ticket::decide(&state, reply_with(many(20))).is_ok());
    assert_eq!(Ticket::decide(&state, reply_with(many(21))), Err(TicketRejection::TooManyFiles));
    assert_eq!(Ticket::decide(&state, reply_with(vec![file(8), file(8)])), Err(TicketRejection::FileTwice));
}

#[test]
fn a_redacted_message_names_the_files_that_go_with_it() {
    let events = Ticket::decide(&given([opened()]), reply_with(vec![file(8)])).unwrap();
    let fact = MessageFact::find(message(), &events).unwrap();
    let redacted = Ticket::decide(&given([opened()]), TicketCommand::RedactMessage(fact)).unwrap();
    let files = vec![file(8).id];
    assert_eq!(redacted, [MessageRedacted { message: message(), destroyed: message().to_string(), files }.into()]);
}

#[test]
fn an_erasure_is_of_all_that_can_be_read_and_of_what_was_said_since_the_last() {
    let retitled = |state: &TicketState, title: &str| {
        let title = Title::try_new(title).unwrap();
        Ticket::decide(state, TicketCommand::Retitle { ticket: ticket(), title }).unwrap().remove(0)
    };
    let mut events = vec![opened()];
    events.push(retitled(&given(events.clone()), "Password"));
    events.extend(Ticket::decide(&given(events.clone()), reply_with(vec![file(8)])).unwrap());
    let content = TicketContent::find(ticket(), &events);
    let (own, text) = (title_key(ticket(), 0), message().to_string());
    assert_eq!(content.texts, [own, title_key(ticket(), 1), text]);
    assert_eq!((content.files, content.subjects), (vec![file(8).id.to_string()], [customer().to_string()].into()));

    let state = given(events.clone());
    let erased = Erased { erasure: state.erasure_name(ticket()), destroyed: vec![], shared: 3, policy: None };
    assert_eq!(erased.erasure, ticket().to_string());
    events.extend(Ticket::decide(&state, TicketCommand::Erase(erased.clone())).unwrap());
    assert_eq!(TicketContent::find(ticket(), &events), TicketContent::default());
    assert_eq!(MessageFact::find(message(), &events).unwrap().text, None);
    let state = given(events.clone());
    assert_eq!((&state.title, state.erased), (&None, true));
    assert_eq!(Ticket::decide(&state, TicketCommand::Erase(erased)), Ok(vec![]));

    events.push(retitled(&state, "Once more"));
    let state = given(events.clone());
    assert_eq!((state.erased, state.erasure_name(ticket())), (false, format!("{}.1", ticket())));
    assert_eq!(TicketContent::find(ticket(), &events).texts, [title_key(ticket(), 2)]);
    let told: Vec<_> = events.into_iter().map(TicketEvent::without_content).collect();
    assert_eq!(TicketContent::find(ticket(), &told), TicketContent::default());
}
