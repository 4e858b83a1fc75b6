//! Processes that tell each other of their commits.

use std::time::Duration;

use event_store::Keep;
use tests::World;
use tokio::sync::oneshot;

use super::commit;

#[tokio::test]
async fn a_commit_of_another_process_is_heard_of_without_asking_the_tenant() {
    let world = World::new().await;
    let elsewhere = world.another_process().await;
    let (mut acme, globex) = (world.acme.log.committed(), world.globex.log.committed());
    let (stop, stopping) = oneshot::channel::<()>();
    let hearing = tokio::spawn({
        let store = world.app.desk.store().clone();
        async move { store.hear(async { drop(stopping.await) }).await }
    });
    let appended = elsewhere.acme.log.append(commit(1, Keep::Day, "x")).await.unwrap();
    let heard = tokio::time::timeout(Duration::from_secs(30), acme.wait_for(|head| *head >= appended.position));
    heard.await.expect("news within half a minute").unwrap();
    assert!(*globex.borrow() < appended.position, "another tenant is not woken");
    stop.send(()).unwrap();
    hearing.await.unwrap();
}
