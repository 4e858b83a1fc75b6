//! Storage: no more than was bought comes in, and what is there stays.

use bytes::Bytes;
use chrono::TimeDelta;
use commands::files::{FileError, Incoming};
use domain::text::FileName;
use futures_util::{StreamExt as _, future::join_all, stream};
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Api, World};
use tokio::sync::oneshot;

use super::agree;

/// How much there is: as the row says, which must be the sum of the files; used and reserved.
async fn held(world: &World) -> (i64, i64) {
    let sum = "SELECT used, reserved, coalesce(sum(size) FILTER (WHERE status <> 'receiving'), 0)::bigint,
            coalesce(sum(size) FILTER (WHERE status = 'receiving'), 0)::bigint
        FROM tenant_acme.storage LEFT JOIN tenant_acme.files ON true GROUP BY used, reserved";
    let row = world.superuser().await.query_one(sum, &[]).await.unwrap();
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (row.get::<_, i64>(2), row.get::<_, i64>(3)));
    (row.get(0), row.get(1))
}

fn incoming(announced: Option<u64>) -> Incoming {
    Incoming { name: FileName::try_new("a").unwrap(), claimed_type: None, announced }
}

#[tokio::test]
async fn uploads_at_once_on_two_processes_get_in_while_there_is_room() {
    let world = World::new().await;
    let other = world.another_process().await;
    let alice = world.operator("alice").await;
    let _ = agree(&alice, "storage_bytes", json!({"limit": 100_000})).await;
    let upload = |api: &Api, bytes: usize| api.call(Method::POST, "/api/files").raw("text/plain", vec![b'x'; bytes]);
    let answers = join_all((0..40).map(|index: usize| {
        let api = if index.is_multiple_of(2) { world.acme() } else { other.acme() };
        async move { upload(api, 9_000).await }
    }));
    let answers = answers.await;
    let kept: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert_eq!(kept.len(), 11);
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!((refused.status, &refused["code"]), (402, &json!("plan_limit_exceeded")), "{}", refused.text);
        assert_eq!(refused["plan_limit"]["limit"], "storage_bytes");
    }
    assert_eq!(held(&world).await, (99_000, 0));
    let file = format!("/api/files/{}/content", kept[0].id());
    assert_eq!(world.acme().get(&file).open().await.bytes().await.unwrap().len(), 9_000);

    // What nobody announced is measured as it comes, and gets the last of the room.
    let pieces = |count: usize| stream::iter((0..count).map(|_| Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; 500]))));
    let unannounced = |count| world.acme().call(Method::POST, "/api/files").stream(pieces(count));
    let _ = unannounced(3).await.refused(402, "plan_limit_exceeded");
    let _ = unannounced(2).await.expect(201);
    assert_eq!(held(&world).await, (100_000, 0));
    let limits = &world.acme().get("/api/usage").await.expect(200)["limits"]["storage_bytes"];
    assert_eq!((&limits["used"], &limits["state"]), (&json!(100_000), &json!("over")));

    // What nobody took is room again, and so is what was on its way when its process was killed: a little later.
    let _ = agree(&alice, "storage_bytes", json!({"limit": 120_000})).await;
    killed(&world, 20_000).await;
    assert_eq!(held(&world).await, (100_000, 20_000));
    let full = upload(world.acme(), 1).await.refused(402, "plan_limit_exceeded");
    assert_eq!(
        full["plan_limit"],
        json!({"limit": "storage_bytes", "allowed": 120_000, "used": 100_000, "reserved": 20_000})
    );
    world.pass(TimeDelta::hours(3));
    let _ = world.app.files.sweep(&world.acme.log).await.unwrap();
    assert_eq!(held(&world).await, (100_000, 0));
    let taken = json!({"title": "Help", "body": "See there.", "attachments": [kept[0].id()],
        "customer": {"email": "ann@x.example"}});
    let _ = world.acme().post("/api/tickets", taken).await.expect(201);
    world.pass(TimeDelta::days(2));
    let _ = world.app.files.sweep(&world.acme.log).await.unwrap();
    assert_eq!(held(&world).await, (9_000, 0));
    // A smaller plan takes nothing away.
    let _ = agree(&alice, "storage_bytes", json!({"limit": 1})).await;
    assert_eq!(world.acme().get(&file).open().await.status(), 200);
    let no_more = world.app.files.receive(&world.acme.log, incoming(Some(0)), pieces(0)).await;
    assert!(matches!(no_more, Err(FileError::Command(_))), "{no_more:?}");
    let globex: Value = world.globex().get("/api/usage").await.expect(200)["limits"]["storage_bytes"].clone();
    assert_eq!(globex["used"], 0);
}

/// The process that takes a file in ends in the middle of it.
async fn killed(world: &World, bytes: u64) {
    let (began, begun) = oneshot::channel();
    let first = stream::once(async { Ok::<_, std::io::Error>(Bytes::from_static(b"x")) });
    let body = first.chain(stream::once(async {
        let _ = began.send(());
        std::future::pending().await
    }));
    let (files, log) = (world.app.files.clone(), world.acme.log.clone());
    let receiving = tokio::spawn(async move { files.receive(&log, incoming(Some(bytes)), Box::pin(body)).await });
    begun.await.unwrap();
    receiving.abort();
    assert!(receiving.await.unwrap_err().is_cancelled());
}
