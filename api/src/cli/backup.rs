use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

use backups::{BackupId, Days, Fault, Header, Kind, Schedule, ScheduleError, Verified};
use chrono::NaiveTime;
use clap::{ArgGroup, Args, Subcommand};
use event_store::{TenantId, TenantStatus};
use installation::{Config, Database};

use super::{
    Failure,
    open::open,
    serve::asked_to_stop,
    terminal::{print, say},
};
use crate::{app::App, saving};

/// Save tenants, and see what was saved
///
/// A backup has a tenant's whole world as of one moment: its log, its other tables, its keys and its files, sealed, in the
/// directory or bucket of backups.url. Each one adds only what the one before does not have. A running server makes them by
/// itself, at half past two by the tenant's clocks unless `ledgerdesk backup schedule` says otherwise.
///
/// Examples: ledgerdesk backup --all, ledgerdesk backup verify --tenant acme
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
#[command(group(ArgGroup::new("whose").required(true)))]
pub struct Backup {
    #[command(subcommand)]
    what: Option<What>,
    /// Save this tenant now.
    #[arg(long, value_name = "ID", group = "whose")]
    tenant: Option<TenantId>,
    /// Save every tenant now, one after the other.
    #[arg(long, group = "whose")]
    all: bool,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List the backups of a tenant, the oldest first
    ///
    /// As the store has them: also of a tenant that was destroyed, or is another installation's.
    List {
        /// Whose.
        #[arg(long, value_name = "ID")]
        tenant: TenantId,
    },
    /// Show when a tenant is saved, or say it
    Schedule(WhenToSave),
    /// Read a backup to its end, and see whether it could be brought back
    ///
    /// Opens every object, and finds what was changed, cut, moved or removed. Exit code 1 when something is wrong.
    Verify {
        /// Whose.
        #[arg(long, value_name = "ID")]
        tenant: TenantId,
        /// Which; the newest when left out.
        #[arg(long, value_name = "ID")]
        backup: Option<BackupId>,
    },
}

#[derive(Debug, Args)]
struct WhenToSave {
    /// Whose.
    #[arg(long, value_name = "ID")]
    tenant: TenantId,
    /// At what time of day, by the tenant's clocks: 02:30.
    #[arg(long, value_parser = |text: &str| NaiveTime::parse_from_str(text, "%H:%M"))]
    at: Option<NaiveTime>,
    /// daily, or a day of the week: sunday.
    #[arg(long)]
    days: Option<Days>,
    /// How many days a backup is kept; the newest always is.
    #[arg(long, value_name = "DAYS")]
    keep_days: Option<u16>,
    /// How many days its keys are: so long what was erased stays readable in it.
    #[arg(long, value_name = "DAYS")]
    keys_keep_days: Option<u16>,
    /// How often one is brought back to see that it can be; 0: never.
    #[arg(long, value_name = "DAYS")]
    drill_days: Option<u16>,
}

impl Backup {
    pub async fn run(self, config: &Config) -> Result<(), Failure> {
        let opened = open(config, Database::attach(config).await?).await?;
        let outcome = tokio::select! {
            outcome = self.act(&opened.app) => outcome,
            () = asked_to_stop() => Err("interrupted; nothing that was there is lost".into()),
        };
        opened.close().await?;
        outcome
    }

    async fn act(&self, app: &App) -> Result<(), Failure> {
        match (&self.what, &self.tenant) {
            (Some(What::List { tenant }), _) => list(app, tenant).await,
            (Some(What::Schedule(when)), _) => when.say(app).await,
            (Some(What::Verify { tenant, backup }), _) => verify(app, tenant, *backup).await,
            (None, Some(tenant)) => save(app, tenant).await,
            (None, None) => all(app).await,
        }
    }
}

async fn all(app: &App) -> Result<(), Failure> {
    let tenants = app.desk.store().tenants().await?.into_iter();
    let saved = |status| matches!(status, TenantStatus::Active | TenantStatus::Suspended);
    let tenants: Vec<TenantId> = tenants.filter(|(_, status)| saved(*status)).map(|(tenant, _)| tenant).collect();
    let mut failed = 0;
    for tenant in &tenants {
        if let Err(error) = save(app, tenant).await {
            failed += 1;
            say(&format!("tenant {tenant}: {error}"));
        }
    }
    match failed {
        0 => Ok(()),
        failed => Err(format!("{failed} of {} tenants: see above", tenants.len()).into()),
    }
}

async fn save(app: &App, tenant: &TenantId) -> Result<(), Failure> {
    let store = app.desk.store();
    let standing = store.backup_standings(Some(tenant)).await?;
    let standing = standing.first().ok_or_else(|| format!("there is no tenant {tenant} in use"))?;
    let (log, began) = (store.log(tenant).await?, Instant::now());
    let hold = store.hold(tenant).await?;
    let begun = app.backups.begin(&hold, Kind::Manual).await?;
    let (manifest, removed) = saving::save(app, &hold, &log, begun, &saving::schedule_of(standing)).await?;
    let Header { backup, position, bytes, added_bytes, .. } = manifest.header;
    let seconds = began.elapsed().as_secs_f64();
    print(&format!(
        "tenant {tenant}: {backup} has all up to position {position}, {bytes} bytes, {added_bytes} of them new, in \
         {seconds:.1} s; {} older backups were removed",
        removed.backups
    ));
    for file in &manifest.contents.missing_files {
        say(&format!("tenant {tenant}: the file {file} is not in the store of files: it was erased just now, or lost"));
    }
    Ok(())
}

async fn list(app: &App, tenant: &TenantId) -> Result<(), Failure> {
    let archive = app.backups.archive();
    for backup in archive.list(tenant).await? {
        let Header { kind, taken_at, position, bytes, added_bytes, .. } = archive.header(tenant, backup).await?;
        let at = taken_at.format("%F %H:%M:%S UTC");
        print(&format!(
            "{backup}  {at}  {:<14}  position {position:>10}  {bytes:>14} bytes, {added_bytes:>14} new",
            kind.as_str()
        ));
    }
    Ok(())
}

async fn verify(app: &App, tenant: &TenantId, backup: Option<BackupId>) -> Result<(), Failure> {
    let (store, archive) = (app.desk.store(), app.backups.archive());
    let hold = store.hold(tenant).await?;
    let newest = archive.list(tenant).await?.last().copied();
    let backup = backup.or(newest).ok_or_else(|| format!("tenant {tenant} has no backup"))?;
    let manifest = archive.open(&store.installation_key(), tenant, backup).await?;
    let told = AtomicU64::new(0);
    let progress = |found: &Verified| {
        let hundreds = found.objects / 100;
        if told.swap(hundreds, Ordering::Relaxed) < hundreds {
            say(&format!("{} objects, {} bytes", found.objects, found.bytes));
        }
    };
    let Verified { objects, bytes, events, has_keys, faults } = app.backups.verify(&hold, &manifest, &progress).await?;
    for Fault { object, reason } in &faults {
        print(&format!("BAD   tenants/{tenant}/{object}: {reason}"));
    }
    let keys = if has_keys { "its keys too" } else { "without its keys, whose time is over" };
    print(&format!("{backup}: {objects} objects and {events} events are as they should be, {bytes} bytes, {keys}"));
    if faults.is_empty() { Ok(()) } else { Err(format!("{} objects are not as they should be", faults.len()).into()) }
}

impl WhenToSave {
    async fn say(&self, app: &App) -> Result<(), Failure> {
        let (store, tenant) = (app.desk.store(), &self.tenant);
        let standing = store.backup_standings(Some(tenant)).await?;
        let standing = standing.first().ok_or_else(|| format!("there is no tenant {tenant} in use"))?;
        let before = saving::schedule_of(standing);
        let schedule = Schedule {
            at: self.at.unwrap_or(before.at),
            days: self.days.unwrap_or(before.days),
            keep_days: self.keep_days.unwrap_or(before.keep_days),
            keys_keep_days: self.keys_keep_days.unwrap_or(before.keys_keep_days),
            drill_days: self.drill_days.map_or(before.drill_days, |days| Some(days).filter(|days| *days > 0)),
        };
        if schedule != before {
            let unfit = |error: ScheduleError| format!("--{}: {error}", error.field().replace('_', "-"));
            store.set_backup_schedule(tenant, &(&schedule.checked().map_err(unfit)?).into()).await?;
        }
        let zone = saving::zone(&store.log(tenant).await?).await?;
        let Schedule { at, days, keep_days, keys_keep_days, drill_days } = schedule;
        let drills = drill_days.map_or("never".to_owned(), |days| format!("every {days} days"));
        let next = schedule.next_due(zone, store.clock().now()).format("%F %H:%M UTC");
        print(&format!(
            "tenant {tenant}: {days} at {} {zone}, the next time {next}; kept for {keep_days} days, keys for \
             {keys_keep_days}; brought back to see that it can be: {drills}",
            at.format("%H:%M")
        ));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Cli {
        #[command(flatten)]
        backup: Backup,
    }

    #[test]
    fn a_tenant_all_of_them_or_what_else_is_to_be_done_is_named() {
        for right in [
            &["x", "--all"][..],
            &["x", "--tenant", "acme"],
            &["x", "list", "--tenant", "acme"],
            &["x", "schedule", "--tenant", "acme", "--at", "04:00", "--days", "sunday", "--drill-days", "0"],
            &["x", "verify", "--tenant", "acme", "--backup", "bak_0199aa00000070008000000000000001"],
        ] {
            let parsed = Cli::try_parse_from(right);
            assert!(parsed.is_ok(), "{right:?}: {parsed:?}");
        }
        for wrong in [
            &["x"][..],
            &["x", "--all", "--tenant", "acme"],
            &["x", "list"],
            &["x", "schedule", "--tenant", "acme", "--at", "4 o'clock"],
            &["x", "schedule", "--tenant", "acme", "--days", "Caturday"],
            &["x", "verify", "--tenant", "acme", "--backup", "latest"],
        ] {
            assert!(Cli::try_parse_from(wrong).is_err(), "{wrong:?}");
        }
    }
}
