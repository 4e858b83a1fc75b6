//! The sealer: behind the appends, on any number of processes, and never against what it signed before.

use std::fs;

use event_store::{
    Log,
    proof::{Note, merkle, tile::TileId},
    tree::{SealError, Sealed},
};
use tests::World;

use super::{directory, sealer};

/// The note of the last checkpoint verifies with the log's key; gives its size.
async fn assert_signed(log: &Log) -> u64 {
    let sealed = log.last_checkpoint().await.unwrap().unwrap();
    let note: Note = sealed.note.parse().unwrap();
    let keys = log.log_keys().await.unwrap();
    keys.iter().for_each(|key| key.public.verify(&note).unwrap());
    assert!(!keys.is_empty());
    sealed.checkpoint.size
}

#[tokio::test]
async fn every_event_is_sealed_under_its_tenants_own_name_and_key() {
    let world = World::new().await;
    let directory = directory("names");
    let sealer = sealer(&world, &directory);
    for title in ["one", "two", "three"] {
        world.acme.ticket(title).await;
    }
    for tenant in [&world.acme, &world.globex] {
        let head = tenant.log.head().await.unwrap().position;
        assert_eq!(sealer.settle(&tenant.log).await.unwrap(), head);
        assert_eq!(assert_signed(&tenant.log).await, head);
        let status = tenant.log.tree_status().await.unwrap();
        assert_eq!((status.size, status.head, status.waiting_since, status.stopped), (head, head, None, None));
        let sealed = tenant.log.checkpoint().unwrap();
        assert_eq!(sealed.checkpoint.origin, format!("desk.example.com/{}", tenant.log.tenant()));
        let file = fs::read_to_string(directory.join(tenant.log.tenant().as_str()).join("2026-11.txt")).unwrap();
        assert_eq!(file, format!("{}\n", sealed.note));
        assert!(matches!(sealer.seal(&tenant.log).await.unwrap(), Sealed::Nothing), "nothing is sealed twice");
    }
    let keys = [world.acme.log.log_keys().await.unwrap(), world.globex.log.log_keys().await.unwrap()];
    assert_ne!(keys[0][0].public, keys[1][0].public);
    fs::remove_dir_all(directory).unwrap();
}

#[tokio::test]
async fn the_tree_is_the_same_however_it_grew_and_proofs_hold_between_all_checkpoints() {
    let world = World::new().await;
    let directory = directory("growth");
    let (first, second) = (sealer(&world, &directory), sealer(&world.another_process().await, &directory));
    for number in 0..40 {
        world.acme.ticket(&format!("ticket {number}")).await;
        if number % 3 == 0 {
            let sealer = if number % 2 == 0 { &first } else { &second };
            sealer.settle(&world.acme.log).await.unwrap();
        }
    }
    let log = &world.acme.log;
    let size = first.settle(log).await.unwrap();
    let root = log.last_checkpoint().await.unwrap().unwrap().checkpoint.root;
    let checkpoints = log.checkpoints(0, 1000).await.unwrap();
    assert!(checkpoints.len() > 13 && checkpoints.last().unwrap().checkpoint.size == size);
    for old in &checkpoints {
        let old = &old.checkpoint;
        let path = log.prove_consistency(old.size, size).await.unwrap().unwrap();
        merkle::verify_consistency((old.size, old.root), (size, root), &path).unwrap();
        assert_eq!(log.root_of(old.size).await.unwrap(), Some(old.root));
    }
    let positions: Vec<u64> = (0..=size + 1).collect();
    let proofs = log.prove_inclusion(&positions, size).await.unwrap();
    assert_eq!(proofs.iter().map(|proof| proof.position).collect::<Vec<_>>(), (1..=size).collect::<Vec<_>>());
    for proof in proofs {
        let leaf = event_store::proof::Hash::leaf(&proof.entry);
        merkle::verify_inclusion(leaf, proof.position - 1, size, &proof.path, root).unwrap();
    }
    let width = usize::try_from(size).unwrap();
    let hashes = log.tile(TileId { level: 0, index: 0 }, width).await.unwrap().unwrap();
    let entries = log.tile_entries(0, width).await.unwrap().unwrap();
    assert!(hashes.iter().zip(&entries).all(|(hash, entry)| *hash == event_store::proof::Hash::leaf(entry)));
    assert!(log.tile(TileId { level: 0, index: 0 }, width + 1).await.unwrap().is_none());
    assert!(log.tile_entries(0, width + 1).await.unwrap().is_none());
    assert!(log.prove_consistency(1, size + 1).await.unwrap().is_none());
    fs::remove_dir_all(directory).unwrap();
}

#[tokio::test]
async fn processes_that_seal_at_once_sign_one_history() {
    let world = World::new().await;
    let directory = directory("race");
    let others = [world.another_process().await, world.another_process().await];
    let sealers = [&world, &others[0], &others[1]].map(|world| sealer(world, &directory));
    let log = &world.acme.log;
    for round in 0..5 {
        world.acme.ticket(&format!("round {round}")).await;
        let all = sealers.iter().map(|sealer| sealer.settle(log));
        for settled in futures_util::future::join_all(all).await {
            settled.unwrap();
        }
        assert_eq!(assert_signed(log).await, log.head().await.unwrap().position);
    }
    let sizes: Vec<u64> = log.checkpoints(0, 100).await.unwrap().iter().map(|seal| seal.checkpoint.size).collect();
    assert!(sizes.is_sorted_by(|a, b| a < b), "{sizes:?}");
    fs::remove_dir_all(directory).unwrap();
}

#[tokio::test]
async fn a_new_key_signs_beside_the_old_one_until_its_time_is_over() {
    let world = World::new().await;
    let directory = directory("rotation");
    let sealer = sealer(&world, &directory);
    let log = &world.acme.log;
    let signers = async || {
        world.acme.ticket("something").await;
        sealer.settle(log).await.unwrap();
        log.checkpoint().unwrap().note.parse::<Note>().unwrap().signatures.len()
    };
    assert_eq!(signers().await, 1);
    let until = world.app.desk.store().clock().now() + chrono::TimeDelta::days(1);
    let new = sealer.rotate_key(log, until).await.unwrap();
    assert_eq!(signers().await, 2);
    assert_signed(log).await;
    world.pass(chrono::TimeDelta::days(1));
    assert_eq!(signers().await, 1);
    new.verify(&log.checkpoint().unwrap().note.parse().unwrap()).unwrap();
    fs::remove_dir_all(directory).unwrap();
}

/// Seals, changes the database as `sql` says, records something more, and gives why a fresh process does not seal it.
async fn stopped_after(name: &str, sql: &str) -> String {
    let world = World::new().await;
    let directory = directory(name);
    for title in ["one", "two", "three"] {
        world.acme.ticket(title).await;
    }
    let log = &world.acme.log;
    let size = sealer(&world, &directory).settle(log).await.unwrap();
    let superuser = world.superuser().await;
    superuser.batch_execute(&format!("SET search_path TO tenant_acme; {sql}")).await.unwrap();
    let restarted = sealer(&world, &directory);
    let error = restarted.settle(log).await.unwrap_err();
    let SealError::Stopped(reason) = error else { panic!("{error}") };
    assert_eq!(log.tree_status().await.unwrap().stopped.as_ref(), Some(&reason), "kept for the operator");
    let last = log.last_checkpoint().await.unwrap();
    assert!(last.is_none_or(|last| last.checkpoint.size <= size), "nothing was signed");
    fs::remove_dir_all(directory).unwrap();
    reason
}

#[tokio::test]
async fn a_tree_that_was_changed_gets_no_signature() {
    let flip = "UPDATE tree_head SET edge[1] = set_byte(edge[1], 40, get_byte(edge[1], 40) # 1)";
    let reason = stopped_after("edge", flip).await;
    assert!(reason.contains("is not what was last signed"), "{reason}");
    let reason = stopped_after("cut", "UPDATE tree_head SET size = size + 1").await;
    assert!(reason.contains("does not fit its size"), "{reason}");
    let reason = stopped_after("note", "UPDATE seals SET note = replace(note, 'acme', 'acne')").await;
    assert!(reason.contains("is not what was last signed"), "{reason}");
}

#[tokio::test]
async fn a_past_that_was_rewritten_with_its_tree_does_not_agree_with_the_files() {
    // As somebody would who can write everything in the database, and starts the tree anew.
    let anew = "DELETE FROM seals; DELETE FROM tree; UPDATE tree_head SET size = 0, edge = '{}'";
    let change = "UPDATE events SET payload = '{}' WHERE position = 3";
    let reason = stopped_after("rewritten", &format!("{change}; {anew}")).await;
    assert!(reason.contains("are not those of the checkpoint"), "{reason}");
    let cut = "DELETE FROM events WHERE position > 4; UPDATE head SET position = 4";
    let reason = stopped_after("cut off", &format!("{cut}; {anew}")).await;
    assert!(reason.contains("the log ends at position 4"), "{reason}");
    let hole = "DELETE FROM events WHERE position = 4";
    let reason = stopped_after("hole", &format!("{hole}; {anew}")).await;
    assert!(reason.contains("position 4 is missing"), "{reason}");
    let reason = stopped_after("other key", &format!("DELETE FROM log_keys; {anew}")).await;
    assert!(reason.contains("a key that this log does not have"), "{reason}");
}

#[tokio::test]
async fn a_database_that_lost_its_last_seals_goes_on_where_the_files_are() {
    let world = World::new().await;
    let directory = directory("behind");
    world.acme.ticket("one").await;
    let log = &world.acme.log;
    sealer(&world, &directory).settle(log).await.unwrap();
    // What a crash does: seals are written with synchronous_commit = off, events are not.
    let anew = "SET search_path TO tenant_acme;
        DELETE FROM seals; DELETE FROM tree; UPDATE tree_head SET size = 0, edge = '{}'";
    world.superuser().await.batch_execute(anew).await.unwrap();
    world.acme.ticket("two").await;
    let restarted = sealer(&world, &directory);
    assert_eq!(restarted.settle(log).await.unwrap(), log.head().await.unwrap().position);
    assert_eq!(log.tree_status().await.unwrap().stopped, None);
    fs::remove_dir_all(directory).unwrap();
}

#[tokio::test]
async fn the_running_sealer_signs_what_is_recorded_and_ends_when_it_is_told() {
    let world = World::new().await;
    let directory = directory("running");
    let sealer = sealer(&world, &directory);
    let (stop, stopping) = tokio::sync::oneshot::channel::<()>();
    let running = {
        let sealer = sealer.clone();
        tokio::spawn(async move { sealer.run(async { drop(stopping.await) }).await })
    };
    let log = world.app.desk.store().log(world.acme.log.tenant()).await.unwrap();
    world.acme.ticket("one").await;
    let mut known = log.sealed();
    let position = log.head().await.unwrap().position;
    known.wait_for(|sealed| sealed.as_ref().is_some_and(|sealed| sealed.checkpoint.size >= position)).await.unwrap();
    world.acme.ticket("two").await;
    stop.send(()).unwrap();
    running.await.unwrap();
    assert_eq!(assert_signed(&log).await, log.head().await.unwrap().position, "what was recorded before the end");
    fs::remove_dir_all(directory).unwrap();
}
