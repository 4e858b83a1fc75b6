//! A drill: the newest backup of a tenant is brought back into a schema that nobody can reach, looked at, and thrown away.
//! So it is known that backups can be restored, before one has to be.

use std::time::Instant;

use backups::{BackupError, Manifest};
use chrono::{DateTime, TimeDelta, Utc};
use commands::restore::claims_of;
use event_store::{
    Incarnation, Log, StoreError, TenantId,
    proof::{Checkpoint, Note},
    restore::{DrillRecord, Filling, Purpose, Until},
    save::BackupStanding,
};
use serde_json::{Value, json};

use crate::{
    app::App,
    restore::{Progress, RestoreError, Source, copy_in, held},
    saving::schedule_of,
};

/// One that failed is tried again after this.
const AGAIN: TimeDelta = TimeDelta::days(1);

/// Makes a drill of the newest backup, and notes what came of it.
pub async fn drill(app: &App, tenant: &TenantId, progress: Progress<'_>) -> Result<DrillRecord, RestoreError> {
    let store = app.desk.store();
    let hold = held(app, tenant).await?;
    let (began, at) = (Instant::now(), store.clock().now());
    let source = Source::own(app);
    let (manifest, keys) = source.newest(tenant).await?;
    let position = manifest.header.position;
    let found = look(app, &source, (&manifest, &keys), progress).await;
    store.discard_filling(tenant, Purpose::Drill).await?;
    hold.check().await?;
    let (ok, report) = match found {
        Ok(report) => (report["faults"].as_array().is_some_and(Vec::is_empty), report),
        Err(error) => (false, json!({"faults": [crate::problem::chain(&error)]})),
    };
    let record = DrillRecord {
        drill: format!("drl_{}", store.ids().next().simple()),
        tenant: tenant.clone(),
        backup: manifest.header.backup.to_string(),
        at,
        took_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        position,
        ok,
        report,
    };
    store.note_drill(&record).await?;
    Ok(record)
}

async fn look(
    app: &App,
    source: &Source,
    (manifest, keys): (&Manifest, &Manifest),
    progress: Progress<'_>,
) -> Result<Value, RestoreError> {
    // Of no epoch: what is remembered of it is remembered of nothing that is in use.
    let world = Incarnation { tenant: manifest.header.tenant.clone(), epoch: 0 };
    let filling = app.desk.store().fill(world, manifest.contents.sealed_as.clone(), Purpose::Drill).await?;
    copy_in(&filling, source, (manifest, keys), Until::End, progress).await?;
    let cut = filling.cut(Until::End).await?;
    let log = filling.log().await?;
    let mut faults = vec![];
    if cut.position != manifest.header.position {
        faults.push(format!("the log ends at position {}, not at {}", cut.position, manifest.header.position));
    }
    progress("computing the root of its tree");
    let checkpoint = compare_root(app, &filling, manifest, &mut faults).await?;
    progress("folding what it holds");
    let claims = claims_of(&log).await?.len();
    let folded = fold(&log).await?;
    if folded != cut.position {
        faults.push(format!("its lists can be folded up to position {folded} only"));
    }
    let rows: Value = filling.count_rows().await?.into_iter().map(|(table, rows)| (table, json!(rows))).collect();
    Ok(json!({"position": cut.position, "checkpoint": checkpoint, "claims": claims, "rows": rows, "faults": faults}))
}

/// The root of the events that were brought back, against what was signed of the log when it had that many.
async fn compare_root(
    app: &App,
    filling: &Filling,
    manifest: &Manifest,
    faults: &mut Vec<String>,
) -> Result<Value, RestoreError> {
    let Some(text) = &manifest.contents.checkpoint else { return Ok(Value::Null) };
    let parsed = text.parse::<Note>().and_then(|note| Ok((note.text.parse::<Checkpoint>()?, note)));
    let Ok((checkpoint, note)) = parsed else {
        faults.push("the checkpoint that it holds is none".to_owned());
        return Ok(Value::Null);
    };
    let root = filling.root(checkpoint.size).await?;
    if root != checkpoint.root {
        faults.push(format!("the first {} events are not those that were signed", checkpoint.size));
    }
    let live = app.desk.store().log(&manifest.header.tenant).await?;
    let signed = live.log_keys().await?.iter().any(|key| key.public.verify(&note).is_ok());
    Ok(json!({
        "origin": checkpoint.origin, "size": checkpoint.size, "same_root": root == checkpoint.root,
        "signed_by_this_log": signed,
    }))
}

/// Folds the read models beside nothing; gives how far they came.
async fn fold(log: &Log) -> Result<u64, RestoreError> {
    let scratch = log.scratch().await?;
    let folded = projections::replay_into_scratch(log, &scratch, None, &|_, _| {}).await;
    scratch.remove().await?;
    Ok(folded?.position)
}

/// Makes the drills that are due. One that fails keeps none of the others.
pub async fn drill_due(app: &App) -> Result<(), StoreError> {
    let store = app.desk.store();
    for standing in store.backup_standings(None).await? {
        let (tenant, now) = (&standing.tenant, store.clock().now());
        if !is_due(&standing, store.drills(tenant).await?.first(), now) {
            continue;
        }
        match drill(app, tenant, &|_| {}).await {
            Ok(DrillRecord { ok: true, drill, .. }) => {
                tracing::info!(%tenant, drill, "a backup was brought back, and is good");
            }
            Ok(DrillRecord { drill, report, .. }) => {
                tracing::error!(%tenant, drill, faults = %report["faults"], "a backup was brought back, and is not good");
            }
            Err(
                RestoreError::Busy(_) | RestoreError::Backup(BackupError::Unknown { .. }) | RestoreError::NoBackup(_),
            ) => {}
            Err(error) => tracing::error!(%tenant, error = crate::problem::chain(&error), "a drill could not be made"),
        }
    }
    Ok(())
}

fn is_due(standing: &BackupStanding, last: Option<&DrillRecord>, now: DateTime<Utc>) -> bool {
    let Some(days) = schedule_of(standing).drill_days.filter(|_| standing.saved.is_some()) else { return false };
    match last {
        None => true,
        Some(last) if !last.ok => now - last.at >= AGAIN,
        Some(last) => now - last.at >= TimeDelta::days(days.into()),
    }
}
