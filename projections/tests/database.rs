//! Events in, rows out, on a real database. Needs `LEDGERDESK_TEST_DATABASE_URL` (a superuser's, key=value form).

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod world;

use std::{collections::BTreeSet, time::Duration};

use domain::ticket::{Author, Closed, Resolved, Status};
use event_store::{Log, StreamId};
use projections::{
    Choice, Direction, ProjectionError, Projector, TextQuery, Visibility, as_of,
    as_of::Moment,
    compare, rebuild, replay_into_scratch,
    tickets::{self, Deleted, SortField, TicketFilter, TicketKey, TicketQuery},
    timeline,
};
use world::{Life, World, rows};

const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs LEDGERDESK_TEST_DATABASE_URL"]
async fn a_rebuild_and_a_replay_make_the_rows_that_are_live() {
    let world = World::new().await;
    let log = world.tenant("demo").await;
    let mut life = Life::new(1);
    let projector = Projector::new();
    for _ in 0..4 {
        life.live(&log, 30, 300).await;
        projector.catch_up(&log).await.unwrap();
    }
    let live = rows(&log).await;
    assert!(live.len() > 1_000, "{}", live.len());

    let rebuilt = rebuild(&log, &|_, _| {}).await.unwrap();
    assert_eq!(rebuilt.generation, 2);
    assert_eq!(rebuilt.position, log.head().await.unwrap().position);
    assert_eq!(rows(&log).await, live);
    let again = rebuild(&log, &|_, _| {}).await.unwrap();
    assert_eq!(again.generation, 3);
    assert_eq!(rows(&log).await, live);

    life.live(&log, 1, 20).await;
    projector.catch_up(&log).await.unwrap();
    assert_same_as_the_log(&log).await;
}

async fn assert_same_as_the_log(log: &Log) {
    let scratch = log.scratch().await.unwrap();
    let replayed = replay_into_scratch(log, &scratch, None, &|_, _| {}).await.unwrap();
    let comparison = compare(log, &scratch, replayed, 10).await.unwrap();
    scratch.remove().await.unwrap();
    assert!(comparison.is_same(), "{comparison:?}");
    assert_eq!(comparison.position, log.head().await.unwrap().position);
    assert!(comparison.tables.iter().all(|table| table.newer == 0 && table.rows > 0));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs LEDGERDESK_TEST_DATABASE_URL"]
async fn an_interrupted_rebuild_goes_on_where_it_stopped() {
    let world = World::new().await;
    let log = world.tenant("demo").await;
    let mut life = Life::new(12);
    life.live(&log, 20, 100).await;
    Projector::new().catch_up(&log).await.unwrap();
    let filled = tokio::sync::Notify::new();
    let stop = |_, _| filled.notify_one();
    tokio::select! {
        biased;
        () = filled.notified() => {}
        _ = rebuild(&log, &stop) => panic!("the rebuild should have been interrupted"),
    }
    let tx = log.begin().await.unwrap();
    let half = projections::subscription(&tx, projections::desk::REBUILD).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    assert_eq!((half.generation, half.checkpoint), (2, log.head().await.unwrap().position));

    life.live(&log, 20, 100).await;
    Projector::new().catch_up(&log).await.unwrap();
    let live = rows(&log).await;
    let first = std::sync::Mutex::new(None);
    let note = |done, _| {
        first.lock().unwrap().get_or_insert(done);
    };
    assert_eq!(rebuild(&log, &note).await.unwrap().generation, 2);
    assert!(first.lock().unwrap().unwrap() > half.checkpoint);
    assert_eq!(rows(&log).await, live);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs LEDGERDESK_TEST_DATABASE_URL"]
async fn rows_of_an_older_program_are_rebuilt_and_those_of_a_newer_one_are_left() {
    let world = World::new().await;
    let log = world.tenant("demo").await;
    Life::new(13).live(&log, 20, 100).await;
    let projector = Projector::new();
    projector.catch_up(&log).await.unwrap();
    let live = rows(&log).await;
    let set_version = |version: i32| {
        let log = &log;
        async move {
            let tx = log.begin().await.unwrap();
            tx.execute("UPDATE subscriptions SET version = $1", &[&version]).await.unwrap();
            tx.commit().await.unwrap();
        }
    };
    set_version(0).await;
    assert!(matches!(projector.catch_up(&log).await, Err(ProjectionError::Version { stored: 0, .. })));
    projections::install(&log).await.unwrap();
    let tx = log.begin().await.unwrap();
    let desk = projections::subscription(&tx, projections::desk::NAME).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    assert_eq!((desk.version, desk.generation), (projections::desk::VERSION, 2));
    assert_eq!(rows(&log).await, live);
    set_version(99).await;
    assert!(matches!(projections::install(&log).await, Err(ProjectionError::Version { stored: 99, .. })));
    assert!(matches!(projector.catch_up(&log).await, Err(ProjectionError::Version { stored: 99, .. })));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs LEDGERDESK_TEST_DATABASE_URL"]
async fn a_comparison_finds_what_was_changed_by_hand() {
    let world = World::new().await;
    let log = world.tenant("demo").await;
    let mut life = Life::new(2);
    life.live(&log, 10, 50).await;
    let middle = log.head().await.unwrap().position;
    life.live(&log, 10, 50).await;
    Projector::new().catch_up(&log).await.unwrap();
    let id = life.tickets[3].to_string();
    let other = life.tickets[4].to_string();
    log.alter(&format!(
        "UPDATE tickets_g1 SET priority = 'low', priority_rank = 9 WHERE id = '{id}';
         DELETE FROM ticket_timeline_g1 WHERE ticket_id = '{other}' AND sequence = 1"
    ))
    .await
    .unwrap();
    let scratch = log.scratch().await.unwrap();
    let replayed = replay_into_scratch(&log, &scratch, None, &|_, _| {}).await.unwrap();
    let comparison = compare(&log, &scratch, replayed, 10).await.unwrap();
    scratch.remove().await.unwrap();
    assert!(!comparison.is_same());
    let columns: Vec<_> = comparison.differences.iter().map(|found| (found.table, found.column.as_deref())).collect();
    assert!(columns.contains(&("tickets", Some("priority_rank"))), "{columns:?}");
    assert!(columns.contains(&("ticket_timeline", None)), "{columns:?}");
    assert_eq!(comparison.tables[0].different, 1);
    assert_eq!(comparison.tables[1].different, 1);

    // At an earlier position, what changed later is left out and the rest is compared.
    let scratch = log.scratch().await.unwrap();
    let replayed = replay_into_scratch(&log, &scratch, Some(middle), &|_, _| {}).await.unwrap();
    assert_eq!(replayed.position, middle);
    let comparison = compare(&log, &scratch, replayed, 10).await.unwrap();
    scratch.remove().await.unwrap();
    assert!(comparison.tables[0].newer >= 10, "{comparison:?}");
    assert_eq!(comparison.tables[2].different, 0);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs LEDGERDESK_TEST_DATABASE_URL"]
async fn every_event_twice_changes_nothing() {
    let world = World::new().await;
    let log = world.tenant("demo").await;
    let mut life = Life::new(3);
    life.live(&log, 20, 300).await;
    let projector = Projector::new();
    projector.catch_up(&log).await.unwrap();
    let once = rows(&log).await;
    for back_to in [0_i64, 100] {
        let tx = log.begin().await.unwrap();
        tx.execute("UPDATE subscriptions SET checkpoint = $1", &[&back_to]).await.unwrap();
        tx.commit().await.unwrap();
        projector.catch_up(&log).await.unwrap();
        assert_eq!(rows(&log).await, once);
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs LEDGERDESK_TEST_DATABASE_URL"]
async fn every_sort_order_pages_through_all_tickets_once() {
    let world = World::new().await;
    let log = world.tenant("demo").await;
    let mut life = Life::new(4);
    life.live(&log, 120, 500).await;
    Projector::new().catch_up(&log).await.unwrap();
    let fields = [
        SortField::CreatedAt,
        SortField::UpdatedAt,
        SortField::Number,
        SortField::Priority,
        SortField::Status,
        SortField::ResolvedAt,
        SortField::ClosedAt,
        SortField::FirstResponseAt,
    ];
    let filter = TicketFilter { deleted: Deleted::Included, ..TicketFilter::default() };
    let tx = log.begin().await.unwrap();
    let total = usize::try_from(tickets::count(&tx, &filter).await.unwrap()).unwrap();
    assert!(total >= 120);
    let directions = [Direction::Ascending, Direction::Descending];
    for first in fields {
        for second in fields {
            for one in directions {
                for two in directions {
                    let mut sort = vec![(first, one)];
                    if second != first {
                        sort.push((second, two));
                    }
                    let mut query =
                        TicketQuery { filter: filter.clone(), sort: sort.clone(), limit: 23, ..TicketQuery::default() };
                    let mut seen = vec![];
                    loop {
                        let page = tickets::list(&tx, &query).await.unwrap();
                        seen.extend(page.items);
                        let Some(next) = page.next else { break };
                        // As it travels in a cursor.
                        let text = serde_json::to_string(&next).unwrap();
                        query.after = Some(serde_json::from_str(&text).unwrap());
                    }
                    let ids: BTreeSet<_> = seen.iter().map(|ticket| ticket.id.clone()).collect();
                    assert_eq!((ids.len(), seen.len()), (total, total), "{sort:?}");
                    let known: Vec<_> = seen.iter().filter_map(|ticket| ticket.resolved_at).collect();
                    if first == SortField::ResolvedAt {
                        assert!(seen[..known.len()].iter().all(|ticket| ticket.resolved_at.is_some()), "nulls last");
                        let ascending = known.is_sorted();
                        assert_eq!(ascending, one == Direction::Ascending || known.len() < 2);
                    }
                }
            }
        }
    }
    let wrong = TicketQuery {
        sort: vec![(SortField::Number, Direction::Ascending)],
        after: Some(vec![projections::SortValue::Text("x".to_owned()), projections::SortValue::Null]),
        ..TicketQuery::default()
    };
    assert!(tickets::list(&tx, &wrong).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs LEDGERDESK_TEST_DATABASE_URL"]
async fn a_list_neither_skips_nor_repeats_while_others_write() {
    let world = World::new().await;
    let log = world.tenant("demo").await;
    let mut life = Life::new(5);
    let projector = Projector::new();
    life.live(&log, 60, 0).await;
    projector.catch_up(&log).await.unwrap();
    let before: BTreeSet<_> = life.tickets.iter().map(ToString::to_string).collect();
    for sort in [(SortField::CreatedAt, Direction::Descending), (SortField::Number, Direction::Ascending)] {
        let mut query = TicketQuery { sort: vec![sort], limit: 7, ..TicketQuery::default() };
        query.filter.deleted = Deleted::Included;
        let mut seen = vec![];
        loop {
            let tx = log.begin().await.unwrap();
            let page = tickets::list(&tx, &query).await.unwrap();
            tx.commit().await.unwrap();
            seen.extend(page.items.into_iter().map(|ticket| ticket.id).filter(|id| before.contains(id)));
            let Some(next) = page.next else { break };
            query.after = Some(next);
            life.live(&log, 1, 5).await;
            projector.catch_up(&log).await.unwrap();
        }
        assert_eq!(seen.len(), before.len());
        assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), before);
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs LEDGERDESK_TEST_DATABASE_URL"]
async fn what_was_erased_is_null_after_a_rebuild() {
    let world = World::new().await;
    let log = world.tenant("demo").await;
    let mut life = Life::new(6);
    life.people(2);
    let (ann, bob) = (life.customers[0], life.customers[1]);
    let hers = life.open_for(ann, Author::Customer(ann), "My login", Some("secretword"));
    let his = life.open_for(bob, Author::Customer(bob), "My login too", Some("otherword"));
    life.append(&log).await;
    Projector::new().catch_up(&log).await.unwrap();
    let tx = log.begin().await.unwrap();
    tx.execute("DELETE FROM subject_keys WHERE subject = $1", &[&ann.to_string()]).await.unwrap();
    tx.commit().await.unwrap();

    // This process still has the key in its cache.
    let store = world.another_process().await;
    let log = store.log(log.tenant()).await.unwrap();
    rebuild(&log, &|_, _| {}).await.unwrap();
    let tx = log.begin().await.unwrap();
    let gone = tickets::get(&tx, &TicketKey::Id(hers)).await.unwrap().unwrap();
    assert_eq!((gone.title, gone.customer.name, gone.customer.email), (None, None, None));
    let message = timeline::messages(&tx, hers, None, 10).await.unwrap().items.remove(0);
    assert_eq!((message.body, message.author.unwrap().name), (None, None));
    let filter = TicketFilter { text: TextQuery::parse("secretword").ok(), ..TicketFilter::default() };
    assert_eq!(tickets::count(&tx, &filter).await.unwrap(), 0);
    let kept = tickets::get(&tx, &TicketKey::Id(his)).await.unwrap().unwrap();
    assert_eq!(kept.title.as_deref(), Some("My login too"));
    tx.commit().await.unwrap();
    assert_same_as_the_log(&log).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs LEDGERDESK_TEST_DATABASE_URL"]
async fn two_processes_project_at_once_while_a_third_writes_and_one_rebuilds() {
    let world = World::new().await;
    let log = world.tenant("demo").await;
    let mut following = vec![];
    let (stop, stopped) = tokio::sync::watch::channel(false);
    for _ in 0..2 {
        let log = world.another_process().await.log(log.tenant()).await.unwrap();
        let mut stopped = stopped.clone();
        following.push(tokio::spawn(async move {
            let shutdown = async { drop(stopped.wait_for(|stop| *stop).await) };
            Projector::new().follow(&log, Duration::from_millis(1), shutdown).await;
        }));
    }
    let writing = {
        let log = log.clone();
        tokio::spawn(async move { Life::new(7).live(&log, 40, 2_000).await })
    };
    let rebuilding = world.another_process().await.log(log.tenant()).await.unwrap();
    while !writing.is_finished() {
        rebuild(&rebuilding, &|_, _| {}).await.unwrap();
    }
    writing.await.unwrap();
    let head = log.head().await.unwrap().position;
    assert_eq!(Projector::new().wait_for(&log, head, PATIENCE).await, Visibility::Visible);
    stop.send_replace(true);
    for task in following {
        task.await.unwrap();
    }
    assert_same_as_the_log(&log).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs LEDGERDESK_TEST_DATABASE_URL"]
async fn concurrent_writers_all_see_what_they_wrote() {
    let world = World::new().await;
    let log = world.tenant("demo").await;
    let projector = Projector::new();
    let mut setup = Life::new(8);
    setup.people(1);
    setup.append(&log).await;
    let customer = setup.customers[0];
    let writers = (0..32).map(|seed| {
        let (log, projector) = (log.clone(), projector.clone());
        tokio::spawn(async move {
            let mut life = Life::new(100 + seed);
            for _ in 0..10 {
                let id = life.open_for(customer, Author::Customer(customer), "Help", None);
                let position = life.append(&log).await;
                assert_eq!(projector.wait_for(&log, position, PATIENCE).await, Visibility::Visible);
                let tx = log.begin().await.unwrap();
                let found = tickets::get(&tx, &TicketKey::Id(id)).await.unwrap().unwrap();
                assert_eq!(found.position, position);
            }
        })
    });
    let writers: Vec<_> = writers.collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let head = log.head().await.unwrap().position;
    assert_eq!(projector.checkpoint(&log).await.unwrap(), head);
    let nothing = Duration::from_millis(50);
    assert_eq!(projector.wait_for(&log, head + 1, nothing).await, Visibility::Behind { checkpoint: head });
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs LEDGERDESK_TEST_DATABASE_URL"]
async fn an_event_that_cannot_be_folded_parks_and_is_never_skipped() {
    let world = World::new().await;
    for (name, kind) in [("unknown", "ticket.exploded"), ("refused", "ticket.retitled")] {
        let log = world.tenant(name).await;
        let mut life = Life::new(9);
        life.live(&log, 20, 40).await;
        let before = log.head().await.unwrap().position;
        let stream = StreamId::new("ticket", life.tickets[0]);
        // PostgreSQL takes no NUL in a text.
        let title = serde_json::json!({"$personal": {"subject": life.customers[0].to_string(), "value": "\0"}});
        life.raw(stream, kind, serde_json::json!({"title": title}));
        life.append(&log).await;
        life.live(&log, 5, 10).await;

        let projector = Projector::new();
        let poisoned = projector.catch_up(&log).await.unwrap_err();
        assert!(matches!(poisoned, ProjectionError::Poisoned { position, .. } if position == before + 1), "{poisoned}");
        assert_eq!(projector.checkpoint(&log).await.unwrap(), before);
        let parked = projector.catch_up(&log).await.unwrap_err();
        assert!(matches!(&parked, ProjectionError::Parked { checkpoint, .. } if *checkpoint == before), "{parked}");
        let short = Duration::from_millis(200);
        let behind = projector.wait_for(&log, before + 2, short).await;
        assert!(matches!(behind, Visibility::Behind { .. }));
        projections::resume(&log).await.unwrap();
        assert!(matches!(projector.catch_up(&log).await, Err(ProjectionError::Poisoned { .. })));
        assert!(rebuild(&log, &|_, _| {}).await.is_err());
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs LEDGERDESK_TEST_DATABASE_URL"]
async fn tickets_are_found_by_what_is_known_of_them() {
    let world = World::new().await;
    let log = world.tenant("demo").await;
    let mut life = Life::new(10);
    life.people(2);
    let (ann, bob) = (life.customers[0], life.customers[1]);
    let eve = life.agents[0];
    let login = life.open_for(ann, Author::Customer(ann), "Login issues", Some("The proxy refuses my password"));
    let invoice = life.open_for(bob, Author::Customer(bob), "Invoice", Some("Where is it?"));
    life.ticket_event(login, domain::ticket::Assigned { agent: eve, previous: None });
    life.ticket_event(login, domain::ticket::Tagged { tags: ["vip".to_owned(), "eu".to_owned()].into() });
    life.reply(invoice, Author::Agent(eve), bob, "It is in the portal");
    life.ticket_event(invoice, Resolved {});
    life.ticket_event(invoice, Closed {});
    life.append(&log).await;
    Projector::new().catch_up(&log).await.unwrap();

    let tx = log.begin().await.unwrap();
    let text = |words: &str| TicketFilter { text: TextQuery::parse(words).ok(), ..TicketFilter::default() };
    let all = TicketFilter::default();
    let cases = [
        (text("login"), vec![login]),
        (text("PROXY password"), vec![login]),
        (text("\"my password\""), vec![login]),
        (text("\"password my\""), vec![]),
        // One word in the title, another in a reply, a third in the requester's name.
        (text("invoice portal person1@example.com"), vec![invoice]),
        (text("person1 -login"), vec![invoice]),
        (text("customer -portal"), vec![login]),
        (text("T-002"), vec![invoice]),
        (text("EXT-1"), vec![login]),
        (text("vip"), vec![login]),
        (TicketFilter { status: vec![Status::Closed], ..all.clone() }, vec![invoice]),
        (TicketFilter { assignee: vec![Choice::None], ..all.clone() }, vec![invoice]),
        (TicketFilter { assignee: vec![Choice::Is(eve.to_string())], ..all.clone() }, vec![login]),
        (
            TicketFilter { assignee: vec![Choice::None, Choice::Is(eve.to_string())], ..all.clone() },
            vec![login, invoice],
        ),
        (TicketFilter { tags: vec!["vip".into(), "x".into()], ..all.clone() }, vec![login]),
        (TicketFilter { tags_all: vec!["vip".into(), "x".into()], ..all.clone() }, vec![]),
        (TicketFilter { customer_id: vec![bob.to_string()], ..all.clone() }, vec![invoice]),
        (TicketFilter { external_id: vec!["EXT-2".into()], ..all.clone() }, vec![invoice]),
        (TicketFilter { number: vec!["T-1".parse().unwrap()], ..all.clone() }, vec![login]),
        (TicketFilter { imported: Some(true), ..all.clone() }, vec![]),
        (TicketFilter { kind: vec![Choice::Is("incident".into())], ..all.clone() }, vec![login, invoice]),
        (TicketFilter { deleted: Deleted::Only, ..all.clone() }, vec![]),
    ];
    for (filter, expected) in cases {
        let sort = vec![(SortField::Number, Direction::Ascending)];
        let query = TicketQuery { filter: filter.clone(), sort, ..TicketQuery::default() };
        let found: Vec<_> = tickets::list(&tx, &query).await.unwrap().items.into_iter().map(|t| t.id).collect();
        let expected: Vec<_> = expected.iter().map(ToString::to_string).collect();
        assert_eq!(found, expected, "{filter:?}");
        assert_eq!(tickets::count(&tx, &filter).await.unwrap(), expected.len() as u64);
    }

    let found = tickets::get(&tx, &TicketKey::Number("T-001".parse().unwrap())).await.unwrap().unwrap();
    assert_eq!(found.assignee.unwrap().name.as_deref(), Some("Eve"));
    assert_eq!(found.customer.email.as_deref(), Some("Person0@Example.com"));
    assert_eq!(found.tags, ["eu", "vip"]);
    let page = timeline::list(&tx, invoice, None, 2).await.unwrap();
    assert_eq!(page.items[1].message.as_ref().unwrap().body.as_deref(), Some("It is in the portal"));
    let page = timeline::list(&tx, invoice, page.next, 2).await.unwrap();
    assert_eq!(page.items[1].changes, serde_json::json!({"status": ["resolved", "closed"]}));
    assert_eq!(page.next, None);

    let past = as_of::ticket(&log, invoice, Moment::Now).await.unwrap().unwrap();
    let now = tickets::get(&tx, &TicketKey::Id(invoice)).await.unwrap().unwrap();
    assert_eq!(past.ticket, now, "the fold of the stream is the row");
    let lines = timeline::list(&tx, invoice, None, 100).await.unwrap().items;
    assert_eq!(past.timeline, lines);
    let before = as_of::ticket(&log, invoice, Moment::Position(now.position - 2)).await.unwrap().unwrap();
    assert_eq!(before.ticket.status, Status::Open);
    assert_eq!(as_of::ticket(&log, invoice, Moment::Position(1)).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs LEDGERDESK_TEST_DATABASE_URL"]
async fn people_and_teams_are_listed() {
    use projections::{NamedSort, agents, customers, teams};
    let world = World::new().await;
    let log = world.tenant("demo").await;
    let mut life = Life::new(11);
    life.people(30);
    life.append(&log).await;
    Projector::new().catch_up(&log).await.unwrap();
    projections::install(&log).await.unwrap();
    let tx = log.begin().await.unwrap();
    for field in [NamedSort::CreatedAt, NamedSort::UpdatedAt, NamedSort::Name] {
        for direction in [Direction::Ascending, Direction::Descending] {
            let mut query = customers::CustomerQuery { sort: (field, direction), limit: 7, ..Default::default() };
            let mut seen = BTreeSet::new();
            loop {
                let page = customers::list(&tx, &query).await.unwrap();
                seen.extend(page.items.into_iter().map(|customer| customer.id));
                let Some(next) = page.next else { break };
                query.after = Some(next);
            }
            assert_eq!(seen.len(), 30);
        }
    }
    let mut query = customers::CustomerQuery::default();
    query.filter.email = Some("pErson7@example.COM".to_owned());
    assert_eq!(customers::list(&tx, &query).await.unwrap().items[0].external_id.as_deref(), Some("CRM-7"));
    assert_eq!(customers::count(&tx, &query.filter).await.unwrap(), 1);
    let key = customers::CustomerKey::ExternalId("CRM-7".to_owned());
    assert_eq!(customers::get(&tx, &key).await.unwrap().unwrap().name.as_deref(), Some("Customer 7"));
    let mut query = agents::AgentQuery::default();
    query.filter.active = Some(true);
    query.filter.text = TextQuery::parse("adam").ok();
    let adam = agents::list(&tx, &query).await.unwrap().items.remove(0);
    assert_eq!(agents::get(&tx, &agents::AgentKey::Id(life.agents[1])).await.unwrap(), Some(adam.clone()));
    let query = teams::TeamQuery { member_id: Some(adam.id), ..Default::default() };
    let team = teams::list(&tx, &query).await.unwrap().items.remove(0);
    assert_eq!(team.member_ids.len(), 2);
    assert_eq!(teams::get(&tx, life.teams[0]).await.unwrap(), Some(team));
}
