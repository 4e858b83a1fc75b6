//! A log that is sealed every second for years does not keep every checkpoint in its database, and proves as much.

use std::fs;

use chrono::{DateTime, TimeDelta, Utc};
use event_store::{
    proof::{Cosignature, Note, Signer, merkle},
    tree::SealedCheckpoint,
};
use tests::World;

use super::{directory, sealer};

const DAYS: usize = 12;
const A_DAY: usize = 4;

#[tokio::test]
async fn of_old_checkpoints_the_last_of_each_day_and_the_cosigned_ones_stay_and_all_are_proven() {
    let world = World::new().await;
    let directory = directory("thinning");
    let sealer = sealer(&world, &directory);
    let log = &world.acme.log;
    let witness = Signer::try_new("witness.example/w1", &[1; 32]).unwrap();
    let mut signed = vec![];
    for index in 0..DAYS * A_DAY {
        world.acme.ticket("something").await;
        sealer.settle(log).await.unwrap();
        let sealed = log.last_checkpoint().await.unwrap().unwrap();
        if index == 1 {
            let mut note: Note = sealed.note.parse().unwrap();
            note.signatures.push(Cosignature::sign(&witness, &note.text, 1_795_338_000));
            log.cosign(&note, &[witness.witness_key()]).await.unwrap();
        }
        signed.push(sealed);
        // The first is at nine o'clock: four a day, none at midnight.
        world.pass(TimeDelta::hours(24 / i64::try_from(A_DAY).unwrap()));
    }
    let day = |one: &SealedCheckpoint| one.sealed_at.date_naive();
    let last = signed.last().unwrap();
    // The first checkpoint of the last day thinned.
    let thinned: DateTime<Utc> = signed.iter().find(|one| day(one) == day(last)).unwrap().sealed_at;
    let stays = |index: usize| {
        let recent = signed[index].sealed_at >= thinned - TimeDelta::days(7);
        recent || index == 1 || signed.get(index + 1).is_none_or(|next| day(next) != day(&signed[index]))
    };
    let expected: Vec<&SealedCheckpoint> =
        signed.iter().enumerate().filter(|(index, _)| stays(*index)).map(|(_, one)| one).collect();
    let kept = log.checkpoints(0, 1000).await.unwrap();
    assert_eq!(kept.iter().collect::<Vec<_>>(), expected);
    assert!(kept.len() + 8 < signed.len(), "{} of {}", kept.len(), signed.len());

    // Whoever holds one that is gone can still compare it, and the files have it.
    let size = last.checkpoint.size;
    for held in &signed {
        let old = &held.checkpoint;
        assert_eq!(log.root_of(old.size).await.unwrap(), Some(old.root));
        let path = log.prove_consistency(old.size, size).await.unwrap().unwrap();
        merkle::verify_consistency((old.size, old.root), (size, last.checkpoint.root), &path).unwrap();
    }
    let mut files: Vec<_> = fs::read_dir(directory.join("acme")).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let text: String = files.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    assert!(signed.iter().all(|held| text.contains(&held.note)), "the files keep all");
    let restarted = super::sealer(&world, &directory);
    world.acme.ticket("later").await;
    assert_eq!(restarted.settle(log).await.unwrap(), log.head().await.unwrap().position, "sealing goes on");
    fs::remove_dir_all(directory).unwrap();
}
