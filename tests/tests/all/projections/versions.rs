//! Programs of several versions over one set of read models, as while a new version is rolled out.

use std::time::Duration;

use event_store::Log;
use projections::{
    Group, Installed, ProjectionError, Projector, RebuildSettings, Scope, Subscription, Visibility, install, rebuild,
    tickets::{self, TicketKey, TicketQuery},
};
use tests::World;

use super::{assert_same_as_the_log, life::Life, tenant};

const PATIENCE: Duration = Duration::from_secs(20);

/// The tables and views as the version before this one has left them: without a column that this one has, with one
/// that this one does not write, and with one that was not computed yet.
async fn turn_back(world: &World, log: &Log, without: &str) {
    let schema = format!("tenant_{}", log.tenant());
    let names = "SELECT string_agg(attname, ', ' ORDER BY attnum) FROM pg_attribute
                 WHERE attrelid = 'tickets_g1'::regclass AND attnum > 0 AND NOT attisdropped AND attname <> 'legacy'";
    let superuser = world.superuser().await;
    superuser
        .batch_execute(&format!(
            "SET search_path TO {schema};
             DROP VIEW desk_generation;
             ALTER TABLE tickets_g1 DROP COLUMN {without} CASCADE;
             ALTER TABLE tickets_g1 ADD COLUMN legacy text NOT NULL DEFAULT 'kept';
             ALTER TABLE tickets_g1 ALTER COLUMN legacy DROP DEFAULT;
             ALTER TABLE ticket_timeline_g1 ADD COLUMN computed text GENERATED ALWAYS AS (body) STORED;
             UPDATE subscriptions SET version = version - 1 WHERE name = 'desk';
             DO $$ BEGIN EXECUTE format('CREATE VIEW tickets AS SELECT %s, legacy FROM tickets_g1', ({names})); END $$;
             ALTER VIEW tickets OWNER TO tests_admin;
             GRANT SELECT ON tickets TO {}",
            log.role()
        ))
        .await
        .unwrap();
}

async fn subscription(log: &Log) -> Subscription {
    let tx = log.begin().await.unwrap();
    let found = projections::subscription(&tx, Group::Desk.live()).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    found
}

async fn titles(log: &Log) -> usize {
    let tx = log.begin().await.unwrap();
    let page = tickets::list(&tx, &Scope::ALL, &TicketQuery { limit: 100, ..TicketQuery::default() }).await.unwrap();
    tx.commit().await.unwrap();
    page.items.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newer_program_serves_the_rows_of_an_older_one_until_its_own_are_ready() {
    let world = World::new().await;
    let log = tenant(&world, "demo").await;
    let mut life = Life::new(13);
    life.live(&log, 20, 100).await;
    let projector = Projector::new();
    projector.catch_up(&log).await.unwrap();
    let before = titles(&log).await;
    turn_back(&world, &log, "rated_agent_id").await;

    // Before it is installed, it keeps its hands off what it does not know.
    assert!(matches!(Projector::new().catch_up(&log).await, Err(ProjectionError::Version { .. })));
    let install = || Box::pin(install(&log));
    let installed = tokio::try_join!(install(), install(), install()).unwrap();
    let all = |how| [(Group::Desk, how), (Group::Search, Installed::Current)];
    assert_eq!(installed, (all(Installed::Older), all(Installed::Older), all(Installed::Older)));
    let older = subscription(&log).await;
    assert_eq!((older.version, older.generation), (Group::Desk.version() - 1, 1));

    // It reads them, and keeps them fresh.
    assert_eq!(titles(&log).await, before);
    let id = life.open("While both run", None);
    let position = life.append(&log).await;
    assert_eq!(Projector::new().wait_for(&log, position, PATIENCE).await, Visibility::Visible);
    let tx = log.begin().await.unwrap();
    let ticket = tickets::get(&tx, &Scope::ALL, &TicketKey::Id(id)).await.unwrap().unwrap();
    // What the older program goes on to write finds its columns.
    tx.batch_execute("UPDATE tickets_g1 SET legacy = 'still'").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(ticket.title.as_deref(), Some("While both run"));

    let rebuilt = rebuild(&log, Group::Desk, RebuildSettings::default(), &|_| {}).await.unwrap();
    let newer = subscription(&log).await;
    assert_eq!((newer.version, newer.generation, newer.serves), (Group::Desk.version(), rebuilt.generation, None));
    assert_same_as_the_log(&log).await;
    // Who reads a column that there is no more finds it empty.
    let tx = log.begin().await.unwrap();
    let row = tx.query_one("SELECT count(*), count(legacy) FROM tickets", &[]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (i64::try_from(life.tickets.len()).unwrap(), 0));
    assert!(projections::analytics::reader(&log).await.unwrap().is_some());
    assert_eq!(install().await.unwrap(), all(Installed::Current));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_served_is_rebuilt_before_it_is() {
    let world = World::new().await;
    let log = tenant(&world, "demo").await;
    let mut life = Life::new(14);
    life.live(&log, 20, 100).await;
    Projector::new().catch_up(&log).await.unwrap();
    // Every row must have it, and nothing says what it is in rows that do not.
    turn_back(&world, &log, "wrote_back").await;
    assert!(install(&log).await.unwrap().iter().all(|(_, how)| *how == Installed::Current));
    assert_eq!(subscription(&log).await.generation, 2);
    assert_same_as_the_log(&log).await;
    let tables = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'tenant_demo' AND tablename LIKE '%\\_g1'";
    let left = world.superuser().await.query(tables, &[]).await.unwrap();
    let left: Vec<&str> = left.iter().map(|row| row.get(0)).collect();
    assert_eq!(left, ["search_words_g1"], "nobody needs the old tables; another group has nothing to do with it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_program_reads_what_a_newer_one_keeps() {
    let world = World::new().await;
    let log = tenant(&world, "demo").await;
    let mut life = Life::new(15);
    life.live(&log, 20, 100).await;
    let projector = Projector::new();
    projector.catch_up(&log).await.unwrap();
    let superuser = world.superuser().await;
    superuser.batch_execute("UPDATE tenant_demo.subscriptions SET version = 99").await.unwrap();
    assert!(install(&log).await.unwrap().iter().all(|(_, how)| *how == Installed::Newer));
    life.open("Written by the older one", None);
    let position = life.append(&log).await;
    let error = projector.catch_up(&log).await.unwrap_err();
    assert!(error.is_of_newer_program() && error.to_string().contains("run the newer program"), "{error}");
    let short = Duration::from_millis(60);
    let behind = projector.wait_for(&log, position, short).await;
    assert_eq!(behind, Visibility::Behind { checkpoint: position - 1 });
    // The newer one folds, and whoever waits here hears of it.
    let newer = format!("UPDATE tenant_demo.subscriptions SET checkpoint = {position} WHERE name = 'desk'");
    let (seen, moved) = tokio::join!(projector.wait_for(&log, position, PATIENCE), superuser.batch_execute(&newer));
    moved.unwrap();
    assert_eq!(seen, Visibility::Visible);

    // Rolled back: rows of the older version, for those who ask for them.
    let rebuilt = rebuild(&log, Group::Desk, RebuildSettings::default(), &|_| {}).await.unwrap();
    assert_eq!((rebuilt.generation, subscription(&log).await.version), (2, Group::Desk.version()));
    assert_same_as_the_log(&log).await;
}
