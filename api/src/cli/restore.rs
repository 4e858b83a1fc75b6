use std::{path::PathBuf, sync::Mutex};

use ::files::Vault;
use backups::{Archive, BackupId};
use chrono::{DateTime, Utc};
use clap::{ArgGroup, Args};
use event_store::{
    GivenKey, TenantId,
    restore::{RestoreRecord, Until},
};
use installation::{Config, Database, MasterKey};

use super::{
    Failure,
    open::open,
    terminal::{print, say},
};
use crate::{
    app::App,
    restore::{self, RestoreWish, Source},
};

/// Restore a tenant from a backup: whole, or as it was at a moment; in place, or as a new tenant
///
/// In place, the tenant is closed, saved as it is (so that this can be undone by restoring that backup), and put in the
/// place of itself in one transaction; servers go on by themselves within seconds. Whoever was erased stays so. What
/// receivers of webhooks may have got is not sent again. Interrupted, the same call goes on.
///
/// Examples: ledgerdesk restore --tenant acme --as-of 2026-11-26T14:05:00Z --reason "a script closed every ticket",
/// ledgerdesk restore --tenant acme --backup bak_… --into acme-copy
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("other").args(["list", "give_up"])))]
pub struct Restore {
    /// Whose backup.
    #[arg(long, value_name = "ID")]
    tenant: TenantId,
    /// Which; by default the newest one, or of a moment the one that has it.
    #[arg(long, value_name = "ID")]
    backup: Option<BackupId>,
    #[command(flatten)]
    end: End,
    /// Make a new tenant of it. Nobody gets in with what they had, and its webhooks are disabled.
    #[arg(long, value_name = "ID")]
    into: Option<TenantId>,
    /// Why: it stands in the log.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Another installation's store of backups, as `backups.url` names it: a directory or a bucket.
    #[arg(long, value_name = "URL", requires = "master_key")]
    url: Option<String>,
    /// The master key of that installation.
    #[arg(long, value_name = "FILE", requires = "url")]
    master_key: Option<PathBuf>,
    /// Say what was restored, and what became of it.
    #[arg(long)]
    list: bool,
    /// Give up a restore that was interrupted while it filled: the tenant is as it was.
    #[arg(long)]
    give_up: bool,
}

/// How far a log is kept.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(super) struct End {
    /// As it was at this instant: RFC 3339.
    #[arg(long, value_name = "INSTANT")]
    as_of: Option<DateTime<Utc>>,
    /// As it was at this position of its log.
    #[arg(long, value_name = "N")]
    position: Option<u64>,
}

impl End {
    /// All of it, unless something else was said.
    pub(super) fn until(&self) -> Until {
        match (self.as_of, self.position) {
            (Some(instant), _) => Until::Instant(instant),
            (None, Some(position)) => Until::Position(position),
            (None, None) => Until::End,
        }
    }
}

impl Restore {
    pub async fn run(self, config: &Config) -> Result<(), Failure> {
        let opened = open(config, Database::attach(config).await?).await?;
        let done = self.act(&opened.app).await;
        opened.close().await?;
        done
    }

    async fn act(self, app: &App) -> Result<(), Failure> {
        if self.list {
            let records = app.desk.store().restores(self.into.as_ref().unwrap_or(&self.tenant)).await?;
            records.iter().for_each(|record| print(&line(record)));
            return Ok(());
        }
        if self.give_up {
            let record = restore::give_up(app, self.into.as_ref().unwrap_or(&self.tenant)).await?;
            print(&line(&record));
            return Ok(());
        }
        let source = match (&self.url, &self.master_key) {
            (Some(url), Some(file)) => {
                let archive = Archive::new(Vault::open(url, std::env::vars())?);
                let missing =
                    || format!("there is no master key in {}: name the file of that installation", file.display());
                let master = MasterKey::at(file)?.ok_or_else(missing)?;
                Source::foreign(archive, &self.tenant, &GivenKey::new(*master.as_bytes())).await?
            }
            _ => Source::own(app),
        };
        let Self { tenant, backup, end, into, reason, .. } = self;
        let wish = RestoreWish { tenant, backup, until: end.until(), into, sandbox_days: None, reason };
        carry_out(app, wish, source).await
    }
}

/// Begins it or takes it up, says what goes on, and how to go on from there.
pub(super) async fn carry_out(app: &App, wish: RestoreWish, source: Source) -> Result<(), Failure> {
    let begun = restore::begin(app, wish, source, "operator").await?;
    say(&format!("restore {} of tenant {}", begun.record.restore, begun.record.tenant));
    let told = Mutex::new(String::new());
    let progress = |what: &str| {
        if let Ok(mut told) = told.lock()
            && *told != what
        {
            say(what);
            what.clone_into(&mut told);
        }
    };
    let record = restore::run(app, begun, &progress).await?;
    print(&line(&record));
    if let Some(before) = record.facts.as_ref().and_then(|facts| facts["before"].as_str()) {
        print(&format!("to undo it: ledgerdesk restore --tenant {} --backup {before}", record.tenant));
    }
    if record.epoch == 1 {
        let tenant = &record.tenant;
        print(&format!(
            "nobody gets in yet; give a program a key with: ledgerdesk key create --tenant {tenant} --name CRM --scopes '*'"
        ));
    }
    Ok(())
}

fn line(record: &RestoreRecord) -> String {
    let RestoreRecord { restore, tenant, step, begun_at, epoch, position, failure, .. } = record;
    let backup = record.facts.as_ref().and_then(|facts| facts["backup"].as_str()).unwrap_or("-");
    let kept = position.map_or("-".to_owned(), |position| position.to_string());
    let failure = failure.as_ref().map(|why| format!("  {why}")).unwrap_or_default();
    format!(
        "{restore}  {}  {tenant}  {}  {backup}  epoch {epoch}  kept up to {kept}{failure}",
        begun_at.format("%F %H:%M UTC"),
        step.as_str()
    )
}
