//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use event_store::TenantId;

use crate::{
    check_upcasts::CheckUpcasts, diff::Diff, export::Export, follow::Follow, replay::Replay, show::Show, stats::Stats,
    terminal::Form, timeline::Timeline, verify::Verify,
};

/// Prove, replay, show and compare a tenant's history
///
/// Every change of a tenant is an event in its log, and what people see in lists is folded from it. This tool checks
/// that the two agree, and answers what a ticket looked like at any moment. It changes nothing: no event is recorded,
/// no mail is sent, no table is migrated. It can run beside a server.
#[derive(Debug, Parser)]
#[command(name = "replay-tool", version, max_term_width = 100)]
#[command(after_long_help = "\
Examples:
  replay-tool export --tenant acme --out acme.bundle  all events with what proves them, for an auditor
  replay-tool verify acme.bundle --key acme.key    check such a file, offline
  replay-tool verify --live                        is every row of the database what was sealed?
  replay-tool replay                               are the read models what the log says?
  replay-tool replay --tenant acme --up-to 5000    the same for acme, up to position 5000
  replay-tool show T-001 --as-of 2026-03-31        a ticket as we knew it at the end of March
  replay-tool show T-001 --happened-by 2014-06-30  as it was then, although imported much later
  replay-tool timeline external:CRM-7              everything that happened to a ticket
  replay-tool diff 2026-03-31 2026-04-30           what changed in April, who did it, from where and why
  replay-tool follow --json                        everything that happens from now on, an object a line
  replay-tool stats --json                         counts, density, lag: for a monitor

Exit codes:
  0  all is as it should be
  1  it is not verified, or differences were found: what was changed, removed or inserted, rows that are not what
     the log says, positions that are missing; or, for diff, something changed
  2  wrong arguments
  3  could not run: no installation, no such tenant or ticket, no database

Where the installation is: ledgerdesk.toml in the current directory, or --config; DATABASE_URL and the LEDGERDESK_* \
variables go before it, as for the server.")]
pub struct Arguments {
    /// Configuration file; ledgerdesk.toml in the current directory by default
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Whose log
    #[arg(long, global = true, default_value = "demo", value_name = "ID")]
    pub tenant: TenantId,
    /// Answer in JSON, for programs
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub command: Command,
}

impl Arguments {
    /// The form of the answer.
    pub fn form(&self) -> Form {
        if self.json { Form::Json } else { Form::Text }
    }
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Export(Export),
    Verify(Verify),
    Replay(Replay),
    Show(Show),
    Timeline(Timeline),
    Diff(Diff),
    Follow(Follow),
    Stats(Stats),
    CheckUpcasts(CheckUpcasts),
}
