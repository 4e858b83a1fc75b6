//! What each key takes. One function a kind of value, so that the file and the environment are held to the same rules.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr as _;

use ipnet::IpNet;
use proof::{VerifierKey, note::Kind};

use super::{ConfigError, FILE_BYTES, LogFormat, POOL_SIZES, TlsVersion};
use crate::MasterKey;

/// A value as it was written, with the name of the place where it was found.
pub(super) struct Written {
    pub(super) key: String,
    pub(super) text: String,
}

impl Written {
    fn refuse(&self, expected: &'static str) -> ConfigError {
        ConfigError::Invalid { key: self.key.clone(), expected, found: format!("{:?}", self.text) }
    }

    fn refuse_secret(&self, expected: &'static str) -> ConfigError {
        ConfigError::Invalid { key: self.key.clone(), expected, found: "something else (not shown)".to_owned() }
    }
}

pub(super) fn listen(written: &Written) -> Result<SocketAddr, ConfigError> {
    written.text.parse().map_err(|_| written.refuse("an IP address and a port, such as \"127.0.0.1:8080\""))
}

pub(super) fn public_url(written: &Written) -> Result<String, ConfigError> {
    let url = written.text.trim_end_matches('/');
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or_default();
    if host.is_empty() || host.contains(['?', '#', ' ']) {
        return Err(written.refuse("a web address, such as \"https://desk.example.com\""));
    }
    Ok(url.to_owned())
}

/// The name of a domain, in lower case.
pub(super) fn domain(written: &Written) -> Result<String, ConfigError> {
    let name = written.text.trim().to_ascii_lowercase();
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let label = |label: &str| !label.is_empty() && label.bytes().all(allowed);
    if name.split('.').all(label) {
        Ok(name)
    } else {
        Err(written.refuse("a domain, such as \"helpdesk.example.com\""))
    }
}

/// A network in CIDR form, or one address.
pub(super) fn network(written: &Written) -> Result<IpNet, ConfigError> {
    let text = written.text.trim();
    let network = text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
    network.ok_or_else(|| written.refuse("addresses or networks, such as \"127.0.0.1\" or \"10.0.0.0/8\""))
}

/// Two years at most: what browsers ask of those whom they ship in their lists.
pub(super) fn hsts_max_age(written: &Written) -> Result<u32, ConfigError> {
    let seconds = written.text.parse().ok().filter(|seconds| *seconds <= 63_072_000);
    seconds.ok_or_else(|| written.refuse("a number of seconds from 0 (not sent) to 63072000 (two years)"))
}

pub(super) fn tls_version(written: &Written) -> Result<TlsVersion, ConfigError> {
    match written.text.as_str() {
        "1.2" => Ok(TlsVersion::V1_2),
        "1.3" => Ok(TlsVersion::V1_3),
        _ => Err(written.refuse("\"1.3\", or \"1.2\" to let older clients in, too")),
    }
}

pub(super) fn truth(written: &Written) -> Result<bool, ConfigError> {
    written.text.parse().map_err(|_| written.refuse("true or false"))
}

pub(super) fn per_hour(written: &Written) -> Result<u32, ConfigError> {
    let number = written.text.parse().ok().filter(|number| (1..=1_000_000).contains(number));
    number.ok_or_else(|| {
        written.refuse("a number of requests, from 1 to 1000000; limits.enabled = false lifts all limits")
    })
}

pub(super) fn path(written: &Written) -> Result<PathBuf, ConfigError> {
    if written.text.is_empty() {
        return Err(written.refuse("a path, such as \"./data\""));
    }
    Ok(PathBuf::from(&written.text))
}

pub(super) fn database_url(written: &Written) -> Result<String, ConfigError> {
    match tokio_postgres::Config::from_str(&written.text) {
        Ok(config) if !config.get_hosts().is_empty() => Ok(written.text.clone()),
        _ => Err(written.refuse_secret("a PostgreSQL URL, such as \"postgresql://user:password@host:5432/database\"")),
    }
}

pub(super) fn pool_size(written: &Written) -> Result<usize, ConfigError> {
    let size = written.text.parse().ok().filter(|size| POOL_SIZES.contains(size));
    size.ok_or_else(|| written.refuse("a number from 2 to 200"))
}

pub(super) fn files_url(written: &Written) -> Result<String, ConfigError> {
    let place = written.text.strip_prefix("file:///").or_else(|| written.text.strip_prefix("s3://"));
    if place.is_none_or(str::is_empty) {
        return Err(written.refuse("a directory such as \"file:///var/lib/files\", or \"s3://bucket/prefix\""));
    }
    Ok(written.text.clone())
}

pub(super) fn files_origin(written: &Written) -> Result<String, ConfigError> {
    let origin = public_url(written)?;
    // What tells hosts apart is the Host header, which has no path.
    if origin.split_once("://").is_some_and(|(_, host)| host.contains('/')) {
        return Err(written.refuse("scheme and host alone, such as \"https://files.example.com\""));
    }
    Ok(origin)
}

pub(super) fn file_bytes(written: &Written) -> Result<u64, ConfigError> {
    let bytes = written.text.parse().ok().filter(|bytes| FILE_BYTES.contains(bytes));
    bytes.ok_or_else(|| written.refuse("a number of bytes, from 1 to 10737418240 (10 GiB)"))
}

pub(super) fn master_key(written: &Written) -> Result<MasterKey, ConfigError> {
    let key = MasterKey::from_hex(&written.text);
    key.ok_or_else(|| written.refuse_secret("64 hexadecimal digits, such as `openssl rand -hex 32` prints"))
}

pub(super) fn log_origin(written: &Written) -> Result<String, ConfigError> {
    let text = written.text.as_str();
    if text.is_empty()
        || text.contains("://")
        || text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '+')
    {
        return Err(written.refuse("a name such as \"desk.example.com\", without a scheme, spaces and plus signs"));
    }
    Ok(text.trim_end_matches('/').to_owned())
}

pub(super) fn witness(written: &Written) -> Result<VerifierKey, ConfigError> {
    let key = written.text.parse().ok().filter(|key: &VerifierKey| key.kind() == Kind::Witness);
    key.ok_or_else(|| {
        written.refuse("keys of witnesses (C2SP vkeys with Ed25519 cosignatures), as their operators give them")
    })
}

pub(super) fn log_format(written: &Written) -> Result<LogFormat, ConfigError> {
    match written.text.as_str() {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err(written.refuse("\"text\" or \"json\"")),
    }
}

pub(super) fn log_level(written: &Written) -> Result<String, ConfigError> {
    const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];
    let known = |directive: &str| {
        let level = directive.rsplit_once('=').map_or(directive, |(_module, level)| level);
        LEVELS.contains(&level.trim())
    };
    if written.text.split(',').all(known) {
        return Ok(written.text.clone());
    }
    Err(written.refuse("off, error, warn, info, debug or trace, or such per module, as in \"warn,api=debug\""))
}
