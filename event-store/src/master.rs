//! The installation's key: it wraps every tenant's, and is itself wrapped by the master key, in one row. So a new master
//! key takes effect in one statement, and servers that run need not hear of it: they hold the installation's key.

use chrono::{DateTime, Utc};
use deadpool_postgres::Pool;
use tokio_postgres::{Client, NoTls, error::SqlState};

use crate::{
    database,
    error::StoreError,
    seal::{InstallationSeal, derived, random_key, unwrap_key, wrap_key},
    store::Store,
    world::Random,
};

const ABOUT: &[u8] = b"ledgerdesk installation key 1";

/// The id of a master key: what can be told of it, and says nothing about it.
pub fn master_key_id(key: &[u8; 32]) -> String {
    derived(key, b"ledgerdesk master key id 1")[..8]
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// The id of the master key that a database is under: asked before there is a store. None: of a database that has no
/// installation's key yet.
pub async fn expected_master_key(admin_url: &str) -> Result<Option<String>, StoreError> {
    let (client, connection) = tokio_postgres::connect(admin_url, NoTls).await?;
    let connection = tokio::spawn(connection);
    let found = stored(&client).await?.map(|row| row.master_key);
    drop(client);
    // How it ends is of no interest: the answer is here.
    drop(connection.await);
    Ok(found)
}

/// An installation's key as it is kept: under a master key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrappedKey {
    /// The id of the master key that opens it.
    pub master_key: String,
    /// The key under that.
    pub wrapped: Vec<u8>,
}

/// The key of an installation, of this one or another: opens what was sealed there.
pub struct InstallationKey([u8; 32]);

/// Never prints it.
impl std::fmt::Debug for InstallationKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InstallationKey")
    }
}

impl InstallationKey {
    /// Its bytes.
    pub(crate) fn root(&self) -> &[u8; 32] {
        &self.0
    }

    /// The key of the installation that kept it so, opened with its master key.
    pub fn unwrap(master: &[u8; 32], kept: &WrappedKey) -> Result<Self, StoreError> {
        opened(kept, master).map(Self)
    }

    /// Opens what [`Store::seal`] sealed in that installation for the same `about`.
    pub fn unseal(&self, about: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        InstallationSeal::new(&self.0).open(about, sealed)
    }
}

/// None, too, where there is no such table: an auditor's tool finds an older installation as it is.
async fn stored(client: &Client) -> Result<Option<WrappedKey>, StoreError> {
    match client.query_opt("SELECT wrapped, master_key FROM control.installation_key", &[]).await {
        Ok(row) => Ok(row.map(|row| WrappedKey { wrapped: row.get(0), master_key: row.get(1) })),
        Err(error) if error.code().is_some_and(is_missing) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn is_missing(state: &SqlState) -> bool {
    [SqlState::UNDEFINED_TABLE, SqlState::INVALID_SCHEMA_NAME].contains(state)
}

/// Whether the key may be made where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Make {
    Yes,
    No,
}

/// The installation's key, opened with the master key.
pub(crate) async fn installation_key(
    admin: &Pool,
    master: &[u8; 32],
    random: &dyn Random,
    make: Make,
    now: DateTime<Utc>,
) -> Result<[u8; 32], StoreError> {
    let admin = database::connection(admin).await?;
    if let Some(found) = stored(&admin).await? {
        return opened(&found, master);
    }
    // Of an installation that was there before this key was, it is the master key itself.
    let known = admin.query_one("SELECT to_regclass('control.tenants') IS NOT NULL", &[]).await?.get(0)
        && admin.query_one("SELECT EXISTS (SELECT FROM control.tenants)", &[]).await?.get(0);
    let key = if known { *master } else { random_key(random) };
    if make == Make::No {
        return Ok(key);
    }
    let wrapped = wrap_key(master, &key, ABOUT, random);
    let sql = "INSERT INTO control.installation_key (wrapped, master_key, wrapped_at) VALUES ($1, $2, $3)
               ON CONFLICT (one) DO NOTHING";
    admin.execute(sql, &[&wrapped, &master_key_id(master), &now]).await?;
    // Of two processes that begin at once, both take the key of the one that was first.
    match stored(&admin).await? {
        Some(found) => opened(&found, master),
        None => Ok(key),
    }
}

fn opened(found: &WrappedKey, master: &[u8; 32]) -> Result<[u8; 32], StoreError> {
    let given = master_key_id(master);
    if found.master_key != given {
        return Err(StoreError::OtherMasterKey { expected: found.master_key.clone(), given });
    }
    let unfit = || StoreError::WrongMasterKey { what: "this installation".to_owned() };
    unwrap_key(master, &found.wrapped, ABOUT).ok_or_else(unfit)
}

impl Store {
    /// The key of this installation.
    pub fn installation_key(&self) -> InstallationKey {
        InstallationKey(*self.keyring().root())
    }

    /// The same as the database keeps it: whoever has this and the master key needs no database.
    pub async fn wrapped_installation_key(&self) -> Result<WrappedKey, StoreError> {
        let admin = database::connection(self.admin_pool()).await?;
        let missing = || StoreError::NoTable { schema: "control".to_owned(), table: "installation_key".to_owned() };
        stored(&admin).await?.ok_or_else(missing)
    }

    /// Puts the installation's key under another master key: from then on the old one opens nothing. Servers that run go
    /// on, and need the new one when they start again. Idempotent.
    pub async fn rotate_master_key(&self, new: &[u8; 32]) -> Result<(), StoreError> {
        let admin = database::connection(self.admin_pool()).await?;
        let wrapped = self.wrap_installation_key(new, ABOUT);
        let sql = "UPDATE control.installation_key SET wrapped = $1, master_key = $2, wrapped_at = $3";
        admin.execute(sql, &[&wrapped, &master_key_id(new), &self.clock().now()]).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_tells_keys_apart_and_says_nothing_of_them() {
        let ids = [master_key_id(&[7; 32]), master_key_id(&[8; 32])];
        assert_ne!(ids[0], ids[1]);
        assert!(ids.iter().all(|id| id.len() == 16) && ids[0] != "07".repeat(8));
    }
}
