use tests::World;
use tokio_postgres::error::SqlState;

use super::{number, reader};

#[tokio::test]
async fn the_reader_reads_four_views_and_nothing_else() {
    let world = World::new().await;
    let _ = world.acme.ticket("Login issues").await;
    let _ = world.globex.ticket("Theirs").await;
    let client = reader(&world, &world.acme).await;
    for view in ["tickets", "status_changes", "daily"] {
        assert_eq!(number(&client, &format!("SELECT count(*) FROM {view}")).await, 1, "{view}");
    }
    assert_eq!(number(&client, "SELECT count(*) FROM replies").await, 0);

    // Every relation of every schema but the system's, whatever it is called.
    let superuser = world.superuser().await;
    let relations = superuser
        .query(
            "SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname), n.nspname FROM pg_class c
             JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'v', 'm', 'p', 'S', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'",
            &[],
        )
        .await
        .unwrap();
    assert!(relations.len() > 40, "{}", relations.len());
    let mut refused = 0;
    for row in relations {
        let (relation, schema): (String, String) = (row.get(0), row.get(1));
        let answer = client.query(&format!("SELECT * FROM {relation} LIMIT 1"), &[]).await;
        if schema == "analytics_acme" {
            assert!(answer.is_ok(), "{relation}");
            continue;
        }
        let error = answer.expect_err(&relation);
        assert_eq!(error.code(), Some(&SqlState::INSUFFICIENT_PRIVILEGE), "{relation}");
        refused += 1;
    }
    assert!(refused > 40);
}

#[tokio::test]
async fn the_reader_changes_nothing_and_becomes_nobody() {
    let world = World::new().await;
    let client = reader(&world, &world.acme).await;
    let settings = client
        .query_one("SELECT current_setting('default_transaction_read_only'), current_setting('statement_timeout')", &[])
        .await
        .unwrap();
    assert_eq!((settings.get::<_, &str>(0), settings.get::<_, &str>(1)), ("on", "1min"));
    for sql in ["UPDATE tickets SET rating = 5", "DELETE FROM replies", "INSERT INTO daily (created) VALUES (1)"] {
        // A view of several tables takes no writes, whoever asks.
        assert!(client.batch_execute(sql).await.is_err(), "{sql}");
    }
    let writable = "SELECT count(*) FROM pg_class WHERE has_table_privilege(oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
                    AND relnamespace = 'analytics_acme'::regnamespace";
    assert_eq!(number(&client, writable).await, 0);
    // Its manners can be dropped; its rights cannot.
    client.batch_execute("SET default_transaction_read_only = off").await.unwrap();
    let tenant: String = {
        let tx = world.acme.log.begin().await.unwrap();
        let row = tx.query_one("SELECT current_user::text", &[]).await.unwrap();
        tx.commit().await.unwrap();
        row.get(0)
    };
    for sql in [
        "CREATE TABLE analytics_acme.mine (id integer)",
        "CREATE TABLE public.mine (id integer)",
        "CREATE SCHEMA mine",
        "CREATE ROLE mine",
        "CREATE OR REPLACE VIEW analytics_acme.tickets AS SELECT 1 AS ticket_id",
        "DROP VIEW analytics_acme.tickets",
        &format!("SET ROLE {tenant}"),
        "SET ROLE tests_admin",
        "SET ROLE tests_server",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "SELECT pg_read_file('PG_VERSION')",
        "SELECT * FROM pg_authid",
    ] {
        let error = client.batch_execute(sql).await.expect_err(sql);
        assert_eq!(error.code(), Some(&SqlState::INSUFFICIENT_PRIVILEGE), "{sql}: {error:?}");
    }
}

#[tokio::test]
async fn no_view_holds_texts_or_a_customers_name_or_address() {
    let world = World::new().await;
    let _ = world.acme.ticket("A very private matter").await;
    let client = reader(&world, &world.acme).await;
    for view in ["tickets", "status_changes", "replies", "daily"] {
        let rows = client.query(&format!("SELECT v::text FROM {view} v"), &[]).await.unwrap();
        for text in rows.iter().map(|row| row.get::<_, String>(0)) {
            for secret in ["private matter", "It does not work", "Ann Other", "acme.example"] {
                assert!(!text.contains(secret), "{view}: {text}");
            }
        }
    }
}

/// The contract: names and order of the columns. New ones come last.
#[tokio::test]
async fn the_columns_are_those_that_the_documentation_promises() {
    let world = World::new().await;
    let client = reader(&world, &world.acme).await;
    let documented = include_str!("../../../../docs/analytics.md");
    for view in ["tickets", "status_changes", "replies", "daily"] {
        let statement = client.prepare(&format!("SELECT * FROM {view}")).await.unwrap();
        let section = documented.split(&format!("### `{view}`")).nth(1).expect("a section per view");
        let section = section.split("\n#").next().unwrap();
        let promised: Vec<_> = section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
        let columns: Vec<_> = statement.columns().iter().map(tokio_postgres::Column::name).collect();
        assert_eq!(columns, promised, "{view}");
    }
}
