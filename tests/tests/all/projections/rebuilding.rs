//! Rows beside the live ones: looked at, thrown away, switched to.

use event_store::Log;
use projections::{Building, Group, Pace, Projector, RebuildSettings, Then, compare_built, discard, overview, rebuild};
use tests::World;

use super::{
    assert_same_as_the_log, elsewhere,
    life::{Life, rows},
    tenant,
};

const BESIDE: RebuildSettings = RebuildSettings { pace: Pace::Considerate, then: Then::Stay };

async fn tables(world: &World) -> Vec<String> {
    let sql = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'tenant_demo' AND tablename ~ '^tickets_g' ORDER BY 1";
    world.superuser().await.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

async fn building(log: &Log) -> Option<Building> {
    overview(log, Group::Desk).await.unwrap().unwrap().building
}

async fn lived(world: &World) -> (Log, Life) {
    let log = tenant(world, "demo").await;
    let mut life = Life::new(21);
    life.live(&log, 20, 200).await;
    Projector::new().catch_up(&log).await.unwrap();
    (log, life)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rebuild_that_is_wrong_is_seen_and_thrown_away_before_anybody_reads_it() {
    let world = World::new().await;
    let (log, mut life) = lived(&world).await;
    assert_eq!((building(&log).await, compare_built(&log, Group::Desk, 5).await.unwrap()), (None, None));
    assert!(!discard(&log, Group::Desk).await.unwrap());

    let built = rebuild(&log, Group::Desk, BESIDE, &|_| {}).await.unwrap();
    assert_eq!(tables(&world).await, ["tickets_g1", "tickets_g2"]);
    let beside = building(&log).await.unwrap();
    assert_eq!((beside.generation, beside.position), (2, built.position));
    assert_eq!(beside.indexes, beside.indexes_in_all);
    let comparison = compare_built(&log, Group::Desk, 5).await.unwrap().unwrap();
    assert!(comparison.is_same(), "{comparison:?}");
    assert!(comparison.tables.iter().all(|table| table.rows > 0));

    // As a fold that is wrong would make them.
    let superuser = world.superuser().await;
    let ticket = life.tickets[2].to_string();
    let wrong = format!("UPDATE tenant_demo.tickets_g2 SET reopens = reopens + 1 WHERE id = '{ticket}'");
    superuser.batch_execute(&wrong).await.unwrap();
    // Meanwhile life goes on, in the live rows only: what is newer is not compared.
    life.live(&log, 5, 0).await;
    Projector::new().catch_up(&log).await.unwrap();
    let comparison = compare_built(&log, Group::Desk, 5).await.unwrap().unwrap();
    let [difference] = &comparison.differences[..] else { panic!("{comparison:?}") };
    assert_eq!((difference.key.as_str(), difference.column.as_deref()), (ticket.as_str(), Some("reopens")));
    assert!(comparison.tables[0].newer >= 5);

    let live = rows(&log).await;
    assert!(discard(&log, Group::Desk).await.unwrap());
    assert_eq!((tables(&world).await, building(&log).await), (vec!["tickets_g1".to_owned()], None));
    assert_eq!(rows(&log).await, live);
    let rebuilt = rebuild(&log, Group::Desk, RebuildSettings::default(), &|_| {}).await.unwrap();
    assert_eq!(rebuilt.generation, 2);
    assert_same_as_the_log(&log).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_beside_is_brought_up_to_date_and_switched_to() {
    let world = World::new().await;
    let (log, mut life) = lived(&world).await;
    rebuild(&log, Group::Desk, BESIDE, &|_| {}).await.unwrap();
    life.live(&log, 5, 50).await;
    let other = elsewhere(&world, &log).await;
    let at_once = || Box::pin(rebuild(&other, Group::Desk, RebuildSettings::default(), &|_| {}));
    let (one, two) = tokio::join!(at_once(), at_once());
    assert_eq!((one.unwrap().generation, two.unwrap().generation), (2, 2));
    assert_eq!(tables(&world).await, ["tickets_g2"]);
    assert_same_as_the_log(&log).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rebuild_that_is_thrown_away_while_it_runs_ends_and_leaves_nothing() {
    let world = World::new().await;
    let (log, _) = lived(&world).await;
    let other = elsewhere(&world, &log).await;
    let begun = tokio::sync::Notify::new();
    let noted = |_| begun.notify_one();
    let throwing = async {
        begun.notified().await;
        discard(&other, Group::Desk).await.unwrap()
    };
    let (ended, thrown) = tokio::join!(rebuild(&log, Group::Desk, BESIDE, &noted), throwing);
    assert!(thrown && ended.is_err(), "{ended:?}");
    assert_eq!((tables(&world).await, building(&log).await), (vec!["tickets_g1".to_owned()], None));
    assert_same_as_the_log(&log).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tables_that_are_thrown_away_while_somebody_holds_them_keep_nobody_waiting() {
    let world = World::new().await;
    let (log, mut life) = lived(&world).await;
    rebuild(&log, Group::Desk, BESIDE, &|_| {}).await.unwrap();
    // As whoever makes an index does.
    let superuser = world.superuser().await;
    superuser.batch_execute("BEGIN; LOCK TABLE tenant_demo.tickets_g2 IN SHARE MODE").await.unwrap();
    let going_on = async {
        life.live(&log, 2, 20).await;
        let head = Projector::new().catch_up(&log).await.unwrap();
        superuser.batch_execute("ROLLBACK").await.unwrap();
        head
    };
    let (thrown, head) = tokio::join!(discard(&log, Group::Desk), going_on);
    assert!(thrown.unwrap());
    assert_eq!(head, log.head().await.unwrap().position);
    assert_eq!(tables(&world).await, ["tickets_g1"]);
}
