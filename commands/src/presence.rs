//! Who is at a ticket at this moment, and whether they answer it. No event: nothing is decided on it, nobody asks for it
//! later, and it is over by itself. A row that all processes see, until its time has passed.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{Actor, TicketId};
use event_store::{
    Log, StoreError,
    driver::{Row, types::ToSql},
};

use crate::error::CommandError;

/// How long it holds without being said again.
pub const LASTS: TimeDelta = TimeDelta::seconds(45);
/// So many are at one ticket at most.
pub const AT_ONE_TICKET: i64 = 50;
/// At so many tickets is one at most.
pub const OF_ONE_ACTOR: i64 = 20;

/// Those that others remove at this moment are left to them, so that nobody waits for anybody.
const SWEEP: &str = "
    DELETE FROM presence WHERE (ticket_id, actor) IN (
        SELECT ticket_id, actor FROM presence WHERE until <= $1 LIMIT 1000 FOR UPDATE SKIP LOCKED)";

/// Gives a row unless one more would be too many. Of several at the same instant each may come in.
const SAY: &str = "
    INSERT INTO presence AS known (ticket_id, actor, state, since, until)
    SELECT $1::text, $2::text, $3::text, $4::timestamptz, $5::timestamptz
    WHERE EXISTS (SELECT FROM presence WHERE ticket_id = $1 AND actor = $2)
        OR ((SELECT count(*) FROM presence WHERE ticket_id = $1 AND until > $4) < $6
            AND (SELECT count(*) FROM presence WHERE actor = $2 AND until > $4) < $7)
    ON CONFLICT (ticket_id, actor) DO UPDATE SET
        state = excluded.state,
        until = excluded.until,
        since = CASE WHEN known.state = excluded.state AND known.until > $4 THEN known.since ELSE excluded.since END";

const OTHERS: &str = "
    SELECT actor, state, since FROM presence
    WHERE ticket_id = $1 AND actor <> $2 AND until > $3
    ORDER BY since, actor LIMIT $4";

/// What a crash of the database takes with it is said again in a moment.
const QUICK: &str = "SET LOCAL synchronous_commit = off";

/// What somebody does at a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PresenceState {
    /// They look at it.
    Viewing,
    /// They write an answer or a note.
    Replying,
}

impl PresenceState {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Viewing => "viewing",
            Self::Replying => "replying",
        }
    }
}

/// Somebody who is at a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presence {
    /// Who.
    pub actor: Actor,
    /// What they do there.
    pub state: PresenceState,
    /// Since when.
    pub since: DateTime<Utc>,
}

impl Presence {
    fn of(row: &Row) -> Option<Self> {
        let state = match row.get(1) {
            "replying" => PresenceState::Replying,
            _ => PresenceState::Viewing,
        };
        Some(Self { actor: row.get::<_, &str>(0).parse().ok()?, state, since: row.get(2) })
    }
}

/// Says that somebody is at a ticket, which there is and which they see; gives the others.
pub async fn say(
    log: &Log,
    ticket: TicketId,
    actor: &Actor,
    state: PresenceState,
) -> Result<Vec<Presence>, CommandError> {
    let now = log.clock().now();
    let tx = log.begin().await?;
    tx.batch_execute(QUICK).await.map_err(StoreError::from)?;
    tx.execute(SWEEP, &[&now]).await.map_err(StoreError::from)?;
    let (id, by) = (ticket.to_string(), actor.to_string());
    let row: [&(dyn ToSql + Sync); 7] =
        [&id, &by, &state.as_str(), &now, &(now + LASTS), &AT_ONE_TICKET, &OF_ONE_ACTOR];
    let said = tx.execute(SAY, &row).await.map_err(StoreError::from)?;
    let others = tx.query(OTHERS, &[&id, &by, &now, &AT_ONE_TICKET]).await.map_err(StoreError::from)?;
    tx.commit().await?;
    if said == 0 {
        let message = format!(
            "{AT_ONE_TICKET} are at this ticket, or you are at {OF_ONE_ACTOR} others: leave one, or come again in {} seconds",
            LASTS.num_seconds()
        );
        return Err(CommandError::Rejected { code: "presence_full", pointer: None, message });
    }
    Ok(others.iter().filter_map(Presence::of).collect())
}

/// Those who are at a ticket, but for whoever asks.
pub async fn others(log: &Log, ticket: TicketId, actor: &Actor) -> Result<Vec<Presence>, CommandError> {
    let tx = log.begin().await?;
    let (id, by, now) = (ticket.to_string(), actor.to_string(), log.clock().now());
    let others = tx.query(OTHERS, &[&id, &by, &now, &AT_ONE_TICKET]).await.map_err(StoreError::from)?;
    tx.end();
    Ok(others.iter().filter_map(Presence::of).collect())
}

/// Says that somebody has left a ticket.
pub async fn leave(log: &Log, ticket: TicketId, actor: &Actor) -> Result<(), CommandError> {
    let tx = log.begin().await?;
    tx.batch_execute(QUICK).await.map_err(StoreError::from)?;
    let sql = "DELETE FROM presence WHERE ticket_id = $1 AND actor = $2";
    tx.execute(sql, &[&ticket.to_string(), &actor.to_string()]).await.map_err(StoreError::from)?;
    Ok(tx.commit().await?)
}

/// Forgets who was somewhere: also where nobody comes any more.
pub async fn sweep(log: &Log) -> Result<u64, StoreError> {
    let tx = log.begin().await?;
    let gone = tx.execute(SWEEP, &[&log.clock().now()]).await?;
    tx.commit().await?;
    Ok(gone)
}
