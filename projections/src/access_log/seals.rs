//! What the log says of the access log, compared with what is there.

use chrono::{DateTime, Utc};
use domain::access_log::{AccessLog, AccessLogEvent, AccessLogSealed};
use event_store::{
    Log,
    access::{AccessDigest, NO_DIGEST},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    as_of::{self, Moment},
    error::ProjectionError,
};

/// A seal over entries of the access log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = AccessLogSeal)]
pub struct SealView {
    /// Where your event log says it.
    #[schema(minimum = 1)]
    pub position: u64,
    /// When it was sealed.
    pub recorded_at: DateTime<Utc>,
    /// The number of the last entry before those that it is over.
    #[schema(minimum = 0)]
    pub after: u64,
    /// The number of the last of them.
    #[schema(minimum = 1)]
    pub through: u64,
    /// SHA-256 over the digest of the seal before (32 zero bytes before the first) and the line of the first entry; then
    /// over that and the line of the next; and so on.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub digest: String,
    /// What its entries come to now.
    pub verdict: Verdict,
}

/// What the entries of a seal come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = AccessLogVerdict)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// They are what was sealed.
    Verified,
    /// They are not: one was changed, put in or taken out.
    Changed,
    /// None of them is here: they are another tenant's, of whom this one is a copy.
    NotHere,
}

/// At most `limit` seals over entries after the number `after`, each compared with its entries; and whether there are more.
pub async fn seals(log: &Log, after: u64, limit: usize) -> Result<(Vec<SealView>, bool), ProjectionError> {
    let mut before = NO_DIGEST;
    let (mut found, mut more) = (vec![], false);
    for (at, event) in as_of::events::<AccessLog>(log, log.identity(), Moment::Now).await? {
        let AccessLogEvent::AccessLogSealed(sealed) = event;
        if sealed.through > after {
            if found.len() == limit {
                more = true;
                break;
            }
            let verdict = verdict(log, before, &sealed).await?;
            let AccessLogSealed { after, through, digest } = sealed.clone();
            let (position, recorded_at) = (at.position, at.recorded_at);
            found.push(SealView { position, recorded_at, after, through, digest, verdict });
        }
        before = sealed.digest.parse().unwrap_or(NO_DIGEST);
    }
    Ok((found, more))
}

async fn verdict(log: &Log, before: AccessDigest, sealed: &AccessLogSealed) -> Result<Verdict, ProjectionError> {
    let digest = log.access_digest((sealed.after, before), sealed.through).await?;
    if digest.is_some_and(|digest| digest.to_string() == sealed.digest) {
        return Ok(Verdict::Verified);
    }
    let first = log.read_accesses(sealed.after, 1).await?;
    let any = first.first().is_some_and(|entry| entry.number <= sealed.through);
    Ok(if any { Verdict::Changed } else { Verdict::NotHere })
}
