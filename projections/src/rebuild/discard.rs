//! Tables that nobody needs: of a rebuild that is thrown away, and of generations that are over.

use std::time::Duration;

use event_store::{Log, TenantTx};

use crate::{
    error::ProjectionError,
    generation::Generation,
    group::Group,
    rebuild::{self, is_contention},
};

/// How often it is tried to drop tables that somebody still looks at.
const TRIES: u32 = 10;
const PAUSE: Duration = Duration::from_millis(400);

/// Throws away what a rebuild of a group has built beside the live rows; gives whether there was anything. One that is running
/// ends with an error.
///
/// First it is nobody's, then its tables go: whoever makes an index of them is not waited for with the lock of the live
/// rows in hand. It drops them itself when it finds out.
pub async fn discard(log: &Log, group: Group) -> Result<bool, ProjectionError> {
    let tx = log.begin_as_owner().await?;
    let (_, begun) = rebuild::lock_both(&tx, group).await?;
    if begun.is_none() {
        return Ok(false);
    }
    tx.execute("DELETE FROM subscriptions WHERE name = $1", &[&group.building().to_string()]).await?;
    tx.commit().await?;
    sweep(log, group).await?;
    Ok(true)
}

/// Drops the tables of generations of a group that are neither live nor being built. Apart from the switch: readers lock views
/// and tables in the order of their queries, and a switch that waited for tables too could stand in their way. What
/// somebody still looks at is left for the next time.
pub(crate) async fn sweep(log: &Log, group: Group) -> Result<(), ProjectionError> {
    for _ in 0..TRIES {
        match try_sweep(log, group).await {
            Err(error) if is_contention(&error) => tokio::time::sleep(PAUSE).await,
            other => return other,
        }
    }
    Ok(())
}

async fn try_sweep(log: &Log, group: Group) -> Result<(), ProjectionError> {
    let tx = log.begin_as_owner().await?;
    let all = generations(&tx, group).await?;
    if all.len() < 2 {
        return Ok(());
    }
    // Whoever projects waits behind this.
    tx.batch_execute("SET LOCAL lock_timeout = '100ms'").await?;
    let (live, begun) = rebuild::lock_both(&tx, group).await?;
    let used = |generation: &Generation| {
        live.tables() == *generation || begun.as_ref().is_some_and(|begun| begun.tables() == *generation)
    };
    for generation in generations(&tx, group).await?.into_iter().filter(|generation| !used(generation)) {
        rebuild::alter(log, &tx, &generation.drop_tables()).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// All that there are tables of.
async fn generations(tx: &TenantTx, group: Group) -> Result<Vec<Generation>, ProjectionError> {
    let names: Vec<&str> = group.definitions().iter().map(|definition| definition.name).collect();
    let rows = tx
        .query(
            "SELECT DISTINCT substring(relname FROM '_g([0-9]+)$')::integer FROM pg_class
             WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
                 AND substring(relname FROM '^(.*)_g[0-9]+$') = ANY($1)",
            &[&names],
        )
        .await?;
    Ok(rows.iter().map(|row| group.generation(row.get(0))).collect())
}
