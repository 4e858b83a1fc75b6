use clap::Args;
use event_store::restore::DrillRecord;
use installation::{Config, Database};

use super::{
    Failure, OfTenant,
    open::open,
    terminal::{print, say},
};

/// Bring the newest backup of a tenant back, look at it, and throw it away
///
/// Into a schema that nobody can reach: events are counted, their tree is compared with the signed checkpoint of the
/// backup, claims and read models are folded. Exit code 1 when something is wrong. `ledgerdesk backup schedule` lets servers do it.
#[derive(Debug, Args)]
pub struct Drill {
    #[command(flatten)]
    of: OfTenant,
    /// Say which drills there were, and what came of them.
    #[arg(long)]
    list: bool,
}

impl Drill {
    pub async fn run(self, config: &Config) -> Result<(), Failure> {
        let opened = open(config, Database::attach(config).await?).await?;
        let app = &opened.app;
        let mut failed = None;
        if self.list {
            app.desk.store().drills(&self.of.tenant).await?.iter().for_each(|drill| print(&line(drill)));
        } else {
            let drill = crate::drill::drill(app, &self.of.tenant, &say).await?;
            print(&line(&drill));
            print(&serde_json::to_string_pretty(&drill.report)?);
            failed = (!drill.ok).then_some("the backup is not good: see faults");
        }
        opened.close().await?;
        failed.map_or(Ok(()), |why| Err(why.into()))
    }
}

fn line(record: &DrillRecord) -> String {
    let DrillRecord { drill, tenant, backup, at, took_ms, position, ok, .. } = record;
    let verdict = if *ok { "good" } else { "NOT GOOD" };
    let at = at.format("%F %H:%M UTC");
    format!("{drill}  {at}  {tenant}  {backup}  position {position}  {took_ms} ms  {verdict}")
}
