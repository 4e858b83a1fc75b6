//! The signature of Standard Webhooks 1.0, by each secret that counts.

use commands::webhooks::WebhookSecret;

/// What stands in `webhook-signature`; none where nothing can be signed: nothing is sent unsigned, for a receiver that
/// checks nothing would take it.
pub(crate) fn of(id: &str, timestamp: i64, secrets: &[WebhookSecret], body: &[u8]) -> Option<String> {
    let sign =
        |secret: &WebhookSecret| standardwebhooks::Webhook::new(secret.reveal()).ok()?.sign(id, timestamp, body).ok();
    let signatures = secrets.iter().map(sign).collect::<Option<Vec<_>>>()?;
    (!signatures.is_empty()).then(|| signatures.join(" "))
}
