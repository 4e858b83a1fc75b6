//! Logs of events.

use std::{collections::BTreeSet, io::Read, ops::ControlFlow};

use commands::import::{ImportError, Importer, Mapping, Progress, Shape};
use domain::ticket::{ReopenReason, TicketEvent};
use event_store::RecordedEvent;
use tests::TestClock;

use super::{accounted, content, events, importer, log_mapping, no_comments, of_case, run, small_log, two_logs};

const HELPDESK_MAPPING: &str = include_str!("../../../../examples/helpdesk-2010-2014.mapping.toml");

#[tokio::test]
async fn the_real_log_is_imported_once_and_whole() {
    let Ok(path) = std::env::var("LEDGERDESK_HELPDESK_LOG") else {
        println!("skipped: LEDGERDESK_HELPDESK_LOG is not set");
        return;
    };
    let (log, other) = two_logs().await;
    let mapping = Mapping::parse(HELPDESK_MAPPING).unwrap();
    let started = std::time::Instant::now();
    let importer = Importer::read(&mapping, std::fs::File::open(path).unwrap(), None::<&[u8]>).unwrap();
    println!("read in {:?}", started.elapsed());
    let plan = importer.plan(&log, &TestClock::default()).await.unwrap();
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
    let marks: BTreeSet<_> = events.iter().filter_map(|event| event.metadata.get("request_id")).collect();
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
    let (log, other) = two_logs().await;
    let importer = importer(&log_mapping(), &small_log(70, 6));
    let plan = importer.plan(&log, &TestClock::default()).await.unwrap();
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
        events.iter().map(|event| event.stream.aggregate_id.clone()).collect::<BTreeSet<_>>()
    };
    run(&importer, &other).await;
    assert!(ids(&once).is_disjoint(&ids(&events(&other).await)));
}

#[tokio::test]
async fn an_import_that_was_broken_off_goes_on_to_the_same_end() {
    let (whole, broken) = two_logs().await;
    let importer = importer(&log_mapping(), &small_log(70, 15));
    run(&importer, &whole).await;
    // Broken off after every commit: by the callback, and in between by dropping the future in the middle of the next.
    let mut reached = 0;
    for attempt in 0.. {
        let before = reached;
        let stop = |progress: Progress| {
            if progress.done > before { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        match importer.run(&broken, &TestClock::default(), &stop).await {
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
    let (log, alone) = two_logs().await;
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
    let (log, _) = two_logs().await;
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
    let (log, _) = two_logs().await;
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
