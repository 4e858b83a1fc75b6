//! The installation's key: it wraps every tenant's, and is itself wrapped by the master key, in one row. So a new master
//! key takes effect in one statement, and servers that run need not hear of it: they hold the installation's key.

use chrono::{DateTime, Utc};
use deadpool_postgres::Pool;
use futures_util::future::{BoxFuture, FutureExt as _, ready};
use tokio_postgres::{Client, NoTls, error::SqlState};

use crate::{
    database,
    error::StoreError,
    seal::{InstallationSeal, derived, random_key, unwrap_key, wrap_key},
    store::Store,
    world::Random,
};

const ABOUT: &[u8] = b"ledgerdesk installation key 1";

/// The key above all keys, wherever it is kept. All that it is used for is to wrap one key, the installation's, when that
/// is made or the master key changes, and to unwrap it when a program starts. So it can be one that never leaves a key
/// management service: its methods then ask over the network.
pub trait MasterKey: std::fmt::Debug + Send + Sync {
    /// Which key it is, in the version that wraps now. It stands beside what it wrapped, and in messages.
    fn id(&self) -> String;

    /// The installation's key under this one.
    fn wrap<'a>(&'a self, key: &'a [u8; 32], random: &'a dyn Random) -> BoxFuture<'a, Result<Vec<u8>, StoreError>>;

    /// The installation's key, from what was wrapped under the key of that id: this one, or an older version of it.
    fn unwrap<'a>(&'a self, kept: &'a WrappedKey) -> BoxFuture<'a, Result<[u8; 32], StoreError>>;

    /// The key itself, where it can be had. Of installations from before there was an installation's key, it is that.
    fn reveal(&self) -> Option<[u8; 32]> {
        None
    }
}

/// A master key that is given as it is: in a file, or in the environment.
#[derive(Clone)]
pub struct GivenKey([u8; 32]);

impl GivenKey {
    /// This one.
    pub fn new(key: [u8; 32]) -> Self {
        Self(key)
    }
}

/// Never prints it.
impl std::fmt::Debug for GivenKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "GivenKey({})", self.id())
    }
}

impl From<[u8; 32]> for GivenKey {
    fn from(key: [u8; 32]) -> Self {
        Self(key)
    }
}

impl MasterKey for GivenKey {
    fn id(&self) -> String {
        master_key_id(&self.0)
    }

    fn wrap<'a>(&'a self, key: &'a [u8; 32], random: &'a dyn Random) -> BoxFuture<'a, Result<Vec<u8>, StoreError>> {
        ready(Ok(wrap_key(&self.0, key, ABOUT, random))).boxed()
    }

    fn unwrap<'a>(&'a self, kept: &'a WrappedKey) -> BoxFuture<'a, Result<[u8; 32], StoreError>> {
        let given = self.id();
        if kept.master_key != given {
            return ready(Err(StoreError::OtherMasterKey { expected: kept.master_key.clone(), given })).boxed();
        }
        let unfit = || StoreError::WrongMasterKey { what: "this installation".to_owned() };
        ready(unwrap_key(&self.0, &kept.wrapped, ABOUT).ok_or_else(unfit)).boxed()
    }

    fn reveal(&self) -> Option<[u8; 32]> {
        Some(self.0)
    }
}

/// The id of a master key that is given as it is: what can be told of it, and says nothing about it.
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
    pub async fn unwrap(master: &dyn MasterKey, kept: &WrappedKey) -> Result<Self, StoreError> {
        master.unwrap(kept).await.map(Self)
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
    master: &dyn MasterKey,
    random: &dyn Random,
    make: Make,
    now: DateTime<Utc>,
) -> Result<[u8; 32], StoreError> {
    let admin = database::connection(admin).await?;
    if let Some(found) = stored(&admin).await? {
        return master.unwrap(&found).await;
    }
    // Of an installation that was there before this key was, it is the master key itself.
    let known = admin.query_one("SELECT to_regclass('control.tenants') IS NOT NULL", &[]).await?.get(0)
        && admin.query_one("SELECT EXISTS (SELECT FROM control.tenants)", &[]).await?.get(0);
    let missing =
        || StoreError::WrongMasterKey { what: "this installation, which has none of its own yet,".to_owned() };
    let key = if known { master.reveal().ok_or_else(missing)? } else { random_key(random) };
    if make == Make::No {
        return Ok(key);
    }
    let wrapped = master.wrap(&key, random).await?;
    let sql = "INSERT INTO control.installation_key (wrapped, master_key, wrapped_at) VALUES ($1, $2, $3)
               ON CONFLICT (one) DO NOTHING";
    admin.execute(sql, &[&wrapped, &master.id(), &now]).await?;
    // Of two processes that begin at once, both take the key of the one that was first.
    match stored(&admin).await? {
        Some(found) => master.unwrap(&found).await,
        None => Ok(key),
    }
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
    pub async fn rotate_master_key(&self, new: &dyn MasterKey) -> Result<(), StoreError> {
        let admin = database::connection(self.admin_pool()).await?;
        let wrapped = new.wrap(self.keyring().root(), self.keyring().random()).await?;
        let sql = "UPDATE control.installation_key SET wrapped = $1, master_key = $2, wrapped_at = $3";
        admin.execute(sql, &[&wrapped, &new.id(), &self.clock().now()]).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::SystemRandom;

    /// One that is kept elsewhere: asked over a network, and in its second version.
    #[derive(Debug)]
    struct Elsewhere;

    impl MasterKey for Elsewhere {
        fn id(&self) -> String {
            "vault/desk/2".to_owned()
        }

        fn wrap<'a>(&'a self, key: &'a [u8; 32], _: &'a dyn Random) -> BoxFuture<'a, Result<Vec<u8>, StoreError>> {
            async {
                tokio::task::yield_now().await;
                Ok(key.iter().map(|byte| byte ^ 2).collect())
            }
            .boxed()
        }

        fn unwrap<'a>(&'a self, kept: &'a WrappedKey) -> BoxFuture<'a, Result<[u8; 32], StoreError>> {
            let version = match kept.master_key.as_str() {
                "vault/desk/1" => 1,
                "vault/desk/2" => 2,
                other => {
                    let (expected, given) = (other.to_owned(), self.id());
                    return ready(Err(StoreError::OtherMasterKey { expected, given })).boxed();
                }
            };
            let mut key = [0; 32];
            key.iter_mut().zip(&kept.wrapped).for_each(|(plain, wrapped)| *plain = wrapped ^ version);
            ready(Ok(key)).boxed()
        }
    }

    #[tokio::test]
    async fn a_key_is_wrapped_and_unwrapped_wherever_the_master_key_is() {
        let random = SystemRandom::default();
        let keys: [&dyn MasterKey; 2] = [&GivenKey::new([7; 32]), &Elsewhere];
        for master in keys {
            let kept = WrappedKey { master_key: master.id(), wrapped: master.wrap(&[9; 32], &random).await.unwrap() };
            assert_eq!(master.unwrap(&kept).await.unwrap(), [9; 32], "{master:?}");
            let foreign = WrappedKey { master_key: "another".to_owned(), ..kept };
            let refused = master.unwrap(&foreign).await.unwrap_err();
            assert!(matches!(refused, StoreError::OtherMasterKey { .. }), "{refused}");
        }
        let older = WrappedKey { master_key: "vault/desk/1".to_owned(), wrapped: vec![1 ^ 9; 32] };
        assert_eq!(Elsewhere.unwrap(&older).await.unwrap(), [9; 32], "what an older version wrapped");
    }

    #[test]
    fn an_id_tells_keys_apart_and_says_nothing_of_them() {
        let ids = [master_key_id(&[7; 32]), master_key_id(&[8; 32])];
        assert_ne!(ids[0], ids[1]);
        assert!(ids.iter().all(|id| id.len() == 16) && ids[0] != "07".repeat(8));
    }
}
