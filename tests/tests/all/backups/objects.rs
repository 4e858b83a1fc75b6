//! What nobody can read in the store.

use super::{Kept, ticket_with_file};

#[tokio::test]
async fn nothing_personal_and_no_key_stands_in_clear_in_any_object() {
    let kept = Kept::new("clear").await;
    ticket_with_file(&kept.acme, "velociraptor", "The quick brown fox jumps.").await;
    let made = kept.save().await;
    let objects = kept.everything();
    assert_eq!(objects.len(), 5, "{:?}", objects.iter().map(|(folder, name, _)| (folder, name)).collect::<Vec<_>>());
    let mut secrets: Vec<Vec<u8>> =
        ["velociraptor", "Zebedee", "Quux", "zebra.example", "Xylophones", "quick brown", "COPY ", "subject_keys"]
            .map(|text| text.as_bytes().to_vec())
            .into();
    let contents = &made.contents;
    let sealed = contents.log.iter().map(|segment| &segment.object).chain([&contents.state, &contents.keys]);
    for key in sealed.map(|object| object.key.as_bytes()) {
        secrets.extend([key.to_vec(), hex::encode(key).into_bytes()]);
    }
    for (folder, name, bytes) in &objects {
        for secret in &secrets {
            let there = bytes.windows(secret.len()).any(|window| window == secret);
            assert!(!there, "{folder}/{name} has {:?}", String::from_utf8_lossy(secret));
        }
    }
}

#[tokio::test]
async fn what_stands_in_clear_of_a_manifest_cannot_be_changed_either() {
    let kept = Kept::new("header").await;
    let made = kept.save().await;
    let (tenant, backup) = (kept.world.acme.log.tenant(), made.header.backup);
    let path = kept.objects.path().join(format!("tenants/acme/backups/{backup}"));
    let text = std::fs::read_to_string(&path).unwrap();
    let key = kept.world.app.desk.store().installation_key();
    for (from, to) in [
        (format!("\"position\": {}", made.header.position), "\"position\": 1".to_owned()),
        ("\"epoch\": 1".to_owned(), "\"epoch\": 2".to_owned()),
        ("\"kind\": \"manual\"".to_owned(), "\"kind\": \"scheduled\"".to_owned()),
        ("\"tenant\": \"acme\"".to_owned(), "\"tenant\": \"globex\"".to_owned()),
        (backup.to_string(), backup.to_string().replace("bak_0", "bak_1")),
    ] {
        assert!(text.contains(&from), "{from} is not in {text}");
        std::fs::write(&path, text.replace(&from, &to)).unwrap();
        let opened = kept.archive().open(&key, tenant, backup).await;
        assert!(matches!(opened, Err(::backups::BackupError::Manifest { .. })), "{from} was changed");
    }
    std::fs::write(&path, text.replace("\"format\": 1", "\"format\": 2")).unwrap();
    let newer = kept.archive().open(&key, tenant, backup).await.unwrap_err().to_string();
    assert!(newer.contains("has format 2, and this program reads 1"), "{newer}");
}
