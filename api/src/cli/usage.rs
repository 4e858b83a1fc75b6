use std::{io::Write as _, path::PathBuf};

use chrono::NaiveDate;
use clap::{Subcommand, ValueEnum};
use installation::{Config, Database};
use reports::bill;

use super::{Failure, open::open};
use crate::usage;

/// What tenants use.
#[derive(Debug, Subcommand)]
pub enum UsageCommands {
    /// Write what every tenant had used and bought at the end of a day, for billing
    ///
    /// A line per tenant, counted over its log up to the end of the day where the tenant is: the same day gives the same lines
    /// for ever. The day must be over.
    ///
    /// Example: ledgerdesk usage export --day 2026-11-30 --output november.csv
    Export {
        /// Which day.
        #[arg(long, value_name = "YYYY-MM-DD")]
        day: NaiveDate,
        /// In which form.
        #[arg(long, value_enum, default_value_t = Form::Csv)]
        format: Form,
        /// To this file; else to standard output.
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

/// How the lines are written.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Form {
    /// With a header line.
    Csv,
    /// A JSON object per line.
    Ndjson,
}

impl UsageCommands {
    pub async fn run(self, config: &Config) -> Result<(), Failure> {
        let Self::Export { day, format, output } = self;
        let opened = open(config, Database::attach(config).await?).await?;
        let lines = usage::bill(&opened.app, day).await?;
        let written = match format {
            Form::Csv => bill::csv(&lines),
            Form::Ndjson => bill::ndjson(&lines),
        };
        match output {
            Some(file) => std::fs::write(file, written)?,
            None => std::io::stdout().write_all(&written)?,
        }
        opened.close().await
    }
}
