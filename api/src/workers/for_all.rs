//! What one task does for all tenants.

use std::{collections::VecDeque, time::Duration};

use event_store::{Log, StoreError, TenantId, TenantStatus};
use reactions::{ReactionError, retention::Pass};
use tokio::{sync::watch, time::Instant};

use super::unbroken::stop;
use crate::{app::App, saving};

/// In every tenant, what is over goes this often: outcomes of commands, sessions, invitations, names of hosts, files that
/// no message took, old deliveries.
const HOUR: Duration = Duration::from_secs(3600);
/// In the first round of what is due by rules, which may be the only one of a process, between two tenants.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// Tenants whose time is over are destroyed within this.
const END: Duration = Duration::from_secs(10);
/// Whether a backup is due is looked at this often.
const SAVE: Duration = Duration::from_secs(60);
/// That this installation is up is noted once a minute, within this of its begin.
const NOTE: Duration = Duration::from_secs(5);

/// The tenants in use; none where they cannot be listed.
pub async fn in_use(app: &App) -> Vec<TenantId> {
    match app.desk.store().tenants().await {
        Ok(all) => all.into_iter().filter(|(_, status)| *status == TenantStatus::Active).map(|(id, _)| id).collect(),
        Err(error) => {
            tracing::debug!(%error, "the tenants cannot be listed");
            vec![]
        }
    }
}

/// Keeps house in one tenant after another, spread over the hour.
pub async fn keep_house(app: App, mut stopping: watch::Receiver<bool>) {
    let keeping = async {
        loop {
            let mut tenants = in_use(&app).await;
            let pause = HOUR.checked_div(u32::try_from(tenants.len()).unwrap_or(u32::MAX)).unwrap_or(END);
            // A process that is started anew again and again would else keep coming to the same ones.
            let first = any_below(&app, tenants.len());
            tenants.rotate_left(first);
            for tenant in &tenants {
                match app.desk.store().passing_log(tenant).await {
                    Ok(log) => tidy(&app, &log).await,
                    Err(error) => tracing::debug!(%tenant, %error, "nothing was tidied up"),
                }
                tokio::time::sleep(pause).await;
            }
            if tenants.is_empty() {
                tokio::time::sleep(END).await;
            }
        }
    };
    tokio::select! {
        () = stop(&mut stopping) => {}
        () = keeping => {}
    }
}

/// A number from 0, and below `end` if that is not 0.
fn any_below(app: &App, end: usize) -> usize {
    let mut bytes = [0; 4];
    app.random.fill(&mut bytes);
    usize::try_from(u32::from_le_bytes(bytes)).unwrap_or(0).checked_rem(end).unwrap_or(0)
}

/// Forgets what is over.
async fn tidy(app: &App, log: &Log) {
    let tenant = log.tenant();
    if let Err(error) = log.forget_outcomes().await {
        tracing::warn!(%tenant, %error, "old outcomes could not be forgotten");
    }
    if let Err(error) = app.desk.seal_old_accesses(log).await {
        tracing::error!(%tenant, %error, "the access log could not be sealed");
    }
    if let Err(error) = app.desk.forget_old_access(log).await {
        tracing::warn!(%tenant, %error, "old sessions could not be forgotten");
    }
    if let Err(error) = commands::presence::sweep(log).await {
        tracing::warn!(%tenant, %error, "who was at which ticket could not be forgotten");
    }
    if let Err(error) = app.desk.forget_hosts(log).await {
        tracing::warn!(%tenant, %error, "names of hosts could not be given back");
    }
    if let Err(error) = app.files.sweep(log).await {
        tracing::warn!(%tenant, %error, "files that no message took could not be removed");
    }
    if let Err(error) = app.desk.say_thresholds(log).await {
        tracing::warn!(%tenant, %error, "how much is used of the plan is said later");
    }
    if let Err(error) = app.webhooks.prune(log).await {
        tracing::warn!(%tenant, %error, "old deliveries could not be forgotten");
    }
}

/// Has reviews of access opened that are due and tickets erased whose time is over, in one tenant after another, soon after
/// the start and then spread over the hour. Where one pass does not do, the next is made in the pauses.
pub async fn follow_rules(app: App, mut stopping: watch::Receiver<bool>) {
    let following = async {
        let (mut unfinished, mut pause) = (VecDeque::new(), FIRST_PAUSE);
        loop {
            let mut tenants = in_use(&app).await;
            let first = any_below(&app, tenants.len());
            tenants.rotate_left(first);
            for tenant in &tenants {
                let next = Instant::now() + pause;
                open_review(&app, tenant).await;
                if !unfinished.contains(tenant) {
                    unfinished.push_back(tenant.clone());
                }
                while Instant::now() < next
                    && let Some(tenant) = unfinished.pop_front()
                {
                    if pass(&app, &tenant).await.more {
                        unfinished.push_back(tenant);
                    }
                }
                tokio::time::sleep_until(next).await;
            }
            pause = HOUR.checked_div(u32::try_from(tenants.len()).unwrap_or(u32::MAX)).unwrap_or(END);
            if tenants.is_empty() {
                tokio::time::sleep(END).await;
            }
        }
    };
    tokio::select! {
        () = stop(&mut stopping) => {}
        () = following => {}
    }
}

/// Opens the review of access that is due.
async fn open_review(app: &App, tenant: &TenantId) {
    match app.scheduled_reviews.open_due(tenant).await {
        Ok(_) | Err(ReactionError::Store(StoreError::NotMigrated { .. } | StoreError::UnknownTenant(_))) => {}
        Err(error) => tracing::warn!(%tenant, %error, "a review of access that may be due is opened later"),
    }
}

/// One pass over the policies of a tenant. What it did not come to, the next one does.
async fn pass(app: &App, tenant: &TenantId) -> Pass {
    match app.retention.enforce(tenant).await {
        Ok(pass) => pass,
        // It was said at the start that this one is not served.
        Err(ReactionError::Store(StoreError::NotMigrated { .. } | StoreError::UnknownTenant(_))) => Pass::default(),
        Err(error) => {
            tracing::warn!(%tenant, %error, "tickets whose time is over are erased later");
            Pass::default()
        }
    }
}

/// Signs what is recorded.
pub async fn seal(app: App, mut stopping: watch::Receiver<bool>) {
    app.sealer.run(stop(&mut stopping)).await;
}

/// Learns of what other processes record.
pub async fn hear(app: App, mut stopping: watch::Receiver<bool>) {
    app.desk.store().hear(stop(&mut stopping)).await;
}

/// Destroys the tenants whose time is over.
pub async fn end(app: App, mut stopping: watch::Receiver<bool>) {
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
pub async fn save(app: App, mut stopping: watch::Receiver<bool>) {
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
            tokio::time::sleep(HOUR).await;
        }
    };
    tokio::select! {
        () = stop(&mut stopping) => {}
        () = saving => {}
        () = tidying => {}
    }
}

/// Brings backups back to see that they can be, where that is due.
pub async fn drill(app: App, mut stopping: watch::Receiver<bool>) {
    let drilling = async {
        loop {
            if let Err(error) = crate::drill::drill_due(&app).await {
                tracing::warn!(%error, "whether a drill is due could not be found out");
            }
            tokio::time::sleep(HOUR).await;
        }
    };
    tokio::select! {
        () = stop(&mut stopping) => {}
        () = drilling => {}
    }
}

/// Notes in each minute that this installation is up. Where the database does not take it, nothing is noted, and that is said
/// by whoever is kept from their work.
pub async fn note_up(app: App, mut stopping: watch::Receiver<bool>) {
    let noting = async {
        let (store, mut noted) = (app.desk.store(), None);
        loop {
            let now = store.clock().now();
            let minute = Some(now.timestamp().div_euclid(60));
            if noted != minute {
                match store.note_up(now).await {
                    Ok(()) => noted = minute,
                    Err(error) => tracing::debug!(%error, "that this is up could not be noted"),
                }
            }
            tokio::time::sleep(NOTE).await;
        }
    };
    tokio::select! {
        () = stop(&mut stopping) => {}
        () = noting => {}
    }
}
