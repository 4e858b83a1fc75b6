//! Why something happened: the chain of what caused it, back to the command that somebody gave.

use event_store::Log;
use projections::audit::Act;
use serde::Serialize;
use uuid::Uuid;

use crate::Failure;

/// No chain of this product is longer; one that is, was made by a rule that answers itself.
const LONGEST: usize = 32;

/// An event that caused something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cause {
    pub position: u64,
    pub event_type: String,
    pub kind: String,
    pub id: String,
    pub actor: String,
}

/// What caused an act, the nearest first; empty when a command of its own did.
pub async fn causes(log: &Log, act: &Act) -> Result<Vec<Cause>, Failure> {
    let mut chain = vec![];
    let (mut command, mut causation) = (act.command_id.clone(), act.causation_id.clone());
    while chain.len() < LONGEST
        && causation != command
        && let Ok(id) = causation.trim_start_matches("evt_").parse::<Uuid>()
    {
        let tx = log.begin().await?;
        let found = tx
            .query_opt(
                "SELECT position, event_type, aggregate_type, aggregate_id, metadata ->> 'actor',
                    command_id::text, metadata ->> 'causation_id'
                 FROM events WHERE event_id = $1 OR command_id = $1 ORDER BY position LIMIT 1",
                &[&id],
            )
            .await?;
        tx.commit().await?;
        let Some(row) = found else { break };
        chain.push(Cause {
            position: u64::try_from(row.get::<_, i64>(0))?,
            event_type: row.get(1),
            kind: row.get(2),
            id: row.get(3),
            actor: row.get::<_, Option<String>>(4).unwrap_or_default(),
        });
        command = row.get(5);
        causation = row.get::<_, Option<String>>(6).unwrap_or_default();
    }
    Ok(chain)
}
