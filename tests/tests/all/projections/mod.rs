//! Events in, rows out, on a real database: at the seam of the read side, without commands.

mod asking;
mod keeping_up;
mod life;
mod rebuilding;
mod searching;
mod versions;
mod while_serving;

use event_store::Log;
use projections::{compare, replay_into_scratch};
use tests::World;

/// A new tenant whose log is empty, with read models.
async fn tenant(world: &World, name: &str) -> Log {
    let (store, id) = (world.app.desk.store(), name.parse().unwrap());
    store.provision(&id, migrations::TENANT).await.unwrap();
    store.activate(&id).await.unwrap();
    let log = store.log(&id).await.unwrap();
    // As several nodes that start at once.
    let install = || Box::pin(projections::install(&log));
    tokio::try_join!(install(), install(), install()).unwrap();
    log
}

/// The same log as another process sees it.
async fn elsewhere(world: &World, log: &Log) -> Log {
    world.another_process().await.app.desk.store().log(log.tenant()).await.unwrap()
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
