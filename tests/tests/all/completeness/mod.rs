//! Nothing changes state outside the log but what is named in `tables.rs`: every table is named there, and each row of
//! the write side is explained by an event, after whatever the API can do.

mod accesses;
mod acts;
mod run;
mod tables;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use tests::World;
use tokio_postgres::Client;

use crate::operations::operations;
pub use run::{Run, ordered};
use tables::{CONTROL, TENANT, Table};

/// The names of a schema's tables and views; those of read models without their generation.
async fn relations(client: &Client, schema: &str) -> BTreeSet<String> {
    let sql = "SELECT regexp_replace(relname::text, '_g[0-9]+$', '') FROM pg_class
               WHERE relnamespace = $1::text::regnamespace AND relkind NOT IN ('i', 'I', 'c', 't')";
    client.query(sql, &[&schema]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn every_table_is_classified() {
    let world = World::new().await;
    let superuser = world.superuser().await;
    for (schema, tables) in [("tenant_acme", TENANT), ("control", CONTROL)] {
        let classified: BTreeSet<String> = tables.iter().map(|(name, _)| (*name).to_owned()).collect();
        let found = relations(&superuser, schema).await;
        let why = "say in tests/all/completeness/tables.rs what it is to the log: no state changes outside of it";
        assert_eq!(found, classified, "{schema}: {why}");
    }
    let sql = "SELECT tgname::text FROM pg_trigger WHERE NOT tgisinternal";
    assert!(superuser.query(sql, &[]).await.unwrap().is_empty(), "a trigger changes what no event says");
}

/// The write side's tables, with the rows that no event explains.
async fn unexplained(client: &Client) -> BTreeMap<&'static str, usize> {
    let mut found = BTreeMap::new();
    for (name, table) in TENANT.iter().chain(CONTROL) {
        if let Table::Written { unexplained, .. } = table {
            found.insert(*name, client.query(*unexplained, &[]).await.unwrap().len());
        }
    }
    found
}

/// What the write side keeps that may not change without an event.
pub async fn kept(client: &Client) -> BTreeMap<&'static str, Vec<String>> {
    let mut kept = BTreeMap::new();
    for (name, table) in TENANT {
        let Table::Written { apart, .. } = table else { continue };
        if *apart != ["*"] {
            let sql = format!("SELECT (to_jsonb(t) - $1::text[])::text AS kept FROM {name} t ORDER BY kept");
            let rows = client.query(&sql, &[apart]).await.unwrap();
            kept.insert(*name, rows.iter().map(|row| row.get(0)).collect());
        }
    }
    kept
}

#[tokio::test]
async fn whatever_the_api_does_is_explained_by_events() {
    let world = World::new().await;
    let superuser = world.superuser().await;
    superuser.batch_execute("SET search_path TO tenant_acme").await.unwrap();
    let run = Run::new(&world).await;
    let mut lacking = vec![];
    for operation in ordered(operations()) {
        let call = run.prepare(&operation).await.header("user-agent", acts::USER_AGENT);
        let before = (world.acme.log.head().await.unwrap().position, kept(&superuser).await);
        let last_access = world.acme.log.last_access().await.unwrap();
        let answer = call.await;
        let after = (world.acme.log.head().await.unwrap().position, kept(&superuser).await);
        if operation.method == reqwest::Method::GET {
            assert_eq!(before.0, after.0, "{} is a read, and recorded something", operation.id);
        } else {
            assert!(
                (200..300).contains(&answer.status),
                "{} must come to something here: {}",
                operation.id,
                answer.text
            );
        }
        accesses::check(&world.acme.log, &operation, &answer, last_access, before.0 < after.0).await;
        if before.0 < after.0 {
            lacking.extend(acts::lacking(&world.acme.log, &operation, &answer, before.0).await);
        } else {
            assert_eq!(before.1, after.1, "{} changed something, and recorded nothing", operation.id);
        }
    }
    assert!(lacking.is_empty(), "acts of which it is not known who did them, whence: {lacking:#?}");
    // What operators do in a tenant is none of its operations.
    let visit = world.operator("alice").await.post("/tenants/acme/support-sessions", json!({"reason": "a case"})).await;
    assert_eq!(visit.status, 201, "{}", visit.text);
    let found = unexplained(&superuser).await;
    assert!(found.values().all(|rows| *rows == 0), "rows that no event explains: {found:?}");
    // That these questions can be answered with anything else.
    superuser.batch_execute("TRUNCATE events").await.unwrap();
    let found = unexplained(&superuser).await;
    assert!(found.values().all(|rows| *rows > 0), "tables whose rows need no event: {found:?}");
}
