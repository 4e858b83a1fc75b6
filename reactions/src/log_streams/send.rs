//! One batch on its way, and what came back.

use chrono::{DateTime, TimeDelta, Utc};
use commands::webhooks::secrets;
use event_store::Log;
use projections::log_streams::Stream;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};

use crate::{
    error::ReactionError,
    log_streams::{
        LogStreams,
        batch::{Batch, line},
        connect, syslog,
        target::{self, Syslog, Target},
    },
    webhooks::{attempt::evidence, health, schedule::Heard, sender::header, signature},
};

/// Why a batch was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub error: String,
    /// How long the receiver asks to be left alone.
    pub hold: Option<TimeDelta>,
    /// What it answered with.
    pub status: Option<u16>,
}

impl Refusal {
    fn of(error: String) -> Self {
        Self { error, hold: None, status: None }
    }

    /// When it is tried again, after so many failures in a row.
    pub fn due_at(&self, failures: i32, now: DateTime<Utc>) -> DateTime<Utc> {
        // As the breaker of webhooks does from its first pause on: 5 seconds, doubled up to 5 minutes.
        let pause = health::pause(failures.saturating_add(health::TRIPS - 1)).unwrap_or_default();
        now + self.hold.map_or(pause, |hold| hold.max(pause))
    }
}

impl LogStreams {
    /// Sends a batch; gives the status of an answer, where there is one. An error is one of our own.
    pub(super) async fn send(
        &self,
        log: &Log,
        stream: &Stream,
        batch: &Batch,
    ) -> Result<Result<Option<u16>, Refusal>, ReactionError> {
        match target::check(stream.url().unwrap_or_default(), self.loopback(log.tenant())) {
            Ok(Target::Https) => self.post(log, stream, batch).await,
            Ok(Target::Syslog(receiver)) => Ok(self.tell(stream, &receiver, batch).await.map(|()| None)),
            Err(refused) => Ok(Err(Refusal::of(refused.to_string()))),
        }
    }

    async fn tell(&self, stream: &Stream, receiver: &Syslog, batch: &Batch) -> Result<(), Refusal> {
        let messages: Vec<u8> = batch.records.iter().flat_map(|record| syslog::framed(&record.fields)).collect();
        let (names, timeout) = (&*self.inner.settings.names, self.inner.settings.timeout);
        let certificates = stream.state.ca_certificates.as_deref();
        let delivered = connect::deliver(names, receiver, certificates, &messages);
        match tokio::time::timeout(timeout, delivered).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(Refusal::of(error.to_string())),
            Err(_) => {
                let why = "the receiver must close the connection when this side has";
                Err(Refusal::of(format!("it was not read to its end within {timeout:?}: {why}")))
            }
        }
    }

    async fn post(
        &self,
        log: &Log,
        stream: &Stream,
        batch: &Batch,
    ) -> Result<Result<Option<u16>, Refusal>, ReactionError> {
        let url = stream.url().unwrap_or_default();
        let body: Vec<u8> = batch.records.iter().flat_map(|record| line(&record.fields)).collect();
        let headers = self.headers(log, stream, &batch.id, &body).await?;
        let sent = self.inner.sender.send(url, self.loopback(log.tenant()), headers, body).await;
        Ok(match sent {
            Ok(answer) if (200..300).contains(&answer.status) => Ok(Some(answer.status)),
            Ok(answer) => {
                let heard = Heard { status: Some(answer.status), retry_after: answer.retry_after };
                let why = match answer.status {
                    300..=399 => ": redirects are not followed, set the stream's URL to where it leads",
                    401 | 403 => ": see that the receiver lets this stream in",
                    413 => ": let the receiver take 512 KB at once",
                    _ => "",
                };
                let hold = heard.hold(self.clock().now());
                Err(Refusal {
                    hold,
                    status: Some(answer.status),
                    ..Refusal::of(format!("it answered {}{why}", answer.status))
                })
            }
            Err(error) => Err(Refusal::of(error.to_string())),
        })
    }

    /// Those of Standard Webhooks 1.0, and the log's last checkpoint.
    async fn headers(&self, log: &Log, stream: &Stream, id: &str, body: &[u8]) -> Result<HeaderMap, ReactionError> {
        let now = self.clock().now();
        let tx = log.begin().await?;
        let secrets = secrets(log, &tx, &stream.id, now).await?;
        tx.commit().await?;
        let unsigned = || ReactionError::Unsigned { what: "log-stream", id: stream.id.clone() };
        let signature = signature::of(id, now.timestamp(), &secrets, body).ok_or_else(unsigned)?;
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
        let ours = [
            header("webhook-id", id),
            header("webhook-timestamp", &now.timestamp().to_string()),
            header("webhook-signature", &signature),
        ];
        headers.extend(ours.into_iter().flatten().chain(evidence(log)));
        Ok(headers)
    }
}
