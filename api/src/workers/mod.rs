//! The work beside the requests. A tenant costs nothing while nothing happens in it: its read models are followed and its
//! webhooks sent while it is *awake*, which it is from a commit, or from a look that found something to do, until it has
//! been quiet for a while. What is for all tenants is done by one task for all: looking after them, keeping house, retention and
//! reviews that are due, sealing, hearing of other processes, the end of those whose time is over, and the note that this is up.
//!
//! A process serves at once. It does for a tenant what must be done first ([`admission`]) when somebody asks for it.

mod admission;
mod awake;
mod for_all;
mod looks;
mod unbroken;

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
    time::Duration,
};

use event_store::{Log, TenantId, TenantStatus};
use projections::Group;
use reactions::ReactionError;
use tokio::{
    sync::{Semaphore, mpsc, watch},
    task::JoinSet,
    time::Instant,
};

use crate::{app::App, rebuilding};
use admission::Found;
use looks::Look;
use unbroken::{Work, stop, unbroken};

/// A node learns of tenants that were suspended elsewhere this often.
const LIST: Duration = Duration::from_secs(2);
/// A tenant in which nothing has happened for so long, and in which nothing waits, goes to sleep.
const QUIET: Duration = Duration::from_secs(60);

/// The workers of one process.
#[derive(Debug)]
pub struct Workers {
    app: App,
    stopping: watch::Receiver<bool>,
    awake: HashMap<TenantId, Awake>,
    /// What ends the work on the read models of a tenant that are not as this program wants them.
    building: HashMap<TenantId, (Log, watch::Sender<bool>)>,
    tasks: JoinSet<()>,
    /// Read models of one tenant at a time.
    rebuilding: Arc<Semaphore>,
    found: mpsc::UnboundedReceiver<Found>,
    /// For those that could not be made ready, and are tried again.
    finds: mpsc::UnboundedSender<Found>,
    looks: mpsc::Receiver<(TenantId, Look)>,
}

/// A tenant that is worked for.
#[derive(Debug)]
struct Awake {
    /// The log that is worked on, once it is admitted.
    log: Arc<OnceLock<Log>>,
    stop: watch::Sender<bool>,
    /// When something happened in it, or was seen to wait, last.
    stirred: Instant,
}

impl Workers {
    /// Begins what is for all tenants. From now on none is served before it was admitted.
    pub async fn start(app: App, stopping: watch::Receiver<bool>) -> Result<Self, ReactionError> {
        let store = app.desk.store().clone();
        store.tenants().await?;
        let (finds, found) = mpsc::unbounded_channel();
        store.admit_by(admission::admission(app.clone(), finds.clone()));
        // One at a time: whoever looks waits until the look before was heard of.
        let (tell, looks) = mpsc::channel(1);
        let (awake, building, tasks) = (HashMap::new(), HashMap::new(), JoinSet::new());
        let rebuilding = Arc::new(Semaphore::new(1));
        let mut workers = Self { app, stopping, awake, building, tasks, rebuilding, found, finds, looks };
        workers.for_all("looking after tenants", move |app, stopping| {
            Box::pin(looks::look_after(app, tell.clone(), stopping))
        });
        workers.for_all("keeping house", |app, stopping| Box::pin(for_all::keep_house(app, stopping)));
        workers.for_all("what is due by the tenants' rules", |app, stopping| {
            Box::pin(for_all::follow_rules(app, stopping))
        });
        workers.for_all("sealing", |app, stopping| Box::pin(for_all::seal(app, stopping)));
        workers.for_all("news of other processes", |app, stopping| Box::pin(for_all::hear(app, stopping)));
        workers.for_all("the end of tenants", |app, stopping| Box::pin(for_all::end(app, stopping)));
        workers.for_all("backups", |app, stopping| Box::pin(for_all::save(app, stopping)));
        workers.for_all("drills", |app, stopping| Box::pin(for_all::drill(app, stopping)));
        workers.for_all("uptime", |app, stopping| Box::pin(for_all::note_up(app, stopping)));
        Ok(workers)
    }

    fn for_all(&mut self, what: &str, work: impl Fn(App, watch::Receiver<bool>) -> Work + Send + 'static) {
        let (app, stopping) = (self.app.clone(), self.stopping.clone());
        self.tasks.spawn(unbroken(what.to_owned(), move || work(app.clone(), stopping.clone())));
    }

    /// Works until this process is asked to stop, and ends when what was begun is finished.
    pub async fn run(mut self) {
        let store = self.app.desk.store().clone();
        let mut stopping = self.stopping.clone();
        let mut list = tokio::time::interval(LIST);
        let mut reported = None;
        loop {
            tokio::select! {
                biased;
                () = stop(&mut stopping) => break,
                Some(_) = self.tasks.join_next() => {}
                Some(found) = self.found.recv() => self.make_ready(found),
                stirred = store.stirred() => stirred.into_iter().for_each(|tenant| self.wake(tenant)),
                Some((tenant, look)) = self.looks.recv() => self.after(tenant, look),
                _ = list.tick() => {
                    let failure = self.list().await.err().map(|error| error.to_string());
                    if let Some(error) = failure.as_ref().filter(|_| failure != reported) {
                        tracing::error!(error, "the tenants cannot be listed");
                    }
                    reported = failure;
                }
            }
        }
        // Whoever looks must not wait for somebody to hear of it.
        self.looks.close();
        for stop in self.awake.values().map(|awake| &awake.stop).chain(self.building.values().map(|(_, stop)| stop)) {
            stop.send_replace(true);
        }
        while self.tasks.join_next().await.is_some() {}
        store.admit_all();
    }

    /// Those that are suspended, or at their end, are not worked for; of those that were restored from a backup, what is
    /// worked on is another log.
    async fn list(&mut self) -> Result<(), ReactionError> {
        let store = self.app.desk.store().clone();
        let listed: HashMap<_, _> = store.tenants().await?.into_iter().collect();
        let is_closed = |tenant: &TenantId| listed.get(tenant) != Some(&TenantStatus::Active);
        let is_over = |tenant: &TenantId, log: &Log| is_closed(tenant) || !store.is_current(log);
        for (tenant, (log, stop)) in self.building.extract_if(|tenant, (log, _)| is_over(tenant, log)) {
            stop.send_replace(true);
            if store.is_current(&log) {
                // Once it is open again, it is to be admitted anew.
                store.forget_log(&tenant);
            }
        }
        let over = |tenant: &TenantId, awake: &mut Awake| {
            awake.log.get().map_or_else(|| is_closed(tenant), |log| is_over(tenant, log))
        };
        let ended: Vec<_> = self.awake.extract_if(|tenant, awake| over(tenant, awake)).collect();
        for (tenant, awake) in ended {
            awake.stop.send_replace(true);
            if !is_closed(&tenant) {
                self.wake(tenant);
            }
        }
        Ok(())
    }

    fn after(&mut self, tenant: TenantId, look: Look) {
        match look {
            Look::SomethingWaits => self.wake(tenant),
            Look::NothingWaits => {
                let is_quiet = |awake: &Awake| awake.stirred.elapsed() >= QUIET;
                if self.awake.get(&tenant).is_some_and(is_quiet) {
                    self.sleep(&tenant);
                }
            }
        }
    }

    /// Begins to work for a tenant, unless it is worked for.
    fn wake(&mut self, tenant: TenantId) {
        let stirred = Instant::now();
        // Whoever could not begin has let go of it.
        if let Some(awake) = self.awake.get_mut(&tenant).filter(|awake| !awake.stop.is_closed()) {
            awake.stirred = stirred;
            return;
        }
        if self.app.desk.store().is_suspended(&tenant) {
            return;
        }
        let (log, (stop, stopping)) = (Arc::default(), watch::channel(false));
        self.tasks.spawn(awake::work_for(self.app.clone(), tenant.clone(), Arc::clone(&log), stopping));
        self.awake.insert(tenant, Awake { log, stop, stirred });
    }

    /// Ends the work for a tenant, when what was begun is finished.
    fn sleep(&mut self, tenant: &TenantId) {
        if let Some(Awake { stop, .. }) = self.awake.remove(tenant) {
            stop.send_replace(true);
        }
    }

    fn make_ready(&mut self, found: Found) {
        let (Found::Older(log, _) | Found::Unready(log)) = &found;
        let known = self.building.get(log.tenant());
        if let Some((_, stop)) = known.filter(|(known, _)| known.incarnation() != log.incarnation()) {
            stop.send_replace(true);
            self.building.remove(log.tenant());
        }
        let building = self.building.entry(log.tenant().clone());
        let (_, stop) = building.or_insert_with(|| (log.clone(), watch::Sender::new(false)));
        let stopping = stop.subscribe();
        match found {
            Found::Older(log, group) => {
                // Beside those that there are, when it is their turn.
                let (what, turn) =
                    (format!("the rebuild of {group} of {}", log.tenant()), Arc::clone(&self.rebuilding));
                self.tasks.spawn(unbroken(what, move || -> Work {
                    Box::pin(rebuild(log.clone(), group, Arc::clone(&turn), stopping.clone()))
                }));
            }
            Found::Unready(log) => drop(self.tasks.spawn(admission::make_ready(log, self.finds.clone(), stopping))),
        }
    }
}

async fn rebuild(log: Log, group: Group, turn: Arc<Semaphore>, mut stopping: watch::Receiver<bool>) {
    tokio::select! {
        () = stop(&mut stopping) => {}
        () = rebuilding::until_done(&log, group, &turn) => {}
    }
}
