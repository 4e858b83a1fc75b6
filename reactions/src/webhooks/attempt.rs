//! One attempt: render, sign, send, and draw the consequences.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use commands::{
    Request,
    webhooks::{DisableWebhook, WebhookSecret, secrets},
};
use domain::{WebhookId, webhook::DisableReason};
use event_store::{CommandId, Log};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};

use crate::{
    error::ReactionError,
    webhooks::{
        Webhooks,
        claim::Claimed,
        measure,
        payload::{self, Payload},
        record::{self, Attempt, Exchange, Recorded},
        schedule::{ATTEMPTS, Heard, PATIENCE, Verdict},
        sender::{Answer, KEPT_BYTES, SendError, header},
        signature,
    },
};

/// After a failure of our own (the database is away), the delivery is due again this much later. It is no attempt.
const PAUSE: TimeDelta = TimeDelta::seconds(10);
/// The same, where trying again soon would change nothing: its key is parked.
const TRY_PARKED: TimeDelta = TimeDelta::minutes(5);
/// A test is tried once: somebody is looking.
const TEST_ATTEMPTS: u32 = 1;

impl Webhooks {
    /// Attempts a delivery. Whatever goes wrong here is logged; the delivery stays where it is.
    pub(super) async fn attempt(&self, log: &Log, claimed: &Claimed) {
        if !claimed.is_fresh(self.clock().now()) {
            // Somebody else may have it by now: whatever is sent from here on might come out of order.
            return;
        }
        let Err(error) = self.try_attempt(log, claimed).await else { return };
        let (pause, parked) = match &error {
            ReactionError::Store(error) if event_store::is_transient(error) => (PAUSE, None),
            _ => (TRY_PARKED, Some(error.to_string())),
        };
        if parked.is_none() || parked != claimed.parked {
            tracing::warn!(tenant = %log.tenant(), delivery = claimed.delivery, %error, "a webhook could not be attempted");
        }
        if let Err(error) = record::put_back(log, claimed, self.clock().now() + pause, parked.as_deref()).await {
            tracing::warn!(tenant = %log.tenant(), delivery = claimed.delivery, %error, "its lease has to run out");
        }
    }

    async fn try_attempt(&self, log: &Log, claimed: &Claimed) -> Result<(), ReactionError> {
        let at = self.clock().now();
        let tx = log.begin().await?;
        let secrets = secrets(log, &tx, &claimed.webhook, at).await?;
        tx.commit().await?;
        let body = serde_json::to_vec(&self.payload_of(log, claimed, at).await?).unwrap_or_default();
        let url = claimed.url.clone().unwrap_or_default();
        let mut headers = headers(claimed, at, &secrets, &body)?;
        headers.extend(evidence(log));
        if !claimed.is_fresh(self.clock().now()) {
            return Ok(());
        }
        let began = tokio::time::Instant::now();
        let loopback = self.loopback(log.tenant());
        let sent = self.inner.sender.send(&url, loopback, headers.clone(), body).await;
        let took = began.elapsed();
        let (heard, attempt) = told(url, &headers, at, took, sent);
        measure::attempt(&heard, took);
        self.conclude(log, claimed, &heard, &attempt).await
    }

    /// What is sent: what happened, or a sample.
    async fn payload_of(&self, log: &Log, claimed: &Claimed, at: DateTime<Utc>) -> Result<Payload, ReactionError> {
        match claimed.position {
            Some(position) => payload::payload(log, position).await,
            None => Ok(payload::sample(&claimed.general, &claimed.event_id, log.tenant().as_str(), at)),
        }
    }

    async fn conclude(
        &self,
        log: &Log,
        claimed: &Claimed,
        heard: &Heard,
        attempt: &Attempt,
    ) -> Result<(), ReactionError> {
        let now = self.clock().now();
        let most = if claimed.is_test() { TEST_ATTEMPTS } else { ATTEMPTS };
        let verdict = heard.verdict(claimed.attempts + 1, most, now, &*self.inner.random);
        if verdict == Verdict::Gone {
            // Before the lane is given up, so that nothing more is sent there.
            self.disable(log, claimed, DisableReason::Gone, &claimed.delivery).await?;
        }
        let hold_until = heard.hold(now).map(|hold| now + hold);
        let recorded = record::record(log, claimed, attempt, verdict, hold_until, now).await?;
        match recorded {
            Recorded::Stands(Some(since)) if now - since >= PATIENCE => {
                self.disable(log, claimed, DisableReason::Failing, &since.to_rfc3339()).await
            }
            Recorded::Stands(_) => Ok(()),
            Recorded::LeaseLost => {
                tracing::warn!(tenant = %log.tenant(), delivery = claimed.delivery, "an attempt took longer than its lease");
                Ok(())
            }
        }
    }

    /// `cause` names it, so that several processes say it once.
    async fn disable(
        &self,
        log: &Log,
        claimed: &Claimed,
        reason: DisableReason,
        cause: &str,
    ) -> Result<(), ReactionError> {
        let Ok(id) = claimed.webhook.parse::<WebhookId>() else { return Ok(()) };
        let parts = [b"disable webhook", claimed.webhook.as_bytes(), reason.as_str().as_bytes(), cause.as_bytes()];
        let request = Request::system(super::NAME, CommandId::of(&parts));
        match self.inner.desk.run(log, &request, &DisableWebhook { id, reason }).await {
            // Deleted in the meantime: it gets nothing, all the same.
            Ok(_) | Err(commands::CommandError::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        tracing::info!(tenant = %log.tenant(), webhook = claimed.webhook, reason = reason.as_str(), "a webhook is disabled");
        if let Err(error) = self.catch_up(log).await {
            tracing::warn!(tenant = %log.tenant(), webhook = claimed.webhook, %error, "it may be sent something yet");
        }
        Ok(())
    }
}

/// The headers of Standard Webhooks 1.0, with a signature by each secret that counts, and two for those who look.
/// Nothing is sent unsigned: a receiver that checks nothing would take it.
fn headers(
    claimed: &Claimed,
    at: DateTime<Utc>,
    secrets: &[WebhookSecret],
    body: &[u8],
) -> Result<HeaderMap, ReactionError> {
    let timestamp = at.timestamp();
    let unsigned = || ReactionError::Unsigned { what: "webhook", id: claimed.webhook.clone() };
    let signature = signature::of(&claimed.event_id, timestamp, secrets, body).ok_or_else(unsigned)?;
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.extend(
        [
            header("webhook-id", &claimed.event_id),
            header("webhook-timestamp", &timestamp.to_string()),
            header("webhook-signature", &signature),
            header("helpdesk-delivery", &claimed.delivery),
            header("helpdesk-attempt", &(claimed.attempts + 1).to_string()),
        ]
        .into_iter()
        .flatten(),
    );
    Ok(headers)
}

/// The last checkpoint of the log, so that whoever keeps what they get holds evidence of what was before.
pub(crate) fn evidence(log: &Log) -> Option<(HeaderName, HeaderValue)> {
    header("helpdesk-checkpoint", &log.checkpoint()?.in_one_line())
}

/// What was heard, and the whole of it for the log of attempts.
fn told(
    url: String,
    headers: &HeaderMap,
    at: DateTime<Utc>,
    took: Duration,
    sent: Result<Answer, SendError>,
) -> (Heard, Attempt) {
    let request_headers = texts(headers);
    match sent {
        Ok(answer) => {
            let refused = !(200..300).contains(&answer.status);
            let redirect = (300..400).contains(&answer.status);
            let error = refused.then(|| {
                let why =
                    if redirect { ": redirects are not followed, set the webhook's URL to where it leads" } else { "" };
                format!("it answered {}{why}", answer.status)
            });
            let exchange = Exchange {
                url,
                request_headers,
                response_headers: texts(&answer.headers),
                response_truncated: answer.body.len() >= KEPT_BYTES,
                response_body: String::from_utf8_lossy(&answer.body).replace('\0', "\u{fffd}"),
            };
            let heard = Heard { status: Some(answer.status), retry_after: answer.retry_after };
            (heard, Attempt { at, took, status: Some(answer.status), error, exchange })
        }
        Err(error) => {
            let exchange = Exchange { url, request_headers, ..Exchange::default() };
            (Heard::default(), Attempt { at, took, status: None, error: Some(error.to_string()), exchange })
        }
    }
}

/// At most so many headers, of at most so many characters, are kept.
const KEPT_HEADERS: usize = 50;
const KEPT_CHARS: usize = 500;

fn texts(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).chars().take(KEPT_CHARS).collect();
    headers.iter().take(KEPT_HEADERS).map(|(name, value)| (name.to_string(), text(value))).collect()
}
