//! The walk over a log that is exported: what is shown, what is between, and checkpoints on the way.

use std::{collections::BTreeSet, io::Write};

use event_store::{
    Log,
    proof::{
        bundle::{StoredEvent, Writer},
        tile::{TileId, WIDTH},
    },
};

use crate::Failure;

/// In a long run of events, about so many lie between two checkpoints: where a root does not fit, it says between which.
const BETWEEN: i64 = 8192;

pub struct Walk<'a, W> {
    log: &'a Log,
    writer: Writer<'a, W>,
    size: u64,
    /// Positions that were written.
    done: u64,
    /// Sizes where a checkpoint is written even among what is not shown.
    stops: BTreeSet<u64>,
    /// Sizes where one is written among what is shown.
    wayside: BTreeSet<u64>,
    events: u64,
}

impl<'a, W: Write> Walk<'a, W> {
    pub async fn begin(log: &'a Log, writer: Writer<'a, W>, size: u64, earlier: Option<u64>) -> Result<Self, Failure> {
        let cosigned = log.last_cosigned().await?.map(|sealed| sealed.checkpoint.size);
        let stops = earlier.into_iter().chain(cosigned).filter(|stop| *stop <= size).chain([size]).collect();
        let tx = log.begin().await?;
        let rows = tx.query("SELECT max(size) FROM seals GROUP BY size / $1", &[&BETWEEN]).await?;
        tx.commit().await?;
        let wayside = rows.iter().filter_map(|row| u64::try_from(row.get::<_, i64>(0)).ok());
        Ok(Self { wayside: wayside.collect(), log, writer, size, done: 0, stops, events: 0 })
    }

    /// Shows positions `from` to `to`, and passes over what is before them.
    pub async fn show(&mut self, from: u64, to: u64, progress: &(dyn Fn(u64) + Sync)) -> Result<(), Failure> {
        self.pass(from - 1).await?;
        while self.done < to {
            let tile = self.done / WIDTH as u64;
            let last = ((tile + 1) * WIDTH as u64).min(to);
            self.show_of_tile(tile, last).await?;
            progress(last - from.max(tile * WIDTH as u64 + 1) + 1);
        }
        Ok(())
    }

    /// The positions up to `last`, which are under this tile.
    async fn show_of_tile(&mut self, tile: u64, last: u64) -> Result<(), Failure> {
        let base = tile * WIDTH as u64;
        let id = TileId { level: 0, index: tile };
        let width = usize::try_from(last - base)?;
        let missing = || format!("the tree has no leaves for positions {} to {last}", base + 1);
        let leaves = self.log.tile(id, width).await?.ok_or_else(missing)?;
        let rows = self.log.stored_rows(i64::try_from(self.done + 1)?, i64::try_from(last)?).await?;
        let mut rows = rows.into_iter();
        while self.done < last {
            let position = self.done + 1;
            let row = rows.next().filter(|row| u64::try_from(row.position) == Ok(position));
            let row = row.ok_or_else(|| {
                format!(
                    "position {position} is not in the log any more: `replay-tool verify --live` says what is wrong"
                )
            })?;
            let event = StoredEvent::of(position, &row.values())?;
            let leaf = leaves[usize::try_from(self.done - base)?];
            self.writer.event(event, leaf)?;
            self.events += 1;
            self.reached(position).await?;
        }
        Ok(())
    }

    /// Passes over the positions up to `to`, which are not shown.
    async fn pass(&mut self, to: u64) -> Result<(), Failure> {
        while self.done < to {
            let stop = self.stops.range(self.done + 1..).next().copied().unwrap_or(to).min(to);
            let hashes = self.log.cover(self.done, stop).await?;
            self.writer.gap(self.done + 1, stop, hashes)?;
            self.wayside.remove(&stop);
            self.reached(stop).await?;
        }
        Ok(())
    }

    async fn reached(&mut self, size: u64) -> Result<(), Failure> {
        self.done = size;
        if self.stops.contains(&size) || self.wayside.contains(&size) {
            self.checkpoint(size).await?;
        }
        Ok(())
    }

    /// An earlier checkpoint of an auditor need not be one that this log still has: its size is a stop all the same.
    async fn checkpoint(&mut self, size: u64) -> Result<(), Failure> {
        if let Some(sealed) = self.log.checkpoint_of(size).await? {
            self.writer.checkpoint(&self.log.with_cosignatures(&sealed).await?)?;
        }
        Ok(())
    }

    /// Passes over the rest, and signs the whole; gives how many events were shown.
    pub async fn finish(mut self) -> Result<u64, Failure> {
        if self.size == 0 {
            self.checkpoint(0).await?;
        }
        self.pass(self.size).await?;
        let manifest = self.writer.manifest(self.log.clock().now());
        let note = self.log.sign_manifest(&manifest).await?;
        self.writer.finish(&note)?;
        Ok(self.events)
    }
}
