//! The tables that are to be filled.

use event_store::{Log, TenantTx};

use crate::{
    erasure, error::ProjectionError, generation::Generation, group::Group, rebuild, sql::signed,
    subscription::Subscription,
};

/// Makes the tables of the next generation, or finds those of a rebuild that was interrupted. They are made anew when
/// they may say what was erased since: without keys, no row of theirs can be folded anew.
pub(crate) async fn prepare(log: &Log, group: Group) -> Result<Generation, ProjectionError> {
    let tx = log.begin_as_owner().await?;
    // Of tables that were thrown away somebody may be making an index yet, and whoever projects waits behind this.
    tx.batch_execute("SET LOCAL lock_timeout = '1s'").await?;
    let (live, begun) = rebuild::lock_both(&tx, group).await?;
    let (next, known) = (live.tables().next(), group.version());
    if let Some(begun) = &begun {
        if begun.version > known {
            return Err(ProjectionError::Version { stored: begun.version, known });
        }
        let fits = begun.tables() == next && begun.version == known;
        if fits && (erasure::has_keys(&tx, next).await? || !erased_since(&tx, begun).await?) {
            tx.commit().await?;
            return Ok(next);
        }
        rebuild::alter(log, &tx, &begun.tables().drop_tables()).await?;
    }
    rebuild::alter(log, &tx, &format!("{}{}", next.drop_tables(), next.create_tables())).await?;
    tx.execute(
        "INSERT INTO subscriptions (name, version, generation, checkpoint, state) VALUES ($1, $2, $3, 0, 'live')
         ON CONFLICT (name) DO UPDATE SET version = excluded.version, generation = excluded.generation, checkpoint = 0,
             state = 'live', last_error = NULL",
        &[&group.building().to_string(), &known, &next.number],
    )
    .await?;
    tx.commit().await?;
    Ok(next)
}

async fn erased_since(tx: &TenantTx, begun: &Subscription) -> Result<bool, ProjectionError> {
    let sql = "SELECT EXISTS (SELECT FROM erased_subjects WHERE position > $1)";
    Ok(tx.query_one(sql, &[&signed(begun.checkpoint)]).await?.get(0))
}
