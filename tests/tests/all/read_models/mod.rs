//! Read models: whatever happened, they are what the log says.

mod people;
mod poison;
mod series;

use std::collections::BTreeSet;

use domain::DomainEvent;
use event_store::driver::Client;
use projections::{
    Scope,
    as_of::{self, Moment},
    compare, replay_into_scratch, tickets, timeline,
};
use serde_json::json;
use tests::{Tenant, World};

pub use self::series::Series;

/// What only an import records, and what only a restore does (`crate::restore`).
const NOT_BY_HAND: [&str; 2] = ["ticket.activity_recorded", "tenant.restored"];
const WISHES: usize = 300;

/// Every row of every read model of acme, as text. Generations do not count.
async fn rows(superuser: &Client) -> Vec<String> {
    let tables =
        "SELECT tablename::text FROM pg_tables WHERE schemaname = 'tenant_acme' AND tablename ~ '_g[0-9]+$' ORDER BY 1";
    let mut rows = vec![];
    for table in superuser.query(tables, &[]).await.unwrap() {
        let name: String = table.get(0);
        let model = name.rsplit_once("_g").unwrap().0;
        let sql = format!("SELECT '{model} ' || t::text FROM tenant_acme.{name} t ORDER BY 1");
        rows.extend(superuser.query(&sql, &[]).await.unwrap().iter().map(|row| row.get::<_, String>(0)));
    }
    rows
}

#[track_caller]
fn assert_same(before: &[String], after: &[String]) {
    let (before, after): (BTreeSet<_>, BTreeSet<_>) = (before.iter().collect(), after.iter().collect());
    let gone: Vec<_> = before.difference(&after).collect();
    let new: Vec<_> = after.difference(&before).collect();
    assert!(gone.is_empty() && new.is_empty(), "was: {gone:#?}\nis: {new:#?}");
}

/// Replays the log beside the live rows, and finds no difference.
pub async fn assert_true(tenant: &Tenant) {
    let scratch = tenant.log.scratch().await.unwrap();
    let replayed = replay_into_scratch(&tenant.log, &scratch, None, &|_, _| {}).await.unwrap();
    assert_eq!(replayed.position, tenant.log.head().await.unwrap().position);
    let comparison = compare(&tenant.log, &scratch, replayed, 5).await.unwrap();
    assert!(comparison.is_same(), "{:#?}", comparison.differences);
    assert!(comparison.tables.iter().all(|table| table.newer == 0));
    scratch.remove().await.unwrap();
}

/// A new type of event is in the series too, so that all that is true of the series is true of it.
async fn assert_every_type(superuser: &Client) {
    let rows = superuser.query("SELECT DISTINCT event_type FROM tenant_acme.events", &[]).await.unwrap();
    let seen: BTreeSet<String> = rows.iter().map(|row| row.get(0)).collect();
    let missing: Vec<&str> = DomainEvent::types()
        .into_iter()
        .map(|(_, name, _)| name)
        .filter(|name| !seen.contains(*name) && !NOT_BY_HAND.contains(name))
        .collect();
    assert!(missing.is_empty(), "add to tests/all/read_models/series.rs what records {missing:?}");
}

#[tokio::test]
async fn after_any_series_of_wishes_a_rebuild_a_replay_and_a_second_delivery_give_the_same_rows() {
    let world = World::new().await;
    Series::new(&world.acme, "acme").run(&world, WISHES).await;
    Series::new(&world.globex, "globex").run(&world, 30).await;
    world.settle().await;
    let superuser = world.superuser().await;
    assert_every_type(&superuser).await;
    let live = rows(&superuser).await;
    assert!(live.len() > 100, "only {} rows", live.len());
    assert_true(&world.acme).await;
    assert_true(&world.globex).await;

    // Every event twice: from the beginning, and from the middle.
    let head = world.acme.log.head().await.unwrap().position;
    for checkpoint in [0, head / 2, head - 1] {
        let back = format!("UPDATE tenant_acme.subscriptions SET checkpoint = {checkpoint}");
        superuser.batch_execute(&back).await.unwrap();
        assert_eq!(world.app.projector.catch_up(&world.acme.log).await.unwrap(), head);
        assert_same(&live, &rows(&superuser).await);
    }

    for rebuilt in tests::rebuild(&world.acme.log).await {
        assert_eq!((rebuilt.generation, rebuilt.position), (2, head));
    }
    assert_same(&live, &rows(&superuser).await);
    assert_true(&world.acme).await;
}

#[tokio::test]
async fn a_ticket_folded_from_its_stream_is_the_one_in_the_list() {
    let world = World::new().await;
    let log = &world.acme.log;
    let known = Series::new(&world.acme, "streams").run(&world, 150).await;
    world.settle().await;
    for id in known {
        let folded = as_of::ticket(log, id, Moment::Now).await.unwrap().unwrap();
        let tx = log.begin().await.unwrap();
        let listed = tickets::get(&tx, &Scope::ALL, &tickets::TicketKey::Id(id)).await.unwrap().unwrap();
        let lines = timeline::list(&tx, id, None, 100).await.unwrap().items;
        tx.commit().await.unwrap();
        assert_eq!(folded.ticket, listed);
        assert_eq!(folded.timeline.iter().take(100).cloned().collect::<Vec<_>>(), lines);
    }
}

#[tokio::test]
async fn a_replay_up_to_a_position_is_how_it_stood_then() {
    let world = World::new().await;
    let log = &world.acme.log;
    let known = Series::new(&world.acme, "then").run(&world, 120).await;
    world.settle().await;
    let position = log.head().await.unwrap().position * 2 / 3;
    let scratch = log.scratch().await.unwrap();
    let replayed = replay_into_scratch(log, &scratch, Some(position), &|_, _| {}).await.unwrap();
    assert_eq!(replayed.position, position);
    let tx = scratch.begin().await.unwrap();
    for id in known {
        let then = tickets::get(&tx, &Scope::ALL, &tickets::TicketKey::Id(id)).await.unwrap();
        let folded = as_of::ticket(log, id, Moment::Position(position)).await.unwrap();
        assert_eq!(folded.map(|past| past.ticket), then);
    }
    tx.commit().await.unwrap();
    let comparison = compare(log, &scratch, replayed, 5).await.unwrap();
    assert!(comparison.is_same(), "{:#?}", comparison.differences);
    scratch.remove().await.unwrap();
}

#[tokio::test]
async fn a_changed_row_is_found_by_the_comparison_and_mended_by_a_rebuild() {
    let world = World::new().await;
    let ticket = world.acme.ticket("Printer").await;
    let superuser = world.superuser().await;
    superuser.batch_execute("UPDATE tenant_acme.tickets_g1 SET title = 'Forged'").await.unwrap();
    superuser.batch_execute("DELETE FROM tenant_acme.customers_g1").await.unwrap();
    let scratch = world.acme.log.scratch().await.unwrap();
    let replayed = replay_into_scratch(&world.acme.log, &scratch, None, &|_, _| {}).await.unwrap();
    let comparison = compare(&world.acme.log, &scratch, replayed, 10).await.unwrap();
    assert!(!comparison.is_same());
    let title = comparison.differences.iter().find(|found| found.column.as_deref() == Some("title")).unwrap();
    assert_eq!(
        (&title.key, &title.live, &title.replayed),
        (&ticket.id(), &Some(json!("Forged")), &Some(json!("Printer")))
    );
    assert!(comparison.differences.iter().any(|found| found.table == "customers" && found.live.is_none()));
    tests::rebuild(&world.acme.log).await;
    assert_true(&world.acme).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_that_write_project_and_rebuild_at_once_agree() {
    let world = World::new().await;
    let other = world.another_process().await;
    let writing = async |world: &World, name: &str| {
        Series::new(&world.acme, name).beside_another().run(world, 80).await;
        for number in 0..20 {
            let ticket = world.acme.ticket(&format!("{name} {number}")).await;
            assert_eq!(ticket.header("helpdesk-visible"), Some("true"));
            let _ = world.acme().get(&format!("/api/tickets/{}", ticket.id())).await.expect(200);
        }
    };
    let rebuilding = async {
        for _ in 0..3 {
            tests::rebuild(&other.acme.log).await;
        }
    };
    tokio::join!(writing(&world, "one"), writing(&other, "other"), rebuilding);
    other.settle().await;
    assert_true(&world.acme).await;
}
