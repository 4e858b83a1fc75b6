//! Secrets of webhooks and log streams: `whsec_` and 32 random bytes in base64, as Standard Webhooks 1.0 writes them. One is shown once and stands,
//! sealed under the tenant's key, in a write-side table: never in an event.

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use domain::WebhookId;
use event_store::{Log, Random, SealedColumn, StoreError, TenantTx};

use super::operations::{CreateWebhook, RotateSecret};
use crate::{
    desk::{Desk, Receipt, Request},
    error::CommandError,
    unit::Operation,
};

/// How long the secret before still signs, beside the new one.
pub const ROTATION: TimeDelta = TimeDelta::hours(24);
/// The most webhooks of one tenant.
pub const MAX_WEBHOOKS: i64 = 50;
/// The most secrets that sign at once: whoever rotates faster than every few hours loses the oldest.
const MAX_SECRETS: i64 = 4;

/// A secret in clear: held by whoever was just given it, and by whoever signs.
#[derive(Clone)]
pub struct WebhookSecret(String);

impl std::fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WebhookSecret")
    }
}

impl WebhookSecret {
    fn generate(random: &dyn Random) -> Self {
        let mut bytes = [0; 32];
        random.fill(&mut bytes);
        Self(format!("whsec_{}", STANDARD.encode(bytes)))
    }

    /// The text, to be shown once, or to sign with.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// How many of a kind there may be: each has a secret.
pub(crate) struct Most {
    /// What their ids begin with.
    pub prefix: &'static str,
    /// So many.
    pub count: i64,
    /// What they are called.
    pub things: &'static str,
    /// The code of the refusal of one more.
    pub code: &'static str,
}

const WEBHOOKS: Most =
    Most { prefix: WebhookId::PREFIX, count: MAX_WEBHOOKS, things: "webhooks", code: "too_many_webhooks" };

impl Desk {
    /// Makes a webhook.
    pub async fn create_webhook(
        &self,
        log: &Log,
        request: &Request,
        random: &dyn Random,
        wish: &CreateWebhook,
    ) -> Result<(Receipt, WebhookSecret), CommandError> {
        self.create_signing(log, request, random, (&wish.id.to_string(), wish), &WEBHOOKS).await
    }

    /// Gives a webhook a new secret; those before it sign for [`ROTATION`] more.
    pub async fn rotate_webhook_secret(
        &self,
        log: &Log,
        request: &Request,
        random: &dyn Random,
        id: WebhookId,
    ) -> Result<(Receipt, WebhookSecret), CommandError> {
        self.rotate_signing(log, request, random, (&id.to_string(), &RotateSecret(id))).await
    }

    /// Makes what sends signed. Its secret comes first: what stands in the log can always be signed for.
    pub(crate) async fn create_signing(
        &self,
        log: &Log,
        request: &Request,
        random: &dyn Random,
        (owner, wish): (&str, &impl Operation),
        limit: &Most,
    ) -> Result<(Receipt, WebhookSecret), CommandError> {
        let tx = log.begin().await?;
        let sql = "SELECT count(DISTINCT webhook_id) FROM webhook_secrets WHERE starts_with(webhook_id, $1)";
        let row = tx.query_one(sql, &[&limit.prefix]).await.map_err(StoreError::from)?;
        if row.get::<_, i64>(0) >= limit.count {
            let Most { count, things, code, .. } = *limit;
            let message = format!("a tenant has at most {count} {things}: delete one that is not used");
            return Err(CommandError::Rejected { code, pointer: None, message });
        }
        let secret = self.add_secret(log, &tx, random, owner).await?;
        tx.commit().await?;
        let receipt = match self.run(log, request, wish).await {
            // The first time showed the secret; this one would show one that belongs to nothing.
            Ok(receipt) if receipt.replayed => Err(CommandError::CommandReused),
            done => done,
        };
        match receipt {
            Ok(receipt) => Ok((receipt, secret)),
            // It may have happened all the same: without a secret it could never send anything.
            Err(error @ (CommandError::Store(_) | CommandError::ShuttingDown)) => Err(error),
            Err(error) => {
                self.forget_secrets(log, owner).await?;
                Err(error)
            }
        }
    }

    /// Gives what sends signed a new secret, which `wish` records.
    pub(crate) async fn rotate_signing(
        &self,
        log: &Log,
        request: &Request,
        random: &dyn Random,
        (owner, wish): (&str, &impl Operation),
    ) -> Result<(Receipt, WebhookSecret), CommandError> {
        let receipt = self.run(log, request, wish).await?;
        if receipt.replayed {
            return Err(CommandError::CommandReused);
        }
        let tx = log.begin().await?;
        let now = self.store().clock().now();
        // Those who rotate at once take turns, so that each ends what the one before has made. They wait for a row that
        // is always there: a secret's own may be deleted by the one who is waited for.
        tx.query("SELECT 1 FROM head FOR UPDATE", &[]).await.map_err(StoreError::from)?;
        tx.execute(
            "UPDATE webhook_secrets SET expires_at = $2 WHERE webhook_id = $1 AND expires_at IS NULL",
            &[&owner, &(now + ROTATION)],
        )
        .await
        .map_err(StoreError::from)?;
        let secret = self.add_secret(log, &tx, random, owner).await?;
        tx.execute(
            "DELETE FROM webhook_secrets WHERE webhook_id = $1 AND (expires_at <= $2 OR secret_id NOT IN (
                SELECT secret_id FROM webhook_secrets WHERE webhook_id = $1
                ORDER BY expires_at IS NULL DESC, secret_id DESC LIMIT $3))",
            &[&owner, &now, &MAX_SECRETS],
        )
        .await
        .map_err(StoreError::from)?;
        tx.commit().await?;
        Ok((receipt, secret))
    }

    async fn add_secret(
        &self,
        log: &Log,
        tx: &TenantTx,
        random: &dyn Random,
        owner: &str,
    ) -> Result<WebhookSecret, StoreError> {
        let secret = WebhookSecret::generate(random);
        let secret_id = self.store().ids().next();
        log.learn_keys(tx).await?;
        let sealed = log.seal_secret(&about(owner, secret_id), secret.reveal().as_bytes());
        tx.execute(
            "INSERT INTO webhook_secrets (webhook_id, secret_id, sealed, created_at, key_version)
             VALUES ($1, $2, $3, $4, $5)",
            &[&owner, &secret_id, &sealed.bytes, &self.store().clock().now(), &sealed.key_version],
        )
        .await?;
        Ok(secret)
    }

    async fn forget_secrets(&self, log: &Log, owner: &str) -> Result<(), StoreError> {
        let tx = log.begin().await?;
        tx.execute("DELETE FROM webhook_secrets WHERE webhook_id = $1", &[&owner]).await?;
        tx.commit().await
    }
}

/// The secrets that sign for a webhook, or a log stream, at `now`, the newest first.
pub async fn secrets(
    log: &Log,
    tx: &TenantTx,
    webhook: &str,
    now: DateTime<Utc>,
) -> Result<Vec<WebhookSecret>, StoreError> {
    let statement = tx
        .statement(
            "SELECT secret_id, sealed FROM webhook_secrets
             WHERE webhook_id = $1 AND (expires_at IS NULL OR expires_at > $2)
             ORDER BY expires_at IS NULL DESC, secret_id DESC",
        )
        .await?;
    let rows = tx.query(&statement, &[&webhook, &now]).await?;
    let mut secrets = Vec::with_capacity(rows.len());
    for row in &rows {
        let place = about(webhook, row.get(0));
        let opened = log.open_secret(Some(tx), &place, row.get(1)).await?;
        let text = String::from_utf8(opened).map_err(|_| StoreError::WrongMasterKey { what: place })?;
        secrets.push(WebhookSecret(text));
    }
    Ok(secrets)
}

/// What is sealed here, for those who seal it under another version of the tenant's key.
pub const SEALED: SealedColumn = SealedColumn {
    table: "webhook_secrets",
    column: "sealed",
    place: "'webhook secret ' || webhook_id || ' ' || secret_id",
};

fn about(webhook: &str, secret: uuid::Uuid) -> String {
    format!("webhook secret {webhook} {secret}")
}
