//! Which value counts: the environment before the file, the file before the default.

use std::path::Path;

use super::values::{self, Written};
use super::{
    BackupsSection, ChecksSection, Config, ConfigError, DataSection, DatabaseSection, FilesSection, KeysSection,
    LimitsSection, LogSection, PlansSection, ProofSection, ServerSection, SupportSection, TlsSection, TlsVersion,
    WebhooksSection, file,
};

/// Looks up an environment variable.
type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

pub(super) fn load(named: Option<&Path>, usual: &Path, env: Environment<'_>) -> Result<Config, ConfigError> {
    let path = named.unwrap_or(usual);
    let contents = match file::read(path)? {
        Some(contents) => contents,
        None if named.is_some() => return Err(ConfigError::Missing { file: path.to_owned() }),
        None => file::Contents::default(),
    };
    assemble(contents, &Sources { file: path, env })
}

struct Sources<'a> {
    file: &'a Path,
    env: Environment<'a>,
}

impl Sources<'_> {
    fn in_file(&self, key: &str, text: Option<String>) -> Option<Written> {
        text.map(|text| Written { key: format!("{key} in {}", self.file.display()), text })
    }

    fn in_environment(&self, variable: &str) -> Option<Written> {
        let text = (self.env)(variable).filter(|text| !text.is_empty())?;
        Some(Written { key: variable.to_owned(), text })
    }

    fn either(&self, variable: &str, key: &str, text: Option<String>) -> Option<Written> {
        self.in_environment(variable).or_else(|| self.in_file(key, text))
    }
}

/// The value if there is one, checked; else the default.
fn value<T>(
    written: Option<Written>,
    check: impl Fn(&Written) -> Result<T, ConfigError>,
    default: T,
) -> Result<T, ConfigError> {
    written.map_or(Ok(default), |written| check(&written))
}

fn assemble(contents: file::Contents, sources: &Sources<'_>) -> Result<Config, ConfigError> {
    let file::Contents {
        server,
        data,
        database,
        keys,
        log,
        webhooks,
        files,
        backups,
        proof,
        support,
        plans,
        limits,
        checks,
    } = contents;
    let defaults = Config::default();
    Ok(Config {
        server: server_section(server, sources, defaults.server)?,
        data: DataSection {
            directory: value(
                sources.either("LEDGERDESK_DATA", "data.directory", data.directory),
                values::path,
                defaults.data.directory,
            )?,
        },
        database: database_section(database, sources, defaults.database.pool_size)?,
        keys: KeysSection {
            master_key_file: sources
                .in_file("keys.master_key_file", keys.master_key_file)
                .as_ref()
                .map(values::path)
                .transpose()?,
            master_key: sources.in_environment("LEDGERDESK_MASTER_KEY").as_ref().map(values::master_key).transpose()?,
        },
        log: LogSection {
            format: value(sources.in_file("log.format", log.format), values::log_format, defaults.log.format)?,
            level: value(
                sources.either("LEDGERDESK_LOG", "log.level", log.level),
                values::log_level,
                defaults.log.level,
            )?,
        },
        webhooks: WebhooksSection {
            allow_loopback: webhooks.allow_loopback.unwrap_or(defaults.webhooks.allow_loopback),
        },
        files: files_section(files, sources, defaults.files.max_bytes)?,
        backups: BackupsSection {
            url: sources
                .either("LEDGERDESK_BACKUPS_URL", "backups.url", backups.url)
                .as_ref()
                .map(values::files_url)
                .transpose()?,
        },
        proof: proof_section(proof, sources)?,
        support: SupportSection { break_glass: support.break_glass.unwrap_or(defaults.support.break_glass) },
        plans: PlansSection { upgrade_url: plans.upgrade_url },
        limits: limits_section(&limits, sources, defaults.limits)?,
        checks: ChecksSection {
            memory: value(
                sources.either("LEDGERDESK_CHECK_MEMORY", "checks.memory", checks.memory.map(|on| on.to_string())),
                values::truth,
                defaults.checks.memory,
            )?,
        },
    })
}

fn server_section(
    server: file::Server,
    sources: &Sources<'_>,
    defaults: ServerSection,
) -> Result<ServerSection, ConfigError> {
    let proxies: Vec<Written> =
        if let Some(Written { key, text }) = sources.in_environment("LEDGERDESK_TRUSTED_PROXIES") {
            text.split(',').map(|text| Written { key: key.clone(), text: text.to_owned() }).collect()
        } else {
            let proxies = server.trusted_proxies.unwrap_or_default().into_iter();
            proxies.filter_map(|text| sources.in_file("server.trusted_proxies", Some(text))).collect()
        };
    let hsts_max_age = server.hsts_max_age.map(|seconds| seconds.to_string());
    Ok(ServerSection {
        listen: value(
            sources.either("LEDGERDESK_LISTEN", "server.listen", server.listen),
            values::listen,
            defaults.listen,
        )?,
        public_url: sources
            .in_file("server.public_url", server.public_url)
            .as_ref()
            .map(values::public_url)
            .transpose()?,
        domain: value(
            sources.either("LEDGERDESK_DOMAIN", "server.domain", server.domain),
            values::domain,
            defaults.domain,
        )?,
        metrics_listen: sources
            .either("LEDGERDESK_METRICS_LISTEN", "server.metrics_listen", server.metrics_listen)
            .as_ref()
            .map(values::listen)
            .transpose()?,
        trusted_proxies: proxies.iter().map(values::network).collect::<Result<_, _>>()?,
        hsts_max_age: value(
            sources.in_file("server.hsts_max_age", hsts_max_age),
            values::hsts_max_age,
            defaults.hsts_max_age,
        )?,
        tls: tls_section(server.tls, sources)?,
    })
}

fn tls_section(tls: file::Tls, sources: &Sources<'_>) -> Result<Option<TlsSection>, ConfigError> {
    const CERTIFICATE: &str = "server.tls.certificate_file (LEDGERDESK_TLS_CERTIFICATE_FILE)";
    const KEY: &str = "server.tls.key_file (LEDGERDESK_TLS_KEY_FILE)";
    let incomplete = |key, needs| ConfigError::Incomplete { key, needs, otherwise: "serve without TLS" };
    let certificate =
        sources.either("LEDGERDESK_TLS_CERTIFICATE_FILE", "server.tls.certificate_file", tls.certificate_file);
    let key = sources.either("LEDGERDESK_TLS_KEY_FILE", "server.tls.key_file", tls.key_file);
    let version = sources.in_file("server.tls.minimum_version", tls.minimum_version);
    let minimum_version = value(version, values::tls_version, TlsVersion::default())?;
    match (certificate, key) {
        (None, None) => Ok(None),
        (Some(_), None) => Err(incomplete(CERTIFICATE, KEY)),
        (None, Some(_)) => Err(incomplete(KEY, CERTIFICATE)),
        (Some(certificate), Some(key)) => Ok(Some(TlsSection {
            certificate_file: values::path(&certificate)?,
            key_file: values::path(&key)?,
            minimum_version,
        })),
    }
}

fn files_section(
    files: file::Files,
    sources: &Sources<'_>,
    default_max_bytes: u64,
) -> Result<FilesSection, ConfigError> {
    let max_bytes = files.max_bytes.map(|bytes| bytes.to_string());
    Ok(FilesSection {
        url: sources
            .either("LEDGERDESK_FILES_URL", "files.url", files.url)
            .as_ref()
            .map(values::files_url)
            .transpose()?,
        max_bytes: value(sources.in_file("files.max_bytes", max_bytes), values::file_bytes, default_max_bytes)?,
        origin: sources.in_file("files.origin", files.origin).as_ref().map(values::files_origin).transpose()?,
        scan_command: files.scan_command.unwrap_or_default(),
    })
}

fn limits_section(
    limits: &file::Limits,
    sources: &Sources<'_>,
    defaults: LimitsSection,
) -> Result<LimitsSection, ConfigError> {
    let per_hour = |key: &str, written: Option<i64>, default: u32| {
        value(sources.in_file(key, written.map(|number| number.to_string())), values::per_hour, default)
    };
    let enabled = limits.enabled.map(|on| on.to_string());
    Ok(LimitsSection {
        enabled: value(
            sources.either("LEDGERDESK_LIMITS", "limits.enabled", enabled),
            values::truth,
            defaults.enabled,
        )?,
        feed_per_hour: per_hour("limits.feed_per_hour", limits.feed_per_hour, defaults.feed_per_hour)?,
        exports_per_hour: per_hour("limits.exports_per_hour", limits.exports_per_hour, defaults.exports_per_hour)?,
        people_per_hour: per_hour("limits.people_per_hour", limits.people_per_hour, defaults.people_per_hour)?,
    })
}

fn proof_section(proof: file::Proof, sources: &Sources<'_>) -> Result<ProofSection, ConfigError> {
    let witnesses = proof.witnesses.unwrap_or_default().into_iter();
    let witnesses = witnesses.filter_map(|key| sources.in_file("proof.witnesses", Some(key)));
    Ok(ProofSection {
        origin: sources.in_file("proof.origin", proof.origin).as_ref().map(values::log_origin).transpose()?,
        checkpoint_directory: sources
            .in_file("proof.checkpoint_directory", proof.checkpoint_directory)
            .as_ref()
            .map(values::path)
            .transpose()?,
        witnesses: witnesses.map(|key| values::witness(&key)).collect::<Result<_, _>>()?,
    })
}

fn database_section(
    database: file::Database,
    sources: &Sources<'_>,
    default_pool_size: usize,
) -> Result<DatabaseSection, ConfigError> {
    let url = sources.either("DATABASE_URL", "database.url", database.url);
    let admin_url = sources.either("DATABASE_ADMIN_URL", "database.admin_url", database.admin_url);
    if url.is_none() && admin_url.is_some() {
        return Err(ConfigError::Incomplete {
            key: "database.admin_url (DATABASE_ADMIN_URL)",
            needs: "database.url (DATABASE_URL)",
            otherwise: "use the private PostgreSQL",
        });
    }
    let pool_size = database.pool_size.map(|size| size.to_string());
    Ok(DatabaseSection {
        url: url.as_ref().map(values::database_url).transpose()?,
        admin_url: admin_url.as_ref().map(values::database_url).transpose()?,
        pool_size: value(sources.in_file("database.pool_size", pool_size), values::pool_size, default_pool_size)?,
    })
}
