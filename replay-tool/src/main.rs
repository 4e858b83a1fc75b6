//! `replay-tool`: what an auditor or an operator asks of a tenant's log, answered from the log itself.
//!
//! It exports the log, or a part of it, so that it can be verified offline, and verifies that and the log itself; it
//! replays the log and compares the read models with it, shows a ticket as it stood at any moment, lists what
//! happened to it, tells what changed between two moments, and why, follows what happens, and counts. It changes nothing: it links neither the write side nor the reactions, so it can send
//! no mail and record no event; it migrates nothing; and the only tables that it makes are in a schema of its own,
//! which it removes.

mod arguments;
mod changes;
mod check_upcasts;
mod diff;
mod export;
mod follow;
mod installed;
mod keys;
mod moment;
mod names;
mod replay;
mod show;
mod stats;
mod terminal;
mod ticket;
mod timeline;
mod told;
mod verify;
mod why;

use std::process::ExitCode;

use arguments::{Arguments, Command};
use clap::Parser;
use installed::Installed;

/// What a command came to, as its exit code tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// Nothing to complain of.
    Same,
    /// The read models, or the log, are not what they should be.
    Different,
}

/// What a command may fail with: printed with its causes.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// 2 is for wrong arguments, by `clap`.
const COULD_NOT_RUN: u8 = 3;

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(Outcome::Same) => ExitCode::SUCCESS,
        Ok(Outcome::Different) => ExitCode::FAILURE,
        Err(error) => {
            terminal::say_error(&*error);
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}

async fn run(arguments: Arguments) -> Result<Outcome, Failure> {
    let form = arguments.form();
    let arguments = match arguments.command {
        // An auditor has a bundle and a key, and no installation.
        Command::Verify(verify) if verify.is_offline() => return verify.offline(form),
        command => Arguments { command, ..arguments },
    };
    let installed = Installed::open(arguments.config.as_deref()).await?;
    let outcome = answer(&installed, arguments).await;
    installed.close().await?;
    outcome
}

async fn answer(installed: &Installed, arguments: Arguments) -> Result<Outcome, Failure> {
    let log = installed.log(&arguments.tenant).await?;
    let form = arguments.form();
    match arguments.command {
        Command::Export(export) => export.run(&log, installed.witnesses(), form).await,
        Command::Verify(verify) => verify.live(installed, &log, form).await,
        Command::Replay(replay) => replay.run(&log, form).await,
        Command::Show(show) => show.run(&log, form).await,
        Command::Timeline(timeline) => timeline.run(&log, form).await,
        Command::Diff(diff) => diff.run(&log, form).await,
        Command::Follow(follow) => follow.run(&log, form).await,
        Command::Stats(stats) => stats.run(&log, form).await,
        Command::CheckUpcasts(check) => check.run(&log, form).await,
    }
}
