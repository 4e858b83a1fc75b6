//! Seats: never more than were bought, however many are taken at once, on any number of processes.
//!
//! Who holds one is folded from the log. Whoever takes one says so in the tenant's stream, in the commit that takes it, at
//! the version that the plan was read at: of two who saw the same last seat, one comes second, and counts anew. Where
//! nothing is limited nothing is said, and nobody waits.

use std::{
    num::NonZeroUsize,
    sync::{Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, Utc};
use domain::{
    AgentId, Aggregate,
    agent::{Agent, Held, Seats},
    tenant::{Limit, OverLimit, PlanCommand, SeatTaken, Tenant, TenantCommand},
};
use event_store::{
    Incarnation, Log, StreamId,
    driver::types::{ToSql, Type},
};
use lru::LruCache;

use crate::{error::CommandError, unit::Unit};

const HELD: &str = "
    SELECT aggregate_id, event_type, event_version::integer, payload::text, coalesce(metadata ->> 'origin' = 'import', false)
    FROM events WHERE aggregate_type = $1 AND event_type = ANY($2) AND position > $3 AND position <= $4 ORDER BY position";

/// So many tenants are remembered.
const TENANTS: usize = 1000;

/// Who holds a seat, as this process folded it last, and up to which position: whoever looks again and again goes on from
/// there, and folds what became of agents since.
#[derive(Debug)]
pub(crate) struct Followed(Mutex<LruCache<Incarnation, (u64, Seats)>>);

impl Default for Followed {
    fn default() -> Self {
        let capacity = NonZeroUsize::new(TENANTS).expect("the capacity is not zero");
        Self(Mutex::new(LruCache::new(capacity)))
    }
}

impl Followed {
    fn known(&self) -> MutexGuard<'_, LruCache<Incarnation, (u64, Seats)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many seats are held at this moment.
    pub(crate) async fn held(&self, log: &Log, now: DateTime<Utc>) -> Result<Held, CommandError> {
        // Taken out: of two who look at once, one begins anew.
        let (known, mut seats) = self.known().pop(log.incarnation()).unwrap_or_default();
        let head = log.head().await?.position;
        note(log, &mut seats, (known, head)).await?;
        let held = seats.held(now);
        self.known().put(log.incarnation().clone(), (head, seats));
        Ok(held)
    }
}

/// Refuses what was decided about an agent if it takes a seat that there is not. Comes after the decisions.
pub(crate) async fn settle(unit: &mut Unit<'_>, agent: AgentId) -> Result<(), CommandError> {
    let stream = StreamId::new(Agent::TYPE, agent);
    if unit.drafts(&stream).is_empty() {
        return Ok(());
    }
    let now = unit.log().clock().now();
    let tenant = unit.log().identity().clone();
    let Some(allowed) = unit.load::<Tenant>(&tenant).await?.entitlements(now).limit(Limit::Agents) else {
        return Ok(());
    };
    let mut seats = fold(unit.log()).await?;
    let before = seats.hold(agent, now);
    let Held { used, reserved } = seats.held(now);
    for draft in unit.drafts(&stream).iter().filter(|draft| Seats::TYPES.contains(&draft.event_type.as_str())) {
        seats.note(agent, (&draft.event_type, draft.event_version, &draft.payload.to_string()), false)?;
    }
    if before.is_some() || seats.hold(agent, now).is_none() {
        return Ok(());
    }
    unit.stand_in_line_at(StreamId::new(Tenant::TYPE, &tenant));
    if used + reserved >= allowed {
        return Err(CommandError::OverLimit(OverLimit { limit: Limit::Agents, allowed, used, reserved }));
    }
    let taken = SeatTaken { agent, held: used + reserved + 1, limit: allowed };
    unit.decide_as_part::<Tenant>(tenant, TenantCommand::Plan(PlanCommand::TakeSeat(taken)))
}

/// Who holds one, as the log says.
async fn fold(log: &Log) -> Result<Seats, CommandError> {
    let mut seats = Seats::default();
    note(log, &mut seats, (0, u64::MAX)).await?;
    Ok(seats)
}

/// Folds what is behind one position, up to another.
async fn note(log: &Log, seats: &mut Seats, (after, up_to): (u64, u64)) -> Result<(), CommandError> {
    let types = Seats::TYPES.as_slice();
    let [after, up_to] = [after, up_to].map(|position| i64::try_from(position).unwrap_or(i64::MAX));
    let params: [(&(dyn ToSql + Sync), Type); 4] =
        [(&Agent::TYPE, Type::TEXT), (&types, Type::TEXT_ARRAY), (&after, Type::INT8), (&up_to, Type::INT8)];
    let rows = log.query(HELD, &params).await?;
    for row in &rows {
        let Ok(agent) = row.get::<_, &str>(0).parse() else { continue };
        let version = u32::try_from(row.get::<_, i32>(2)).unwrap_or(0);
        seats.note(agent, (row.get(1), version, row.get(3)), row.get(4))?;
    }
    Ok(())
}
