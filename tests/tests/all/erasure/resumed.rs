//! Whatever dies in between, and whatever is restored afterwards.

use std::process::Stdio;

use commands::customers::EraseCustomer;
use event_store::StreamId;
use projections::{Group, RebuildSettings, rebuild};
use serde_json::{Value, json};
use tests::World;
use tokio::process::Command;

use super::{
    CUSTOMER, erase, erasures,
    gone::{assert_gone, found, tables},
    live,
};
use crate::read_models::assert_true;

#[tokio::test]
async fn what_a_process_that_died_had_begun_is_completed_by_another() {
    let world = World::new().await;
    let life = live(&world).await;
    let wish = EraseCustomer(life.customer.parse().unwrap());
    // The commit is all that the first one came to.
    world.app.desk.run(&world.acme.log, &world.request(), &wish).await.unwrap();
    let open = world.acme.log.erasure(&life.customer).await.unwrap().unwrap();
    assert!(open.keys > 0 && open.completed_at.is_none());
    let other = world.another_process().await;
    assert_eq!(erasures(&other).complete_open(&other.acme.log).await.unwrap(), 1);
    assert_eq!(erasures(&world).complete_open(&world.acme.log).await.unwrap(), 0);
    let done = world.acme().get(&format!("/api/erasures/{}", life.customer)).await.expect(200);
    assert!(done["completed_at"].is_string() && done["certificate"].is_string());
    let shown = world.acme().get(&format!("/api/tickets/{}", life.ticket)).await.expect(200);
    assert_eq!(shown["title"], Value::Null);
}

#[tokio::test]
async fn a_process_that_only_looks_on_forgets_too_whom_another_has_erased_and_folded() {
    let world = World::new().await;
    let life = live(&world).await;
    let other = world.another_process().await;
    let stream = StreamId::new("customer", &life.customer);
    let shown = async || {
        let events = other.acme.log.load(&stream, 0).await.unwrap();
        serde_json::to_string(&events.iter().map(|event| &event.payload).collect::<Vec<_>>()).unwrap()
    };
    assert!(shown().await.contains("Obadiah"), "it has the key now");
    let wish = EraseCustomer(life.customer.parse().unwrap());
    let receipt = world.app.desk.run(&world.acme.log, &world.request(), &wish).await.unwrap();
    world.app.projector.catch_up(&world.acme.log).await.unwrap();
    let patience = std::time::Duration::from_secs(60);
    assert!(other.app.projector.wait_beyond(&other.acme.log, receipt.position - 1, patience).await.unwrap());
    assert!(!shown().await.contains("Obadiah"));
}

#[tokio::test]
async fn a_rebuild_that_was_interrupted_before_an_erasure_does_not_bring_anything_back() {
    for group in Group::ALL {
        assert_nothing_comes_back(group).await;
    }
}

async fn assert_nothing_comes_back(group: Group) {
    let world = World::new().await;
    let life = live(&world).await;
    let log = &world.acme.log;
    let settings = RebuildSettings::default();
    // It has read everything, and has made no indexes.
    let filled = tokio::sync::Notify::new();
    let note = |_| filled.notify_one();
    tokio::select! {
        biased;
        () = filled.notified() => {}
        _ = rebuild(log, group, settings, &note) => panic!("the rebuild should have been interrupted"),
    }
    let wish = EraseCustomer(life.customer.parse().unwrap());
    world.app.desk.run(log, &world.request(), &wish).await.unwrap();
    assert!(erasures(&world).complete_open(log).await.is_err(), "the rows beside still say it");
    rebuild(log, group, settings, &|_| {}).await.unwrap();
    assert_eq!(erasures(&world).complete_open(log).await.unwrap(), 1);
    let shown = world.acme().get(&format!("/api/tickets/{}", life.ticket)).await.expect(200);
    assert_eq!(shown["title"], Value::Null);
    assert_true(&world.acme).await;
}

#[tokio::test]
async fn columns_of_another_version_do_not_keep_what_was_erased() {
    let world = World::new().await;
    let life = live(&world).await;
    // As while an older version runs beside this one.
    let theirs = "SET search_path TO tenant_acme;
        ALTER TABLE customers_g1 ADD COLUMN legacy text; UPDATE customers_g1 SET legacy = name;
        ALTER TABLE tickets_g1 ADD COLUMN legacy text; UPDATE tickets_g1 SET legacy = title;
        ALTER TABLE ticket_timeline_g1 ADD COLUMN legacy text; UPDATE ticket_timeline_g1 SET legacy = body";
    let superuser = world.superuser().await;
    superuser.batch_execute(theirs).await.unwrap();
    erase(&world, &life).await;
    for (table, rows) in tables(&superuser).await {
        assert_eq!(found(&rows, CUSTOMER), Vec::<&str>::new(), "{table}");
    }
}

async fn program(name: &str, arguments: &[&str], input: Option<std::fs::File>) -> Vec<u8> {
    let input = input.map_or_else(Stdio::null, Stdio::from);
    let output = Command::new(name).args(arguments).stdin(input).output().await.unwrap();
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[tokio::test]
async fn whoever_was_erased_is_erased_again_when_an_older_copy_of_the_tenant_is_restored() {
    let world = World::new().await;
    let life = live(&world).await;
    let bystander = world.acme.ticket("Printer").await.id();
    let messages = format!("/api/tickets/{bystander}/messages");
    let message = world.acme().all(&messages).await[0]["id"].as_str().unwrap().to_owned();
    let url = world.database.superuser_url.as_str();
    let copy = program("pg_dump", &["--schema=tenant_acme", "--dbname", url], None).await;
    assert!(String::from_utf8_lossy(&copy).contains("Zirconium"));
    let _ = erase(&world, &life).await;
    let _ = world.acme().put(&format!("{messages}/{message}"), json!({"body": "Rectified."})).await.expect(200);
    let file = std::env::temp_dir().join(format!("ledgerdesk-restored-{}.sql", std::process::id()));
    std::fs::write(&file, copy).unwrap();
    let superuser = world.superuser().await;
    superuser.batch_execute("DROP SCHEMA tenant_acme CASCADE").await.unwrap();
    let quiet = ["--quiet", "--set=ON_ERROR_STOP=1", "--dbname", url];
    program("psql", &quiet, Some(std::fs::File::open(&file).unwrap())).await;
    std::fs::remove_file(&file).unwrap();

    let fresh = world.another_process().await;
    let there = fresh.acme().get(&format!("/api/tickets/{}", life.ticket)).await.expect(200);
    assert_eq!(there["title"], "Zirconium kettle exploded", "the copy has it");
    assert_eq!(erasures(&fresh).apply_listed(&fresh.acme.log).await.unwrap(), 3);
    assert_eq!(erasures(&fresh).apply_listed(&fresh.acme.log).await.unwrap(), 0);
    assert_eq!(erasures(&fresh).complete_open(&fresh.acme.log).await.unwrap(), 3);
    let gone = fresh.acme().get(&format!("/api/tickets/{}", life.ticket)).await.expect(200);
    assert_eq!(gone["title"], Value::Null);
    let agent = fresh.acme().get(&format!("/api/agents/{}", life.agent)).await.expect(200);
    assert!(agent["erased_at"].is_string());
    let redacted = fresh.acme().all(&messages).await.remove(0);
    assert!(redacted["body"].is_null() && redacted["redacted_at"].is_string(), "{redacted}");
    assert_gone(&tables(&superuser).await);
    assert_true(&fresh.acme).await;
}

#[tokio::test]
async fn keys_of_an_erased_person_that_somebody_restored_are_destroyed_again() {
    let world = World::new().await;
    let customer = world.acme.customer("Zebediah").await.id();
    let superuser = world.superuser().await;
    superuser.batch_execute("CREATE TABLE public.kept AS TABLE tenant_acme.subject_keys").await.unwrap();
    let _ = world.acme().post(&format!("/api/customers/{customer}/erase"), json!({})).await.expect(200);
    let restore = "INSERT INTO tenant_acme.subject_keys SELECT * FROM public.kept ON CONFLICT DO NOTHING";
    superuser.batch_execute(restore).await.unwrap();
    assert_eq!(erasures(&world).apply_listed(&world.acme.log).await.unwrap(), 0);
    let left = "SELECT count(*) FROM tenant_acme.subject_keys WHERE subject LIKE 'cus_%'";
    assert_eq!(superuser.query_one(left, &[]).await.unwrap().get::<_, i64>(0), 0);
}
