//! The importer against a real log. Each test is a function over a database of its own.
#![expect(clippy::unwrap_used, reason = "this is a test; what it sets up must work")]

use std::{
    collections::BTreeMap,
    io::Read,
    ops::ControlFlow,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use commands::{
    claims,
    import::{Columns, ImportError, Importer, Mapping, Meaning, Progress, Report, Role, Shape, demo_files},
};
use domain::{
    Event,
    customer::CustomerEvent,
    ticket::{Author, ReopenReason, Status, TicketEvent},
};
use event_store::{
    Claim, Clock, CommandId, Commit, Draft, EventMetadata, Keep, Log, Migration, Origin, RecordedEvent, Store,
    StoreSettings, StreamDrafts, StreamId, SystemClock, SystemRandom, driver,
};

const CONTROL: &[Migration] = &[Migration {
    number: 1,
    name: "0001_tenants.sql",
    sql: include_str!("../../migrations/control/0001_tenants.sql"),
}];
const TENANT: &[Migration] =
    &[Migration { number: 1, name: "0001_log.sql", sql: include_str!("../../migrations/tenant/0001_log.sql") }];
const HELPDESK_MAPPING: &str = include_str!("../../examples/helpdesk-2010-2014.mapping.toml");

static DATABASES: AtomicU64 = AtomicU64::new(0);

/// Two tenants in a database of their own; none without a server to make it on.
async fn two_logs() -> Option<(Log, Log)> {
    let Ok(url) = std::env::var("LEDGERDESK_TEST_DATABASE_URL") else {
        println!("skipped: LEDGERDESK_TEST_DATABASE_URL is not set");
        return None;
    };
    let name = format!("import_{}_{}", std::process::id(), DATABASES.fetch_add(1, Ordering::Relaxed));
    let (client, connection) = driver::connect(&url, driver::NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0")).await.unwrap();
    let url = format!("{url} dbname={name}");
    let settings = StoreSettings {
        server_url: url.clone(),
        admin_url: url,
        pool_size: 10,
        master_key: [7; 32],
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom::default()),
    };
    let store = Store::open(settings, CONTROL, TENANT, &|_| {}).await.unwrap();
    let mut logs = vec![];
    for tenant in ["one", "two"] {
        let tenant = tenant.parse().unwrap();
        store.provision(&tenant, TENANT).await.unwrap();
        store.activate(&tenant).await.unwrap();
        logs.push(store.log(&tenant).await.unwrap());
    }
    let two = logs.pop()?;
    Some((logs.pop()?, two))
}

fn no_comments() -> Option<&'static [u8]> {
    None
}

fn importer(mapping: &Mapping, file: &str) -> Importer {
    Importer::read(mapping, file.as_bytes(), no_comments()).unwrap()
}

async fn run(importer: &Importer, log: &Log) -> Report {
    importer.run(log, &SystemClock, &|_| ControlFlow::Continue(())).await.unwrap()
}

async fn events(log: &Log) -> Vec<RecordedEvent> {
    let mut all: Vec<RecordedEvent> = vec![];
    loop {
        let more = log.read(all.len() as u64, 5000).await.unwrap();
        if more.is_empty() {
            return all;
        }
        all.extend(more);
    }
}

/// What stands in a log apart from when and in which commits it was recorded.
fn content(events: &[RecordedEvent]) -> BTreeMap<String, Vec<String>> {
    let mut streams: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for event in events {
        let mut payload = event.payload.clone();
        if let Some(members) = payload.as_object_mut() {
            members.remove("number");
        }
        let mark = event.metadata.get("request_id").cloned().unwrap_or_default();
        let (kind, at, actor) = (&event.event_type, event.occurred_at, event.actor());
        streams.entry(event.stream.to_string()).or_default().push(format!("{kind} {at} {actor} {mark} {payload}"));
    }
    streams
}

fn accounted(report: &Report) {
    for rows in [Some(report.rows), report.comments].into_iter().flatten() {
        assert_eq!(rows.total, rows.recorded + rows.known + rows.nothing_new + rows.rejected, "{report}");
    }
}

fn decoded(event: &RecordedEvent) -> TicketEvent {
    TicketEvent::decode(&event.event_type, event.event_version, event.payload.clone()).unwrap()
}

fn of_case(events: &[RecordedEvent], case: &str) -> Vec<(TicketEvent, String)> {
    let prefix = format!(":{case}:");
    events
        .iter()
        .filter(|event| event.metadata.get("request_id").is_some_and(|mark| mark.contains(&prefix)))
        .map(|event| (decoded(event), event.occurred_at.to_rfc3339()))
        .collect()
}

fn log_mapping() -> Mapping {
    let mut mapping = Mapping::new("old-desk", Shape::Events);
    mapping.columns = Columns::from([
        (Role::Case, "case".into()),
        (Role::Activity, "what".into()),
        (Role::Time, "when".into()),
        (Role::Agent, "who".into()),
        (Role::Customer, "customer".into()),
    ]);
    mapping.activities = BTreeMap::from([
        ("took".to_owned(), Meaning::Started),
        ("solved".to_owned(), Meaning::Resolved),
        ("closed".to_owned(), Meaning::Closed),
    ]);
    mapping
}

/// Rows of many cases, two of each the same, one a minute: several commits.
fn small_log(cases: u32, rows: u32) -> String {
    let mut text = "case,what,when,who,customer\n".to_owned();
    let words = ["took", "looked", "looked", "solved", "closed"];
    for row in 0..rows {
        for case in 0..cases {
            let (hour, minute) = (row, case % 60);
            let word = words[row as usize % words.len()];
            let line = format!(
                "C{case},{word},2020-01-{:02}T{hour:02}:{minute:02}:00Z,A{},K{}\n",
                case / 60 + 1,
                case % 3,
                case % 7
            );
            text.push_str(&line);
            if row == 1 {
                text.push_str(&line);
            }
        }
    }
    text
}

#[tokio::test]
async fn the_real_log_is_imported_once_and_whole() {
    let Ok(path) = std::env::var("LEDGERDESK_HELPDESK_LOG") else {
        println!("skipped: LEDGERDESK_HELPDESK_LOG is not set");
        return;
    };
    let Some((log, other)) = two_logs().await else { return };
    let mapping = Mapping::parse(HELPDESK_MAPPING).unwrap();
    let started = std::time::Instant::now();
    let importer = Importer::read(&mapping, std::fs::File::open(path).unwrap(), None::<&[u8]>).unwrap();
    println!("read in {:?}", started.elapsed());
    let plan = importer.plan(&log, &SystemClock).await.unwrap();
    assert_eq!(log.head().await.unwrap().position, 0, "a dry run writes nothing");
    let started = std::time::Instant::now();
    let report = run(&importer, &log).await;
    println!("recorded in {:?}\n{report}", started.elapsed());
    accounted(&report);
    assert_eq!((report.rows.total, report.rows.recorded), (21_348, 21_348));
    assert_eq!((report.rows.rejected, report.rows.twins), (0, 127));
    let tickets = &report.tickets;
    assert_eq!((tickets.total, tickets.opened), (4580, 4580));
    assert_eq!((tickets.went_on_after_closed, tickets.closed_again, tickets.changed_requester), (17, 15, 7));
    assert_eq!((report.customers.created, report.agents.created), (397, 22));
    assert_eq!(report.implied_reopenings, 161);
    assert_eq!(report.first.unwrap().to_rfc3339(), "2010-01-13T07:40:25+00:00");
    assert_eq!(report.last.unwrap().to_rfc3339(), "2014-01-03T12:20:58+00:00");
    assert_eq!((&plan.events, plan.rows, plan.tickets), (&report.events, report.rows, report.tickets));

    let events = events(&log).await;
    assert_eq!(events.len() as u64, report.events_total());
    let marks: std::collections::BTreeSet<_> =
        events.iter().filter_map(|event| event.metadata.get("request_id")).collect();
    assert_eq!(marks.len(), 21_348, "every row left a trace");
    assert!(events.iter().all(|event| event.is_imported() && !event.metadata["causation_id"].is_empty()));
    let first: Vec<_> = of_case(&events, "Case 1");
    let (opened, at) = &first[0];
    let TicketEvent::Opened(opened) = opened else { panic!("{opened:?}") };
    assert_eq!(opened.external_id.as_deref(), Some("Case 1"));
    assert_eq!(opened.title.value(), Some("Case 1"));
    assert_eq!(at, "2012-10-09T12:50:17+00:00");

    let started = std::time::Instant::now();
    let again = run(&importer, &log).await;
    println!("again in {:?}", started.elapsed());
    accounted(&again);
    assert_eq!((again.rows.known, again.events_total(), again.commits), (21_348, 0, 0));
    assert_eq!((again.tickets.known, again.customers.found, again.agents.found), (4580, 397, 22));
    assert_eq!(log.head().await.unwrap().position, events.len() as u64);
    assert_eq!(other.head().await.unwrap().position, 0, "another tenant sees nothing of it");
}

#[tokio::test]
async fn identical_rows_are_kept_and_a_second_run_adds_nothing() {
    let Some((log, other)) = two_logs().await else { return };
    let importer = importer(&log_mapping(), &small_log(70, 6));
    let plan = importer.plan(&log, &SystemClock).await.unwrap();
    assert!(plan.dry_run);
    assert_eq!((log.head().await.unwrap().position, plan.rows.recorded), (0, 490));
    let report = run(&importer, &log).await;
    assert_eq!((report.rows.recorded, report.rows.twins, report.tickets.opened), (490, 70, 70));
    assert!(report.commits > 1);
    let once = events(&log).await;
    let looked =
        of_case(&once, "C5").iter().filter(|(event, _)| matches!(event, TicketEvent::ActivityRecorded(_))).count();
    assert_eq!(looked, 3, "two identical rows, and another");
    let last = &of_case(&once, "C5");
    assert_eq!(last.last().unwrap().1, "2020-01-01T05:05:00+00:00");
    let reopened = of_case(&once, "C5")
        .into_iter()
        .filter(|(event, _)| matches!(event, TicketEvent::Reopened(r) if r.reason == ReopenReason::ImpliedByHistory));
    assert_eq!(reopened.count(), 1, "work on a closed ticket");
    assert_eq!(run(&importer, &log).await.events_total(), 0);
    assert_eq!(events(&log).await.len(), once.len());
    // The same file in another tenant has other ids.
    let ids = |events: &[RecordedEvent]| {
        events.iter().map(|event| event.stream.aggregate_id.clone()).collect::<std::collections::BTreeSet<_>>()
    };
    run(&importer, &other).await;
    assert!(ids(&once).is_disjoint(&ids(&events(&other).await)));
}

#[tokio::test]
async fn an_import_that_was_broken_off_goes_on_to_the_same_end() {
    let Some((whole, broken)) = two_logs().await else { return };
    let importer = importer(&log_mapping(), &small_log(70, 15));
    run(&importer, &whole).await;
    // Broken off after every commit: by the callback, and in between by dropping the future in the middle of the next.
    let mut reached = 0;
    for attempt in 0.. {
        let before = reached;
        let stop = |progress: Progress| {
            if progress.done > before { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        match importer.run(&broken, &SystemClock, &stop).await {
            Err(ImportError::Stopped { done, total }) if done < total => reached = done,
            Err(ImportError::Stopped { .. }) => break,
            other => panic!("{other:?}"),
        }
        let head = broken.head().await.unwrap().position;
        let mut committed = broken.committed();
        let next = async { committed.wait_for(|position| *position > head).await.map(|_| ()) };
        tokio::select! {
            biased;
            moved = next => moved.unwrap(),
            report = run(&importer, &broken) => panic!("{report}"),
        }
        assert!(attempt < 100);
        if broken.head().await.unwrap().position == whole.head().await.unwrap().position {
            break;
        }
    }
    run(&importer, &broken).await;
    let (whole, broken) = (events(&whole).await, events(&broken).await);
    assert_eq!(whole.len(), broken.len());
    let shape = |events: &[RecordedEvent]| {
        let mut all: Vec<_> = events
            .iter()
            .map(|event| {
                (event.metadata.get("request_id").cloned(), event.sequence, event.event_type.clone(), event.occurred_at)
            })
            .collect();
        all.sort();
        all
    };
    assert_eq!(shape(&whole), shape(&broken));
}

#[tokio::test]
async fn two_runs_at_once_record_everything_once() {
    let Some((log, alone)) = two_logs().await else { return };
    let importer = importer(&log_mapping(), &small_log(70, 10));
    let expected = run(&importer, &alone).await;
    let (one, two) = tokio::join!(run(&importer, &log), run(&importer, &log));
    assert_eq!(one.events_total() + two.events_total(), expected.events_total());
    assert_eq!(log.head().await.unwrap().position, alone.head().await.unwrap().position);
    accounted(&one);
    accounted(&two);
}

#[tokio::test]
async fn a_file_that_grew_adds_only_its_new_rows() {
    let Some((log, _)) = two_logs().await else { return };
    let short = small_log(70, 4);
    run(&importer(&log_mapping(), &short), &log).await;
    let before = events(&log).await;
    let mut long = small_log(70, 5);
    long.push_str("C99,looked,2019-12-31T23:00:00Z,A9,K9\nC5,looked,2019-12-31T23:00:00Z,A9,K5\n");
    let grown = importer(&log_mapping(), &long);
    let report = run(&grown, &log).await;
    accounted(&report);
    assert_eq!((report.rows.known, report.rows.recorded), (350, 72));
    assert_eq!((report.tickets.opened, report.tickets.continued), (1, 70));
    assert_eq!((report.customers.created, report.agents.created), (1, 1));
    let after = events(&log).await;
    assert_eq!(content(&after[..before.len()]), content(&before));
    assert_eq!(run(&grown, &log).await.events_total(), 0);
}

#[tokio::test]
async fn bad_rows_are_reported_with_row_and_column_and_mended_later() {
    let Some((log, _)) = two_logs().await else { return };
    let bad = "case,what,when,who,customer\n\
               C1,took,2020-01-01T10:00:00Z,A,K\n\
               C1,looked,yesterday,A,K\n\
               C1,solved,2020-01-01T12:00:00Z,A\n\
               ,solved,2020-01-01T12:00:00Z,A,K\n\
               C1,closed,2020-01-01T13:00:00Z,A,K\n";
    let report = run(&importer(&log_mapping(), bad), &log).await;
    accounted(&report);
    assert_eq!((report.rows.recorded, report.rows.rejected), (2, 3));
    let lines: Vec<String> = report.rejected.iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "row 2 (line 3), column when: expected a time of the form rfc3339, found \"yesterday\"",
            "row 3 (line 4): expected 5 fields as in the header, found 4",
            "row 4 (line 5), column case: is empty",
        ]
    );
    let mended = bad.replace("yesterday", "2020-01-01T11:00:00Z").replace("12:00:00Z,A\n", "12:00:00Z,A,K\n");
    let report = run(&importer(&log_mapping(), &mended), &log).await;
    assert_eq!((report.rows.known, report.rows.recorded, report.rows.rejected), (2, 2, 1));
}

#[tokio::test]
async fn customers_that_are_there_are_used_and_foreign_tickets_are_left_alone() {
    let Some((log, _)) = two_logs().await else { return };
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
    let Some((log, _)) = two_logs().await else { return };
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
    let Some((log, _)) = two_logs().await else { return };
    let today = SystemClock.now().date_naive();
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

/// Reads fail in the middle: what was read so far is not half a file.
#[test]
fn a_file_that_breaks_off_is_an_error() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the disk is gone"))
        }
    }
    let error = Importer::read(&log_mapping(), "case,what".as_bytes().chain(Broken), no_comments()).unwrap_err();
    assert!(error.to_string().contains("the disk is gone"), "{error}");
}

#[test]
fn the_mapping_that_ships_can_be_read() {
    let mapping = Mapping::parse(HELPDESK_MAPPING).unwrap();
    assert_eq!((mapping.shape, mapping.time_zone.as_str()), (Shape::Events, "Europe/Rome"));
}
