use bytes::Bytes;
use chrono::TimeDelta;
use commands::files::FileSettings;
use files::Vault;
use futures_util::stream;
use reqwest::Method;
use serde_json::json;
use tests::World;

use super::{Directory, PNG, content, upload};

#[tokio::test]
async fn a_file_is_given_back_as_it_came_and_stands_sealed_in_the_store() {
    let mut world = World::new().await;
    let directory = Directory::new("sealed");
    let vault = Vault::in_directory(directory.path()).unwrap();
    world.app = world.app.clone().with_files(vault, FileSettings::default());
    let acme = world.acme_through(world.app.clone()).await;
    let bytes = b"nobody reads this. ".repeat(20_000);
    let file = upload(&acme, "report.txt", "text/plain; charset=utf-8", bytes.clone()).await;
    assert_eq!(file.header("location").unwrap(), format!("/api/files/{}", file.id()));
    let digest = ring::digest::digest(&ring::digest::SHA256, &bytes);
    for (field, expected) in [
        ("name", json!("report.txt")),
        ("size", json!(bytes.len())),
        ("content_type", json!("text/plain")),
        ("sha256", json!(hex::encode(digest))),
        ("status", json!("unscanned")),
    ] {
        assert_eq!(file[field], expected, "{field}");
    }
    let path = format!("/api/files/{}", file.id());
    assert_eq!(acme.get(&path).await.expect(200).body, file.body);
    assert_eq!(content(&acme, &format!("{path}/content")).await, (200, bytes));
    let stored = directory.files();
    let name = format!("tenants/acme/files/{}", file.id());
    assert!(stored.len() == 1 && stored[0].ends_with(&name), "{stored:?}");
    let sealed = std::fs::read(&stored[0]).unwrap();
    assert!(!sealed.windows(6).any(|window| window == b"nobody"), "what stands in the store is sealed");

    // A changed bit, or a file in the place of another, is found out before anything of it is given.
    let other = upload(&acme, "other.txt", "text/plain", "other").await;
    let other_path = directory.path().join(format!("tenants/acme/files/{}", other.id()));
    std::fs::copy(&stored[0], &other_path).unwrap();
    let mut changed = sealed.clone();
    changed[70_000] ^= 1;
    std::fs::write(&stored[0], &changed).unwrap();
    let swapped = acme.get(&format!("/api/files/{}/content", other.id())).await;
    assert_eq!((swapped.status, &swapped["code"]), (500, &json!("internal")));
    let request = reqwest::Client::new().get(format!("{}{path}/content", acme.base())).bearer_auth(acme.key());
    // The connection breaks off behind the first pieces, and may have done so before they were read.
    if let Ok(answer) = request.send().await {
        assert!(answer.bytes().await.is_err());
    }
}

#[tokio::test]
async fn what_a_browser_may_do_with_a_file_depends_on_its_bytes() {
    let world = World::new().await;
    for (kind, bytes, served, how) in [
        ("image/png", PNG, "image/png", "inline"),
        ("text/html", b"<!DOCTYPE html><html><script>", "text/html", "attachment"),
        ("image/png", b"<!DOCTYPE html><html><script>", "text/html", "attachment"),
        ("image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", "attachment"),
        ("application/x-unknown", b"", "application/x-unknown", "attachment"),
    ] {
        let file = upload(world.acme(), "%E2%82%AC%20a.b", kind, bytes).await;
        let answer = world.acme().get(&format!("/api/files/{}/content", file.id())).await.expect(200);
        for (header, expected) in [
            ("content-type", served),
            ("content-disposition", &format!("{how}; filename=\"_ a.b\"; filename*=UTF-8''%E2%82%AC%20a.b")),
            ("content-length", &bytes.len().to_string()),
            ("content-security-policy", "sandbox; default-src 'none'"),
            ("x-content-type-options", "nosniff"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cache-control", "private, no-store"),
        ] {
            assert_eq!(answer.header(header), Some(expected), "{header} of {kind}");
        }
    }
}

#[tokio::test]
async fn a_name_comes_with_the_query_or_the_header_or_is_made_up() {
    let world = World::new().await;
    let post = |path: &str| world.acme().call(Method::POST, path);
    let header = "attachment; filename=\"C:\\\\temp\\\\a.txt\"";
    for (call, expected) in [
        (post("/api/files?name=a.txt").header("content-disposition", "attachment; filename=b.txt"), "a.txt"),
        (post("/api/files").header("content-disposition", header), "a.txt"),
        (post("/api/v1/files"), "file"),
    ] {
        assert_eq!(call.raw("text/plain", "x").await.expect(201)["name"], expected);
    }
    let named = post("/api/files?name=a%0Ab").raw("text/plain", "x").await.refused(400, "invalid_parameter");
    assert!(named.names("name", "invalid_value"));
    let _ = post("/api/files?nome=a").raw("text/plain", "x").await.refused(400, "unknown_parameter");
}

#[tokio::test]
async fn a_file_that_is_too_large_or_cut_off_leaves_nothing_behind() {
    let mut world = World::new().await;
    let directory = Directory::new("too-large");
    let vault = Vault::in_directory(directory.path()).unwrap();
    world.app = world.app.clone().with_files(vault, FileSettings { max_bytes: 100_000, ..FileSettings::default() });
    let acme = world.acme_through(world.app.clone()).await;
    let post = || acme.call(Method::POST, "/api/files");
    let refused = post().raw("text/plain", vec![b'x'; 100_001]).await.refused(413, "too_large");
    assert!(refused["detail"].as_str().unwrap().contains("100000 bytes"), "{}", refused.text);
    // Without an announcement it is found out on the way.
    let pieces = (0..20).map(|_| Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; 9_000])));
    let _ = post().stream(stream::iter(pieces)).await.refused(413, "too_large");
    let file = post().raw("text/plain", vec![b'x'; 100_000]).await.expect(201);
    assert_eq!(file["size"], 100_000);

    let files = world.app.files.clone();
    let incoming = commands::files::Incoming {
        name: domain::text::FileName::try_new("a").unwrap(),
        claimed_type: None,
        announced: None,
    };
    let broken = [Ok(Bytes::from_static(b"x")), Err("the connection broke")];
    let cut = files.receive(&world.acme.log, incoming, stream::iter(broken)).await;
    assert!(matches!(cut, Err(commands::files::FileError::Cut(_))));
    assert_eq!(directory.files().len(), 1);
    let superuser = world.superuser().await;
    let rows = superuser.query_one("SELECT count(*) FROM tenant_acme.files", &[]).await.unwrap();
    assert_eq!(rows.get::<_, i64>(0), 1);
}

#[tokio::test]
async fn a_file_waits_a_day_and_then_goes_with_its_bytes() {
    let mut world = World::new().await;
    let directory = Directory::new("waiting");
    let vault = Vault::in_directory(directory.path()).unwrap();
    world.app = world.app.clone().with_files(vault, FileSettings::default());
    let acme = world.acme_through(world.app.clone()).await;
    let path = format!("/api/files/{}", upload(&acme, "a", "text/plain", "x").await.id());
    world.pass(TimeDelta::hours(24) - TimeDelta::seconds(1));
    let _ = acme.get(&path).await.expect(200);
    world.pass(TimeDelta::seconds(1));
    let _ = acme.get(&path).await.refused(404, "not_found");
    let _ = acme.get(&format!("{path}/content")).await.refused(404, "not_found");
    // Whoever took it in its last moment may not have committed yet.
    assert_eq!(world.app.files.sweep(&world.acme.log).await.unwrap(), 0);
    world.pass(TimeDelta::minutes(61));
    assert_eq!(world.app.files.sweep(&world.acme.log).await.unwrap(), 1);
    assert!(directory.files().is_empty());
}

#[tokio::test]
async fn files_take_the_scopes_of_tickets() {
    let world = World::new().await;
    let reader = world.acme.with_scopes(&["tickets:read"]).await;
    let writer = world.acme.with_scopes(&["tickets:write"]).await;
    let path = format!("/api/files/{}", upload(&writer, "a", "text/plain", "x").await.id());
    let _ = reader.call(Method::POST, "/api/files").raw("text/plain", "x").await.refused(403, "insufficient_scope");
    for path in [&path, &format!("{path}/content")] {
        let _ = reader.get(path).await.expect(200);
        let _ = writer.get(path).await.refused(403, "insufficient_scope");
    }
}
