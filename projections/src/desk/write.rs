//! The rows of a batch, out of the tables and into them.

use std::collections::BTreeSet;

use domain::{Aggregate, agent::Agent, customer::Customer, team::Team, ticket::Ticket};
use event_store::{RecordedEvent, StoreError, TenantTx, driver::error::SqlState};
use tokio::{join, try_join};

use crate::{
    agents::AgentRow,
    customers::CustomerRow,
    desk::Desk,
    error::ProjectionError,
    generation::Generation,
    table::{self, Existing},
    teams::TeamRow,
    tickets::TicketRow,
};

/// The rows that `events` touch, as they are in the tables: one query per table, sent together.
pub(crate) async fn load(
    tx: &TenantTx,
    generation: Generation,
    events: &[RecordedEvent],
) -> Result<Desk, ProjectionError> {
    let ids = |aggregate_type: &str| -> Vec<&str> {
        let ids: BTreeSet<&str> = events
            .iter()
            .filter(|event| event.stream.aggregate_type == aggregate_type)
            .map(|event| event.stream.aggregate_id.as_str())
            .collect();
        ids.into_iter().collect()
    };
    let (tickets, customers, agents, teams) =
        (ids(Ticket::TYPE), ids(Customer::TYPE), ids(Agent::TYPE), ids(Team::TYPE));
    let (tickets, customers, agents, teams) = try_join!(
        table::load(tx, generation, &tickets, |row: &TicketRow| row.id.clone()),
        table::load(tx, generation, &customers, |row: &CustomerRow| row.id.clone()),
        table::load(tx, generation, &agents, |row: &AgentRow| row.id.clone()),
        table::load(tx, generation, &teams, |row: &TeamRow| row.id.clone()),
    )?;
    Ok(Desk { tickets, timeline: vec![], records: vec![], customers, agents, teams })
}

/// Writes the rows back: one statement per table, sent together.
pub(crate) async fn write(tx: &TenantTx, generation: Generation, desk: &Desk) -> Result<(), ProjectionError> {
    let tickets: Vec<_> = desk.tickets.values().collect();
    let timeline: Vec<_> = desk.timeline.iter().collect();
    let records: Vec<_> = desk.records.iter().collect();
    let customers: Vec<_> = desk.customers.values().collect();
    let agents: Vec<_> = desk.agents.values().collect();
    let teams: Vec<_> = desk.teams.values().collect();
    let (tickets, timeline, records, customers, agents, teams) = join!(
        table::write(tx, generation, &tickets, Existing::Replace),
        table::write(tx, generation, &timeline, Existing::Keep),
        table::write(tx, generation, &records, Existing::Keep),
        table::write(tx, generation, &customers, Existing::Replace),
        table::write(tx, generation, &agents, Existing::Replace),
        table::write(tx, generation, &teams, Existing::Replace),
    );
    let failures = [tickets, timeline, records, customers, agents, teams].into_iter().filter_map(Result::err);
    // After the first failure all others are refused with it, and which is answered first is chance.
    match failures.min_by_key(is_consequence) {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

fn is_consequence(error: &ProjectionError) -> bool {
    matches!(error, ProjectionError::Store(StoreError::Database(error))
        if error.code() == Some(&SqlState::IN_FAILED_SQL_TRANSACTION))
}
