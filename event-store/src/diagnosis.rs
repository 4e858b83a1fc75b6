//! What an operator should know of the database under a store.

use chrono::{DateTime, TimeDelta, Utc};
use tokio_postgres::NoTls;

use crate::{error::StoreError, store::Store};

/// Facts about the database, to be judged by whoever asks.
#[derive(Clone, Debug)]
pub struct Diagnosis {
    /// For instance 150018.
    pub server_version: i32,
    /// Settings without which an acknowledged commit may be lost, and which are off.
    pub unsafe_settings: Vec<String>,
    /// Whether the server's login is a superuser: then roles do not bind it outside of a transaction of a tenant.
    pub superuser: bool,
    /// Whether the server's login has the rights of every tenant's role without asking for them.
    pub inherits: bool,
    /// The database's clock minus ours.
    pub clock_difference: TimeDelta,
}

/// Whether a database holds tenants already: asked before there is a store, because a store needs their key.
pub async fn has_tenants(admin_url: &str) -> Result<bool, StoreError> {
    let (client, connection) = tokio_postgres::connect(admin_url, NoTls).await?;
    let connection = tokio::spawn(connection);
    let known = client.query_one("SELECT to_regclass('control.tenants') IS NOT NULL", &[]).await?.get(0)
        && client.query_one("SELECT EXISTS (SELECT FROM control.tenants)", &[]).await?.get(0);
    drop(client);
    // How it ends is of no interest: the answer is here.
    drop(connection.await);
    Ok(known)
}

impl Store {
    /// Asks the database about itself.
    pub async fn diagnose(&self) -> Result<Diagnosis, StoreError> {
        let server = self.server_connection().await?;
        let row = server
            .query_one(
                "SELECT current_setting('server_version_num')::integer,
                        (SELECT array_agg(name ORDER BY name) FROM pg_settings
                         WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off'),
                        rolsuper, rolinherit, clock_timestamp()
                 FROM pg_roles WHERE rolname = current_user",
                &[],
            )
            .await?;
        Ok(Diagnosis {
            server_version: row.get(0),
            unsafe_settings: row.get::<_, Option<Vec<String>>>(1).unwrap_or_default(),
            superuser: row.get(2),
            inherits: row.get(3),
            clock_difference: row.get::<_, DateTime<Utc>>(4) - self.clock().now(),
        })
    }
}
