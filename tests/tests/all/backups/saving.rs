//! What a backup has.

use ::backups::{Archive, BackupError};
use event_store::GivenKey;
use event_store::save::NOT_SAVED;
use tests::World;

use super::{Kept, hold, save, tables, ticket_with_file};

#[tokio::test]
async fn a_backup_has_every_row_and_every_event_of_its_tenant_and_none_of_another() {
    let kept = Kept::new("whole").await;
    ticket_with_file(&kept.acme, "printer", "What it says.").await;
    let _ = kept.world.globex.ticket("Theirs").await;
    let made = kept.save().await;
    let head = kept.world.acme.log.head().await.unwrap().position;
    assert_eq!((made.header.position, made.header.epoch), (head, 1));
    let superuser = kept.world.superuser().await;
    let state = tables(kept.archive().state(&made).await.unwrap()).await;
    for (table, rows) in &state {
        let found: i64 =
            superuser.query_one(&format!("SELECT count(*) FROM tenant_acme.{table}"), &[]).await.unwrap().get(0);
        assert_eq!(rows.len(), usize::try_from(found).unwrap(), "{table}");
    }
    assert!(state["head"][0].starts_with(&format!("t\t{head}\t1\t")), "{:?}", state["head"]);
    assert_eq!(state["files"].len(), 1);
    let mut ids = vec![];
    for segment in &made.contents.log {
        let events = tables(kept.archive().segment(&made, segment).await.unwrap()).await;
        ids.extend(events["events"].iter().map(|row| row.split('\t').nth(8).unwrap().to_owned()));
    }
    let sql = "SELECT event_id::text FROM tenant_acme.events ORDER BY position";
    let expected: Vec<String> = superuser.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect();
    assert_eq!(ids, expected);
    let keys = tables(kept.archive().keys(&made).await.unwrap().unwrap()).await;
    let sql = "SELECT count(*) FROM tenant_acme.subject_keys";
    let found: i64 = superuser.query_one(sql, &[]).await.unwrap().get(0);
    assert_eq!(keys["subject_keys"].len(), usize::try_from(found).unwrap());
    let verified = kept.verify(&made).await;
    assert_eq!((verified.faults, verified.events, verified.has_keys), (vec![], head, true));
    assert_eq!(verified.bytes, made.header.bytes);
    assert_eq!(made.header.bytes, made.header.added_bytes, "all of the first one is new");
}

#[tokio::test]
async fn a_later_backup_adds_only_what_is_new() {
    let kept = Kept::new("adds").await;
    ticket_with_file(&kept.acme, "printer", "What it says.").await;
    let first = kept.save().await;
    let (log, files) = (kept.folder("log"), kept.folder("files"));
    let second = kept.save().await;
    assert_eq!((kept.folder("log"), kept.folder("files")), (log.clone(), files.clone()), "nothing is written again");
    let own = second.contents.state.stored_bytes() + second.contents.keys.stored_bytes();
    assert_eq!(second.header.added_bytes, own);
    ticket_with_file(&kept.acme, "scanner", "Something else.").await;
    let third = kept.save().await;
    let reaches =
        |made: &::backups::Manifest| made.contents.log.iter().map(|part| (part.first, part.last)).collect::<Vec<_>>();
    let (before, head) = (first.header.position, third.header.position);
    assert_eq!(reaches(&third), [(1, before), (before + 1, head)]);
    assert_eq!((kept.folder("log").len(), kept.folder("files").len()), (2, 2));
    assert!(log.iter().all(|(name, bytes)| kept.folder("log")[name] == *bytes), "nothing is written over");
    for made in [&first, &second, &third] {
        assert_eq!(kept.verify(made).await.faults, [], "{}", made.header.backup);
    }
}

#[tokio::test]
async fn a_log_that_is_another_one_than_an_earlier_backup_has_is_written_again_from_there() {
    let kept = Kept::new("another").await;
    ticket_with_file(&kept.acme, "printer", "x").await;
    let first = kept.save().await;
    ticket_with_file(&kept.acme, "scanner", "y").await;
    let second = kept.save().await;
    // As after the whole database was brought back from a copy of its own, and went on.
    let sql = "UPDATE tenant_acme.events SET event_id = gen_random_uuid() WHERE position = $1";
    let last = i64::try_from(second.header.position).unwrap();
    kept.world.superuser().await.execute(sql, &[&last]).await.unwrap();
    let third = kept.save().await;
    let names =
        |made: &::backups::Manifest| made.contents.log.iter().map(|part| part.object.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&third)[0], names(&first)[0]);
    assert_ne!(names(&third)[1], names(&second)[1]);
    for made in [&second, &third] {
        assert_eq!(kept.verify(made).await.faults, []);
    }
}

#[tokio::test]
async fn many_small_pieces_of_the_log_become_one() {
    let world = World::new().await;
    let mut pieces = vec![];
    for number in 0..70 {
        let _ = world.acme.team(&format!("Team {number}")).await;
        pieces.push(save(&world, &world.acme).await.contents.log.len());
    }
    assert_eq!((pieces[63], pieces[64], pieces[69]), (64, 1, 6), "{pieces:?}");
}

#[tokio::test]
async fn a_backup_is_of_one_moment_whatever_is_written_meanwhile() {
    let world = World::new().await;
    let _ = world.acme.ticket("Before").await;
    let hold = hold(&world, &world.acme).await;
    let snapshot = hold.snapshot(&world.acme.log).await.unwrap();
    let before = snapshot.head().await.unwrap();
    let _ = world.acme.ticket("After").await;
    assert_eq!(snapshot.head().await.unwrap(), before);
    assert!(world.acme.log.head().await.unwrap().position > before.position);
}

#[tokio::test]
async fn every_table_is_saved_or_is_listed_with_the_reason_why_not() {
    let world = World::new().await;
    let made = save(&world, &world.acme).await;
    let state = tables(world.app.backups.archive().state(&made).await.unwrap()).await;
    let sql = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'tenant_acme'";
    let rows = world.superuser().await.query(sql, &[]).await.unwrap();
    let there: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    let read_model = |name: &str| {
        let models = ["tickets", "ticket_timeline", "record_timeline", "customers", "agents", "teams", "search_words"];
        name.rsplit_once("_g").is_some_and(|(model, _)| models.contains(&model))
    };
    for table in &there {
        let listed = NOT_SAVED.iter().any(|(name, _)| name == table);
        let ways = [state.contains_key(table), listed, read_model(table)];
        assert_eq!(ways.iter().filter(|way| **way).count(), 1, "{table}: say in event-store/src/save/tables.rs");
    }
    for (table, _) in NOT_SAVED {
        assert!(there.iter().any(|name| name == table), "there is no table {table} any more");
    }
}

#[tokio::test]
async fn the_store_and_the_master_key_are_enough_and_neither_is_alone() {
    let kept = Kept::new("enough").await;
    ticket_with_file(&kept.acme, "printer", "x").await;
    let made = kept.save().await;
    let (tenant, backup) = (kept.world.acme.log.tenant(), made.header.backup);
    // Somebody who has no database.
    let archive = Archive::new(::files::Vault::in_directory(kept.objects.path()).unwrap());
    assert_eq!(archive.list(tenant).await.unwrap(), [backup]);
    let header = archive.header(tenant, backup).await.unwrap();
    let key = header.installation.open(&GivenKey::new([7; 32])).await.unwrap();
    let opened = archive.open(&key, tenant, backup).await.unwrap();
    assert_eq!(tables(archive.state(&opened).await.unwrap()).await["head"].len(), 1);
    assert!(header.installation.open(&GivenKey::new([8; 32])).await.is_err());
    let other = tests::Database::empty().await.store_settings();
    let other = event_store::Store::open(other, migrations::CONTROL, migrations::TENANT, &|_| {}).await.unwrap();
    let refused = archive.open(&other.installation_key(), tenant, backup).await;
    assert!(matches!(refused, Err(BackupError::Manifest { .. })), "another installation's key");
}

#[tokio::test]
async fn after_a_change_of_the_master_key_its_own_installation_still_opens_what_was_saved_before() {
    let world = World::new().await;
    let made = save(&world, &world.acme).await;
    let store = world.app.desk.store();
    store.rotate_master_key(&GivenKey::new([9; 32])).await.unwrap();
    let archive = world.app.backups.archive();
    assert!(archive.open(&store.installation_key(), world.acme.log.tenant(), made.header.backup).await.is_ok());
    let later = save(&world, &world.acme).await;
    assert!(
        later.header.installation.open(&GivenKey::new([9; 32])).await.is_ok()
            && later.header.installation.open(&GivenKey::new([7; 32])).await.is_err()
    );
    assert!(made.header.installation.open(&GivenKey::new([7; 32])).await.is_ok(), "of its day");
}
