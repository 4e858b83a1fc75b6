//! The whole way with backups in a bucket: saved, lost, drilled, brought back, forked.

use files::Vault;
use tests::{ObjectStore, World};

use super::{Until, acme, restore, save, wish};

#[tokio::test]
async fn a_tenant_comes_back_from_a_bucket_and_is_forked_from_it() {
    let mut world = World::new().await;
    let store = ObjectStore::start().await;
    world.app = world.app.clone().with_backups(Vault::open(&store.url(), store.variables()).unwrap());
    world.acme.ticket("Printer").await;
    world.app.sealer.settle(&world.acme.log).await.unwrap();
    world.settle().await;
    save(&world).await;
    let drill = api::drill(&world.app, &acme(), &|_| {}).await.unwrap();
    assert!(drill.ok, "{}", drill.report);
    world.superuser().await.batch_execute("DROP SCHEMA tenant_acme CASCADE").await.unwrap();
    restore(&world, wish(Until::End)).await;
    let api = world.acme_through(world.app.clone()).await;
    assert_eq!(api.all("/api/tickets").await[0]["title"], "Printer");
    save(&world).await;
    let mut fork = wish(Until::End);
    (fork.into, fork.sandbox_days) = (Some("acme-sandbox".parse().unwrap()), Some(1));
    let record = restore(&world, fork).await;
    let sandbox = super::copies::with_a_key(&world, &record.tenant).await;
    let shown = sandbox.all("/api/tickets").await;
    assert_eq!(shown.len(), 1);
    assert_ne!(shown[0]["title"], "Printer");
}
