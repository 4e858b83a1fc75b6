//! How fast a rebuild goes, and how it makes room for others.

use std::time::Duration;

use event_store::Log;
use tokio::time::Instant;

use crate::{error::ProjectionError, group::Group, sql::unsigned};

/// How often it looks whether others are still waiting.
const LOOK: Duration = Duration::from_millis(20);
/// While others write, it rests so many times as long as it worked: on two cores that the others fill by two thirds, work
/// that goes on half of the time makes a queue that never ends.
const USUAL: u32 = 4;
/// While others wait, it rests so many times as long as it worked at most: it must come to an end, too.
const MOST: u32 = 20;

/// How fast tables are filled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// As fast as it goes.
    #[default]
    Full,
    /// While others write, it rests longer than it works, and longer still while they wait: they share the disk and the
    /// cores.
    Considerate,
}

impl Pace {
    /// Events per transaction, of which no more are read at a time. Nobody waits for its locks; the longer, the fewer rows are written again by the next
    /// one, and the more has to be flushed at once.
    pub(crate) fn stretch(self) -> u64 {
        match self {
            Self::Full => 200_000,
            Self::Considerate => 1_000,
        }
    }

    /// Rows of each table that are kept from one stretch to the next, and that a stretch may change before it ends. A
    /// ticket is about a kilobyte.
    pub(crate) fn room(self) -> usize {
        match self {
            Self::Full => 50_000,
            Self::Considerate => 10_000,
        }
    }
}

/// The rests of considerate work.
pub(crate) struct Breath<'a> {
    log: &'a Log,
    pace: Pace,
    head: u64,
    since: Instant,
}

impl<'a> Breath<'a> {
    /// Work begins.
    pub async fn new(log: &'a Log, pace: Pace) -> Result<Self, ProjectionError> {
        let head = if pace == Pace::Full { 0 } else { standing(log).await?.0 };
        Ok(Self { log, pace, head, since: Instant::now() })
    }

    /// [`USUAL`] times as long as the work took since the last one, if anybody has written meanwhile; and longer while the live rows, which
    /// writers wait for, are behind what was written then.
    pub async fn take(&mut self) -> Result<(), ProjectionError> {
        if self.pace == Pace::Full {
            return Ok(());
        }
        let (head, _) = standing(self.log).await?;
        if head > std::mem::replace(&mut self.head, head) {
            let worked = self.since.elapsed();
            tokio::time::sleep(worked * USUAL).await;
            let enough = Instant::now() + worked * MOST;
            while standing(self.log).await?.1 < head && Instant::now() < enough {
                tokio::time::sleep(LOOK).await;
            }
        }
        self.since = Instant::now();
        Ok(())
    }
}

/// The end of the log, and how far the rows have come that writers wait for.
async fn standing(log: &Log) -> Result<(u64, u64), ProjectionError> {
    let sql = format!(
        "SELECT position, (SELECT checkpoint FROM subscriptions WHERE name = '{}') FROM head",
        Group::Desk.live()
    );
    let rows = log.query(&sql, &[]).await?;
    let found = rows.first().map(|row| (unsigned(row.get(0)), row.get::<_, Option<i64>>(1).map_or(0, unsigned)));
    Ok(found.unwrap_or_default())
}
