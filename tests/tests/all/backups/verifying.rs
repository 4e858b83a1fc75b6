//! What is found when somebody has been at the store.

use super::{Kept, ticket_with_file};

#[tokio::test]
async fn whatever_was_done_to_an_object_is_found_and_the_object_is_named() {
    let kept = Kept::new("verify").await;
    ticket_with_file(&kept.acme, "printer", "What it says.").await;
    let _ = kept.save().await;
    ticket_with_file(&kept.acme, "scanner", "Something else.").await;
    let made = kept.save().await;
    let newest = [&made.contents.state.name, &made.contents.keys.name];
    let needed = |folder: &str, name: &String| match folder {
        "states" | "keys" => newest.contains(&name),
        _ => folder != "backups",
    };
    let objects: Vec<_> = kept.everything().into_iter().filter(|(folder, name, _)| needed(folder, name)).collect();
    assert_eq!(objects.len(), 6);
    assert_eq!(kept.verify(&made).await.faults, []);
    for (folder, name, bytes) in &objects {
        let path = kept.objects.path().join("tenants/acme").join(folder).join(name);
        let mut flipped = bytes.clone();
        flipped[bytes.len() / 2] ^= 1;
        let longer = [&bytes[..], b"x"].concat();
        let (_, _, other) = objects.iter().find(|(_, other, _)| other != name).unwrap();
        let cut = &bytes[..bytes.len() - 1];
        for wrong in [Some(&flipped[..]), Some(cut), Some(&longer[..]), Some(&[]), Some(&other[..]), None] {
            match wrong {
                Some(wrong) => std::fs::write(&path, wrong).unwrap(),
                None => std::fs::remove_file(&path).unwrap(),
            }
            let faults = kept.verify(&made).await.faults;
            let named: Vec<&str> = faults.iter().map(|fault| fault.object.as_str()).collect();
            assert_eq!(named, [format!("{folder}/{name}")], "{faults:?}");
        }
        std::fs::write(&path, bytes).unwrap();
    }
    assert_eq!(kept.verify(&made).await.faults, []);
}

#[tokio::test]
async fn what_was_lost_in_the_store_is_written_again_by_the_next_backup() {
    let kept = Kept::new("again").await;
    ticket_with_file(&kept.acme, "printer", "What it says.").await;
    let first = kept.save().await;
    let lost = [("log", &first.contents.log[0].object.name), ("files", &first.contents.files[0].id)];
    for (folder, name) in lost {
        std::fs::remove_file(kept.objects.path().join("tenants/acme").join(folder).join(name)).unwrap();
    }
    let second = kept.save().await;
    assert_eq!(kept.verify(&second).await.faults, []);
    assert_eq!(second.header.added_bytes, second.header.bytes);
}

#[tokio::test]
async fn a_log_with_a_hole_is_not_saved_as_if_it_were_whole() {
    let kept = Kept::new("hole").await;
    ticket_with_file(&kept.acme, "printer", "What it says.").await;
    kept.world.superuser().await.execute("DELETE FROM tenant_acme.events WHERE position = 2", &[]).await.unwrap();
    let hold = super::hold(&kept.world, &kept.world.acme).await;
    let kind = ::backups::Kind::Manual;
    let refused = kept.world.app.backups.save(&hold, &kept.world.acme.log, kind).await.unwrap_err();
    assert!(refused.to_string().contains("the log was changed from outside"), "{refused}");
    let (store, tenant) = (kept.world.app.desk.store(), kept.world.acme.log.tenant());
    assert_eq!(kept.archive().list(tenant).await.unwrap(), []);
    let record = store.backup_page(tenant, None, 10).await.unwrap().pop().unwrap();
    assert_eq!((record.outcome, record.failure), (None, Some(refused.to_string())));
}
