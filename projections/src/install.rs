//! Making the read models of a tenant, and serving those that another version of the program has made.

use event_store::Log;

use crate::{
    analytics,
    error::ProjectionError,
    group::Group,
    rebuild::{self, Settings},
    schema,
    subscription::{Subscription, lock, subscription},
};

/// How the read models of a group stand to this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Installed {
    /// They are of its version.
    Current,
    /// They are of an older version: it reads them and keeps them fresh, with what is new in them left empty, until
    /// [`rebuild`](crate::rebuild) has made its own.
    Older,
    /// They are of a newer version: it reads them, and programs of that version keep them fresh.
    Newer,
}

/// Makes the read models of a tenant where they are missing, and has this program serve those of another version:
/// while a new version is rolled out, both run. Idempotent; any number of processes may do it at once.
///
/// Where rows of an older version cannot be served (a column has another type now), it rebuilds them first.
pub async fn install(log: &Log) -> Result<[(Group, Installed); Group::ALL.len()], ProjectionError> {
    let mut installed = Group::ALL.map(|group| (group, Installed::Current));
    for (group, how) in &mut installed {
        let tx = log.begin().await?;
        let found = subscription(&tx, group.live()).await?;
        tx.commit().await?;
        *how = match found {
            None => make_first(log, *group).await?,
            Some(stored) => serve(log, &stored).await?,
        };
    }
    analytics::install_sql(log).await?;
    Ok(installed)
}

/// The row and its lock come first: others wait there until the first has made everything, and then find it made.
async fn make_first(log: &Log, group: Group) -> Result<Installed, ProjectionError> {
    let tx = log.begin_as_owner().await?;
    let first = group.first_generation();
    tx.execute(
        "INSERT INTO subscriptions (name, version, generation, checkpoint, state) VALUES ($1, $2, $3, 0, 'live')
         ON CONFLICT (name) DO NOTHING",
        &[&group.as_str(), &group.version(), &first.number],
    )
    .await?;
    let here = lock(&tx, group.live()).await?.ok_or(ProjectionError::NotInstalled)?;
    if here.version == group.version() && here.tables() == first {
        rebuild::alter(log, &tx, &first.create()).await?;
        // By another process, which had the lock before.
        if schema::columns(&tx, &first.stamp_name()).await?.is_empty() {
            rebuild::alter(log, &tx, &first.new_views()).await?;
        }
    }
    tx.commit().await?;
    Ok(Installed::Current)
}

async fn serve(log: &Log, stored: &Subscription) -> Result<Installed, ProjectionError> {
    let (tenant, group) = (log.tenant(), stored.group);
    let known = group.version();
    if stored.version == known {
        rebuild::sweep(log, group).await?;
        return Ok(Installed::Current);
    }
    if stored.version > known {
        tracing::warn!(%tenant, %group, stored = stored.version, known, "a newer version of this program keeps the read models");
        return Ok(Installed::Newer);
    }
    if stored.is_foldable() || rebuild::expand(log, group).await? {
        tracing::info!(%tenant, %group, from = stored.version, to = known, "read models of an older version are served");
        return Ok(Installed::Older);
    }
    tracing::info!(%tenant, %group, from = stored.version, to = known, "read models are rebuilt before they can be served");
    rebuild::rebuild(log, group, Settings::default(), &|_| {}).await?;
    Ok(Installed::Current)
}
