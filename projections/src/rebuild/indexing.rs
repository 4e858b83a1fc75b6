//! The keys and indexes of tables that are filled.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use event_store::{Log, StoreError, driver::error::SqlState};
use tokio::try_join;

use crate::{
    breath::{Breath, Pace},
    error::ProjectionError,
    rebuild::{Build, Progress},
};

/// No limit of time, and memory to sort in; what is there already is passed over.
const SETTINGS: &str = "SET LOCAL statement_timeout = 0; SET LOCAL maintenance_work_mem = '128MB';";
/// Besides, one core is the most that it takes.
const CONSIDERATE: &str = "SET LOCAL max_parallel_maintenance_workers = 0;";

/// Makes those that a considerate rebuild fills its tables with.
pub(super) async fn index_early(build: &Build<'_>) -> Result<(), ProjectionError> {
    Work::new(build, build.next.early_indexes()).all().await
}

/// Makes those that are not there yet, and what only filled tables can have.
pub(super) async fn index(build: &Build<'_>) -> Result<(), ProjectionError> {
    let work = Work::new(build, build.next.indexes());
    work.all().await?;
    work.run(&build.next.finish()).await
}

struct Work<'a> {
    log: &'a Log,
    pace: Pace,
    of: usize,
    done: AtomicUsize,
    left: Mutex<Vec<String>>,
    progress: &'a (dyn Fn(Progress) + Sync),
}

impl<'a> Work<'a> {
    fn new(build: &Build<'a>, statements: Vec<String>) -> Self {
        let Build { log, next, settings, progress } = *build;
        let of = next.indexes().len();
        Self { log, pace: settings.pace, of, done: AtomicUsize::new(0), left: Mutex::new(statements), progress }
    }

    /// Each in a transaction of its own, so that an interruption costs one of them. At full pace two at a time.
    async fn all(&self) -> Result<(), ProjectionError> {
        match self.pace {
            Pace::Considerate => self.work().await,
            Pace::Full => try_join!(self.work(), self.work()).map(drop),
        }
    }

    async fn work(&self) -> Result<(), ProjectionError> {
        let mut breath = Breath::new(self.log, self.pace).await?;
        while let Some(sql) = self.next() {
            match self.run(&sql).await {
                // Another process made it at the same time, and has it now.
                Err(ProjectionError::Store(StoreError::Database(error)))
                    if error.code() == Some(&SqlState::UNIQUE_VIOLATION) =>
                {
                    self.run(&sql).await?;
                }
                other => other?,
            }
            let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
            (self.progress)(Progress::Indexed { done, of: self.of });
            breath.take().await?;
        }
        Ok(())
    }

    fn next(&self) -> Option<String> {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        (!left.is_empty()).then(|| left.remove(0))
    }

    async fn run(&self, sql: &str) -> Result<(), ProjectionError> {
        let considerate = if self.pace == Pace::Considerate { CONSIDERATE } else { "" };
        Ok(self.log.alter(&format!("{SETTINGS} {considerate} {sql}")).await?)
    }
}
