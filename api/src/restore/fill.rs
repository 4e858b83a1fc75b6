//! Filling: tables, log and keys of a backup come into a schema of their own, and are cut to where they should end.

use std::collections::{BTreeMap, HashSet};

use backups::{Manifest, Part, Sections};
use chrono::TimeDelta;
use commands::restore::{Access, refold_claims, trim};
use event_store::{
    Erasure, Incarnation, Migration,
    restore::{Copying, Cut, Filling, Purpose, Until},
};
use files::{Content, Name};
use projections::as_of::Moment;
use reactions::{
    log_streams,
    webhooks::{Receivers, bring_to},
};
use serde::{Deserialize, Serialize};

use super::{Progress, RestoreError, RestoreWish, Source};
use crate::app::App;

/// A schema that is ready for the switch.
#[derive(Debug)]
pub(super) struct Filled {
    pub filling: Filling,
    pub cut: Cut,
    pub silenced: Vec<String>,
    /// Files that no row is left of.
    pub files_gone: Vec<String>,
    pub erased: Vec<Listed>,
}

/// Somebody who was erased, whatever the copy says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Listed {
    pub subject: String,
    pub position: u64,
    pub at: chrono::DateTime<chrono::Utc>,
}

impl Listed {
    pub fn into_erasure(self) -> Erasure {
        let Self { subject, position, at } = self;
        Erasure { subject, position, erased_at: at, keys: 0, key_ids: vec![], completed_at: None, certificate: None }
    }
}

pub(super) async fn fill(
    app: &App,
    source: &Source,
    wish: &RestoreWish,
    world: Incarnation,
    (manifest, keys): (&Manifest, &Manifest),
    progress: Progress<'_>,
) -> Result<Filled, RestoreError> {
    let mut filling = app.desk.store().fill(world, manifest.contents.sealed_as.clone(), Purpose::Restore).await?;
    if let Some(days) = wish.sandbox_days {
        filling = filling.as_sandbox(app.desk.store().clock().now() + TimeDelta::days(days.into()));
    }
    copy_in(&filling, source, (manifest, keys), wish.until, progress).await?;
    let erased = erased(app, source, wish, (manifest, keys)).await?;
    let subjects: Vec<String> = erased.iter().map(|listed| listed.subject.clone()).collect();
    filling.destroy_keys(&subjects).await?;
    let cut = filling.cut(wish.until).await?;
    let log = filling.log().await?;
    let (access, receivers) = match wish.into {
        None => (Access::Kept, Receivers::Kept),
        Some(_) => (Access::Dropped, Receivers::Silenced),
    };
    let tx = filling.begin().await?;
    projections::uninstall(&tx).await?;
    let files_gone = trim(&tx, &cut, access).await?;
    tx.commit().await?;
    let tx = filling.begin().await?;
    let webhooks = bring_to(&log, &tx, cut.position, receivers).await?;
    let streams = log_streams::bring_to(&log, &tx, cut.position, receivers).await?;
    let silenced = webhooks.iter().map(ToString::to_string).chain(streams).collect();
    tx.commit().await?;
    if projections::tenant::get(&log, Moment::Now).await?.is_none() {
        return Err(RestoreError::BeforeTheBeginning);
    }
    progress("folding what is claimed");
    refold_claims(&log).await?;
    copy_files(app, source, wish, manifest, &files_gone, progress).await?;
    Ok(Filled { filling, cut, silenced, files_gone, erased })
}

/// Tables as they were, log as far as it is needed, the newest keys; all of it in the form that this program knows.
pub(crate) async fn copy_in(
    filling: &Filling,
    source: &Source,
    (manifest, keys): (&Manifest, &Manifest),
    until: Until,
    progress: Progress<'_>,
) -> Result<(), RestoreError> {
    let then: Vec<Migration> =
        migrations::TENANT.iter().filter(|known| known.number <= manifest.contents.migration).copied().collect();
    filling.migrate(&then).await?;
    filling.clear().await?;
    progress("copying tables");
    sections(filling, &manifest.contents.state.name, source.archive.state(manifest).await?).await?;
    let wanted = |first: u64| !matches!(until, Until::Position(last) if first > last);
    for segment in manifest.contents.log.iter().filter(|segment| wanted(segment.first)) {
        progress(&format!("copying events up to {} of {}", segment.last, manifest.header.position));
        sections(filling, &segment.object.name, source.archive.segment(manifest, segment).await?).await?;
    }
    filling.migrate(migrations::TENANT).await?;
    if keys.header.backup != manifest.header.backup {
        newer_tenant_keys(filling, source, keys).await?;
    }
    // Of a sandbox no key is copied: nobody can read what is personal.
    if !filling.is_sandbox() {
        let tenant = || RestoreError::NoKeys(keys.header.tenant.clone());
        let content = source.archive.keys(keys).await?.ok_or_else(tenant)?;
        sections(filling, &keys.contents.keys.name, content).await?;
    }
    if source.foreign {
        filling.rewrap(&source.key).await?;
    }
    Ok(())
}

/// Copies every section in.
async fn sections(filling: &Filling, object: &str, content: Content) -> Result<(), RestoreError> {
    let mut sections = Sections::new(object, content);
    while let Some(part) = sections.next().await? {
        if let Part::Table { name, columns } = part {
            rows(&mut sections, filling.copy(&format!("COPY {name} ({columns})")).await?).await?;
        }
    }
    Ok(())
}

/// Keys of people may be under a version of the tenant's key that is younger than the tables.
async fn newer_tenant_keys(filling: &Filling, source: &Source, keys: &Manifest) -> Result<(), RestoreError> {
    let mut sections = Sections::new(keys.contents.state.name.as_str(), source.archive.state(keys).await?);
    while let Some(part) = sections.next().await? {
        if let Part::Table { name, columns } = part
            && name == "tenant_keys"
        {
            rows(&mut sections, filling.copy_tenant_keys(&columns).await?).await?;
            return Ok(filling.merge_tenant_keys().await?);
        }
    }
    Ok(())
}

/// Copies the rows of the section that has just begun, to its end.
async fn rows(sections: &mut Sections, mut copying: Copying) -> Result<(), RestoreError> {
    while let Some(Part::Rows(rows)) = sections.next().await? {
        copying.write(rows).await?;
    }
    copying.finish().await?;
    Ok(())
}

/// Who was ever erased, of the tenant whose backup it is.
async fn erased(
    app: &App,
    source: &Source,
    wish: &RestoreWish,
    (manifest, keys): (&Manifest, &Manifest),
) -> Result<Vec<Listed>, RestoreError> {
    let mut all = BTreeMap::new();
    for one in manifest.contents.erased.iter().chain(&keys.contents.erased) {
        let listed = Listed { subject: one.subject.clone(), position: one.position, at: one.at };
        all.insert(one.subject.clone(), listed);
    }
    if !source.foreign {
        for one in app.desk.store().listed_erasures(&wish.tenant).await? {
            let listed = Listed { subject: one.subject.clone(), position: one.position, at: one.erased_at };
            all.insert(one.subject, listed);
        }
    }
    Ok(all.into_values().collect())
}

/// The files that rows are left of, where they are not there any more.
async fn copy_files(
    app: &App,
    source: &Source,
    wish: &RestoreWish,
    manifest: &Manifest,
    gone: &[String],
    progress: Progress<'_>,
) -> Result<(), RestoreError> {
    if wish.sandbox_days.is_some() {
        // Their keys are not there.
        return Ok(());
    }
    let (vault, target) = (app.files.vault(), wish.target().as_str());
    let there = vault.list(target, "files").await?;
    let there: HashSet<&str> = there.iter().map(|object| object.name.as_str()).collect();
    let gone: HashSet<&str> = gone.iter().map(String::as_str).collect();
    let wanted = |id: &str| !there.contains(id) && !gone.contains(id);
    for file in manifest.contents.files.iter().filter(|file| wanted(&file.id)) {
        progress(&format!("copying the file {}", file.id));
        let from = Name::file(manifest.header.tenant.as_str(), &file.id);
        source.archive.vault().copy(from, (vault, Name::file(target, &file.id))).await?;
    }
    Ok(())
}
