//! The command line.

mod agent;
mod backup;
mod demo;
mod doctor;
mod drill;
mod erase;
mod export_person;
mod fork;
mod import;
mod key;
mod listen;
mod log_key;
mod master_key;
mod open;
mod operator;
mod plan;
mod rebuild;
mod restore;
mod resume;
mod serve;
mod signing_key;
mod sql;
mod subject;
mod tenant;
mod terminal;
mod usage;

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};
use event_store::TenantId;
use installation::Config;

/// A help desk to build into your own systems: every change is an event in the tenant's log.
///
/// `ledgerdesk serve` is all you need to begin: without a configured database it runs a PostgreSQL of its own under
/// ./data, makes a tenant `demo` with believable data, and prints a key and curl lines.
#[derive(Debug, Parser)]
#[command(name = "ledgerdesk", version, max_term_width = 100)]
#[command(after_help = "Configuration: ledgerdesk.toml in the current directory, or --config; DATABASE_URL and the \
LEDGERDESK_* variables go before it. examples/ledgerdesk.example.toml explains every key.\n\nFor auditors there is \
replay-tool: it replays, shows and compares a tenant's history.")]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
struct Common {
    /// Configuration file; ledgerdesk.toml in the current directory by default.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Those without a line here are described where their arguments are: a line here would hide the rest of it.
#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
    Import(import::Import),
    Backup(backup::Backup),
    /// Make and list tenants
    #[command(subcommand)]
    Tenant(tenant::Tenant),
    /// Show and change what a tenant bought
    #[command(subcommand)]
    Plan(plan::PlanCommands),
    /// Write what tenants use
    #[command(subcommand)]
    Usage(usage::UsageCommands),
    /// Make, list and revoke operators
    #[command(subcommand)]
    Operator(operator::Operator),
    /// Make, list and revoke API keys
    #[command(subcommand)]
    Key(key::Key),
    /// Invite agents
    #[command(subcommand)]
    Agent(agent::Agent),
    /// Write everything that is known about a customer or an agent to a file
    ExportPerson(export_person::ExportPerson),
    /// Erase a customer or an agent for ever
    Erase(erase::Erase),
    /// Show and change the master key
    #[command(subcommand)]
    MasterKey(master_key::MasterKeyCommand),
    /// List and rotate the keys that access tokens are signed with
    #[command(subcommand)]
    SigningKey(signing_key::SigningKey),
    /// List and rotate the keys that a tenant's checkpoints are signed with
    #[command(subcommand)]
    LogKey(log_key::LogKey),
    Sql(sql::Sql),
    Listen(listen::Listen),
    Rebuild(rebuild::Rebuild),
    Restore(restore::Restore),
    Fork(fork::Fork),
    Drill(drill::Drill),
    Resume(resume::Resume),
    Doctor(doctor::Doctor),
    /// Print the OpenAPI 3.1 document
    Openapi,
}

/// Which tenant a command is about.
#[derive(Debug, Args)]
struct OfTenant {
    /// The tenant.
    #[arg(long, default_value = "demo", value_name = "ID")]
    tenant: TenantId,
}

/// What a command may fail with: printed with its causes.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Parses the arguments and does what they say.
pub async fn run() -> ExitCode {
    match Box::pin(dispatch(Cli::parse())).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            terminal::say_error(&*error);
            ExitCode::FAILURE
        }
    }
}

async fn dispatch(cli: Cli) -> Result<(), Failure> {
    if matches!(cli.command, Command::Openapi) {
        terminal::print(&serde_json::to_string_pretty(&crate::document())?);
        return Ok(());
    }
    let config = Config::load(cli.common.config.as_deref(), |name| std::env::var(name).ok())?;
    match cli.command {
        Command::Serve(serve) => Box::pin(serve.run(&config)).await,
        Command::Import(import) => import.run(&config).await,
        Command::Backup(backup) => backup.run(&config).await,
        Command::Tenant(tenant) => tenant.run(&config).await,
        Command::Plan(plan) => plan.run(&config).await,
        Command::Usage(usage) => usage.run(&config).await,
        Command::Operator(operator) => operator.run(&config).await,
        Command::Key(key) => key.run(&config).await,
        Command::Agent(agent) => agent.run(&config).await,
        Command::ExportPerson(export) => export.run(&config).await,
        Command::Erase(erase) => erase.run(&config).await,
        Command::MasterKey(key) => key.run(&config).await,
        Command::SigningKey(key) => key.run(&config).await,
        Command::LogKey(key) => key.run(&config).await,
        Command::Sql(sql) => sql.run(&config).await,
        Command::Listen(listen) => listen.run(&config).await,
        Command::Rebuild(rebuild) => rebuild.run(&config).await,
        Command::Drill(drill) => Box::pin(drill.run(&config)).await,
        Command::Restore(restore) => Box::pin(restore.run(&config)).await,
        Command::Fork(fork) => Box::pin(fork.run(&config)).await,
        Command::Resume(resume) => resume.run(&config).await,
        Command::Doctor(doctor) => doctor.run(&config).await,
        Command::Openapi => Ok(()),
    }
}
