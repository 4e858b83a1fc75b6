//! The store, and what is done with a file in it.

use std::{fmt, pin::Pin, sync::Arc};

use bytes::Bytes;
use futures_util::{
    Stream, StreamExt,
    stream::{self, BoxStream},
};
use object_store::{ObjectStore, ObjectStoreExt as _, buffered::BufWriter, memory::InMemory, path::Path};
use tokio::io::AsyncWriteExt as _;

use crate::{
    error::VaultError,
    location,
    name::Name,
    stream::{FileKey, NotSealed, Opening, Sealing},
};

/// A larger file goes up in parts of this length: the least that S3 takes.
const PART: usize = 5 * 1024 * 1024;
/// Parts of one file that are under way at once.
const PARTS_UNDER_WAY: usize = 2;

/// Sealed files of tenants. Cheap to clone.
#[derive(Clone)]
pub struct Vault {
    pub(crate) store: Arc<dyn ObjectStore>,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vault({})", self.store)
    }
}

/// The bytes of a file, as they come.
pub type Content = Pin<Box<dyn Stream<Item = Result<Bytes, VaultError>> + Send>>;

impl Vault {
    /// At `file:///directory`, which is made if it is not there, or `s3://bucket/prefix`. Where the bucket is, and what opens
    /// it, say those of `variables` that every S3 client reads: `AWS_…`.
    pub fn open(address: &str, variables: impl IntoIterator<Item = (String, String)>) -> Result<Self, VaultError> {
        Ok(Self { store: location::open(address, variables)? })
    }

    /// In this directory, which is made if it is not there.
    pub fn in_directory(directory: &std::path::Path) -> Result<Self, VaultError> {
        Ok(Self { store: location::directory(directory)? })
    }

    /// Of this process only: for tests.
    pub fn in_memory() -> Self {
        Self { store: Arc::new(InMemory::new()) }
    }

    /// Begins a file. It is there once it is finished.
    pub fn create(&self, name: Name<'_>, key: &FileKey) -> Writing {
        let path = name.path();
        Writing { path: path.to_string(), writer: self.writer(path), sealing: Sealing::new(key, name) }
    }

    /// What is written goes up as it comes, in parts once it is large.
    pub(crate) fn writer(&self, path: Path) -> BufWriter {
        BufWriter::with_capacity(Arc::clone(&self.store), path, PART).with_max_concurrency(PARTS_UNDER_WAY)
    }

    /// The plain bytes of a file. What was changed ends the stream with an error, before anything of it is given; at the
    /// beginning of a file, before there is a stream.
    pub async fn read(&self, name: Name<'_>, key: &FileKey) -> Result<Content, VaultError> {
        let path = name.path();
        let found = self.store.get(&path).await.map_err(|error| VaultError::of(path.as_ref(), error))?;
        let reading =
            Reading { sealed: found.into_stream(), opening: Some(Opening::new(key, name)), path: path.to_string() };
        let plain = stream::try_unfold(reading, Reading::next);
        let something = |piece: &Result<Bytes, VaultError>| !piece.as_ref().is_ok_and(Bytes::is_empty);
        let mut plain = plain.filter(move |piece| std::future::ready(something(piece))).boxed();
        let first = plain.next().await.transpose()?;
        Ok(stream::iter(first.map(Ok)).chain(plain).boxed())
    }

    /// Removes a file. One that is not there is removed already.
    pub async fn remove(&self, name: Name<'_>) -> Result<(), VaultError> {
        match self.store.delete(&name.path()).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(VaultError::Store(error.into())),
        }
    }

    /// Removes all objects of a tenant.
    pub async fn remove_all(&self, tenant: &str) -> Result<(), VaultError> {
        let mut found = self.store.list(Some(&Path::from_iter(["tenants", tenant])));
        while let Some(object) = found.next().await {
            let object = object.map_err(|error| VaultError::Store(error.into()))?;
            match self.store.delete(&object.location).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(VaultError::Store(error.into())),
            }
        }
        Ok(())
    }

    /// Whether something can be written, read and removed here. `probe` is a name that no file has.
    pub async fn check(&self, probe: &str) -> Result<(), VaultError> {
        let path = Path::from_iter(["probes", probe]);
        let unfit = |error| VaultError::of(path.as_ref(), error);
        let written = Bytes::from_static(b"can this be read again?");
        self.store.put(&path, written.clone().into()).await.map_err(unfit)?;
        let read = self.store.get(&path).await.map_err(unfit)?.bytes().await.map_err(unfit)?;
        self.store.delete(&path).await.map_err(unfit)?;
        if read == written { Ok(()) } else { Err(VaultError::Broken { name: path.to_string() }) }
    }
}

/// A file on its way out of the store.
struct Reading {
    sealed: BoxStream<'static, object_store::Result<Bytes>>,
    /// None once the last piece was given.
    opening: Option<Opening>,
    path: String,
}

impl Reading {
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, VaultError> {
        let Some(mut opening) = self.opening.take() else { return Ok(None) };
        let plain = match self.sealed.next().await {
            Some(Ok(data)) => {
                let plain = opening.push(&data);
                self.opening = Some(opening);
                plain
            }
            Some(Err(error)) => return Err(VaultError::of(&self.path, error)),
            None => opening.finish(),
        };
        match plain {
            Ok(plain) => Ok(Some((plain.into(), self))),
            Err(NotSealed) => Err(VaultError::Broken { name: self.path }),
        }
    }
}

/// A file on its way into the store.
pub struct Writing {
    path: String,
    writer: BufWriter,
    sealing: Sealing,
}

impl fmt::Debug for Writing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Writing({})", self.path)
    }
}

impl Writing {
    /// Takes bytes; waits while too many are under way.
    pub async fn write(&mut self, data: &[u8]) -> Result<(), VaultError> {
        for piece in self.sealing.push(data) {
            self.writer.put(piece).await.map_err(|error| VaultError::of(&self.path, error))?;
        }
        Ok(())
    }

    /// Ends the file: when this comes back, the store has all of it.
    pub async fn finish(mut self) -> Result<(), VaultError> {
        let last = self.sealing.finish();
        self.writer.put(last).await.map_err(|error| VaultError::of(&self.path, error))?;
        self.writer.shutdown().await.map_err(|error| VaultError::Store(error.into()))
    }

    /// Leaves nothing of it behind.
    pub async fn abandon(mut self) -> Result<(), VaultError> {
        self.writer.abort().await.map_err(|error| VaultError::of(&self.path, error))
    }
}
