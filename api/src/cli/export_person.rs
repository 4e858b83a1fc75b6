use std::{io::Write as _, path::PathBuf, pin::pin};

use clap::Args;
use commands::{Request, agents::ExportAgent, customers::ExportCustomer};
use event_store::CommandId;
use futures_util::TryStreamExt;
use installation::{Config, Database};
use projections::person::Person;
use reports::person::PersonFormat;

use super::{
    Failure, OfTenant,
    open::open,
    subject::{OfSubject, Subject},
    terminal::say,
};
use crate::person::pieces;

/// Write everything that is known about a customer or an agent to a file
///
/// For whoever has a right to a copy (GDPR Article 15): profile, history, tickets with every message and note about them,
/// and what they did, from where. That a copy was taken is in the audit trail. docs/erasure.md says what is in it.
///
/// Example: `ledgerdesk export-person --tenant acme --subject cus_0199aa00000070008000000000000001 --format html -o ann.html`
#[derive(Debug, Args)]
pub struct ExportPerson {
    #[command(flatten)]
    of: OfTenant,
    #[command(flatten)]
    whom: OfSubject,
    /// json, for programs, or html: one page, for people
    #[arg(long, default_value = "json", value_name = "FORMAT")]
    format: PersonFormat,
    /// Where to; without it to stdout
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl ExportPerson {
    pub async fn run(self, config: &Config) -> Result<(), Failure> {
        let opened = open(config, Database::attach(config).await?).await?;
        let (desk, store) = (&opened.app.desk, opened.app.desk.store());
        let log = store.log(&self.of.tenant).await?;
        let request = Request::system("operator", CommandId(store.ids().next()));
        let (receipt, person) = match self.whom.subject {
            Subject::Customer(id) => (desk.run(&log, &request, &ExportCustomer(id)).await?, Person::Customer(id)),
            Subject::Agent(id) => (desk.run(&log, &request, &ExportAgent(id)).await?, Person::Agent(id)),
        };
        opened.app.projector.catch_up(&log).await?;
        let found = projections::person::read(&log, person, receipt.position).await?;
        let found = found.ok_or_else(|| format!("there is no {} {}", person.kind(), person.id()))?;
        let mut pieces = pin!(pieces(&log, found, self.format, store.clock().now()));
        let mut out: Box<dyn std::io::Write> = match &self.out {
            Some(file) => {
                Box::new(closed_file(file).map_err(|error| format!("cannot write {}: {error}", file.display()))?)
            }
            None => Box::new(std::io::stdout()),
        };
        while let Some(piece) = pieces.try_next().await? {
            out.write_all(&piece)?;
        }
        out.flush()?;
        if let Some(file) = &self.out {
            say(&format!("wrote {}, as of position {}", file.display(), receipt.position));
        }
        opened.close().await
    }
}

/// A new file that nobody else on this machine may read.
fn closed_file(path: &PathBuf) -> std::io::Result<std::fs::File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}
