//! The roles and the database that a private PostgreSQL starts with. A given one has them already, made by its owner.

use tokio_postgres::{Client, NoTls};

/// The role that owns the database, migrates it, and makes the roles of tenants.
pub(crate) const ADMIN: &str = "ledgerdesk_admin";
/// The role that the server works as: it owns nothing, and takes on the role of one tenant at a time.
pub(crate) const SERVER: &str = "ledgerdesk_server";
/// The database.
pub(crate) const DATABASE: &str = "ledgerdesk";

/// What there has to be: a query that finds it, and the statement that makes it.
///
/// On PostgreSQL 16 and later, whoever makes a role is its admin, so that CREATEROLE alone does for the roles of
/// tenants; before, CREATEROLE rules over all roles but superusers.
const NEEDED: [(&str, &str); 3] = [
    (
        "SELECT 1 FROM pg_roles WHERE rolname = 'ledgerdesk_admin'",
        "CREATE ROLE ledgerdesk_admin LOGIN CREATEROLE NOSUPERUSER",
    ),
    ("SELECT 1 FROM pg_roles WHERE rolname = 'ledgerdesk_server'", "CREATE ROLE ledgerdesk_server LOGIN NOINHERIT"),
    ("SELECT 1 FROM pg_database WHERE datname = 'ledgerdesk'", "CREATE DATABASE ledgerdesk OWNER ledgerdesk_admin"),
];

/// Makes what is not there yet. `url` is the superuser's; the caller is the only one who does this at a time.
pub(crate) async fn make_missing(url: &str) -> Result<(), tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    let work = async {
        let made = make(&client).await;
        // The connection ends when its client is gone, and not before.
        drop(client);
        made
    };
    let (made, ended) = tokio::join!(work, connection);
    made.and(ended)
}

async fn make(client: &Client) -> Result<(), tokio_postgres::Error> {
    for (find, create) in NEEDED {
        if client.query_opt(find, &[]).await?.is_none() {
            client.batch_execute(create).await?;
        }
    }
    Ok(())
}
