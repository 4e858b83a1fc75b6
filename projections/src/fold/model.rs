//! A group of read models in memory: what events fold into, on its way out of the tables and into them.

use std::collections::BTreeSet;

use domain::DomainEvent;
use event_store::{Log, TenantTx};

use crate::{
    error::ProjectionError,
    fold::{At, FoldError},
    generation::Generation,
    table::Existing,
};

/// Rows of a group that events fold into, and those that wait to be written.
pub(crate) trait Model: Default + Send + Sync {
    /// Where rows go at once while tables are filled.
    type Sink: Send;

    /// Whether the row that this stream's events fold into is at hand, or there is none.
    fn holds(&self, aggregate_type: &str, id: &str) -> bool;

    /// Takes rows that are in the tables into memory.
    fn load(
        &mut self,
        tx: &TenantTx,
        generation: Generation,
        missing: &Missing<'_>,
    ) -> impl Future<Output = Result<(), ProjectionError>> + Send;

    /// Folds one event; gives whether it changed anything. After an error nothing has changed.
    fn apply(&mut self, at: &At<'_>, event: &DomainEvent) -> Result<bool, FoldError>;

    /// Writes what waits. `lines`: what becomes of rows that never change, where they are there already.
    fn write(
        &self,
        tx: &TenantTx,
        generation: Generation,
        lines: Existing,
    ) -> impl Future<Output = Result<(), ProjectionError>> + Send;

    /// Whether somebody was erased, or a message says something else now: what was written before must follow.
    fn forgets(&self) -> bool;

    /// Lets what is in the tables follow, up to the position `reached`.
    fn forget(
        &self,
        log: &Log,
        tx: &TenantTx,
        generation: Generation,
        reached: u64,
    ) -> impl Future<Output = Result<(), ProjectionError>> + Send;

    /// The most rows of one table that wait to be written.
    fn waiting(&self) -> usize;

    /// All of it was written. Of each table at most `room` rows stay, or those that were just changed.
    fn written(&mut self, room: usize);

    /// Begins to write rows while others are folded.
    fn open(tx: &TenantTx, generation: Generation) -> impl Future<Output = Result<Self::Sink, ProjectionError>> + Send;

    /// Writes what can be written while others are folded.
    fn pour(&mut self, sink: &mut Self::Sink) -> impl Future<Output = Result<(), ProjectionError>> + Send;

    /// Without it nothing that was poured is written.
    fn close(sink: Self::Sink) -> impl Future<Output = Result<(), ProjectionError>> + Send;
}

/// Streams whose rows are not in memory: aggregate types and ids.
#[derive(Debug, Default)]
pub(crate) struct Missing<'a>(BTreeSet<(&'a str, &'a str)>);

impl<'a> Missing<'a> {
    /// Of these streams.
    pub fn of(model: &impl Model, streams: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        Self(streams.filter(|(aggregate_type, id)| !model.holds(aggregate_type, id)).collect())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn ids(&self, wanted: &str) -> Vec<&'a str> {
        self.0.iter().filter(|(aggregate_type, _)| *aggregate_type == wanted).map(|(_, id)| *id).collect()
    }
}
