//! The keys that a log's checkpoints are signed with: made by the first sealing, kept sealed under the tenant's key.

use chrono::{DateTime, Utc};
use proof::{Signer, VerifierKey};

use super::error::SealError;
use crate::{
    database::TenantTx,
    error::StoreError,
    log::{Log, LogInner},
};

/// A key of a log, without its private half.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogKey {
    /// What verifiers need.
    pub public: VerifierKey,
    /// Since when it signs.
    pub created_at: DateTime<Utc>,
    /// Until when; none: until another is made.
    pub signs_until: Option<DateTime<Utc>>,
}

fn about(public: &str) -> String {
    format!("log key\0{public}")
}

/// The keys that sign now, the oldest first. Without any, the first one of `origin` is made.
pub(super) async fn signers(log: &LogInner, tx: &TenantTx, origin: &str) -> Result<Vec<Signer>, SealError> {
    let mut signers = stored(log, tx, origin).await?;
    if signers.is_empty() {
        signers.push(make(log, tx, origin).await?);
    }
    Ok(signers)
}

/// The keys that sign now, the oldest first.
pub(super) async fn stored(log: &LogInner, tx: &TenantTx, origin: &str) -> Result<Vec<Signer>, SealError> {
    let statement = tx
        .statement(
            "SELECT public_key, sealed_private_key FROM log_keys WHERE signs_until IS NULL OR signs_until > $1
             ORDER BY created_at, public_key",
        )
        .await?;
    let mut signers = vec![];
    for row in tx.query(&statement, &[&log.clock.now()]).await? {
        let (public, sealed): (&str, &[u8]) = (row.get(0), row.get(1));
        let seed = log.open_secret(Some(tx), &about(public), sealed).await?;
        let signer = Signer::try_new(origin, &seed).map_err(SealError::Origin)?;
        if signer.key().to_string() != public {
            return Err(SealError::Stopped(format!("the key {public} is not one of {origin}: log_keys was changed")));
        }
        signers.push(signer);
    }
    Ok(signers)
}

/// Makes a key, and keeps it.
pub(super) async fn make(log: &LogInner, tx: &TenantTx, origin: &str) -> Result<Signer, SealError> {
    let seed = log.keyring.random_key();
    let signer = Signer::try_new(origin, &seed).map_err(SealError::Origin)?;
    let public = signer.key().to_string();
    let sealed = log.seal_secret(&about(&public), &seed);
    tx.execute(
        "INSERT INTO log_keys (public_key, sealed_private_key, created_at, key_version) VALUES ($1, $2, $3, $4)",
        &[&public, &sealed.bytes, &log.clock.now(), &sealed.key_version],
    )
    .await?;
    Ok(signer)
}

impl Log {
    /// The keys that its checkpoints were ever signed with, the newest first; none before the first checkpoint.
    pub async fn log_keys(&self) -> Result<Vec<LogKey>, StoreError> {
        let sql = "SELECT public_key, created_at, signs_until FROM log_keys ORDER BY created_at DESC, public_key";
        let rows = self.query(sql, &[]).await?;
        let key = |row: &tokio_postgres::Row| {
            let public: &str = row.get(0);
            let public = public
                .parse()
                .map_err(|error| StoreError::Proof(format!("a row of log_keys is not a key: {error}")))?;
            Ok(LogKey { public, created_at: row.get(1), signs_until: row.get(2) })
        };
        rows.iter().map(key).collect()
    }
}
