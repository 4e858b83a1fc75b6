//! The work beside the requests: the read models and the webhooks of each active tenant, also of those that are made
//! while this process serves, until they are suspended; sealing, for all of them; and the end of those whose time is over.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use event_store::{Log, StoreError, TenantId, TenantStatus};
use projections::{Group, Installed, ProjectionError};
use reactions::ReactionError;
use tokio::{
    sync::{Semaphore, watch},
    task::JoinSet,
    time::Instant,
};

use crate::{app::App, rebuilding, saving};

/// A node looks for what other nodes wrote at least this often. Usually it hears of it within a second: see
/// [`event_store::Store::hear`].
const POLL: Duration = Duration::from_secs(30);
/// A node learns of tenants that were made elsewhere this often.
const LOOK: Duration = Duration::from_secs(2);
/// Outcomes of commands, sessions, invitations and names of hosts whose time is over go this often.
const FORGET: Duration = Duration::from_secs(3600);
/// Files that a scanner gave no answer about are shown to it again this often.
const SCAN: Duration = Duration::from_secs(60);
/// A tenant whose read models cannot be made ready is tried again after this.
const AGAIN: Duration = Duration::from_secs(60);
/// Tenants whose time is over are destroyed within this.
const END: Duration = Duration::from_secs(10);
/// Whether a backup is due is looked at this often.
const SAVE: Duration = Duration::from_secs(60);
/// What broke off begins anew after this.
const PAUSE: Duration = Duration::from_millis(500);

/// The workers of one process.
#[derive(Debug)]
pub struct Workers {
    app: App,
    stopping: watch::Receiver<bool>,
    /// The log of each tenant that was taken up, and what stops the work on it.
    taken_up: BTreeMap<TenantId, (Log, watch::Sender<bool>)>,
    /// Those that could not be taken up, and when that is tried again.
    not_before: BTreeMap<TenantId, Instant>,
    tasks: JoinSet<()>,
    /// Read models of one tenant at a time.
    rebuilding: Arc<Semaphore>,
}

impl Workers {
    /// Begins for every tenant that there is, or says why not.
    pub async fn start(app: App, stopping: watch::Receiver<bool>) -> Result<Self, ReactionError> {
        let mut workers = Self {
            app,
            stopping,
            taken_up: BTreeMap::new(),
            not_before: BTreeMap::new(),
            tasks: JoinSet::new(),
            rebuilding: Arc::new(Semaphore::new(1)),
        };
        workers.take_up().await?;
        let mut for_all = |what: &str, work: fn(App, watch::Receiver<bool>) -> Work| {
            let (app, stopping) = (workers.app.clone(), workers.stopping.clone());
            let until = stopping.clone();
            workers.begin(what.to_owned(), &until, move || work(app.clone(), stopping.clone()));
        };
        for_all("sealing", |app, stopping| Box::pin(seal(app, stopping)));
        for_all("news of other processes", |app, stopping| Box::pin(hear(app, stopping)));
        for_all("the end of tenants", |app, stopping| Box::pin(end(app, stopping)));
        for_all("backups", |app, stopping| Box::pin(save(app, stopping)));
        Ok(workers)
    }

    /// Takes up new tenants until this process is asked to stop, and ends when what was begun is finished.
    pub async fn run(mut self) {
        let mut reported = None;
        let mut stopping = self.stopping.clone();
        let mut look = tokio::time::interval(LOOK);
        loop {
            tokio::select! {
                biased;
                () = stop(&mut stopping) => break,
                _ = look.tick() => {}
            }
            let failure = self.take_up().await.err().map(|error| error.to_string());
            if let Some(error) = failure.as_ref().filter(|_| failure != reported) {
                tracing::error!(error, "new tenants cannot be taken up");
            }
            reported = failure;
        }
        for (_, stop) in self.taken_up.values() {
            stop.send_replace(true);
        }
        while self.tasks.join_next().await.is_some() {}
    }

    async fn take_up(&mut self) -> Result<(), ReactionError> {
        let store = self.app.desk.store().clone();
        for (tenant, status) in store.tenants().await? {
            let waits = self.not_before.get(&tenant).is_some_and(|until| Instant::now() < *until);
            let active = status == TenantStatus::Active;
            if self.taken_up.get(&tenant).is_some_and(|(log, _)| active && store.is_current(log)) {
                continue;
            }
            // Suspended, at its end, or restored from a backup: then its log is another one.
            if let Some((_, stop)) = self.taken_up.remove(&tenant) {
                stop.send_replace(true);
            }
            if !active || waits {
                continue;
            }
            let log = match store.log(&tenant).await {
                Ok(log) => log,
                // It was said at the start, and every request to it says so too.
                Err(StoreError::NotMigrated { .. }) => continue,
                Err(error) => return Err(error.into()),
            };
            let installed = match projections::install(&log).await {
                Ok(installed) => installed,
                Err(ProjectionError::Store(error)) if event_store::is_transient(&error) => return Err(error.into()),
                Err(error) => {
                    tracing::error!(%tenant, %error, "its read models cannot be made ready; the others are served");
                    self.not_before.insert(tenant, Instant::now() + AGAIN);
                    continue;
                }
            };
            // Before anybody is served: an older copy of this tenant may have been restored.
            if let Err(error) = self.app.erasures.apply_listed(&log).await {
                tracing::error!(%tenant, %error, "a restored copy may hold who was erased; the others are served");
                self.not_before.insert(tenant, Instant::now() + AGAIN);
                continue;
            }
            let (stop, stopping) = watch::channel(false);
            let (app, stopping) = (&self.app.clone(), &stopping);
            let work = |work: fn(App, Log, watch::Receiver<bool>) -> Work| {
                let (app, log, stopping) = (app.clone(), log.clone(), stopping.clone());
                move || work(app.clone(), log.clone(), stopping.clone())
            };
            let webhooks = work(|app, log, stopping| Box::pin(deliver(app, log, stopping)));
            let lists = work(|app, log, stopping| Box::pin(follow(app, log, Group::Desk, stopping)));
            let search = work(|app, log, stopping| Box::pin(follow(app, log, Group::Search, stopping)));
            let housekeeping = work(|app, log, stopping| Box::pin(tidy(app, log, stopping)));
            let erasures = work(|app, log, stopping| Box::pin(forget(app, log, stopping)));
            self.begin(format!("erasures of {tenant}"), stopping, erasures);
            self.begin(format!("webhooks of {tenant}"), stopping, webhooks);
            self.begin(format!("lists of {tenant}"), stopping, lists);
            self.begin(format!("search of {tenant}"), stopping, search);
            self.begin(format!("what is over of {tenant}"), stopping, housekeeping);
            for (group, _) in installed.into_iter().filter(|(_, how)| *how == Installed::Older) {
                let (log, turn, until) = (log.clone(), Arc::clone(&self.rebuilding), stopping.clone());
                let rebuilding =
                    move || -> Work { Box::pin(rebuild(log.clone(), group, Arc::clone(&turn), until.clone())) };
                self.begin(format!("the rebuild of {group} of {tenant}"), stopping, rebuilding);
            }
            self.taken_up.insert(tenant, (log, stop));
        }
        Ok(())
    }

    fn begin(&mut self, what: String, stopping: &watch::Receiver<bool>, work: impl Fn() -> Work + Send + 'static) {
        self.tasks.spawn(unbroken(what, stopping.clone(), work));
    }
}

type Work = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

/// Comes back when this process is asked to stop.
async fn stop(stopping: &mut watch::Receiver<bool>) {
    // An error: nobody can ask any more, which is as good.
    let _ = stopping.wait_for(|stop| *stop).await;
}

/// Does `work` until this process is asked to stop. What panics begins anew: a tenant without its worker would be
/// noticed by nobody but that tenant.
async fn unbroken(what: String, stopping: watch::Receiver<bool>, work: impl Fn() -> Work + Send) {
    loop {
        let ended = tokio::spawn(work()).await;
        if ended.is_ok() && *stopping.borrow() {
            return;
        }
        tracing::error!(what, "a worker broke off; it begins anew");
        tokio::time::sleep(PAUSE).await;
    }
}

/// Keeps a group of one tenant's read models fresh for writes of other processes.
async fn follow(app: App, log: Log, group: Group, mut stopping: watch::Receiver<bool>) {
    app.projector.follow(&log, group, POLL, stop(&mut stopping)).await;
}

/// Forgets what is over.
async fn tidy(app: App, log: Log, mut stopping: watch::Receiver<bool>) {
    let forgetting = async {
        loop {
            if let Err(error) = log.forget_outcomes().await {
                tracing::warn!(tenant = %log.tenant(), %error, "old outcomes could not be forgotten");
            }
            if let Err(error) = app.desk.forget_old_access(&log).await {
                tracing::warn!(tenant = %log.tenant(), %error, "old sessions could not be forgotten");
            }
            if let Err(error) = app.desk.forget_hosts(&log).await {
                tracing::warn!(tenant = %log.tenant(), %error, "names of hosts could not be given back");
            }
            if let Err(error) = app.files.sweep(&log).await {
                tracing::warn!(tenant = %log.tenant(), %error, "files that no message took could not be removed");
            }
            tokio::time::sleep(FORGET).await;
        }
    };
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
        () = forgetting => {}
        () = scanning => {}
    }
}

/// Builds a group of one tenant's rows of this version beside those of an older one, when it is their turn.
async fn rebuild(log: Log, group: Group, turn: Arc<Semaphore>, mut stopping: watch::Receiver<bool>) {
    tokio::select! {
        () = stop(&mut stopping) => return,
        () = rebuilding::until_done(&log, group, &turn) => {}
    }
    stop(&mut stopping).await;
}

/// Tells one tenant's own systems what happens.
async fn deliver(app: App, log: Log, mut stopping: watch::Receiver<bool>) {
    app.webhooks.run(&log, stop(&mut stopping)).await;
}

/// Learns of what other processes record.
async fn hear(app: App, mut stopping: watch::Receiver<bool>) {
    app.desk.store().hear(stop(&mut stopping)).await;
}

/// Completes what is left of one tenant's erasures.
async fn forget(app: App, log: Log, mut stopping: watch::Receiver<bool>) {
    app.erasures.run(&log, stop(&mut stopping)).await;
}

/// Destroys the tenants whose time is over.
async fn end(app: App, mut stopping: watch::Receiver<bool>) {
    let ending = async {
        loop {
            if let Err(error) = crate::destruction::destroy_doomed(&app).await {
                tracing::error!(%error, "a tenant could not be destroyed to its end; it is tried again");
            }
            tokio::time::sleep(END).await;
        }
    };
    tokio::select! {
        () = stop(&mut stopping) => {}
        () = ending => {}
    }
}

/// Saves the tenants that are due, one after the other, and tidies up after those that are no more.
async fn save(app: App, mut stopping: watch::Receiver<bool>) {
    let saving = async {
        let mut zones = saving::Zones::default();
        loop {
            if let Err(error) = saving::save_due(&app, &mut zones).await {
                tracing::warn!(%error, "whether a backup is due could not be found out");
            }
            tokio::time::sleep(SAVE).await;
        }
    };
    let tidying = async {
        loop {
            if let Err(error) = saving::tidy_destroyed(&app).await {
                tracing::warn!(%error, "backups of destroyed tenants could not be removed");
            }
            tokio::time::sleep(FORGET).await;
        }
    };
    tokio::select! {
        () = stop(&mut stopping) => {}
        () = saving => {}
        () = tidying => {}
    }
}

/// Signs what all tenants record.
async fn seal(app: App, mut stopping: watch::Receiver<bool>) {
    app.sealer.run(stop(&mut stopping)).await;
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_worker_that_panics_begins_anew_and_ends_when_it_is_asked_to() {
        let (stop, stopping) = watch::channel(false);
        let begun = Arc::new(AtomicU32::new(0));
        let work = {
            let begun = Arc::clone(&begun);
            move || -> Work {
                let (begun, stop) = (Arc::clone(&begun), stop.clone());
                Box::pin(async move {
                    assert!(begun.fetch_add(1, Ordering::Relaxed) > 0, "the first one panics");
                    stop.send_replace(true);
                })
            }
        };
        unbroken("work".to_owned(), stopping, work).await;
        assert_eq!(begun.load(Ordering::Relaxed), 2);
    }
}
