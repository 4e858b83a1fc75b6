use std::process::ExitStatus;

use clap::Args;
use event_store::{
    Random,
    driver::{self, config::Host},
};
use installation::{Config, Database, find_program};
use postgres_protocol::password::scram_sha_256;
use projections::analytics::{self, Reader};
use tokio::{
    process::Command,
    signal::unix::{SignalKind, signal},
};

use super::{Failure, OfTenant, open::open, terminal::print};

/// Open psql on a tenant's analytics views
///
/// docs/analytics.md documents the four views. psql logs in as a role of the tenant that may read these and nothing
/// else. Where the database asks for a password, --new-password gives the role one; psql takes it from PGPASSWORD or
/// ~/.pgpass, or asks.
///
/// Example: ledgerdesk sql --tenant acme -c "SELECT day, created, resolved FROM daily ORDER BY day DESC LIMIT 7"
#[derive(Debug, Args)]
pub struct Sql {
    #[command(flatten)]
    of: OfTenant,
    /// Run this and leave; without it, psql asks for what to run.
    #[arg(short = 'c', long, value_name = "QUERY")]
    command: Option<String>,
    /// The answer as CSV.
    #[arg(long, requires = "command")]
    csv: bool,
    /// Give the role a new password, show it once, and leave: for tools that draw charts.
    #[arg(long, conflicts_with = "command")]
    new_password: bool,
}

impl Sql {
    pub async fn run(self, config: &Config) -> Result<(), Failure> {
        let opened = open(config, Database::attach(config).await?).await?;
        let log = opened.app.desk.store().log(&self.of.tenant).await?;
        let reader = analytics::reader(&log)
            .await?
            .ok_or("this tenant has no analytics views yet: start `ledgerdesk serve` once, it makes them")?;
        let server: driver::Config = opened.database.server_url().parse()?;
        if self.new_password {
            let password = new_password(&*opened.app.random);
            // The server, and whatever it logs, sees only what the password is checked with.
            let verifier = scram_sha_256(password.as_bytes());
            log.alter(&format!("ALTER ROLE {} PASSWORD '{verifier}'", reader.role)).await?;
            print(&format!("role      {}", reader.role));
            print(&format!("database  {}", server.get_dbname().unwrap_or_default()));
            print(&format!("password  {password}"));
        } else {
            let access = if opened.database.is_private() { Access::Socket } else { Access::Password };
            let status = self.psql(&server, &reader, access).await?;
            if !status.success() {
                return Err(format!("psql has ended with {status}").into());
            }
        }
        drop(log);
        opened.close().await
    }

    async fn psql(&self, server: &driver::Config, reader: &Reader, access: Access) -> Result<ExitStatus, Failure> {
        let program = find_program("psql").ok_or(
            "there is no psql on this machine: install PostgreSQL's client programs (Debian and Ubuntu: \
             apt-get install postgresql-client; macOS: brew install libpq)",
        )?;
        let mut psql = Command::new(program);
        psql.args((access == Access::Socket).then_some("--no-password"));
        if let Some(query) = &self.command {
            psql.args(["--no-psqlrc", "--set=ON_ERROR_STOP=1"]);
            psql.args(self.csv.then_some("--csv"));
            psql.arg(format!("--command={query}"));
        }
        // By environment: arguments can be read by everybody on the machine. What would lead elsewhere goes first.
        for name in ["PGSERVICE", "PGHOSTADDR", "PGOPTIONS", "PGPASSWORD"] {
            if access == Access::Socket || name != "PGPASSWORD" {
                psql.env_remove(name);
            }
        }
        psql.env("PGUSER", &reader.role)
            .env("PGDATABASE", server.get_dbname().unwrap_or_default())
            .env("PGHOST", hosts(server))
            .env("PGPORT", ports(server))
            .env("PGAPPNAME", "ledgerdesk sql");
        // Ctrl-C is for psql, which gives up a query with it; we stay to put away what we opened.
        let _interrupts = signal(SignalKind::interrupt())?;
        Ok(psql.status().await?)
    }
}

/// What lets psql in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    /// Being able to reach the private PostgreSQL's socket.
    Socket,
    /// Whatever the database asks for.
    Password,
}

fn new_password(random: &dyn Random) -> String {
    let mut bytes = [0; 24];
    random.fill(&mut bytes);
    bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

fn hosts(server: &driver::Config) -> String {
    let text = |host: &Host| match host {
        Host::Tcp(name) => name.clone(),
        Host::Unix(directory) => directory.to_string_lossy().into_owned(),
    };
    server.get_hosts().iter().map(text).collect::<Vec<_>>().join(",")
}

fn ports(server: &driver::Config) -> String {
    server.get_ports().iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}
