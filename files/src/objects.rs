//! Objects as they lie in the store: listed, copied and summed without a key, and such as are not sealed.

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _};
use object_store::{ObjectStoreExt as _, buffered::BufWriter, path::Path};
use ring::digest::{Context, SHA256};
use tokio::io::AsyncWriteExt as _;

use crate::{error::VaultError, name::Name, vault::Vault};

/// An object that is there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Object {
    /// Its name in its folder.
    pub name: String,
    /// Its length in the store.
    pub bytes: u64,
}

/// What the bytes of an object in the store come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sum {
    /// How many there are.
    pub bytes: u64,
    /// Their digest.
    pub sha256: [u8; 32],
}

impl Vault {
    /// Puts an object there as it is, whole.
    pub async fn put(&self, name: Name<'_>, bytes: Bytes) -> Result<(), VaultError> {
        let path = name.path();
        let put = self.store.put(&path, bytes.into()).await;
        put.map(drop).map_err(|error| VaultError::of(path.as_ref(), error))
    }

    /// An object that was put, whole.
    pub async fn get(&self, name: Name<'_>) -> Result<Bytes, VaultError> {
        let path = name.path();
        let unfit = |error| VaultError::of(path.as_ref(), error);
        self.store.get(&path).await.map_err(unfit)?.bytes().await.map_err(unfit)
    }

    /// What a folder of a tenant holds, by name.
    pub async fn list(&self, tenant: &str, folder: &str) -> Result<Vec<Object>, VaultError> {
        let folder = Path::from_iter(["tenants", tenant, folder]);
        let found = self.store.list(Some(&folder)).map_err(|error| VaultError::Store(error.into()));
        let object = |object: object_store::ObjectMeta| {
            let name = object.location.filename().map(ToOwned::to_owned);
            std::future::ready(Ok(name.map(|name| Object { name, bytes: object.size })))
        };
        let mut objects: Vec<Object> = found.try_filter_map(object).try_collect().await?;
        objects.sort_unstable();
        Ok(objects)
    }

    /// The tenants that have something here, by name.
    pub async fn tenants(&self) -> Result<Vec<String>, VaultError> {
        let all = Path::from("tenants");
        let found = self.store.list_with_delimiter(Some(&all)).await;
        let found = found.map_err(|error| VaultError::Store(error.into()))?;
        let mut names: Vec<String> =
            found.common_prefixes.iter().filter_map(|path| path.filename().map(ToOwned::to_owned)).collect();
        names.sort_unstable();
        Ok(names)
    }

    /// Copies an object to another store byte for byte, whatever it is sealed with; it is there once this comes back.
    pub async fn copy(&self, from: Name<'_>, to: (&Self, Name<'_>)) -> Result<Sum, VaultError> {
        let path = to.1.path();
        let mut writer = to.0.writer(path.clone());
        match self.pass_on(from, Some(&mut writer)).await {
            Ok(sum) => {
                writer.shutdown().await.map_err(|error| VaultError::Store(error.into()))?;
                Ok(sum)
            }
            Err(error) => {
                // What was sent of it is given up; that this may fail, too, changes nothing for the caller.
                drop(writer.abort().await);
                Err(error)
            }
        }
    }

    /// Reads an object to its end, and sums it up.
    pub async fn sum(&self, name: Name<'_>) -> Result<Sum, VaultError> {
        self.pass_on(name, None).await
    }

    async fn pass_on(&self, name: Name<'_>, mut writer: Option<&mut BufWriter>) -> Result<Sum, VaultError> {
        let path = name.path();
        let unfit = |error| VaultError::of(path.as_ref(), error);
        let mut pieces = self.store.get(&path).await.map_err(unfit)?.into_stream();
        let (mut digest, mut bytes) = (Context::new(&SHA256), 0);
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(unfit)?;
            digest.update(&piece);
            bytes += piece.len() as u64;
            if let Some(writer) = &mut writer {
                writer.put(piece).await.map_err(unfit)?;
            }
        }
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(digest.finish().as_ref());
        Ok(Sum { bytes, sha256 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::{FileKey, sealed_length};

    #[tokio::test]
    async fn an_object_is_copied_to_another_store_as_it_is_and_opens_there_under_its_first_tenants_id_only() {
        let (here, there, key) = (Vault::in_memory(), Vault::in_memory(), FileKey::new([7; 32]));
        let name = Name::file("acme", "fil_1");
        let mut writing = here.create(name, &key);
        writing.write(&vec![1; 100_000]).await.unwrap();
        writing.finish().await.unwrap();
        let other = Name::file("globex", "fil_1");
        let sum = here.copy(name, (&there, other)).await.unwrap();
        assert_eq!((sum, sum.bytes), (there.sum(other).await.unwrap(), sealed_length(100_000)));
        assert!(there.read(other, &key).await.is_err(), "it is bound to acme");
        let content = there.read(other.sealed_as("acme"), &key).await.unwrap();
        let plain: Vec<Bytes> = content.try_collect().await.unwrap();
        assert_eq!(plain.concat(), vec![1; 100_000]);
        assert!(matches!(here.copy(other, (&there, name)).await, Err(VaultError::Missing { .. })));
        assert_eq!(there.list("acme", "files").await.unwrap(), [], "what was not there leaves nothing");
    }

    #[tokio::test]
    async fn a_folder_is_listed_by_name_and_a_plain_object_is_what_was_put() {
        let vault = Vault::in_memory();
        assert_eq!((vault.list("acme", "log").await.unwrap(), vault.tenants().await.unwrap()), (vec![], vec![]));
        for (tenant, name) in [("globex", "3"), ("acme", "2"), ("acme", "1")] {
            vault.put(Name::of(tenant, "log", name), Bytes::from_static(b"abc")).await.unwrap();
        }
        let object = |name: &str| Object { name: name.to_owned(), bytes: 3 };
        assert_eq!(vault.list("acme", "log").await.unwrap(), [object("1"), object("2")]);
        assert_eq!(vault.list("acme", "files").await.unwrap(), []);
        assert_eq!(vault.tenants().await.unwrap(), ["acme", "globex"]);
        assert_eq!(vault.get(Name::of("acme", "log", "1")).await.unwrap(), "abc");
        assert!(matches!(vault.get(Name::of("acme", "log", "9")).await, Err(VaultError::Missing { .. })));
    }
}
