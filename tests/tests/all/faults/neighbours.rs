//! A tenant that asks for much at once.

use std::time::Duration;

use futures_util::FutureExt as _;
use tests::{Database, World};

#[tokio::test]
async fn one_tenant_cannot_take_all_connections_and_who_waits_for_it_is_served_in_turn() {
    let world = World::on(Database { pool_size: 4, ..Database::new().await }).await;
    let (acme, globex) = (&world.acme.log, &world.globex.log);
    let (one, two) = (acme.begin().await.unwrap(), acme.begin().await.unwrap());
    let (mut third, mut fourth) = (Box::pin(acme.begin()), Box::pin(acme.begin()));
    assert!(third.as_mut().now_or_never().is_none() && fourth.as_mut().now_or_never().is_none());
    let _ = world.globex().get("/api/tickets").await.expect(200);
    let others = (globex.begin().await.unwrap(), globex.begin().await.unwrap());
    one.commit().await.unwrap();
    assert!(fourth.as_mut().now_or_never().is_none(), "the third has waited longer");
    let third = third.await.unwrap();
    drop(two);
    let fourth = fourth.await.unwrap();
    drop((third, fourth, others));
}

#[tokio::test]
async fn who_waits_too_long_for_its_own_tenant_is_told_so_and_the_others_notice_nothing() {
    let database = Database { pool_size: 4, patience: Duration::from_millis(100), ..Database::new().await };
    let world = World::on(database).await;
    let busy = (world.acme.log.begin().await.unwrap(), world.acme.log.begin().await.unwrap());
    let refused = world.acme().get("/api/tickets").await.refused(503, "unavailable");
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert!(refused["detail"].as_str().unwrap().contains("of yours"), "{}", refused.text);
    let _ = world.globex().get("/api/tickets").await.expect(200);
    drop(busy);
    let _ = world.acme().get("/api/tickets").await.expect(200);
}
