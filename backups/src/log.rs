//! The log in pieces: what earlier backups have of it is used again, and only what is new is written.

use std::collections::BTreeMap;

use event_store::{Log, save::Hold};

use crate::{
    archive::LOG,
    error::BackupError,
    id::BackupId,
    manifest::{Manifest, Segment},
    save::{Backups, Part},
};

/// Events of a piece at most.
const EVENTS: u64 = 100_000;
/// So many small pieces in a row are written again as one: a backup that is brought back reads each of them.
const SMALL: usize = 64;

impl Backups {
    /// All of the log up to `position`. Objects have names that no other backup gives: nothing is ever written over.
    pub(crate) async fn segments(
        &self,
        hold: &Hold,
        log: &Log,
        backup: BackupId,
        position: u64,
        earlier: Option<&Manifest>,
    ) -> Result<Part<Vec<Segment>>, BackupError> {
        let mut segments = match earlier {
            Some(manifest) => self.still_good(hold, log, position, &manifest.contents.log).await?,
            None => vec![],
        };
        let small = segments.iter().rev().take_while(|segment| segment.events() < EVENTS).count();
        if small >= SMALL {
            segments.truncate(segments.len() - small);
        }
        let mut added_bytes = 0;
        loop {
            let first = segments.last().map_or(1, |segment| segment.last + 1);
            if first > position {
                break;
            }
            let segment = self.segment(hold, log, backup, first, position.min(first + EVENTS - 1)).await?;
            added_bytes += segment.object.stored_bytes();
            segments.push(segment);
        }
        Ok(Part { object: segments, added_bytes })
    }

    /// Those of an earlier backup that the store still has, and whose last event is where it was: after a database was
    /// brought back from a copy of its own, another one may be there.
    async fn still_good(
        &self,
        hold: &Hold,
        log: &Log,
        position: u64,
        known: &[Segment],
    ) -> Result<Vec<Segment>, BackupError> {
        let there = self.archive.vault().list(log.tenant().as_str(), LOG).await?;
        let there: BTreeMap<_, _> = there.into_iter().map(|object| (object.name, object.bytes)).collect();
        let ends: Vec<u64> = known.iter().map(|segment| segment.last).collect();
        let events: BTreeMap<_, _> = hold.event_ids(log, &ends).await?.into_iter().collect();
        let good = |segment: &&Segment| {
            segment.last <= position
                && there.get(&segment.object.name) == Some(&segment.object.stored_bytes())
                && events.get(&segment.last) == Some(&segment.last_event)
        };
        Ok(known.iter().take_while(good).cloned().collect())
    }

    async fn segment(
        &self,
        hold: &Hold,
        log: &Log,
        backup: BackupId,
        first: u64,
        last: u64,
    ) -> Result<Segment, BackupError> {
        let name = format!("{first:012}-{last:012}-{backup}");
        let object = self.put(log.tenant(), LOG, name, 1, hold.events(log, first, last).await?).await?;
        let end = hold.event_ids(log, &[last]).await?.pop();
        let segment = Segment { first, last, last_event: end.map_or_else(String::new, |(_, id)| id), object };
        if segment.object.rows != segment.events() {
            let (tenant, found) = (log.tenant().clone(), segment.object.rows);
            return Err(BackupError::Hole { tenant, first, last, found });
        }
        Ok(segment)
    }
}
