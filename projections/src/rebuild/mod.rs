//! Building the next generation of tables beside the live one, and switching to it when it has caught up.
//!
//! The next generation is filled ([`filling`](crate::filling)), at full pace without keys and indexes, which are made
//! then, brought to the end of the log, and then switched to under the lock of the live one. Each step can be interrupted: the next
//! call goes on where it stopped. Until the switch the new rows can be looked at and thrown away.

mod discard;
mod expand;
mod indexing;
mod prepare;
mod progress;
mod switch;

use event_store::{Log, StoreError, TenantTx, driver::error::SqlState};

use crate::{
    breath::Pace,
    erasure,
    error::ProjectionError,
    filling,
    generation::Generation,
    group::Group,
    subscription::{Subscription, lock},
};

pub use discard::discard;
pub(crate) use discard::sweep;
pub(crate) use expand::expand;
pub use progress::{Building, Overview, Progress, overview};

/// How a rebuild goes about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// How fast.
    pub pace: Pace,
    /// What comes when the new rows are there.
    pub then: Then,
}

/// What comes when the new rows are there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Then {
    /// Everybody reads them, and the old ones go.
    #[default]
    Switch,
    /// They stay beside the live ones, to be looked at; the next rebuild goes on from there.
    Stay,
}

/// What a rebuild came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rebuilt {
    /// The generation that was built.
    pub generation: i32,
    /// The last position that it covers.
    pub position: u64,
}

/// Folds the whole log into new tables of a group while the live ones serve, and switches when they have caught up. Interrupted,
/// the next call goes on where this one stopped.
///
/// Whatever was erased is gone from the new tables; parked read models live again, if the cause is mended.
pub async fn rebuild(
    log: &Log,
    group: Group,
    settings: Settings,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Rebuilt, ProjectionError> {
    let next = prepare::prepare(log, group).await?;
    let position = match (Build { log, next, settings, progress }).run().await {
        Err(error) if is_gone(&error) => {
            let live = filling::current(log, group.live()).await?;
            if live.tables() < next {
                sweep(log, group).await?;
                return Err(ProjectionError::Discarded);
            }
            // Another process has switched already.
            live.checkpoint
        }
        other => other?,
    };
    if settings.then == Then::Switch {
        sweep(log, group).await?;
    }
    Ok(Rebuilt { generation: next.number, position })
}

/// A rebuild that is under way.
struct Build<'a> {
    log: &'a Log,
    next: Generation,
    settings: Settings,
    progress: &'a (dyn Fn(Progress) + Sync),
}

impl Build<'_> {
    async fn run(&self) -> Result<u64, ProjectionError> {
        if self.settings.pace == Pace::Considerate {
            // Each line then costs more, and less comes in one long piece that whoever is beside it would wait behind.
            indexing::index_early(self).await?;
        }
        self.fill().await?;
        indexing::index(self).await?;
        erasure::mend(self.log, self.log, self.next.group.building()).await?;
        match self.settings.then {
            Then::Stay => self.fill().await,
            Then::Switch => switch::switch(self).await,
        }
    }

    /// Folds up to the end of the log as it is now.
    async fn fill(&self) -> Result<u64, ProjectionError> {
        let head = self.log.head().await?.position;
        let folded = |position, head| (self.progress)(Progress::Folded { position, head });
        filling::fill(self.log, self.log, self.next.group.building(), head, self.settings.pace, &folded).await
    }
}

/// Whether the row or the tables of the rebuild are not there any more.
fn is_gone(error: &ProjectionError) -> bool {
    matches!(error, ProjectionError::NotInstalled)
        || matches!(error, ProjectionError::Store(StoreError::Database(error))
            if error.code() == Some(&SqlState::UNDEFINED_TABLE))
}

/// Runs DDL in a transaction of the owner; `{role}` stands for the tenant's role.
pub(crate) async fn alter(log: &Log, tx: &TenantTx, sql: &str) -> Result<(), ProjectionError> {
    Ok(tx.batch_execute(&sql.replace("{role}", log.role())).await?)
}

/// Both rows, locked in the order in which everybody locks them: of the live tables, and of those beside them.
async fn lock_both(tx: &TenantTx, group: Group) -> Result<(Subscription, Option<Subscription>), ProjectionError> {
    let live = lock(tx, group.live()).await?.ok_or(ProjectionError::NotInstalled)?;
    Ok((live, lock(tx, group.building()).await?))
}

/// Whether somebody was in the way, and may be gone a moment later.
fn is_contention(error: &ProjectionError) -> bool {
    let ProjectionError::Store(StoreError::Database(error)) = error else { return false };
    [SqlState::LOCK_NOT_AVAILABLE, SqlState::T_R_DEADLOCK_DETECTED, SqlState::T_R_SERIALIZATION_FAILURE]
        .iter()
        .any(|code| error.code() == Some(code))
}
