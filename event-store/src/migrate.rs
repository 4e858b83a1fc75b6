//! Numbered SQL, once per schema. Resumable: each file is one transaction, and its number is inserted first, so that
//! two processes that migrate at once wait for each other at the primary key.

use tokio_postgres::{Client, error::SqlState};

use crate::error::StoreError;

/// One file of `migrations/`.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Its number: they run in this order, each once.
    pub number: i32,
    /// Its file name.
    pub name: &'static str,
    /// Its text. `{role}` and `{server}` stand for the roles that get grants.
    pub sql: &'static str,
}

/// What `{role}` and `{server}` stand for. Both are identifiers that were made or quoted by this crate.
pub(crate) struct Roles<'a> {
    pub tenant: &'a str,
    pub server: &'a str,
}

/// Brings `schema` up to date. `progress` hears of each file that ran.
pub(crate) async fn run(
    client: &mut Client,
    schema: &str,
    roles: &Roles<'_>,
    migrations: &[Migration],
) -> Result<Vec<&'static str>, StoreError> {
    // By itself, before its tables: Citus does not take both in one statement.
    create(client, &format!("CREATE SCHEMA IF NOT EXISTS {schema}")).await?;
    create(
        client,
        &format!("CREATE TABLE IF NOT EXISTS {schema}.migrations (number integer PRIMARY KEY, name text NOT NULL)"),
    )
    .await?;
    let mut ran = vec![];
    for migration in migrations {
        if run_one(client, schema, roles, migration).await? {
            ran.push(migration.name);
        }
    }
    Ok(ran)
}

/// `IF NOT EXISTS` still fails when two processes create at the same instant: then it exists.
async fn create(client: &Client, sql: &str) -> Result<(), StoreError> {
    match client.batch_execute(sql).await {
        Err(error)
            if [
                SqlState::UNIQUE_VIOLATION,
                SqlState::DUPLICATE_SCHEMA,
                SqlState::DUPLICATE_TABLE,
                // The type of the table's rows was there a moment before the table.
                SqlState::DUPLICATE_OBJECT,
            ]
            .iter()
            .any(|state| error.code() == Some(state)) =>
        {
            Ok(())
        }
        other => Ok(other?),
    }
}

async fn run_one(
    client: &mut Client,
    schema: &str,
    roles: &Roles<'_>,
    migration: &Migration,
) -> Result<bool, StoreError> {
    let failed = |source| StoreError::Migration { schema: schema.to_owned(), name: migration.name, source };
    let tx = client.transaction().await?;
    tx.batch_execute(&format!("SET LOCAL search_path TO {schema}")).await?;
    let fresh = tx
        .execute(
            "INSERT INTO migrations (number, name) VALUES ($1, $2) ON CONFLICT (number) DO NOTHING",
            &[&migration.number, &migration.name],
        )
        .await?;
    if fresh == 1 {
        let sql = migration.sql.replace("{role}", roles.tenant).replace("{server}", roles.server);
        tx.batch_execute(&sql).await.map_err(failed)?;
    }
    tx.commit().await?;
    Ok(fresh == 1)
}
