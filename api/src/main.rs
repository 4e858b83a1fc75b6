//! `ledgerdesk`: serves the help desk, and does an operator's work on it.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    api::cli::run().await
}
