//! The database refuses what the program must never ask.

use event_store::driver::error::SqlState;
use tests::World;

use crate::things::Things;

#[tokio::test]
async fn the_database_refuses_what_a_forgotten_filter_would_ask() {
    let world = World::new().await;
    Things::of(&world.globex).await;
    world.acme.ticket("Printer").await;
    let mut refused = vec![];
    for schema in ["tenant_globex", "control"] {
        let superuser = world.superuser().await;
        let tables = "SELECT relname::text FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
                      WHERE nspname = $1 AND relkind IN ('r', 'v')";
        for table in superuser.query(tables, &[&schema]).await.unwrap() {
            let table = format!("{schema}.{}", table.get::<_, String>(0));
            refused.push(format!("SELECT * FROM {table}"));
            refused.push(format!("DELETE FROM {table}"));
            refused.push(format!("INSERT INTO {table} SELECT * FROM {table}"));
        }
    }
    assert!(refused.len() > 30);
    refused.extend(
        [
            "UPDATE events SET payload = '{}'",
            "DELETE FROM events",
            "TRUNCATE events",
            "DROP TABLE events",
            "ALTER TABLE events DISABLE TRIGGER ALL",
            "UPDATE commands SET outcome = '{}'",
            "UPDATE claims SET owner = 'me'",
            "DELETE FROM head",
            "INSERT INTO head SELECT false, 0, 0, now(), '{}'",
            "DELETE FROM api_keys",
            "CREATE TABLE mine (x int)",
            "CREATE SCHEMA mine",
            "DELETE FROM migrations",
        ]
        .map(str::to_owned),
    );
    for sql in refused {
        let tx = world.acme.log.begin().await.unwrap();
        let error = tx.batch_execute(&sql).await.expect_err(&sql);
        assert_eq!(error.code(), Some(&SqlState::INSUFFICIENT_PRIVILEGE), "{sql}: {error:?}");
    }
}

#[tokio::test]
async fn the_server_s_own_login_reads_no_tenant() {
    let world = World::new().await;
    world.acme.ticket("Printer").await;
    let (server, connection) =
        tokio_postgres::connect(&world.database.server_url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    for table in ["events", "tickets", "head", "subject_keys", "api_keys"] {
        let error = server.query(&format!("SELECT * FROM tenant_acme.{table}"), &[]).await.unwrap_err();
        assert_eq!(error.code(), Some(&SqlState::INSUFFICIENT_PRIVILEGE), "{table}");
    }
}

#[tokio::test]
async fn a_connection_goes_from_tenant_to_tenant_without_a_trace() {
    let world = World::new().await;
    world.acme.ticket("Printer").await;
    for turn in 0..60 {
        let (tenant, role) = if turn % 2 == 0 { (&world.acme, "acme") } else { (&world.globex, "globex") };
        let tx = tenant.log.begin().await.unwrap();
        let row = tx
            .query_one("SELECT current_user::text, current_schema()::text, (SELECT count(*) FROM tickets)", &[])
            .await
            .unwrap();
        assert!(row.get::<_, String>(0).starts_with(&format!("tenant_{role}_")));
        assert_eq!(row.get::<_, String>(1), format!("tenant_{role}"));
        assert_eq!(row.get::<_, i64>(2), i64::from(role == "acme"));
        if turn % 3 == 0 {
            tx.commit().await.unwrap();
        } else if turn % 3 == 1 {
            // Ended by an error, and then dropped.
            tx.batch_execute("SELECT 1/0").await.unwrap_err();
        }
    }
}
