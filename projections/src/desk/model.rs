//! The group as every group is folded, filled and rebuilt.

use domain::{Aggregate, DomainEvent, agent::Agent, customer::Customer, team::Team, ticket::Ticket};
use event_store::{Log, TenantTx};

use crate::{
    desk::{Desk, write},
    erasure,
    error::ProjectionError,
    fold::{At, FoldError, Missing, Model},
    generation::Generation,
    table::{Copy, Existing},
    timeline::TimelineRow,
};

impl Model for Desk {
    type Sink = Copy<TimelineRow>;

    fn holds(&self, aggregate_type: &str, id: &str) -> bool {
        match aggregate_type {
            Ticket::TYPE => self.tickets.get(id).is_some(),
            Customer::TYPE => self.customers.get(id).is_some(),
            Agent::TYPE => self.agents.get(id).is_some(),
            Team::TYPE => self.teams.get(id).is_some(),
            _ => true,
        }
    }

    async fn load(&mut self, tx: &TenantTx, at: Generation, missing: &Missing<'_>) -> Result<(), ProjectionError> {
        write::load(tx, at, missing, self).await
    }

    fn apply(&mut self, at: &At<'_>, event: &DomainEvent) -> Result<bool, FoldError> {
        Self::apply(self, at, event)
    }

    async fn write(&self, tx: &TenantTx, generation: Generation, lines: Existing) -> Result<(), ProjectionError> {
        write::write(tx, generation, self, lines).await
    }

    fn forgets(&self) -> bool {
        !self.erased.is_empty() || !self.rewritten.is_empty()
    }

    async fn forget(&self, log: &Log, tx: &TenantTx, at: Generation, reached: u64) -> Result<(), ProjectionError> {
        erasure::refold(log, tx, at, self, reached).await
    }

    fn waiting(&self) -> usize {
        let rows = [self.tickets.waiting(), self.customers.waiting(), self.agents.waiting(), self.teams.waiting()];
        rows.into_iter().chain([self.timeline.len(), self.records.len()]).max().unwrap_or(0)
    }

    fn written(&mut self, room: usize) {
        self.timeline.clear();
        self.records.clear();
        self.erased.clear();
        self.rewritten.clear();
        self.tickets.written(room);
        self.customers.written(room);
        self.agents.written(room);
        self.teams.written(room);
    }

    async fn open(tx: &TenantTx, generation: Generation) -> Result<Self::Sink, ProjectionError> {
        Copy::begin(tx, generation).await
    }

    /// Lines of timelines never change, and are most of what there is.
    async fn pour(&mut self, sink: &mut Self::Sink) -> Result<(), ProjectionError> {
        sink.write(&self.timeline).await?;
        self.timeline.clear();
        Ok(())
    }

    async fn close(sink: Self::Sink) -> Result<(), ProjectionError> {
        sink.finish().await
    }
}
