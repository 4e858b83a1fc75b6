use commands::files::FileSettings;
use files::{FileKey, Name, Vault, VaultError};
use serde_json::json;
use tests::{ObjectStore, World};

use super::{content, upload};

#[tokio::test]
async fn files_are_kept_in_a_bucket_in_parts_where_they_are_large() {
    let mut world = World::new().await;
    let store = ObjectStore::start().await;
    let vault = Vault::open(&store.url(), store.variables()).unwrap();
    vault.check("probe").await.unwrap();
    world.app = world.app.clone().with_files(vault, FileSettings::default());
    let acme = world.acme_through(world.app.clone()).await;
    let large: Vec<u8> = (0..12_000_000_u32).map(|at| at.to_le_bytes()[usize::from(at % 3 == 0)]).collect();
    for bytes in [large, b"small".to_vec(), vec![]] {
        let file = upload(&acme, "a.bin", "application/x-unknown", bytes.clone()).await;
        let path = format!("/api/files/{}/content", file.id());
        let (status, served) = content(&acme, &path).await;
        assert!(status == 200 && served == bytes, "{} bytes", bytes.len());
        let id = file.id();
        let name = Name::file("acme", &id);
        let mut forged = world.app.files.vault().create(name, &FileKey::new([1; 32]));
        forged.write(b"something else").await.unwrap();
        forged.finish().await.unwrap();
        assert_eq!(content(&acme, &path).await.0, 500, "whoever has the bucket puts nothing in the place of a file");
    }
    let kept = upload(&acme, "b.bin", "application/x-unknown", "kept").await.id();
    let ticket = json!({"title": "x", "body": "y", "customer": {"email": "a@b.c"}, "attachments": [kept]});
    let ticket = acme.post("/api/tickets", ticket).await.expect(201);
    let customer = ticket["customer"]["id"].as_str().unwrap();
    let _ = acme.post(&format!("/api/customers/{customer}/erase"), json!({})).await.expect(200);
    let name = Name::file("acme", &kept);
    let read = world.app.files.vault().read(name, &FileKey::new([0; 32])).await;
    assert!(matches!(read.err(), Some(VaultError::Missing { .. })), "it is not in the bucket any more");
}

#[tokio::test]
async fn a_store_that_refuses_is_told_and_leaves_no_row() {
    let world = World::new().await;
    let store = ObjectStore::start().await;
    let nowhere = Vault::open("s3://no-such-bucket", store.variables()).unwrap();
    assert!(nowhere.check("probe").await.is_err());
    let app = world.app.clone().with_files(nowhere, FileSettings::default());
    let acme = world.acme_through(app).await;
    let refused = acme.call(reqwest::Method::POST, "/api/files").raw("text/plain", "x").await;
    let _ = refused.refused(503, "unavailable");
    let rows = world.superuser().await.query_one("SELECT count(*) FROM tenant_acme.files", &[]).await.unwrap();
    assert_eq!(rows.get::<_, i64>(0), 0);
}
