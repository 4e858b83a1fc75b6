use ::backups::{Keep, Newest};
use chrono::TimeDelta;
use files::{Name, Vault};
use tests::{ObjectStore, World};

use super::{hold, save};

#[tokio::test]
async fn backups_are_kept_in_a_bucket_and_tidied_there() {
    let mut world = World::new().await;
    let store = ObjectStore::start().await;
    let vault = Vault::open(&store.url(), store.variables()).unwrap();
    world.app = world.app.clone().with_backups(vault.clone());
    let acme = world.acme_through(world.app.clone()).await;
    // The state has more than one part of an upload.
    let sql = "INSERT INTO tenant_acme.commands SELECT gen_random_uuid(), sha256(n::text::bytea), '{}', NULL, NULL, now(), NULL
               FROM generate_series(1, 60000) AS n";
    world.superuser().await.execute(sql, &[]).await.unwrap();
    super::ticket_with_file(&acme, "printer", "What it says.").await;
    let first = save(&world, &world.acme).await;
    assert!(first.contents.state.bytes > 6_000_000, "{}", first.contents.state.bytes);
    world.pass(TimeDelta::days(31));
    super::ticket_with_file(&acme, "scanner", "Something else.").await;
    let second = save(&world, &world.acme).await;
    let held = hold(&world, &world.acme).await;
    let backups = &world.app.backups;
    for made in [&first, &second] {
        assert_eq!(backups.verify(&held, made, &|_| {}).await.unwrap().faults, []);
    }
    let keep = Keep { days: 30, keys_days: 7, newest: Newest::Stays };
    let removed = backups.tidy(&held, keep, &|_| {}).await.unwrap();
    assert_eq!((removed.backups, removed.objects), (1, 2));
    assert_eq!(backups.archive().tenants().await.unwrap(), [world.acme.log.tenant().clone()]);
    assert_eq!(backups.verify(&held, &second, &|_| {}).await.unwrap().faults, []);
    let name = &second.contents.log[1].object.name;
    vault.put(Name::of("acme", "log", name), "something else".into()).await.unwrap();
    let faults = backups.verify(&held, &second, &|_| {}).await.unwrap().faults;
    assert_eq!(faults.iter().map(|fault| fault.object.clone()).collect::<Vec<_>>(), [format!("log/{name}")]);
}
