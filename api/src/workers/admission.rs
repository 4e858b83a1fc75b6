//! What is done for a tenant before this process serves it, once: its read models are made ready, and whoever was erased
//! since an older copy of it was made is erased again.

use std::time::Duration;

use event_store::{Log, StoreError, is_transient};
use futures_util::future::BoxFuture;
use projections::{Group, Installed, ProjectionError};
use tokio::sync::{mpsc::UnboundedSender, watch};

use super::unbroken::stop;
use crate::app::App;

/// A tenant whose read models cannot be made ready is tried again after this.
const AGAIN: Duration = Duration::from_secs(60);

/// What is left to do for a tenant that is served.
#[derive(Debug)]
pub enum Found {
    /// Its rows of this group are of an older version: they are served, and new ones are to be built.
    Older(Log, Group),
    /// Its read models cannot be made ready for now.
    Unready(Log),
}

/// What [`event_store::Store::admit_by`] takes.
pub fn admission(
    app: App,
    finds: UnboundedSender<Found>,
) -> impl Fn(Log) -> BoxFuture<'static, Result<(), StoreError>> {
    move |log| {
        let (app, finds) = (app.clone(), finds.clone());
        Box::pin(async move { admit(&app, &log, &finds).await })
    }
}

async fn admit(app: &App, log: &Log, finds: &UnboundedSender<Found>) -> Result<(), StoreError> {
    match install(log, finds).await {
        Ok(()) => {}
        Err(ProjectionError::Store(error)) if is_transient(&error) => return Err(error),
        Err(error) => {
            tracing::error!(tenant = %log.tenant(), %error, "its read models cannot be made ready; it is tried again");
            let _ = finds.send(Found::Unready(log.clone()));
        }
    }
    let applied = app.erasures.apply_listed(log).await;
    applied.map(drop).map_err(|error| {
        let reason = format!("a restored copy may hold who was erased: {error}");
        StoreError::NotReady { tenant: log.tenant().clone(), reason }
    })
}

async fn install(log: &Log, finds: &UnboundedSender<Found>) -> Result<(), ProjectionError> {
    for (group, how) in projections::install(log).await? {
        if how == Installed::Older {
            // Where nobody listens any more, this process ends.
            let _ = finds.send(Found::Older(log.clone(), group));
        }
    }
    Ok(())
}

/// Tries again until it succeeds, or this is asked to stop.
pub async fn make_ready(log: Log, finds: UnboundedSender<Found>, mut stopping: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = stop(&mut stopping) => return,
            () = tokio::time::sleep(AGAIN) => {}
        }
        match install(&log, &finds).await {
            Ok(()) => return,
            Err(error) => tracing::error!(tenant = %log.tenant(), %error, "its read models cannot be made ready"),
        }
    }
}
