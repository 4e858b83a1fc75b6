//! What becomes of the rows when somebody is erased, or a message is redacted or rectified: whatever they may have said is
//! folded anew from the log, where it cannot be read any more. So they are the rows that a rebuild would make, by
//! construction.

use std::collections::BTreeSet;

use domain::{Aggregate, agent::Agent, customer::Customer, ticket::Ticket};
use event_store::{Log, StreamId, TenantTx};

use crate::{
    desk::Desk,
    error::ProjectionError,
    filling::Place,
    fold::{self, At, Model},
    generation::Generation,
    group::{Group, Name},
    subscription::{lock, subscription},
    table::Existing,
    timeline,
};

/// Streams that are folded before their rows are written.
const CHUNK: usize = 200;

/// Folds everything anew that was written about whoever was erased in a batch, and every ticket whose messages changed,
/// up to the position `reached`.
pub(crate) async fn refold(
    log: &Log,
    tx: &TenantTx,
    generation: Generation,
    batch: &Desk,
    reached: u64,
) -> Result<(), ProjectionError> {
    let subjects = &batch.erased;
    // The events of the batch may have been opened with a key that this process still had.
    log.learn_erasures(tx).await?;
    let own = subjects
        .iter()
        .flat_map(|subject| [StreamId::new(Customer::TYPE, subject), StreamId::new(Agent::TYPE, subject)]);
    let mut tickets = tickets_of(tx, generation, subjects).await?;
    tickets.extend(batch.rewritten.iter().cloned());
    let streams: Vec<StreamId> = own.chain(tickets.into_iter().map(|id| StreamId::new(Ticket::TYPE, id))).collect();
    for streams in streams.chunks(CHUNK) {
        let mut rows = Desk::default();
        for stream in streams {
            for mut at in log.load_in(tx, stream, 0).await?.into_iter().filter(|event| event.position <= reached) {
                fold::decode(&mut at)
                    .and_then(|event| rows.apply(&At::of(&at), &event))
                    .map_err(|error| ProjectionError::Poisoned { position: at.position, reason: error.to_string() })?;
            }
        }
        clear(tx, generation, streams).await?;
        rows.write(tx, generation, Existing::Keep).await?;
    }
    Ok(())
}

/// Takes out what was folded of these streams: a row that is only overwritten would keep what programs of other
/// versions have in columns of their own.
async fn clear(tx: &TenantTx, generation: Generation, streams: &[StreamId]) -> Result<(), ProjectionError> {
    let ids: Vec<&str> = streams.iter().map(|stream| stream.aggregate_id.as_str()).collect();
    for (table, column) in [
        ("tickets", "id"),
        ("ticket_timeline", "ticket_id"),
        ("customers", "id"),
        ("agents", "id"),
        ("record_timeline", "record_id"),
    ] {
        let sql = format!("DELETE FROM {table}_{generation} WHERE {column} = ANY($1)");
        tx.execute(&tx.statement(&sql).await?, &[&ids]).await?;
    }
    Ok(())
}

/// Whether all tables that are being filled have their keys: without them no row can be found, and none be replaced.
pub(crate) async fn has_keys(tx: &TenantTx, generation: Generation) -> Result<bool, ProjectionError> {
    let tables: Vec<String> = generation.tables().collect();
    let sql = "SELECT NOT EXISTS (SELECT FROM unnest($1::text[]) t WHERE NOT EXISTS (
                   SELECT FROM pg_index WHERE indrelid = to_regclass(t) AND indisunique AND indisvalid))";
    Ok(tx.query_one(sql, &[&tables]).await?.get(0))
}

/// Brings messages that were redacted or rectified to what they say: tables that are filled without keys have them as they
/// were written first. Of the other group nothing waits: its tables always have keys.
pub(crate) async fn mend(log: &Log, place: &impl Place, name: Name) -> Result<(), ProjectionError> {
    match name.group {
        Group::Desk => {}
        Group::Search => return Ok(()),
    }
    let tx = place.begin().await?;
    tx.batch_execute("SET LOCAL synchronous_commit = off; SET LOCAL statement_timeout = 0").await?;
    let here = lock(&tx, name).await?.ok_or(ProjectionError::NotInstalled)?;
    let generation = here.tables();
    let sql = format!("SELECT DISTINCT ticket_id FROM ticket_timeline_{generation} WHERE event_type = ANY($1)");
    let rewriting = timeline::REWRITING;
    let rewritten = tx.query(&sql, &[&&rewriting[..]]).await?.iter().map(|row| row.get(0)).collect();
    let rewritten = Desk { rewritten, ..Desk::default() };
    refold(log, &tx, generation, &rewritten, here.checkpoint).await?;
    tx.commit().await?;
    Ok(())
}

/// The tickets that a subject ever asked about: titles and messages are sealed for whoever asked then.
async fn tickets_of(
    tx: &TenantTx,
    generation: Generation,
    subjects: &[String],
) -> Result<BTreeSet<String>, ProjectionError> {
    let sql = format!(
        "SELECT id FROM tickets_{generation} WHERE requester_id = ANY($1)
         UNION SELECT ticket_id FROM ticket_timeline_{generation}
               WHERE event_type = 'ticket.customer_changed' AND detail -> 'customer_id' ->> 0 = ANY($1)"
    );
    let statement = tx.statement(&sql).await?;
    Ok(tx.query(&statement, &[&subjects]).await?.iter().map(|row| row.get(0)).collect())
}

/// The columns that say what people are called, how they are reached, and what they said; `search` in tables of versions
/// before 5.
pub const PERSONAL_COLUMNS: &[&str] = &["name", "email", "email_identity", "phone", "title", "body", "search", "words"];

/// Where the rows of an erasure stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Covered {
    /// Every generation of them is past it: nothing of the person is in them.
    Yes {
        /// Their tables, whose freed rows may still hold it.
        tables: Vec<String>,
    },
    /// Not yet: this one has only come so far.
    NotYet {
        /// Its name in `subscriptions`.
        name: String,
        /// Its last position.
        checkpoint: u64,
    },
}

/// Whether all rows, also those that a rebuild is filling, are past the erasure at `position`.
pub async fn covered(log: &Log, position: u64) -> Result<Covered, ProjectionError> {
    let tx = log.begin().await?;
    let mut tables = vec![];
    for name in Group::ALL.into_iter().flat_map(|group| [group.live(), group.building()]) {
        let Some(found) = subscription(&tx, name).await? else { continue };
        if found.checkpoint < position {
            return Ok(Covered::NotYet { name: name.to_string(), checkpoint: found.checkpoint });
        }
        tables.extend(found.tables().tables());
    }
    tx.commit().await?;
    Ok(Covered::Yes { tables })
}
