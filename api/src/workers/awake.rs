//! The work for one tenant while it is awake.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use event_store::{Log, StoreError, TenantId};
use projections::Group;
use tokio::sync::watch;

use super::unbroken::{Work, stop, unbroken};
use crate::app::App;

/// What other nodes wrote is looked for at least this often. Usually it is heard of within a second: see
/// [`event_store::Store::hear`].
const POLL: Duration = Duration::from_secs(30);
/// Files that a scanner gave no answer about are shown to it again this often.
const SCAN: Duration = Duration::from_secs(60);
/// Commits that come close together are looked at together.
const GATHER: Duration = Duration::from_secs(1);
/// Whom this process cannot admit is tried again after this.
const AGAIN: Duration = Duration::from_secs(1);

/// Follows its read models, sends its webhooks and log streams, says when much of its plan is used, completes its erasures
/// and has its files scanned, until it is asked to
/// stop. `worked_on` tells the log.
pub async fn work_for(app: App, tenant: TenantId, worked_on: Arc<OnceLock<Log>>, mut stopping: watch::Receiver<bool>) {
    let log = tokio::select! {
        () = stop(&mut stopping) => return,
        log = admitted(&app, &tenant) => log,
    };
    let Some(log) = log else { return };
    let _ = worked_on.set(log.clone());
    let work = |what: &str, work: fn(App, Log, watch::Receiver<bool>) -> Work| {
        let (app, log, stopping) = (app.clone(), log.clone(), stopping.clone());
        unbroken(format!("{what} of {tenant}"), move || work(app.clone(), log.clone(), stopping.clone()))
    };
    tokio::join!(
        work("erasures", |app, log, stopping| Box::pin(forget(app, log, stopping))),
        work("webhooks", |app, log, stopping| Box::pin(deliver(app, log, stopping))),
        work("log streams", |app, log, stopping| Box::pin(stream(app, log, stopping))),
        work("lists", |app, log, stopping| Box::pin(follow(app, log, Group::Desk, stopping))),
        work("search", |app, log, stopping| Box::pin(follow(app, log, Group::Search, stopping))),
        work("limits", |app, log, stopping| Box::pin(say_thresholds(app, log, stopping))),
        work("files", |app, log, stopping| Box::pin(scan(app, log, stopping))),
    );
}

/// Its log, once it is admitted; none if it is not in use.
async fn admitted(app: &App, tenant: &TenantId) -> Option<Log> {
    let mut reported = None;
    loop {
        match app.desk.store().log(tenant).await {
            Ok(log) => return Some(log),
            // It was said at the start, and every request to it says so too.
            Err(StoreError::UnknownTenant(_) | StoreError::NotMigrated { .. }) => return None,
            Err(error) => {
                let failure = Some(error.to_string());
                if failure != reported {
                    tracing::error!(%tenant, %error, "nothing is done for it yet; it is tried again");
                }
                reported = failure;
            }
        }
        tokio::time::sleep(AGAIN).await;
    }
}

/// Keeps a group of its read models fresh for writes of other processes.
async fn follow(app: App, log: Log, group: Group, mut stopping: watch::Receiver<bool>) {
    app.projector.follow(&log, group, POLL, stop(&mut stopping)).await;
}

/// Tells its own systems what happens.
async fn deliver(app: App, log: Log, mut stopping: watch::Receiver<bool>) {
    app.webhooks.run(&log, stop(&mut stopping)).await;
}

/// Sends its audit trail to where it is watched.
async fn stream(app: App, log: Log, mut stopping: watch::Receiver<bool>) {
    app.log_streams.run(&log, stop(&mut stopping)).await;
}

/// Completes what is left of its erasures.
async fn forget(app: App, log: Log, mut stopping: watch::Receiver<bool>) {
    app.erasures.run(&log, stop(&mut stopping)).await;
}

/// Says when much of what was bought is used.
async fn say_thresholds(app: App, log: Log, mut stopping: watch::Receiver<bool>) {
    let mut committed = log.committed();
    let saying = async {
        loop {
            if let Err(error) = app.desk.say_thresholds(&log).await {
                tracing::warn!(tenant = %log.tenant(), %error, "how much is used of the plan is said later");
            }
            // Where nobody commits any more, this process ends.
            if committed.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
            tokio::time::sleep(GATHER).await;
        }
    };
    tokio::select! {
        () = stop(&mut stopping) => {}
        () = saying => {}
    }
}

async fn scan(app: App, log: Log, mut stopping: watch::Receiver<bool>) {
    let scanning = async {
        while app.files.scans() {
            if let Err(error) = app.files.scan_pending(&log).await {
                tracing::warn!(tenant = %log.tenant(), %error, "files could not be scanned");
            }
            tokio::time::sleep(SCAN).await;
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = stop(&mut stopping) => {}
        () = scanning => {}
    }
}
