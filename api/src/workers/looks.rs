//! Looks at all tenants, one after another: who wrote to a log and was killed has told nobody, and what waits for its time
//! waits in the database. A look asks a few small questions in one transaction, and keeps nothing of the tenant.

use std::time::Duration;

use event_store::{TenantId, tree::Sealer};
use projections::Projector;
use reactions::{ReactionError, erasure::Erasures, log_streams::LogStreams, webhooks::Webhooks};
use tokio::sync::{mpsc::Sender, watch};

use super::{for_all::in_use, unbroken::stop};
use crate::app::App;

/// Every tenant is looked at within this, if there are not too many.
const ROUND: Duration = Duration::from_secs(30);
/// Between two looks there is at least this.
const PAUSE: Duration = Duration::from_millis(100);
/// In the first round, for what a process has left that is no more.
const FIRST_PAUSE: Duration = Duration::from_millis(5);
/// Where there is no tenant, one is looked for after this.
const NOBODY: Duration = Duration::from_secs(2);

/// What a look saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// There is something to do, now or later.
    SomethingWaits,
    /// There is not.
    NothingWaits,
}

/// Looks, round after round, and tells of each.
pub async fn look_after(app: App, tell: Sender<(TenantId, Look)>, mut stopping: watch::Receiver<bool>) {
    tokio::select! {
        () = stop(&mut stopping) => {}
        () = rounds(&app, &tell) => {}
    }
}

async fn rounds(app: &App, tell: &Sender<(TenantId, Look)>) {
    let mut pause = FIRST_PAUSE;
    loop {
        let tenants = in_use(app).await;
        for tenant in &tenants {
            match look(app, tenant).await {
                Ok(look) => {
                    if tell.send((tenant.clone(), look)).await.is_err() {
                        return;
                    }
                }
                Err(error) => tracing::debug!(%tenant, %error, "it could not be looked at"),
            }
            tokio::time::sleep(pause).await;
        }
        let count = u32::try_from(tenants.len()).unwrap_or(u32::MAX);
        pause = ROUND.checked_div(count).unwrap_or(NOBODY).max(PAUSE);
        if count == 0 {
            tokio::time::sleep(NOBODY).await;
        }
    }
}

async fn look(app: &App, tenant: &TenantId) -> Result<Look, ReactionError> {
    let tx = app.desk.store().look_into(tenant).await?;
    let waits = tokio::try_join!(
        async { Ok::<_, ReactionError>(Projector::has_work(&tx).await?) },
        Webhooks::has_work(&tx),
        LogStreams::has_work(&tx),
        Erasures::has_work(&tx),
        async { Ok(Sealer::has_work(&tx).await?) },
        async { Ok(app.files.has_work(&tx).await?) },
    )?;
    tx.end();
    let (rows, webhooks, streams, erasures, seals, files) = waits;
    let any = rows || webhooks || streams || erasures || seals || files;
    Ok(if any { Look::SomethingWaits } else { Look::NothingWaits })
}
