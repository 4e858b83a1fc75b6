//! What is searched: a group of its own, which nobody waits for but who searches.

use std::time::Duration;

use event_store::Log;
use projections::{
    Group, Pace, Projector, RebuildSettings, Scope, TextQuery, Then, Visibility, compare_built, discard, overview,
    rebuild, subscription,
    tickets::{self, TicketFilter, TicketQuery},
};
use tests::World;

use super::{
    assert_same_as_the_log,
    life::{Life, rows},
    tenant,
};

const PATIENCE: Duration = Duration::from_secs(20);

async fn checkpoint(log: &Log, group: Group) -> u64 {
    let tx = log.begin().await.unwrap();
    let found = subscription(&tx, group.live()).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    found.checkpoint
}

async fn found(log: &Log, text: &str) -> Vec<String> {
    let text = Some(TextQuery::parse(text).unwrap());
    let query = TicketQuery { filter: TicketFilter { text, ..TicketFilter::default() }, ..TicketQuery::default() };
    let tx = log.begin().await.unwrap();
    let page = tickets::list(&tx, &Scope::ALL, &query).await.unwrap();
    tx.commit().await.unwrap();
    page.items.into_iter().map(|ticket| ticket.ticket_id).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_does_not_wait_for_the_search_and_who_searches_finds_it() {
    let world = World::new().await;
    let log = tenant(&world, "demo").await;
    let mut life = Life::new(31);
    life.live(&log, 3, 10).await;
    life.open("A xylophone", None);
    let head = life.append(&log).await;
    let projector = Projector::new();
    assert_eq!(projector.wait_for(&log, head, PATIENCE).await, Visibility::Visible);
    assert_eq!((checkpoint(&log, Group::Desk).await, checkpoint(&log, Group::Search).await), (head, 0));
    assert_eq!(found(&log, "xylophone").await, [""; 0]);

    assert_eq!(projector.refresh_search(&log, PATIENCE).await.unwrap(), Visibility::Visible);
    assert_eq!(checkpoint(&log, Group::Search).await, head);
    assert_eq!(found(&log, "xylophone").await, ["T-004"]);
    // By its number, however it is written; and all but it.
    for number in ["T-4", "t-004"] {
        assert_eq!(found(&log, number).await, ["T-004"]);
        assert!(!found(&log, &format!("-{number}")).await.contains(&"T-004".to_owned()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_group_is_rebuilt_by_itself() {
    let world = World::new().await;
    let log = tenant(&world, "demo").await;
    let mut life = Life::new(32);
    life.live(&log, 20, 200).await;
    Projector::new().catch_up(&log).await.unwrap();
    let live = rows(&log).await;
    let beside = RebuildSettings { pace: Pace::Considerate, then: Then::Stay };
    for (group, other) in [(Group::Search, Group::Desk), (Group::Desk, Group::Search)] {
        let built = rebuild(&log, group, beside, &|_| {}).await.unwrap();
        assert!(compare_built(&log, group, 5).await.unwrap().unwrap().is_same());
        let building = overview(&log, group).await.unwrap().unwrap().building.unwrap();
        assert_eq!((building.generation, building.position), (2, built.position));
        assert_eq!(building.indexes, building.indexes_in_all);
        assert!(discard(&log, group).await.unwrap() && !discard(&log, other).await.unwrap());
        let rebuilt = rebuild(&log, group, RebuildSettings::default(), &|_| {}).await.unwrap();
        assert_eq!(rebuilt.generation, 2);
        assert_eq!(rows(&log).await, live);
    }
    assert_same_as_the_log(&log).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_parked_search_answers_what_there_is_and_the_lists_go_on() {
    let world = World::new().await;
    world.acme.ticket("Xylophone").await;
    world.settle().await;
    let superuser = world.superuser().await;
    let ticket = world.acme.ticket("Marimba").await;
    let head = world.acme.log.head().await.unwrap().position;
    // As after a program that could not read the last event: it will not be tried anew by who asks.
    let park = format!(
        "UPDATE tenant_acme.subscriptions SET state = 'parked', last_error = 'told', checkpoint = {}
         WHERE name = 'search'",
        head - 1
    );
    superuser.batch_execute(&park).await.unwrap();
    let other = world.another_process().await;
    assert_eq!(other.acme().get("/api/tickets?q=xylophone").await.expect(200).column("title"), ["Xylophone"]);
    let behind = other.acme().get(&format!("/api/tickets?q=xylophone&min_position={head}")).await.expect(503);
    assert_eq!(behind["code"], "behind");
    let shown = other.acme().get(&format!("/api/tickets?sort=number&min_position={head}")).await.expect(200);
    assert_eq!(shown.column("title"), ["Xylophone", "Marimba"]);
    assert_eq!(other.app.projector.resume(&other.acme.log, Group::Search).await.unwrap(), head);
    let found = other.acme().get(&format!("/api/tickets?q=marimba&min_position={head}")).await.expect(200);
    assert_eq!(found["data"][0]["id"], ticket.id());
}
