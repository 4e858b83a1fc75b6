//! The configuration of an installation: defaults, then a TOML file, then the environment; the last one wins.
//!
//! Everything is checked while it is loaded, so that a mistake is told at the start, with the name of the key.

mod error;
mod file;
mod load;
mod tls;
mod values;

#[cfg(test)]
mod tests;

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use proof::VerifierKey;

pub use self::error::ConfigError;
pub use self::tls::{TlsSection, TlsVersion};
use crate::MasterKey;

/// How many connections a program may be told to keep open to the database.
pub const POOL_SIZES: RangeInclusive<usize> = 2..=200;

/// How large the largest file may be that is taken.
pub const FILE_BYTES: RangeInclusive<u64> = 1..=10 * 1024 * 1024 * 1024;

/// In seconds.
const YEAR: u32 = 31_536_000;

/// The configuration of one installation, checked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Config {
    /// `[server]`
    pub server: ServerSection,
    /// `[data]`
    pub data: DataSection,
    /// `[database]`
    pub database: DatabaseSection,
    /// `[keys]`
    pub keys: KeysSection,
    /// `[log]`
    pub log: LogSection,
    /// `[webhooks]`
    pub webhooks: WebhooksSection,
    /// `[files]`
    pub files: FilesSection,
    /// `[backups]`
    pub backups: BackupsSection,
    /// `[proof]`
    pub proof: ProofSection,
    /// `[support]`
    pub support: SupportSection,
    /// `[plans]`
    pub plans: PlansSection,
    /// `[limits]`
    pub limits: LimitsSection,
    /// `[checks]`
    pub checks: ChecksSection,
}

/// `[server]`: where the HTTP server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerSection {
    /// The address and port to listen on.
    pub listen: SocketAddr,
    /// What clients use to reach us when that is another address (a proxy, TLS): `http://` or `https://`, without a
    /// slash at its end.
    pub public_url: Option<String>,
    /// The domain that tenants are found below: `acme` is at `acme.DOMAIN`, unless it takes another name there.
    pub domain: String,
    /// Where Prometheus finds the metrics; nowhere when `None`. They tell of all tenants: keep it off the public net.
    pub metrics_listen: Option<SocketAddr>,
    /// The proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed: whoever else sends one is taken for what
    /// their connection says.
    pub trusted_proxies: Vec<IpNet>,
    /// For how many seconds browsers are to ask by TLS only (`Strict-Transport-Security`), once they did; 0: not told.
    pub hsts_max_age: u32,
    /// `[server.tls]`: how TLS is spoken here; `None`: it is not, or a proxy does.
    pub tls: Option<TlsSection>,
}

/// `[data]`: what is kept in files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataSection {
    /// Where the private PostgreSQL, the keys and the files are. Relative to the working directory unless absolute.
    pub directory: PathBuf,
}

/// `[database]`: a PostgreSQL to use instead of the private one.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseSection {
    /// The database as the server's role; `None` means the private PostgreSQL.
    pub url: Option<String>,
    /// The same database as the role that owns it and makes roles; `url` serves where this is `None`.
    pub admin_url: Option<String>,
    /// The most connections that one program keeps open as the server's role, within [`POOL_SIZES`].
    pub pool_size: usize,
}

/// `[keys]`: the master key, which wraps all others.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeysSection {
    /// Where the master key is kept when that is not the data directory; see [`Config::master_key_file`].
    pub master_key_file: Option<PathBuf>,
    /// The key itself, when the environment gave it. Never read from the configuration file, which is too often shared.
    pub master_key: Option<MasterKey>,
}

/// `[log]`: what a program writes about its work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogSection {
    /// Lines for people or for machines.
    pub format: LogFormat,
    /// A level, or levels per module: `info`, `warn,installation=debug`.
    pub level: String,
}

/// `[webhooks]`: where tenants' own systems may be told of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WebhooksSection {
    /// Whether webhooks may go to this machine itself, without TLS too: for development. Those of the tenant `demo`
    /// always may.
    pub allow_loopback: bool,
}

/// `[files]`: where what people attach to messages is kept, sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilesSection {
    /// `file:///directory` or `s3://bucket/prefix`; `None`: [`Config::files_directory`].
    pub url: Option<String>,
    /// The largest file that is taken, within [`FILE_BYTES`].
    pub max_bytes: u64,
    /// A web address of its own, on which links to files are served and nothing else.
    pub origin: Option<String>,
    /// The program that scans files, and its arguments; empty: none does.
    pub scan_command: Vec<String>,
}

/// `[backups]`: where backups of the tenants are kept, sealed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BackupsSection {
    /// `file:///directory` or `s3://bucket/prefix`; `None`: [`Config::backups_directory`].
    pub url: Option<String>,
}

/// `[proof]`: how the tenants' logs are sealed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProofSection {
    /// What the names of the logs begin with; see [`Config::log_origin`].
    pub origin: Option<String>,
    /// Where checkpoints are kept outside the database; see [`Config::checkpoint_directory`].
    pub checkpoint_directory: Option<PathBuf>,
    /// The outside witnesses whose cosignatures are taken.
    pub witnesses: Vec<VerifierKey>,
}

/// `[support]`: how operators come into tenants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SupportSection {
    /// Whether they may come without the tenant's grant, in an emergency.
    pub break_glass: bool,
}

/// `[plans]`: what is told to tenants whose plan does not hold what they ask for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlansSection {
    /// Where they get a larger one.
    pub upgrade_url: Option<String>,
}

/// `[limits]`: how much callers may ask for in an hour. What a key may follows from its tenant's plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitsSection {
    /// Whether there are any.
    pub enabled: bool,
    /// Requests to the feed of events, with one key.
    pub feed_per_hour: u32,
    /// Exports and reports, with one key.
    pub exports_per_hour: u32,
    /// Requests of one person, in all that they do.
    pub people_per_hour: u32,
}

/// `[checks]`: what a program does only to see whether it is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChecksSection {
    /// Whether every decision on what is remembered of a ticket, customer, … is preceded by a fold of all its events.
    pub memory: bool,
}

/// The form of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

impl Config {
    /// Reads the configuration.
    ///
    /// A `file` that is named must exist; without a name, `ledgerdesk.toml` in the working directory is read if it is
    /// there. `env` looks up an environment variable; an empty one counts as absent, as compose files make them.
    pub fn load(file: Option<&Path>, env: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        load::load(file, Path::new("ledgerdesk.toml"), &env)
    }

    /// The host that clients reach us under, where that is another one: without scheme and port.
    pub fn public_host(&self) -> Option<&str> {
        let (_, rest) = self.server.public_url.as_deref()?.split_once("://")?;
        rest.split(['/', ':']).next()
    }

    /// What the names of the logs begin with: what clients call this installation, without the scheme.
    pub fn log_origin(&self) -> String {
        let host = || self.server.public_url.as_deref()?.split_once("://").map(|(_, host)| host.to_owned());
        self.proof.origin.clone().or_else(host).unwrap_or_else(|| "localhost".to_owned())
    }

    /// Where files are kept unless an object store is configured.
    pub fn files_directory(&self) -> PathBuf {
        self.data.directory.join("files")
    }

    /// Where backups are kept unless an object store is configured.
    pub fn backups_directory(&self) -> PathBuf {
        self.data.directory.join("backups")
    }

    /// Where checkpoints are kept outside the database.
    pub fn checkpoint_directory(&self) -> PathBuf {
        self.proof.checkpoint_directory.clone().unwrap_or_else(|| self.data.directory.join("checkpoints"))
    }

    /// The file that holds the master key unless the environment gave the key.
    pub fn master_key_file(&self) -> PathBuf {
        self.keys.master_key_file.clone().unwrap_or_else(|| self.data.directory.join("keys").join("master.key"))
    }
}

impl Default for ServerSection {
    fn default() -> Self {
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 8080));
        let domain = "localhost".to_owned();
        let (metrics_listen, trusted_proxies, tls) = (None, vec![], None);
        Self { listen, public_url: None, domain, metrics_listen, trusted_proxies, hsts_max_age: YEAR, tls }
    }
}

impl Default for DataSection {
    fn default() -> Self {
        Self { directory: PathBuf::from("./data") }
    }
}

impl Default for DatabaseSection {
    fn default() -> Self {
        Self { url: None, admin_url: None, pool_size: 16 }
    }
}

impl Default for FilesSection {
    fn default() -> Self {
        Self { url: None, max_bytes: 25 * 1024 * 1024, origin: None, scan_command: vec![] }
    }
}

impl Default for LimitsSection {
    fn default() -> Self {
        Self { enabled: true, feed_per_hour: 10_000, exports_per_hour: 600, people_per_hour: 10_000 }
    }
}

impl Default for LogSection {
    fn default() -> Self {
        Self { format: LogFormat::Text, level: "info".to_owned() }
    }
}

impl fmt::Debug for DatabaseSection {
    /// Without the URLs: they hold passwords.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hidden = |url: &Option<String>| url.as_ref().map(|_| "(not shown)");
        out.debug_struct("DatabaseSection")
            .field("url", &hidden(&self.url))
            .field("admin_url", &hidden(&self.admin_url))
            .field("pool_size", &self.pool_size)
            .finish()
    }
}
