//! The sealer: reads what was appended, adds its leaves to the tree, and signs a checkpoint of it.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use proof::{Checkpoint, Hash, Note, Signer, VerifierKey, tile::Edge};

use super::{
    error::SealError,
    keys,
    published::Published,
    read::SealedCheckpoint,
    rows::StoredRows,
    state::{FullTiles, Head, bytes},
    store, thin,
};
use crate::{
    database::TenantTx,
    error::StoreError,
    log::Log,
    read::{signed, unsigned},
    store::Store,
    tenancy::Incarnation,
};

/// Events that one transaction seals: 64 full tiles. A log that is far behind is sealed in such strides.
const STRIDE: u64 = 16_384;

/// What an installation decides about sealing.
#[derive(Clone, Debug, Default)]
pub struct SealSettings {
    /// What the names of its logs begin with: `support.example.com`. A log keeps the name of its first checkpoint.
    pub origin: String,
    /// Where checkpoints are kept outside the database; nowhere when `None`.
    pub directory: Option<PathBuf>,
    /// Whose cosignatures are taken.
    pub witnesses: Vec<VerifierKey>,
}

/// What one attempt came to.
#[derive(Clone, Debug)]
pub enum Sealed {
    /// There was nothing to seal.
    Nothing,
    /// Another process has the lock.
    Elsewhere,
    /// Up to here.
    To(Arc<SealedCheckpoint>),
}

/// Seals the logs of all tenants of one process. Cheap to clone; one per process.
#[derive(Clone)]
pub struct Sealer {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) store: Store,
    pub(super) settings: SealSettings,
    /// The last checkpoint of each log that this process knows: what comes next must be consistent with it.
    known: Mutex<HashMap<Incarnation, (u64, Hash)>>,
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer")
    }
}

impl Sealer {
    /// A sealer that has met no tenant yet.
    pub fn new(store: Store, settings: SealSettings) -> Self {
        Self { inner: Arc::new(Inner { store, settings, known: Mutex::default() }) }
    }

    /// What the installation decided.
    pub fn settings(&self) -> &SealSettings {
        &self.inner.settings
    }

    /// Seals to the end of the log as it is now; gives how far. For tests and tools: a server has [`Sealer::run`].
    pub async fn settle(&self, log: &Log) -> Result<u64, SealError> {
        loop {
            match self.seal(log).await? {
                Sealed::Nothing => return Ok(log.checkpoint().map_or(0, |sealed| sealed.checkpoint.size)),
                Sealed::Elsewhere => tokio::task::yield_now().await,
                Sealed::To(_) => {}
            }
        }
    }

    /// Seals one stride. When the log is not what was signed before, nothing is signed, and the reason is kept.
    pub async fn seal(&self, log: &Log) -> Result<Sealed, SealError> {
        let began = Instant::now();
        let day_before = log.checkpoint().map(|last| last.sealed_at.date_naive());
        let sealed = self.attempt(log).await;
        match &sealed {
            Err(SealError::Stopped(reason)) => self.keep_reason(log, Some(reason)).await?,
            Ok(Sealed::To(sealed)) => {
                metrics::histogram!("ledgerdesk_seal_seconds").record(began.elapsed().as_secs_f64());
                self.tell(log, sealed)?;
                if day_before != Some(sealed.sealed_at.date_naive())
                    && let Err(error) = thin::checkpoints(log, sealed.sealed_at).await
                {
                    tracing::warn!(tenant = %log.tenant(), %error, "old checkpoints were not thinned");
                }
            }
            _ => {}
        }
        sealed
    }

    /// A checkpoint that is in the database, by this process or another, goes out into the files.
    pub(super) fn tell(&self, log: &Log, sealed: &Arc<SealedCheckpoint>) -> Result<(), SealError> {
        let Checkpoint { size, root, .. } = sealed.checkpoint;
        if let Some(published) = self.published(log) {
            published.append(&sealed.note, log.inner.clock.now())?;
        }
        self.known().insert(log.incarnation().clone(), (size, root));
        log.inner.sealed.send_replace(Some(Arc::clone(sealed)));
        Ok(())
    }

    async fn attempt(&self, log: &Log) -> Result<Sealed, SealError> {
        let tx = log.begin().await?;
        // What is lost with the machine's power is sealed again, to the same tree: the events are on disk.
        tx.batch_execute("SET LOCAL synchronous_commit = off").await?;
        let Some(head) = Head::lock(&tx).await? else { return Ok(Sealed::Elsewhere) };
        let origin = self.origin(log, &head);
        let signers = keys::signers(&log.inner, &tx, &origin).await?;
        let known = self.last_known(log, &tx, &head.edge, &signers).await?;
        let before = head.edge.size();
        check_past(&tx, &head.edge, known).await?;
        // A tree that lags behind what was published must first become the same as that.
        let ahead = known.filter(|(size, _)| *size > before);
        let to = ahead.map_or(before + STRIDE, |(size, _)| size);
        let (edge, full) = grow(&tx, head.edge, to).await?;
        if let Some((size, root)) = ahead {
            check_future(&edge, size, root)?;
        }
        if edge.size() == before {
            if head.stopped.is_some() {
                tx.execute("UPDATE tree_head SET stopped = NULL", &[]).await?;
            }
            tx.commit().await?;
            return Ok(Sealed::Nothing);
        }
        let sealed = sign(log, &signers, &origin, &edge);
        write(&tx, log, &sealed, &edge, &full).await?;
        tx.commit().await?;
        Ok(Sealed::To(Arc::new(sealed)))
    }

    /// The last checkpoint that this process saw; at first the one in the files, or else the one in the database.
    async fn last_known(
        &self,
        log: &Log,
        tx: &TenantTx,
        edge: &Edge,
        signers: &[Signer],
    ) -> Result<Option<(u64, Hash)>, SealError> {
        if let Some(known) = self.known().get(log.incarnation()) {
            return Ok(Some(*known));
        }
        let of_files = self.published(log).map(|published| published.last()).transpose()?.flatten();
        let stored = tx.query_opt("SELECT note FROM seals ORDER BY size DESC LIMIT 1", &[]).await?;
        let of_database = stored.map(|row| parse(row.get(0))).transpose()?;
        let signed_by_us = |note: &Note| signers.iter().any(|signer| signer.key().verify(note).is_ok());
        if let Some((note, _)) = of_files.as_ref().filter(|(note, _)| !signed_by_us(note)) {
            let origin = note.text.lines().next().unwrap_or_default();
            return Err(SealError::Stopped(format!(
                "the last checkpoint in the files, of {origin}, was signed with a key that this log does not have: if \
                 they belong to another log, move them away; see docs/audit.md"
            )));
        }
        if let Some((_, checkpoint)) = &of_database
            && (of_database.as_ref().is_some_and(|(note, _)| !signed_by_us(note))
                || (checkpoint.size, checkpoint.root) != (edge.size(), edge.root()))
        {
            return Err(SealError::Stopped(format!(
                "the tree at size {} is not what was last signed: it was changed from outside; see docs/audit.md",
                edge.size()
            )));
        }
        Ok([of_files, of_database]
            .into_iter()
            .flatten()
            .map(|(_, of)| (of.size, of.root))
            .max_by_key(|(size, _)| *size))
    }

    pub(super) fn published(&self, log: &Log) -> Option<Published> {
        self.inner.settings.directory.as_ref().map(|root| Published::new(root, log.incarnation()))
    }

    pub(super) fn known(&self) -> std::sync::MutexGuard<'_, HashMap<Incarnation, (u64, Hash)>> {
        self.inner.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// So that an operator, and `ledgerdesk doctor`, find it.
    async fn keep_reason(&self, log: &Log, reason: Option<&str>) -> Result<(), SealError> {
        let tx = log.begin().await?;
        tx.execute("UPDATE tree_head SET stopped = $1 WHERE stopped IS DISTINCT FROM $1", &[&reason]).await?;
        Ok(tx.commit().await?)
    }
}

fn parse(note: &str) -> Result<(Note, Checkpoint), SealError> {
    let parsed = note.parse::<Note>().and_then(|note| Ok((note.text.parse()?, note)));
    let (checkpoint, note) =
        parsed.map_err(|error| SealError::Stopped(format!("a row of seals was changed from outside: {error}")))?;
    Ok((note, checkpoint))
}

/// Whether the tree still is what was signed when it had this size.
async fn check_past(tx: &TenantTx, edge: &Edge, known: Option<(u64, Hash)>) -> Result<(), SealError> {
    let Some((size, root)) = known.filter(|(size, _)| *size <= edge.size()) else { return Ok(()) };
    if store::root(tx, edge, size).await? == root {
        return Ok(());
    }
    Err(SealError::Stopped(format!(
        "the tree is not the one of the checkpoint of size {size} that was signed: it was changed from outside; see \
         docs/audit.md"
    )))
}

/// Whether a tree that lagged behind what was published has become the same.
fn check_future(edge: &Edge, size: u64, root: Hash) -> Result<(), SealError> {
    if edge.size() < size {
        return Err(SealError::Stopped(format!(
            "the log ends at position {}, but a checkpoint of {size} was published: events were taken away, or an old \
             copy of the database was restored; see docs/audit.md",
            edge.size()
        )));
    }
    if edge.root() == root {
        return Ok(());
    }
    Err(SealError::Stopped(format!(
        "the first {size} events are not those of the checkpoint of that size that was published: they were changed from \
         outside, or an old copy of the database was restored; see docs/audit.md"
    )))
}

/// Adds the events up to position `to`.
async fn grow(tx: &TenantTx, mut edge: Edge, to: u64) -> Result<(Edge, FullTiles), SealError> {
    let mut full = FullTiles::default();
    let mut rows = StoredRows::between(tx, signed(edge.size() + 1), signed(to)).await?;
    while let Some(row) = rows.next().await? {
        let expected = edge.size() + 1;
        if unsigned(row.position) != expected {
            return Err(SealError::Stopped(StoreError::Hole(expected).to_string()));
        }
        edge.push(row.leaf(), &mut |id, hashes| full.push(id, hashes));
    }
    Ok((edge, full))
}

fn sign(log: &Log, signers: &[Signer], origin: &str, edge: &Edge) -> SealedCheckpoint {
    let checkpoint = Checkpoint { origin: origin.to_owned(), size: edge.size(), root: edge.root() };
    let note = checkpoint.sign(signers).to_string();
    SealedCheckpoint { checkpoint, note, sealed_at: log.inner.clock.now() }
}

async fn write(
    tx: &TenantTx,
    log: &Log,
    sealed: &SealedCheckpoint,
    edge: &Edge,
    full: &FullTiles,
) -> Result<(), SealError> {
    full.insert(tx).await?;
    let levels: Vec<Vec<u8>> = edge.levels().iter().map(|level| bytes(level)).collect();
    let size = signed(edge.size());
    let statement =
        tx.statement("UPDATE tree_head SET origin = $1, size = $2, edge = $3, sealed_at = $4, stopped = NULL").await?;
    tx.execute(&statement, &[&sealed.checkpoint.origin, &size, &levels, &sealed.sealed_at]).await?;
    let statement = tx.statement("INSERT INTO seals (size, root, note, sealed_at) VALUES ($1, $2, $3, $4)").await?;
    let root = sealed.checkpoint.root.0;
    tx.execute(&statement, &[&size, &root.as_slice(), &sealed.note, &sealed.sealed_at]).await?;
    tracing::debug!(tenant = %log.tenant(), size, "sealed");
    Ok(())
}
