//! What is kept, and for how long.

use ::backups::{BackupId, Keep, Manifest, Newest, Removed};
use chrono::TimeDelta;

use super::{Kept, hold, save, ticket_with_file};

const KEEP: Keep = Keep { days: 30, keys_days: 7, newest: Newest::Stays };

async fn tidy(kept: &Kept, keep: Keep) -> Removed {
    let hold = hold(&kept.world, &kept.world.acme).await;
    kept.world.app.backups.tidy(&hold, keep, &|_| {}).await.unwrap()
}

async fn ids(kept: &Kept) -> Vec<BackupId> {
    kept.archive().list(kept.world.acme.log.tenant()).await.unwrap()
}

fn id(made: &Manifest) -> BackupId {
    made.header.backup
}

#[tokio::test]
async fn backups_go_after_their_days_and_what_later_ones_need_stays() {
    let kept = Kept::new("days").await;
    ticket_with_file(&kept.acme, "printer", "What it says.").await;
    let first = kept.save().await;
    kept.world.pass(TimeDelta::days(20));
    ticket_with_file(&kept.acme, "scanner", "Something else.").await;
    let second = kept.save().await;
    assert_eq!(tidy(&kept, KEEP).await.backups, 0);
    assert_eq!(ids(&kept).await, [id(&first), id(&second)]);
    kept.world.pass(TimeDelta::days(11));
    let third = kept.save().await;
    let removed = tidy(&kept, KEEP).await;
    assert_eq!((removed.backups, ids(&kept).await), (1, vec![id(&second), id(&third)]));
    assert_eq!(removed.objects, 2, "its state, and the keys of the second one: those of the first were gone");
    assert_eq!(kept.folder("log").len(), 2, "later ones need what it wrote of the log");
    for made in [&second, &third] {
        assert_eq!(kept.verify(made).await.faults, []);
    }
    let records = kept.world.app.desk.store().backup_page(kept.world.acme.log.tenant(), None, 10).await.unwrap();
    assert_eq!(records.len(), 2, "what is gone is not listed");
    assert_eq!(tidy(&kept, KEEP).await, Removed::default(), "once is enough");
}

#[tokio::test]
async fn keys_go_after_their_own_days_and_those_of_the_newest_backup_stay() {
    let kept = Kept::new("keys").await;
    ticket_with_file(&kept.acme, "printer", "What it says.").await;
    let first = kept.save().await;
    kept.world.pass(TimeDelta::days(8));
    assert_eq!(tidy(&kept, KEEP).await, Removed::default(), "it is the newest");
    let second = kept.save().await;
    assert_eq!(tidy(&kept, KEEP).await.objects, 1);
    assert!(kept.archive().keys(&first).await.unwrap().is_none());
    let verified = kept.verify(&first).await;
    assert_eq!((verified.has_keys, verified.faults), (false, vec![]), "that is no fault");
    assert!(kept.verify(&second).await.has_keys);
    std::fs::remove_file(kept.objects.path().join(format!("tenants/acme/keys/{}", id(&second)))).unwrap();
    assert_eq!(kept.verify(&second).await.faults.len(), 1, "of the newest one it is");
}

#[tokio::test]
async fn what_an_erasure_destroyed_is_in_no_key_that_is_kept_and_its_file_goes_with_the_last_backup_that_names_it() {
    let kept = Kept::new("erased").await;
    ticket_with_file(&kept.acme, "printer", "What it says.").await;
    let before = kept.save().await;
    let customer = kept.acme.get("/api/customers").await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
    let _ = kept.acme.post(&format!("/api/customers/{customer}/erase"), serde_json::json!({})).await.expect(200);
    let after = kept.save().await;
    let keys = super::tables(kept.archive().keys(&after).await.unwrap().unwrap()).await;
    assert!(!keys["subject_keys"].iter().any(|row| row.contains(&customer)));
    assert_eq!(after.contents.erased.iter().filter(|one| one.subject == customer).count(), 1);
    assert_eq!((before.contents.files.len(), after.contents.files.len()), (1, 0));
    kept.world.pass(TimeDelta::days(31));
    let _ = kept.save().await;
    tidy(&kept, KEEP).await;
    assert_eq!(kept.folder("files").len(), 0);
}

#[tokio::test]
async fn however_old_it_is_the_newest_backup_stays_unless_there_will_be_no_later_one() {
    let kept = Kept::new("newest").await;
    let made = kept.save().await;
    kept.world.pass(TimeDelta::days(1000));
    assert_eq!(tidy(&kept, KEEP).await, Removed::default());
    assert_eq!(kept.verify(&made).await.faults, []);
    let theirs = save(&kept.world, &kept.world.globex).await;
    assert_eq!(tidy(&kept, Keep { newest: Newest::Goes, ..KEEP }).await.backups, 1);
    assert_eq!(kept.everything(), []);
    assert_eq!(kept.verify(&theirs).await.faults, [], "another tenant's are not touched");
}

#[tokio::test]
async fn while_a_manifest_cannot_be_read_no_object_is_removed() {
    let kept = Kept::new("unread").await;
    ticket_with_file(&kept.acme, "printer", "What it says.").await;
    let first = kept.save().await;
    let path = kept.objects.path().join(format!("tenants/acme/backups/{}", id(&first)));
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("\"epoch\": 1", "\"epoch\": 2")).unwrap();
    let second = kept.save().await;
    assert_eq!(second.header.added_bytes, second.header.bytes, "nothing of it is used again");
    kept.world.pass(TimeDelta::days(10));
    let hold = hold(&kept.world, &kept.world.acme).await;
    let before = kept.everything().len();
    let refused = kept.world.app.backups.tidy(&hold, KEEP, &|_| {}).await.unwrap_err().to_string();
    assert!(refused.contains(&id(&first).to_string()) && refused.contains("cannot be opened"), "{refused}");
    drop(hold);
    assert_eq!(kept.everything().len(), before);
    std::fs::write(&path, text).unwrap();
    assert_eq!(kept.verify(&first).await.faults, []);
}
