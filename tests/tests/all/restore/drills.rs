//! Drills: a backup is brought back to see that it can be.

use serde_json::json;
use tests::World;

use super::{acme, save};

#[tokio::test]
async fn a_drill_compares_the_tree_of_what_it_brought_back_with_what_was_signed() {
    let world = World::new().await;
    world.acme.ticket("Printer").await;
    world.app.sealer.settle(&world.acme.log).await.unwrap();
    world.settle().await;
    let saved = save(&world).await;
    let drill = api::drill(&world.app, &acme(), &|_| {}).await.unwrap();
    assert!(drill.ok, "{}", drill.report);
    assert_eq!(drill.position, saved.header.position);
    let checkpoint = &drill.report["checkpoint"];
    assert_eq!((&checkpoint["same_root"], &checkpoint["signed_by_this_log"]), (&json!(true), &json!(true)));
    assert_eq!(checkpoint["size"], saved.header.position);
    assert_eq!(drill.report["rows"]["events"], saved.header.position);
    let left = "SELECT count(*) FROM pg_namespace WHERE nspname ~ '^(drill|scratch)_'";
    assert_eq!(world.superuser().await.query_one(left, &[]).await.unwrap().get::<_, i64>(0), 0);
    assert_eq!(world.app.desk.store().drills(&acme()).await.unwrap(), [drill]);
    let _ = world.acme.ticket("It serves as before").await;
}

#[tokio::test]
async fn a_backup_that_lost_a_piece_of_its_log_fails_its_drill() {
    let world = World::new().await;
    world.acme.ticket("Printer").await;
    world.settle().await;
    let saved = save(&world).await;
    let segment = &saved.contents.log[0].object.name;
    world.app.backups.archive().vault().remove(files::Name::of("acme", "log", segment)).await.unwrap();
    let drill = api::drill(&world.app, &acme(), &|_| {}).await.unwrap();
    assert!(!drill.ok);
    assert!(drill.report["faults"][0].as_str().unwrap().contains(segment), "{}", drill.report);
}
