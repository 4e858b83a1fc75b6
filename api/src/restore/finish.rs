//! After the switch: each step can be taken again, and finds what the one before left.

use chrono::SecondsFormat;
use commands::{Request, restore::RecordRestore};
use domain::tenant::{RestoredFrom, TenantRestored};
use event_store::{CommandId, Keep, Log, restore::RestoreRecord};
use files::Name;
use projections::{Group, Pace, RebuildSettings, Then, as_of::Moment};
use serde_json::Value;

use super::{Progress, RestoreError, fill::Listed, tell};
use crate::app::App;

/// A log that is longer is folded into read models as a whole, by COPY.
const LONG: u64 = 5_000;
const REBUILD: RebuildSettings = RebuildSettings { pace: Pace::Full, then: Then::Switch };

pub(super) async fn finish(app: &App, record: &RestoreRecord, progress: Progress<'_>) -> Result<(), RestoreError> {
    let store = app.desk.store();
    let facts = record.facts.as_ref().ok_or(RestoreError::Unreadable("facts"))?;
    store.drop_left_over(&record.tenant).await?;
    store.tenants().await?;
    // Nobody is admitted before it is done.
    let log = store.passing_log(&record.tenant).await?;
    projections::install(&log).await?;
    for listed in read::<Vec<Listed>>(facts, "erased")? {
        store.list_erasure(&record.tenant, &listed.into_erasure()).await?;
    }
    tell(app, record, "recording the restore", progress).await?;
    record_fact(app, &log, record, facts).await?;
    reserve_hosts(app, &log).await?;
    tell(app, record, "erasing again who was erased", progress).await?;
    app.erasures.apply_listed(&log).await?;
    for file in read::<Vec<String>>(facts, "files_gone")? {
        app.files.vault().remove(Name::file(record.tenant.as_str(), &file)).await?;
    }
    tell(app, record, "folding lists and search", progress).await?;
    if log.head().await?.position > LONG {
        for group in Group::ALL {
            projections::rebuild(&log, group, REBUILD, &|_| {}).await?;
        }
    }
    app.projector.catch_up(&log).await?;
    store.open_after_restore(&record.tenant).await?;
    Ok(())
}

async fn record_fact(app: &App, log: &Log, record: &RestoreRecord, facts: &Value) -> Result<(), RestoreError> {
    let store = app.desk.store();
    let copy = record.epoch == 1;
    let domain = if copy { app.own_domain.usual(&record.tenant) } else { None };
    if let Some(domain) = &domain {
        app.desk.reserve(&record.tenant, domain, "/domain").await?;
    }
    let standing = store.tenant(&record.tenant).await?.ok_or(RestoreError::Lost)?;
    let restored = TenantRestored {
        epoch: record.epoch,
        from: RestoredFrom {
            tenant: read(&record.wish, "tenant")?,
            backup: read(facts, "backup")?,
            epoch: read(facts, "epoch")?,
        },
        position: record.position.ok_or(RestoreError::Unreadable("position"))?,
        discarded_to: read(facts, "discarded_to")?,
        checkpoint: read(facts, "checkpoint")?,
        reason: read(&record.wish, "reason")?,
        sandbox_until: standing.expires_at.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true)),
    };
    let silenced = read::<Vec<String>>(facts, "silenced")?;
    let wish = RecordRestore {
        identity: log.identity().clone(),
        restored,
        domain,
        suspended: standing.suspended_at.is_some(),
        to_be_deleted: standing.delete_after.is_some(),
        silenced: silenced.iter().filter_map(|webhook| webhook.parse().ok()).collect(),
        silenced_streams: silenced.iter().filter_map(|stream| stream.parse().ok()).collect(),
    };
    // Once, whoever takes it up after an interruption.
    let mut request = Request::system(&record.by, CommandId::of(&[b"restore", record.restore.as_bytes()]));
    (request.may_repeat, request.keep) = (true, Keep::Forever);
    app.desk.run(log, &request, &wish).await?;
    Ok(())
}

/// The names that the log says it is found under: what it was found under a moment ago may be others.
async fn reserve_hosts(app: &App, log: &Log) -> Result<(), RestoreError> {
    let Some(view) = projections::tenant::get(log, Moment::Now).await? else { return Ok(()) };
    for host in [view.domain, view.custom_domain].into_iter().flatten() {
        if !app.desk.store().reserve_host(log.tenant(), &host).await? {
            tracing::warn!(tenant = %log.tenant(), host, "it is not found under this name: that is another tenant's by now");
        }
    }
    Ok(())
}

fn read<T: serde::de::DeserializeOwned>(from: &Value, what: &'static str) -> Result<T, RestoreError> {
    serde_json::from_value(from[what].clone()).map_err(|_| RestoreError::Unreadable(what))
}
