mod live;
mod offline;

use std::path::PathBuf;

use clap::Args;
use event_store::proof::{VerifierKey, bundle::Trust, note::Kind};

use crate::{
    Failure, Outcome,
    installed::Installed,
    keys::{read_checkpoint, read_keys},
    terminal::Form,
};

/// Verify a bundle offline, or a log where it lives
///
/// PATH is a bundle of `replay-tool export`. It is checked with the log's public key and nothing else: every signature,
/// that every event is the one that was sealed and is in the log, that none is missing between those that are shown,
/// and that the log begins with the one of an earlier checkpoint. What is wrong is named with its line and position.
///
/// A log that was restored from a backup is another log, sealed anew under another name. With --before, a bundle of the log
/// before it, both are verified, what both have is compared, and where they part is shown. Give the keys of both.
///
/// With --live, the tables of an installation are checked: every sealed row, the tree over them, every checkpoint in the
/// database and in the files beside it; and that the read models are what the log says.
///
/// Examples: replay-tool verify acme.bundle --key acme.key --checkpoint last-year.txt, replay-tool verify --live
#[derive(Debug, Args)]
pub struct Verify {
    /// The bundle
    #[arg(value_name = "PATH", required_unless_present = "live", requires = "key")]
    path: Option<PathBuf>,
    /// Check the tables of the installation instead of a bundle
    #[arg(long, conflicts_with = "path")]
    live: bool,
    /// With --live: leave the read models out, which are compared with a replay of the whole log
    #[arg(long, requires = "live")]
    log_only: bool,
    /// The log's public key, or a file with it. Get it on a way that you trust; one that comes with the bundle proves nothing
    #[arg(long, value_name = "KEY|FILE")]
    key: Vec<String>,
    /// A checkpoint from earlier: what was before it must still be the same
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// A bundle of the log before this one was restored: what both have must be the same
    #[arg(long, value_name = "PATH", conflicts_with = "live")]
    before: Option<PathBuf>,
    /// The key of an outside witness, or a file with it: it must have cosigned a checkpoint of the bundle
    #[arg(long, value_name = "KEY|FILE", conflicts_with = "live")]
    witness: Vec<String>,
}

impl Verify {
    /// Whether it needs no installation.
    pub fn is_offline(&self) -> bool {
        !self.live
    }

    fn keys(&self) -> Result<Vec<VerifierKey>, Failure> {
        read_keys(&self.key, Kind::Log)
    }

    pub fn offline(self, form: Form) -> Result<Outcome, Failure> {
        let (keys, witnesses) = (self.keys()?, read_keys(&self.witness, Kind::Witness)?);
        let checkpoint = self.checkpoint.as_deref().map(read_checkpoint).transpose()?;
        let path = self.path.ok_or("name the bundle to verify")?;
        let trust = Trust { keys, witnesses, checkpoint, ..Trust::default() };
        offline::run(&path, self.before.as_deref(), trust, form)
    }

    pub async fn live(self, installed: &Installed, log: &event_store::Log, form: Form) -> Result<Outcome, Failure> {
        let keys = self.keys()?;
        let checkpoint = self.checkpoint.as_deref().map(read_checkpoint).transpose()?;
        live::run(installed.checkpoint_directory(), log, keys, checkpoint, !self.log_only, form).await
    }
}
