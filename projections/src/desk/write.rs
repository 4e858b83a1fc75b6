//! The rows of the group, out of the tables and into them.

use domain::{Aggregate, agent::Agent, customer::Customer, team::Team, ticket::Ticket};
use event_store::{StoreError, TenantTx, driver::error::SqlState};
use tokio::{join, try_join};

use crate::{
    desk::Desk,
    error::ProjectionError,
    fold::Missing,
    generation::Generation,
    table::{self, Existing},
};

/// One query per table, sent together.
pub(super) async fn load(
    tx: &TenantTx,
    generation: Generation,
    missing: &Missing<'_>,
    desk: &mut Desk,
) -> Result<(), ProjectionError> {
    let [tickets, customers, agents, teams] =
        [Ticket::TYPE, Customer::TYPE, Agent::TYPE, Team::TYPE].map(|kind| missing.ids(kind));
    let (tickets, customers, agents, teams) = try_join!(
        table::load(tx, generation, &tickets),
        table::load(tx, generation, &customers),
        table::load(tx, generation, &agents),
        table::load(tx, generation, &teams),
    )?;
    desk.tickets.extend(tickets, |row| row.id.clone());
    desk.customers.extend(customers, |row| row.id.clone());
    desk.agents.extend(agents, |row| row.id.clone());
    desk.teams.extend(teams, |row| row.id.clone());
    Ok(())
}

/// Writes what is not written yet: one statement per table, sent together. `lines`: what becomes of lines of timelines
/// that are there already.
pub(super) async fn write(
    tx: &TenantTx,
    generation: Generation,
    desk: &Desk,
    lines: Existing,
) -> Result<(), ProjectionError> {
    let (timeline, records): (Vec<_>, Vec<_>) = (desk.timeline.iter().collect(), desk.records.iter().collect());
    let (tickets, customers) = (desk.tickets.changed(), desk.customers.changed());
    let (agents, teams) = (desk.agents.changed(), desk.teams.changed());
    let (tickets, timeline, records, customers, agents, teams) = join!(
        table::write(tx, generation, &tickets, Existing::Replace),
        table::write(tx, generation, &timeline, lines),
        table::write(tx, generation, &records, lines),
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
