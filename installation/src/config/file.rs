//! The configuration file as it is written, before its values are checked.

use std::path::Path;

use serde::Deserialize;

use super::ConfigError;

/// What a file says. Every key is optional; a key that we do not know is refused, for it is a typing error that would
/// otherwise go unnoticed.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Contents {
    pub(super) server: Server,
    pub(super) data: Data,
    pub(super) database: Database,
    pub(super) keys: Keys,
    pub(super) log: Log,
    pub(super) webhooks: Webhooks,
    pub(super) files: Files,
    pub(super) backups: Backups,
    pub(super) proof: Proof,
    pub(super) support: Support,
    pub(super) plans: Plans,
    pub(super) limits: Limits,
    pub(super) checks: Checks,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Server {
    pub(super) listen: Option<String>,
    pub(super) public_url: Option<String>,
    pub(super) domain: Option<String>,
    pub(super) metrics_listen: Option<String>,
    pub(super) trusted_proxies: Option<Vec<String>>,
    pub(super) hsts_max_age: Option<i64>,
    pub(super) tls: Tls,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Tls {
    pub(super) certificate_file: Option<String>,
    pub(super) key_file: Option<String>,
    pub(super) minimum_version: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Data {
    pub(super) directory: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Database {
    pub(super) url: Option<String>,
    pub(super) admin_url: Option<String>,
    pub(super) pool_size: Option<i64>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Keys {
    pub(super) master_key_file: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Log {
    pub(super) format: Option<String>,
    pub(super) level: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Webhooks {
    pub(super) allow_loopback: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Files {
    pub(super) url: Option<String>,
    pub(super) max_bytes: Option<i64>,
    pub(super) origin: Option<String>,
    pub(super) scan_command: Option<Vec<String>>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Backups {
    pub(super) url: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Proof {
    pub(super) origin: Option<String>,
    pub(super) checkpoint_directory: Option<String>,
    pub(super) witnesses: Option<Vec<String>>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Support {
    pub(super) break_glass: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Plans {
    pub(super) upgrade_url: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Limits {
    pub(super) enabled: Option<bool>,
    pub(super) feed_per_hour: Option<i64>,
    pub(super) exports_per_hour: Option<i64>,
    pub(super) people_per_hour: Option<i64>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Checks {
    pub(super) memory: Option<bool>,
}

/// Reads the file, or returns `None` when it does not exist.
pub(super) fn read(file: &Path) -> Result<Option<Contents>, ConfigError> {
    match std::fs::read_to_string(file) {
        Ok(text) => parse(file, &text).map(Some),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(ConfigError::Unreadable { file: file.to_owned(), source }),
    }
}

fn parse(file: &Path, text: &str) -> Result<Contents, ConfigError> {
    toml::from_str(text).map_err(|error| {
        // The parser quotes the line, and a line of these keys may hold a password: then only the reason is shown.
        let shown = error.to_string();
        let message = if shown.contains("://") { error.message().to_owned() } else { shown.trim_end().to_owned() };
        ConfigError::Syntax { file: file.to_owned(), message }
    })
}
