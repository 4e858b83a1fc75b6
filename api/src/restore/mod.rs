//! A tenant is restored from a backup: whole, or as it was at a position or an instant; in place, or as a new tenant.
//!
//! 1. **Begin**: the tenant is held, so that nobody else saves or restores it; what is wished is written down; in place, the
//!    tenant is closed, and saved as it is, so that the restore can be undone.
//! 2. **Fill** ([`fill`]): a schema that nobody knows gets tables, log and keys, and is cut to where it should end.
//! 3. **Switch**: one transaction, see [`event_store::restore`].
//! 4. **Finish** ([`finish`]): the fact is recorded, whoever was erased is erased again, read models are folded, and the
//!    tenant is opened.
//!
//! Killed anywhere, the same call goes on: before the switch it begins anew, after it with what is left. What fails before
//! the switch leaves the tenant as it was.

mod error;
mod fill;
mod finish;
mod source;
mod wish;

use std::time::Duration;

use backups::{Kind, Manifest};
use event_store::{
    Incarnation, Log, StoreError, TenantId,
    restore::{NewRestore, Purpose, RestoreRecord, RestoreStep, Switched},
    save::Hold,
};
use serde_json::{Value, json};

use crate::app::App;
pub use error::RestoreError;
use fill::Filled;
pub(crate) use fill::copy_in;
use source::Chosen;
pub use source::Source;
pub use wish::{RestoreWish, SANDBOX_DAYS};

/// How often a log that is still written to is saved once more: processes learn within seconds that it is closed.
const ROUNDS: usize = 20;
/// And how long it is waited before.
const LEARN: Duration = Duration::from_millis(500);
/// So long others are waited for who save or restore the tenant.
const PATIENCE: Duration = Duration::from_secs(10);

/// Hears what is being done.
pub type Progress<'a> = &'a (dyn Fn(&str) + Sync);

/// A restore that has begun, and the holds that keep others away.
#[derive(Debug)]
pub struct Begun {
    /// As it is written down.
    pub record: RestoreRecord,
    wish: RestoreWish,
    source: Source,
    hold: Hold,
    /// Of the tenant whose backup it is, if that is another: what is read must not be tidied away.
    _source_hold: Option<Hold>,
}

/// Begins a restore, or takes up one that was interrupted, if it is the same.
pub async fn begin(app: &App, wish: RestoreWish, source: Source, by: &str) -> Result<Begun, RestoreError> {
    let store = app.desk.store();
    let target = wish.target().clone();
    let hold = held(app, &target).await?;
    let source_hold = if target == wish.tenant { None } else { Some(held(app, &wish.tenant).await?) };
    if store.destruction(&target).await?.is_some() {
        return Err(RestoreError::Destroyed(target));
    }
    let (described, found) = (wish.described(), store.tenant(&target).await?);
    let record = match store.open_restore(&target).await? {
        Some(open) if open.wish == described => open,
        Some(open) => return Err(RestoreError::Unfinished { tenant: target, restore: open.restore }),
        None => {
            let epoch = match (&found, &wish.into) {
                (Some(_), Some(_)) => return Err(RestoreError::Exists(target)),
                (Some(found), None) => found.epoch + 1,
                // Of a tenant that this installation has lost, or never had.
                (None, None) => source.newest_epoch(&target).await? + 1,
                (None, Some(_)) => 1,
            };
            let restore = format!("rst_{}", store.ids().next().simple());
            let new = NewRestore { restore: &restore, tenant: &target, wish: &described, by, epoch };
            store.begin_restore(&new).await?;
            store.restore(&restore).await?.ok_or(RestoreError::Lost)?
        }
    };
    Ok(Begun { record, wish, source, hold, _source_hold: source_hold })
}

/// A process that was killed lets go as soon as the database hears of it.
pub(crate) async fn held(app: &App, tenant: &TenantId) -> Result<Hold, RestoreError> {
    match tokio::time::timeout(PATIENCE, app.desk.store().hold(tenant)).await {
        Ok(held) => Ok(held?),
        Err(_) => Err(RestoreError::Busy(tenant.clone())),
    }
}

/// Goes through with it.
pub async fn run(app: &App, begun: Begun, progress: Progress<'_>) -> Result<RestoreRecord, RestoreError> {
    let (store, id) = (app.desk.store(), begun.record.restore.clone());
    if begun.record.step == RestoreStep::Filling
        && !is_switched(app, &begun.record).await?
        && let Err(error) = fill_and_switch(app, &begun, progress).await
    {
        abandon(app, &begun.record, &error.to_string()).await?;
        return Err(error);
    }
    store.move_restore(&id, RestoreStep::Switched, None).await?;
    let record = store.restore(&id).await?.ok_or(RestoreError::Lost)?;
    finish::finish(app, &record, progress).await?;
    store.move_restore(&id, RestoreStep::Done, None).await?;
    store.restore(&id).await?.ok_or(RestoreError::Lost)
}

/// Gives up a restore that was interrupted before the switch: the tenant is as it was.
pub async fn give_up(app: &App, tenant: &TenantId) -> Result<RestoreRecord, RestoreError> {
    let store = app.desk.store();
    let _hold = held(app, tenant).await?;
    let record = store.open_restore(tenant).await?.ok_or_else(|| RestoreError::NothingToGiveUp(tenant.clone()))?;
    if record.step != RestoreStep::Filling || is_switched(app, &record).await? {
        return Err(RestoreError::Unfinished { tenant: tenant.clone(), restore: record.restore });
    }
    abandon(app, &record, "it was given up").await?;
    store.restore(&record.restore).await?.ok_or(RestoreError::Lost)
}

async fn abandon(app: &App, record: &RestoreRecord, why: &str) -> Result<(), RestoreError> {
    let store = app.desk.store();
    store.discard_filling(&record.tenant, Purpose::Restore).await?;
    store.open_after_restore(&record.tenant).await?;
    Ok(store.move_restore(&record.restore, RestoreStep::Failed, Some(why)).await?)
}

/// Whether the tenant is where this restore was to bring it: the switch may have been the last thing that a process did.
async fn is_switched(app: &App, record: &RestoreRecord) -> Result<bool, StoreError> {
    let found = app.desk.store().tenant(&record.tenant).await?;
    Ok(found.is_some_and(|found| found.epoch == record.epoch))
}

async fn fill_and_switch(app: &App, begun: &Begun, progress: Progress<'_>) -> Result<(), RestoreError> {
    let (store, Begun { record, wish, source, hold, .. }) = (app.desk.store(), begun);
    let in_place = wish.into.is_none();
    let tell = async |what: &str| tell(app, record, what, progress).await;
    let (mut old, mut saved) = (None, None);
    if in_place && store.tenant(&record.tenant).await?.is_some() {
        if !store.close_for_restore(&record.tenant).await? {
            return Err(RestoreError::NotInUse(record.tenant.clone()));
        }
        old = readable(app, &record.tenant).await?;
        if let Some(log) = &old {
            tell("saving the tenant as it is").await?;
            saved = Some(app.backups.save(hold, log, Kind::BeforeRestore).await?);
        }
    }
    let Chosen { manifest, keys } = source.choose(wish, saved.as_ref()).await?;
    tell(&format!("filling from {} of {}", manifest.header.backup, manifest.header.tenant)).await?;
    let world = Incarnation { tenant: record.tenant.clone(), epoch: record.epoch };
    let filled = fill::fill(app, source, wish, world, (&manifest, &keys), progress).await?;
    for _ in 0..ROUNDS {
        let facts = facts(app, wish, &manifest, &filled, (old.as_ref(), saved.as_ref())).await?;
        store.note_restore_facts(&record.restore, filled.cut.position, &facts).await?;
        hold.check().await?;
        tell("switching").await?;
        match filled.filling.switch(saved.as_ref().map(|saved| saved.header.position)).await? {
            Switched::Yes => return Ok(()),
            Switched::Elsewhere => return Err(RestoreError::Elsewhere(record.tenant.clone())),
            Switched::Moved(position) => {
                tell(&format!("saving once more: its log has come to {position}")).await?;
                tokio::time::sleep(LEARN).await;
                if let Some(log) = &old {
                    saved = Some(app.backups.save(hold, log, Kind::BeforeRestore).await?);
                }
            }
        }
    }
    Err(RestoreError::StillWrittenTo(record.tenant.clone()))
}

/// Tells whoever waits, and whoever asks.
async fn tell(app: &App, record: &RestoreRecord, what: &str, progress: Progress<'_>) -> Result<(), StoreError> {
    progress(what);
    app.desk.store().note_restore(&record.restore, what).await
}

/// The log of a tenant as it is; none when there is nothing to be read any more.
async fn readable(app: &App, tenant: &TenantId) -> Result<Option<Log>, StoreError> {
    let found = async {
        let log = app.desk.store().log(tenant).await?;
        let head = log.head().await?;
        Ok(Some(log).filter(|_| head.position > 0))
    };
    match found.await {
        Ok(log) => Ok(log),
        Err(error) if event_store::is_transient(&error) => Err(error),
        Err(error) => {
            tracing::warn!(%tenant, %error, "there is nothing to be saved of this tenant before it is restored");
            Ok(None)
        }
    }
}

/// What is known before the switch, and needed after it.
async fn facts(
    app: &App,
    wish: &RestoreWish,
    manifest: &Manifest,
    filled: &Filled,
    (old, saved): (Option<&Log>, Option<&Manifest>),
) -> Result<Value, RestoreError> {
    let position = filled.cut.position;
    let in_place = wish.into.is_none();
    let told = if in_place { app.desk.store().told_position(wish.target()).await? } else { None };
    let known = [Some(manifest.header.position), saved.map(|saved| saved.header.position), told];
    let discarded_to = known.into_iter().flatten().max().filter(|last| in_place && *last > position);
    let signed = match old {
        Some(log) => log.last_checkpoint().await.ok().flatten().map(|sealed| sealed.note),
        None => None,
    };
    Ok(json!({
        "backup": manifest.header.backup,
        "epoch": manifest.header.epoch,
        "before": saved.map(|saved| saved.header.backup),
        "discarded_to": discarded_to,
        "checkpoint": if in_place { signed.or_else(|| manifest.contents.checkpoint.clone()) } else { None },
        "silenced": filled.silenced,
        "files_gone": filled.files_gone,
        "erased": filled.erased,
    }))
}
