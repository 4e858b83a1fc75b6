//! Another key for a tenant, while processes serve that know only the one before.

use std::sync::atomic::{AtomicU64, Ordering};

use event_store::driver::Client;
use reactions::rotation::rotate_tenant_key;
use serde_json::{Value, json};
use tests::{Api, Receiver, Reply, World};

use crate::files;

const TABLES: [&str; 5] = ["subject_keys", "webhook_secrets", "webhook_attempts", "log_keys", "files"];

/// How many rows of these tables there are, and the versions that they need.
async fn sealed(superuser: &Client) -> Vec<(i64, Vec<i32>)> {
    let mut found = vec![];
    for table in TABLES {
        let sql = format!(
            "SELECT count(*), coalesce(array_agg(DISTINCT key_version), ARRAY[]::integer[]) FROM tenant_acme.{table}"
        );
        let row = superuser.query_one(&sql, &[]).await.unwrap();
        found.push((row.get(0), row.get(1)));
    }
    found
}

async fn hook(api: &Api, receiver: &Receiver) -> (String, String) {
    let hook = json!({"url": receiver.url(), "events": ["*"]});
    let made = api.post("/api/webhooks", hook).await.expect(201);
    (made.id(), made["secret"].as_str().unwrap().to_owned())
}

async fn rotate(world: &World) -> (i32, u64) {
    let rows = AtomicU64::new(0);
    let count = |batch| {
        rows.fetch_add(batch, Ordering::Relaxed);
    };
    let version = rotate_tenant_key(&world.acme.log, &count).await.unwrap();
    (version, rows.into_inner())
}

#[tokio::test]
async fn everything_goes_on_under_another_key_also_in_a_process_that_has_not_heard_of_it() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    receiver.answer_always(Reply::Echo(200));
    let (webhook, secret) = hook(world.acme(), &receiver).await;
    let file = format!("/api/files/{}", files::upload(world.acme(), "a", "text/plain", "x").await.id());
    let ticket = world.acme.ticket("Printer").await;
    let path = format!("/api/tickets/{}", ticket.id());
    world.app.webhooks.settle(&world.acme.log).await.unwrap();
    world.app.sealer.settle(&world.acme.log).await.unwrap();
    let public = world.acme.log.log_keys().await.unwrap();
    // This one knows the tenant, and has opened nothing yet.
    let other = world.another_process().await;
    let superuser = world.superuser().await;
    let before = sealed(&superuser).await;
    assert!(before.iter().all(|(rows, versions)| *rows > 0 && *versions == [1]), "{before:?}");
    let bytes = "SELECT string_agg(payload::text || metadata::text, '' ORDER BY position) FROM tenant_acme.events";
    let log: String = superuser.query_one(bytes, &[]).await.unwrap().get(0);

    let total = before.iter().map(|(rows, _)| u64::try_from(*rows).unwrap()).sum();
    assert_eq!(rotate(&world).await, (2, total));
    let after = sealed(&superuser).await;
    assert_eq!(after, before.iter().map(|(rows, _)| (*rows, vec![2])).collect::<Vec<_>>());
    assert_eq!(superuser.query_one(bytes, &[]).await.unwrap().get::<_, String>(0), log, "no event was written anew");
    let left = "SELECT (SELECT array_agg(version) FROM tenant_acme.tenant_keys),
                       (SELECT octet_length(wrapped_key) FROM control.tenants WHERE tenant = 'acme')";
    let left = superuser.query_one(left, &[]).await.unwrap();
    assert_eq!((left.get::<_, Vec<i32>>(0), left.get::<_, i32>(1)), (vec![2], 0), "the old key is nowhere");

    for (name, process) in [("other", &other), ("same", &world)] {
        let api = process.acme();
        // Somebody new gets a key: the one who seals under the old one is refused by the database, and seals again.
        let new = json!({"name": name, "email": format!("{name}@example.com")});
        let customer = api.post("/api/customers", new.clone()).await.expect(201);
        let _ = api.post("/api/customers", new).await.refused(409, "taken");
        assert_eq!(api.get(&format!("/api/customers/{}", customer.id())).await.expect(200)["name"], name);
        let _ = api.post(&format!("{path}/messages"), json!({"body": "Still?"})).await.expect(201);
        assert_eq!(api.get(&path).await.expect(200)["title"], "Printer");
        assert_eq!(api.get(&file).await.expect(200)["name"], "a");
        receiver.take();
        process.app.webhooks.settle(&process.acme.log).await.unwrap();
        let told = receiver.take();
        assert!(!told.is_empty() && told.iter().all(|told| told.is_signed_by(&secret)));
        process.app.sealer.settle(&process.acme.log).await.unwrap();
        assert_eq!(process.acme.log.log_keys().await.unwrap(), public);
    }
    for delivery in world.acme().all(&format!("/api/webhooks/{webhook}/deliveries")).await {
        let path = format!("/api/webhooks/{webhook}/deliveries/{}", delivery["id"].as_str().unwrap());
        let shown = world.acme().get(&path).await.expect(200);
        let answered = shown["attempt_log"][0]["exchange"]["response_body"].as_str();
        assert!(answered.is_some_and(|body| body.contains("finer_type")), "{}", shown.text);
    }
    crate::read_models::assert_true(&world.acme).await;
    let (fresh, fresh_rows) = rotate(&world.another_process().await).await;
    assert!(fresh == 3 && fresh_rows > total, "and again");
    assert_eq!(world.acme().get(&path).await.expect(200)["title"], "Printer");
}

#[tokio::test]
async fn a_change_that_was_cut_off_is_finished_by_the_next_call_and_nothing_waits_for_it() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let (_, secret) = hook(world.acme(), &receiver).await;
    let ticket = world.acme.ticket("Printer").await;
    let log = world.acme.log.clone();
    let cut_off = tokio::spawn(async move { rotate_tenant_key(&log, &|_| panic!("killed")).await });
    assert!(cut_off.await.unwrap_err().is_panic());
    let superuser = world.superuser().await;
    let between = sealed(&superuser).await;
    assert_eq!((&between[0].1, &between[1].1), (&vec![2], &vec![1]), "one table is done, another is not");

    let other = world.another_process().await;
    for process in [&world, &other] {
        let path = format!("/api/tickets/{}", ticket.id());
        assert_eq!(process.acme().get(&path).await.expect(200)["title"], "Printer");
        let _ = process.acme.customer("Ann").await;
        process.app.webhooks.settle(&process.acme.log).await.unwrap();
    }
    assert!(receiver.take().iter().all(|told| told.is_signed_by(&secret)));
    assert_eq!(rotate(&other).await.0, 2, "it goes on with the key that was made");
    assert!(sealed(&superuser).await.iter().all(|(_, versions)| versions.iter().all(|version| *version == 2)));
    assert_eq!(world.acme().all("/api/customers?q=Ann").await.len(), 3, "who asked, and one of each process");
}

#[tokio::test]
async fn another_tenants_key_stays() {
    let world = World::new().await;
    let ticket = world.globex.ticket("Theirs").await.id();
    let _ = rotate(&world).await;
    let sql = "SELECT array_agg(version) FROM tenant_globex.tenant_keys";
    assert_eq!(world.superuser().await.query_one(sql, &[]).await.unwrap().get::<_, Vec<i32>>(0), [1]);
    let shown: Value = world.globex().get(&format!("/api/tickets/{ticket}")).await.expect(200).body;
    assert_eq!(shown["title"], "Theirs");
}
