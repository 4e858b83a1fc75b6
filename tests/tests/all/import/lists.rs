//! Lists of tickets.

use std::collections::BTreeMap;

use commands::{
    claims,
    import::{Columns, Importer, Mapping, Role, Shape, demo_files},
};
use domain::{
    Event,
    customer::CustomerEvent,
    ticket::{Author, Status, TicketEvent},
};
use event_store::{Claim, Clock, CommandId, Commit, Draft, EventMetadata, Keep, Origin, StreamDrafts, StreamId};
use tests::TestClock;

use super::{accounted, decoded, events, importer, of_case, run, two_logs};

#[tokio::test]
async fn customers_that_are_there_are_used_and_foreign_tickets_are_left_alone() {
    let (log, _) = two_logs().await;
    let metadata = EventMetadata {
        actor: "system:test".to_owned(),
        correlation_id: "test".to_owned(),
        causation_id: "test".to_owned(),
        origin: Origin::Live,
        request_id: None,
        client: None,
    };
    let customer = domain::CustomerId::new("01900000-0000-7000-8000-000000000001".parse().unwrap());
    let created = CustomerEvent::from(domain::customer::CustomerCreated {
        name: domain::Personal::new(customer, "Ann"),
        email: Some(domain::Personal::new(customer, "Ann@Example.com")),
        phone: None,
        external_id: None,
    });
    let claim = |kind, value: &str, owner: &str| Claim { kind, value: value.to_owned(), owner: owner.to_owned() };
    let commit = Commit {
        command_id: CommandId::of(&[b"test"]),
        request_digest: [0; 32],
        keep: Keep::Day,
        streams: vec![StreamDrafts {
            stream: StreamId::new("customer", customer),
            expected: 0,
            drafts: vec![Draft {
                event_type: created.event_type().to_owned(),
                event_version: 1,
                payload: created.encode(),
                metadata,
                occurred_at: None,
            }],
        }],
        claims: vec![
            claim(claims::CUSTOMER_EMAIL, "ann@example.com", &customer.to_string()),
            claim(claims::TICKET_EXTERNAL_ID, "7", "tkt_01900000000070008000000000000002"),
        ],
        releases: vec![],
        erases: vec![],
        outcome: serde_json::Value::Null,
    };
    log.append(commit).await.unwrap();

    let mut mapping = Mapping::new("list", Shape::Tickets);
    mapping.columns = Columns::from([
        (Role::Number, "n".into()),
        (Role::Created, "created".into()),
        (Role::RequesterEmail, "email".into()),
        (Role::Solved, "solved".into()),
    ]);
    let file = "n,created,email,solved\n7,2020-01-01T10:00:00Z,bob@example.com,2020-01-01T11:00:00Z\n8,2020-01-01T10:00:00Z,ANN@example.com,\n";
    let importer = importer(&mapping, file);
    let report = run(&importer, &log).await;
    accounted(&report);
    assert_eq!((report.rows.recorded, report.rows.rejected, report.tickets.rejected), (1, 1, 1));
    assert!(report.rejected[0].reason.contains("list-{case}"), "{}", report.rejected[0]);
    assert_eq!((report.customers.created, report.customers.found), (0, 1));
    let all = events(&log).await;
    let (TicketEvent::Opened(opened), _) = &of_case(&all, "8")[0] else { panic!() };
    assert_eq!(opened.requester, customer);
}

#[tokio::test]
async fn a_later_list_of_the_same_tickets_adds_what_happened_since() {
    let (log, _) = two_logs().await;
    let mut mapping = Mapping::new("list", Shape::Tickets);
    for (role, name) in [
        (Role::Number, "n"),
        (Role::Created, "created"),
        (Role::Requester, "who"),
        (Role::Assignee, "agent"),
        (Role::Solved, "solved"),
        (Role::Status, "status"),
        (Role::Rating, "rating"),
    ] {
        mapping.columns.insert(role, name.into());
    }
    let first = "n,created,who,agent,solved,status,rating\n1,2020-01-01T10:00:00Z,Ann,Eve,,pending,\n";
    let later =
        "n,created,who,agent,solved,status,rating\n1,2020-01-01T10:00:00Z,Ann,Eve,2020-01-03T10:00:00Z,resolved,5\n";
    run(&importer(&mapping, first), &log).await;
    let report = run(&importer(&mapping, later), &log).await;
    assert_eq!(report.rows.recorded, 1);
    let all = events(&log).await;
    let types: Vec<_> = of_case(&all, "1").into_iter().map(|(event, _)| event.event_type()).collect();
    assert_eq!(
        types,
        ["ticket.opened", "ticket.assigned", "ticket.awaiting_customer", "ticket.resolved", "ticket.rated"]
    );
    assert_eq!(run(&importer(&mapping, later), &log).await.rows.known, 1);
}

#[tokio::test]
async fn the_demonstration_is_a_help_desk_with_a_past() {
    let (log, _) = two_logs().await;
    let today = TestClock::default().now().date_naive();
    let (tickets, comments, mapping) = demo_files(today, 1);
    let importer = Importer::read(&mapping, tickets.as_bytes(), Some(comments.as_bytes())).unwrap();
    let started = std::time::Instant::now();
    let report = run(&importer, &log).await;
    println!("{:?}\n{report}", started.elapsed());
    accounted(&report);
    assert_eq!(report.rejected_total(), 0);
    assert!((300..=400).contains(&report.tickets.opened));
    assert_eq!((report.agents.created, report.times.in_future), (8, 0));
    let mut statuses: BTreeMap<String, Status> = BTreeMap::new();
    for event in events(&log).await.iter().filter(|event| event.stream.aggregate_type == "ticket") {
        let event_ = decoded(event);
        if let TicketEvent::Replied(replied) = &event_ {
            assert!(matches!(replied.author, Author::Agent(_) | Author::Customer(_)));
        }
        let status = match event_ {
            TicketEvent::Opened(_) | TicketEvent::Reopened(_) => Status::Open,
            TicketEvent::Started(_) => Status::InProgress,
            TicketEvent::AwaitingCustomer(_) => Status::Pending,
            TicketEvent::Resolved(_) => Status::Resolved,
            TicketEvent::Closed(_) => Status::Closed,
            _ => continue,
        };
        statuses.insert(event.stream.aggregate_id.clone(), status);
    }
    for (status, least, most) in [(Status::Open, 7, 17), (Status::InProgress, 4, 13), (Status::Pending, 2, 11)] {
        let share = statuses.values().filter(|other| **other == status).count() * 100 / statuses.len();
        assert!((least..=most).contains(&share), "{status}: {share} %");
    }
    assert_eq!(run(&importer, &log).await.events_total(), 0);
}
