use std::time::Instant;

use clap::{ArgGroup, Args, ValueEnum};
use event_store::{Log, Store, TenantId, TenantStatus};
use indicatif::{ProgressBar, ProgressStyle};
use installation::{Config, Database};
use projections::{Building, Comparison, Difference, Group, Overview, Pace, Progress, RebuildSettings, Then};

use super::{
    Failure,
    open::open,
    serve::asked_to_stop,
    terminal::{print, say},
};

/// Fold a tenant's read models anew from its log, while everybody goes on working
///
/// New tables are filled beside the live ones, indexed, brought up to date and switched to; then the old ones go.
/// Whoever reads notices nothing. While others write, it works half of the time. Interrupted, the next run goes on
/// where it stopped. Needed when rows are not what the log says (see `replay-tool replay`); a new version of this
/// program does it by itself.
///
/// Examples: ledgerdesk rebuild --all, ledgerdesk rebuild --tenant acme --group search --no-switch
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("whose").required(true)))]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct Rebuild {
    /// Of this tenant.
    #[arg(long, value_name = "ID", group = "whose")]
    tenant: Option<TenantId>,
    /// Of every tenant, one after the other.
    #[arg(long, group = "whose")]
    all: bool,
    /// Which of them; all, one after the other, when left out.
    #[arg(long, value_enum)]
    group: Option<Models>,
    /// Leave the new rows beside the live ones, to look at them; the next run goes on from there and switches.
    #[arg(long, group = "what")]
    no_switch: bool,
    /// Compare the live rows with those that wait beside them; exit code 1 when they differ.
    #[arg(long, group = "what")]
    compare: bool,
    /// Throw away what waits, or is being built, beside the live rows.
    #[arg(long, group = "what")]
    discard: bool,
    /// Say how far the read models are, and what is being built beside them.
    #[arg(long, group = "what")]
    status: bool,
    /// Do not rest while others write.
    #[arg(long)]
    full_speed: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Models {
    /// Lists, timelines, reports and analytics.
    Desk,
    /// What is searched.
    Search,
}

impl Models {
    fn group(self) -> Group {
        match self {
            Self::Desk => Group::Desk,
            Self::Search => Group::Search,
        }
    }
}

impl Rebuild {
    pub async fn run(self, config: &Config) -> Result<(), Failure> {
        let opened = open(config, Database::attach(config).await?).await?;
        let outcome = tokio::select! {
            outcome = self.each(opened.app.desk.store()) => outcome,
            () = asked_to_stop() => Err("interrupted; run it again, and it goes on where it stopped".into()),
        };
        opened.close().await?;
        outcome
    }

    async fn each(&self, store: &Store) -> Result<(), Failure> {
        if let Some(tenant) = &self.tenant {
            return self.one(&store.log(tenant).await?).await;
        }
        let tenants = active(store).await?;
        let mut failed = 0;
        for tenant in &tenants {
            if let Err(error) = async { self.one(&store.log(tenant).await?).await }.await {
                failed += 1;
                say(&format!("tenant {tenant}: {error}"));
            }
        }
        match failed {
            0 => Ok(()),
            failed => Err(format!("{failed} of {} tenants: see above", tenants.len()).into()),
        }
    }

    async fn one(&self, log: &Log) -> Result<(), Failure> {
        let only = self.group.map(Models::group);
        let mut differ = false;
        for group in Group::ALL.into_iter().filter(|group| only.is_none_or(|only| only == *group)) {
            if self.status {
                status(log, group).await?;
            } else if self.compare {
                differ |= compare(log, group).await? == Compared::Different;
            } else if self.discard {
                discard(log, group).await?;
            } else {
                self.rebuild(log, group).await?;
            }
        }
        if differ { Err("a switch would change rows: see above".into()) } else { Ok(()) }
    }

    async fn rebuild(&self, log: &Log, group: Group) -> Result<(), Failure> {
        let settings = RebuildSettings {
            pace: if self.full_speed { Pace::Full } else { Pace::Considerate },
            then: if self.no_switch { Then::Stay } else { Then::Switch },
        };
        let (bar, began) = (bar(log.tenant(), group), Instant::now());
        let rebuilt = projections::rebuild(log, group, settings, &|progress| show(&bar, progress)).await?;
        bar.finish_and_clear();
        let (whose, seconds) = (whose(log, group), began.elapsed().as_secs_f64());
        let covers = format!("generation {}, up to position {}", rebuilt.generation, rebuilt.position);
        print(&if self.no_switch {
            format!(
                "{whose}: {covers} in {seconds:.1} s, beside the live one; look at it with --compare, then run this again \
                 without --no-switch, or throw it away with --discard"
            )
        } else {
            format!("{whose}: {covers} in {seconds:.1} s, is live")
        });
        Ok(())
    }
}

fn whose(log: &Log, group: Group) -> String {
    format!("tenant {}, {group}", log.tenant())
}

async fn discard(log: &Log, group: Group) -> Result<(), Failure> {
    let thrown = projections::discard(log, group).await?;
    let what = if thrown { "what was built is thrown away" } else { "nothing was being built" };
    print(&format!("{}: {what}; the live read models are as they were", whose(log, group)));
    Ok(())
}

async fn active(store: &Store) -> Result<Vec<TenantId>, Failure> {
    let active = |(tenant, status)| (status == TenantStatus::Active).then_some(tenant);
    Ok(store.tenants().await?.into_iter().filter_map(active).collect())
}

/// A bar on a terminal, nothing elsewhere.
fn bar(tenant: &TenantId, group: Group) -> ProgressBar {
    let template = "{prefix} {msg} [{wide_bar}] {human_pos}/{human_len} {eta} left";
    let bar = ProgressBar::new(0).with_prefix(format!("{tenant} {group}"));
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn show(bar: &ProgressBar, progress: Progress) {
    let (what, done, of) = match progress {
        Progress::Folded { position, head } => ("events", position, head),
        Progress::Indexed { done, of } => ("indexes", done as u64, of as u64),
        Progress::Switching => return bar.set_message("waiting for the moment to switch"),
    };
    bar.set_message(what);
    bar.set_length(of);
    bar.set_position(done);
}

async fn status(log: &Log, group: Group) -> Result<(), Failure> {
    let whose = whose(log, group);
    let Some(overview) = projections::overview(log, group).await? else {
        print(&format!("{whose}: no read models yet"));
        return Ok(());
    };
    let Overview { head, version, generation, position, parked, building } = overview;
    print(&format!("{whose}: version {version}, generation {generation}, at position {position} of {head}"));
    if let Some(reason) = parked {
        print(&format!("  parked: {reason}"));
    }
    if let Some(Building { version, generation, position, indexes, indexes_in_all }) = building {
        print(&format!(
            "  beside it: version {version}, generation {generation}, at position {position} of {head}, {indexes} of \
             {indexes_in_all} indexes"
        ));
    }
    Ok(())
}

/// Differences that are listed; all are counted.
const LISTED: usize = 50;

/// What a comparison came to.
#[derive(PartialEq, Eq)]
enum Compared {
    Same,
    Different,
}

async fn compare(log: &Log, group: Group) -> Result<Compared, Failure> {
    let Some(comparison) = projections::compare_built(log, group, LISTED).await? else {
        let tenant = log.tenant();
        let build = format!("build it with `ledgerdesk rebuild --tenant {tenant} --group {group} --no-switch`");
        return Err(format!("nothing waits beside the live rows of {group}: {build}").into());
    };
    let Comparison { position, tables, differences } = &comparison;
    print(&format!("{}, at position {position}", whose(log, group)));
    for table in tables {
        let (name, rows, different, newer) = (table.table, table.rows, table.different, table.newer);
        print(&format!("  {name:<16} {rows:>12} compared {different:>9} different {newer:>9} newer"));
    }
    differences.iter().for_each(describe);
    Ok(if comparison.is_same() { Compared::Same } else { Compared::Different })
}

fn describe(difference: &Difference) {
    let Difference { table, key, column, live, replayed } = difference;
    let value = |value: &Option<serde_json::Value>| value.as_ref().map_or("nothing".to_owned(), ToString::to_string);
    print(&match column {
        Some(column) => format!("{table} {key} {column}: is {}, will be {}", value(live), value(replayed)),
        None if live.is_some() => format!("{table} {key}: will be gone"),
        None => format!("{table} {key}: will be there"),
    });
}
