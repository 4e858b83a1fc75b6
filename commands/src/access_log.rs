//! What the log says of the access log: so that whoever holds a checkpoint holds who saw what, too.

use chrono::{DateTime, TimeDelta, Utc};
use domain::access_log::{AccessLog, AccessLogCommand};
use event_store::{
    CommandId, Log, StoreError,
    access::{AccessDigest, NO_DIGEST},
};

use crate::{
    desk::{Desk, Request},
    error::CommandError,
    unit::{About, Operation, Unit},
};

/// No entry stays longer without a seal.
const OLDEST: TimeDelta = TimeDelta::days(1);
/// Entries of one seal at most.
const MOST: u64 = 100_000;

struct Seal {
    /// The number of the last entry that there is.
    last: u64,
}

impl Operation for Seal {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        let tenant = unit.log().identity().clone();
        let state = unit.load::<AccessLog>(&tenant).await?;
        let first = unit.log().read_accesses(state.through, 1).await?;
        if let Some(first) = first.first() {
            let after = first.number - 1;
            let through = self.last.min(after + MOST);
            let before = state.digest.as_deref().and_then(|text| text.parse::<AccessDigest>().ok());
            let digest = unit.log().access_digest((after, before.unwrap_or(NO_DIGEST)), through).await?;
            let digest = digest.ok_or(CommandError::Store(StoreError::Hole(after)))?.to_string();
            if through > after {
                unit.decide_as_part::<AccessLog>(&tenant, AccessLogCommand::Seal { after, through, digest })?;
            }
        }
        Ok(About::of::<AccessLog>(tenant))
    }
}

impl Desk {
    /// Seals all that the access log holds by now: before evidence is made of it.
    pub async fn seal_access_log(&self, log: &Log) -> Result<(), CommandError> {
        let last = log.last_access().await?;
        while self.sealed_through(log).await? < last {
            let request = Request::system("access_log", CommandId(self.store().ids().next()));
            if !self.run(log, &request, &Seal { last }).await?.changed {
                break;
            }
        }
        Ok(())
    }

    /// The same, once an entry is a day old that was not sealed.
    pub async fn seal_old_accesses(&self, log: &Log) -> Result<(), CommandError> {
        let first = log.read_accesses(self.sealed_through(log).await?, 1).await?;
        let is_old = |at: DateTime<Utc>| at + OLDEST <= self.store().clock().now();
        match first.first() {
            Some(entry) if is_old(entry.recorded_at) => self.seal_access_log(log).await,
            _ => Ok(()),
        }
    }

    async fn sealed_through(&self, log: &Log) -> Result<u64, CommandError> {
        Ok(self.latest::<AccessLog>(log, None, log.identity()).await?.through)
    }
}
