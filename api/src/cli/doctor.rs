use chrono::{DateTime, TimeDelta, Utc};
use clap::Args;
use event_store::{Log, StoreError, TenantId, TenantStatus};
use installation::{Config, Database, PrivatePostgres, TlsSection};
use projections::Group;
use reactions::webhooks::{self, Backlog, ParkedKey};

use super::{
    Failure,
    open::{Open, open},
    terminal::print,
};
use crate::{saving, tls::Certificates};

/// Check an installation, and say what to do
///
/// Looks at the database, its roles and settings, the clocks, the TLS certificate, the store of files, and for every tenant whether positions are dense, the
/// read models follow, sealing does, and webhooks go out. Changes nothing but migrations that are due. Exit code 1 when
/// something is wrong.
#[derive(Debug, Args)]
pub struct Doctor {}

/// What a check found.
enum Finding {
    Good(String),
    /// Works, and should be changed.
    Odd(String),
    /// Does not work, or may lose what was acknowledged.
    Bad(String),
}

impl Doctor {
    pub async fn run(self, config: &Config) -> Result<(), Failure> {
        let directory = &config.data.directory;
        if config.database.url.is_none() && !PrivatePostgres::is_in(directory) {
            return Err(format!(
                "there is no installation in {}: begin one with `ledgerdesk serve`, or say where it is with \
                 LEDGERDESK_DATA or data.directory; for a database of yours, with DATABASE_URL or database.url",
                directory.display()
            )
            .into());
        }
        let opened = open(config, Database::attach(config).await?).await?;
        let mut findings = database(&opened).await?;
        findings.extend(config.server.tls.as_ref().map(certificate_finding));
        findings.push(files_finding(&opened).await);
        findings.push(archive_finding(&opened).await);
        for (tenant, status) in opened.app.desk.store().tenants().await? {
            if status == TenantStatus::Provisioning {
                let advice = format!("run `ledgerdesk tenant create {tenant}` again");
                findings.push(Finding::Odd(format!("tenant {tenant} is half made: {advice}")));
                continue;
            }
            if status == TenantStatus::Destroying {
                findings.push(Finding::Odd(format!(
                    "tenant {tenant} is being destroyed: a running server goes on with it"
                )));
                continue;
            }
            let log = match opened.app.desk.store().log(&tenant).await {
                Ok(log) => log,
                Err(error @ StoreError::NotMigrated { .. }) => {
                    findings.push(Finding::Bad(error.to_string()));
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            let parked = parked_findings(&log).await?;
            findings.push(log_finding(&opened, &log, &parked).await?);
            findings.extend(parked);
            findings.push(sealing_finding(&opened, &log).await?);
            findings.push(webhooks_finding(&opened, &log).await?);
            findings.extend(backup_finding(&opened, &log).await?);
            findings.extend(parked_key_findings(&log).await?);
        }
        opened.close().await?;
        let mut bad = 0;
        for finding in findings {
            match finding {
                Finding::Good(text) => print(&format!("ok    {text}")),
                Finding::Odd(text) => print(&format!("odd   {text}")),
                Finding::Bad(text) => {
                    bad += 1;
                    print(&format!("BAD   {text}"));
                }
            }
        }
        if bad == 0 { Ok(()) } else { Err(format!("{bad} of the checks failed").into()) }
    }
}

async fn database(opened: &Open) -> Result<Vec<Finding>, Failure> {
    let facts = opened.app.desk.store().diagnose().await?;
    let (major, minor) = (facts.server_version / 10_000, facts.server_version % 10_000);
    let version = format!("PostgreSQL {major}.{minor}");
    let whose = if opened.database.is_private() { "private" } else { "configured" };
    let skew = facts.clock_difference.num_milliseconds();
    Ok(vec![
        if major >= 15 {
            Finding::Good(format!("{version}, {whose}"))
        } else {
            Finding::Bad(format!("{version}: 15 or later is needed; upgrade it"))
        },
        if facts.unsafe_settings.is_empty() {
            Finding::Good(
                "every acknowledged write is on disk (fsync, full_page_writes, synchronous_commit)".to_owned(),
            )
        } else {
            let off = facts.unsafe_settings.join(", ");
            Finding::Bad(format!("{off} is off: acknowledged writes may be lost; turn it on in postgresql.conf"))
        },
        if facts.superuser || facts.inherits {
            let why = "the server's role is a superuser or inherits the tenants' rights";
            Finding::Odd(format!(
                "{why}: give it a login of its own, with NOINHERIT, and name the owner in database.admin_url"
            ))
        } else {
            Finding::Good("the server's role has no rights in any tenant but the ones it asks for".to_owned())
        },
        if skew.abs() < 2000 {
            Finding::Good(format!("the clocks of server and database differ by {} ms", skew.abs()))
        } else {
            Finding::Odd(format!("the clocks of server and database differ by {} ms: set both by NTP", skew.abs()))
        },
    ])
}

/// Whether the certificate that is configured can be used.
fn certificate_finding(section: &TlsSection) -> Finding {
    match Certificates::load(section) {
        Ok(_) => Finding::Good("the TLS certificate and its key can be used".to_owned()),
        Err(error) => Finding::Bad(format!(
            "{}: a server that runs goes on with the certificate before, and one that starts now does not start",
            crate::problem::chain(&error)
        )),
    }
}

/// Whether files can be written, read and removed where they are to be kept.
async fn files_finding(opened: &Open) -> Finding {
    let probe = opened.app.desk.store().ids().next().simple().to_string();
    match opened.app.files.vault().check(&probe).await {
        Ok(()) => Finding::Good("files can be written, read and removed".to_owned()),
        Err(error) => Finding::Bad(format!(
            "files cannot be kept: {}; see files.url, the rights of its directory, or the AWS_… variables",
            crate::problem::chain(&error)
        )),
    }
}

/// Whether backups can be.
async fn archive_finding(opened: &Open) -> Finding {
    let probe = opened.app.desk.store().ids().next().simple().to_string();
    match opened.app.backups.archive().vault().check(&probe).await {
        Ok(()) => Finding::Good("backups can be written, read and removed".to_owned()),
        Err(error) => Finding::Bad(format!(
            "backups cannot be kept: {}; see backups.url, the rights of its directory, or the AWS_… variables",
            crate::problem::chain(&error)
        )),
    }
}

/// A backup that is due longer than this says that nobody makes it.
const SAVED_WITHIN: TimeDelta = TimeDelta::hours(6);

/// How the tenant stands; none for one that is not saved any more.
async fn backup_finding(opened: &Open, log: &Log) -> Result<Option<Finding>, Failure> {
    let (tenant, store) = (log.tenant(), opened.app.desk.store());
    let Some(standing) = store.backup_standings(Some(tenant)).await?.pop() else { return Ok(None) };
    let (schedule, zone, now) = (saving::schedule_of(&standing), saving::zone(log).await?, store.clock().now());
    let instant = |at: DateTime<Utc>| at.format("%F %H:%M:%S UTC").to_string();
    if let Some((at, why)) = &standing.failed {
        return Ok(Some(Finding::Bad(format!(
            "tenant {tenant}: the last backup failed at {}: {why}; a running server tries again, and so does \
             `ledgerdesk backup --tenant {tenant}`",
            instant(*at)
        ))));
    }
    let due = schedule.last_due(zone, now);
    if schedule.is_due(zone, saving::waits_since(&standing), now) && now - due > SAVED_WITHIN {
        return Ok(Some(Finding::Odd(format!(
            "tenant {tenant}: a backup is due since {}: is a server running? `ledgerdesk serve` makes it, or `ledgerdesk \
             backup --tenant {tenant}`",
            instant(due)
        ))));
    }
    let next = instant(schedule.next_due(zone, now));
    Ok(Some(Finding::Good(match standing.saved {
        Some((at, bytes)) => format!("tenant {tenant}: saved at {}, {bytes} bytes; again at {next}", instant(at)),
        None => format!("tenant {tenant}: to be saved for the first time at {next}"),
    })))
}

/// An event that waits longer than this for its seal says that nobody seals.
const SEALED_WITHIN: TimeDelta = TimeDelta::seconds(60);

async fn sealing_finding(opened: &Open, log: &Log) -> Result<Finding, Failure> {
    let tenant = log.tenant();
    let status = log.tree_status().await?;
    if let Some(reason) = status.stopped {
        return Ok(Finding::Bad(format!("tenant {tenant}: sealing stands: {reason}")));
    }
    let waiting = status.head.saturating_sub(status.size);
    let overdue = |since| opened.app.desk.store().clock().now() - since > SEALED_WITHIN;
    if let Some(since) = status.waiting_since.filter(|since| overdue(*since)) {
        let since = since.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        return Ok(Finding::Odd(format!(
            "tenant {tenant}: {waiting} events since {since} are in no signed checkpoint: sealing stands; a running \
             `ledgerdesk serve` goes on with it"
        )));
    }
    Ok(Finding::Good(format!("tenant {tenant}: sealed up to {} of {}", status.size, status.head)))
}

async fn log_finding(opened: &Open, log: &Log, parked: &[Finding]) -> Result<Finding, Failure> {
    let tenant = log.tenant();
    let head = log.head().await?.position;
    let tx = log.begin().await?;
    let row = tx.query_one("SELECT count(*), coalesce(max(position), 0) FROM events", &[]).await?;
    tx.commit().await?;
    let (count, last): (i64, i64) = (row.get(0), row.get(1));
    if count != last || u64::try_from(last) != Ok(head) {
        return Ok(Finding::Bad(format!(
            "tenant {tenant}: {count} events, the last at position {last}, the head at {head}: the log was changed from \
             outside; restore it from a backup"
        )));
    }
    if !parked.is_empty() {
        return Ok(Finding::Good(format!("tenant {tenant}: {head} events without holes")));
    }
    let checkpoint = opened.app.projector.catch_up(log).await?;
    Ok(Finding::Good(format!("tenant {tenant}: {head} events without holes, read models at {checkpoint}")))
}

async fn parked_findings(log: &Log) -> Result<Vec<Finding>, Failure> {
    let (tenant, tx, mut findings) = (log.tenant(), log.begin().await?, vec![]);
    for group in Group::ALL {
        let Some(reason) = projections::subscription(&tx, group.live()).await?.and_then(|found| found.parked) else {
            continue;
        };
        let advice = resume_advice(tenant, group.as_str(), None);
        findings
            .push(Finding::Bad(format!("tenant {tenant}: the read models ({group}) are parked: {reason}; {advice}")));
    }
    tx.commit().await?;
    Ok(findings)
}

/// What to do about what is parked.
fn resume_advice(tenant: &TenantId, consumer: &str, key: Option<&str>) -> String {
    let key = key.map(|key| format!(" --key {key}")).unwrap_or_default();
    format!(
        "run the newest version of ledgerdesk that ever served this database, or mend the cause: it goes on by itself \
         within minutes, or at once with `ledgerdesk resume --tenant {tenant} --consumer {consumer}{key}`"
    )
}

/// So many keys are told of one by one.
const KEYS: u16 = 5;

async fn parked_key_findings(log: &Log) -> Result<Vec<Finding>, Failure> {
    let tenant = log.tenant();
    let told = webhooks::parked_keys(log, KEYS).await?.into_iter().map(|ParkedKey { key, webhook, reason }| {
        let advice = resume_advice(tenant, webhooks::NAME, Some(&key));
        Finding::Bad(format!("tenant {tenant}: deliveries of {key} to {webhook} are parked: {reason}; {advice}"))
    });
    Ok(told.collect())
}

/// What a running server sends within seconds has waited too long after this.
const SOON: TimeDelta = TimeDelta::minutes(2);

async fn webhooks_finding(opened: &Open, log: &Log) -> Result<Finding, Failure> {
    let (tenant, now) = (log.tenant(), opened.app.desk.store().clock().now());
    let backlog = webhooks::backlog(log, now).await?;
    let Backlog { checkpoint, pending, disabled, .. } = backlog;
    if let Some(reason) = backlog.parked {
        return Ok(Finding::Bad(format!(
            "tenant {tenant}: webhooks are parked at position {checkpoint}: {reason}; nothing after it is sent; {}",
            resume_advice(tenant, webhooks::NAME, None)
        )));
    }
    if let Some(due) = backlog.oldest_due.filter(|due| now - *due > SOON) {
        let since = due.format("%F %H:%M:%S UTC");
        return Ok(Finding::Odd(format!(
            "tenant {tenant}: {pending} webhook deliveries are pending, the oldest due since {since}: is a server \
             running? `ledgerdesk serve` sends them"
        )));
    }
    if disabled > 0 {
        return Ok(Finding::Odd(format!(
            "tenant {tenant}: webhooks whose receivers are gone or took nothing for five days are disabled ({disabled}): \
             see GET /api/webhooks; once mended, PATCH {{\"active\": true}} and replay from disabled_at_position"
        )));
    }
    Ok(Finding::Good(format!("tenant {tenant}: webhooks at position {checkpoint}, {pending} deliveries pending")))
}
