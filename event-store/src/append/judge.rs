//! Judges commits in order, each against the facts and against those of the batch that came before it.

use chrono::{DateTime, Utc};

use crate::{
    append::{
        facts::{Facts, StoredCommand},
        prepare::Prepared,
        writer::Verdict,
    },
    commit::Appended,
    error::AppendError,
};

/// The verdict on one commit; `None`: it holds. `again`: the batch may have been committed already, by an attempt that
/// never heard the answer.
pub(super) fn judge(facts: &Facts, commit: &Prepared, now: DateTime<Utc>, again: bool) -> Option<Verdict> {
    let happened = facts.commands.get(&commit.command_id.0);
    if let Some(stored) = happened.filter(|stored| stored.expires_at.is_none_or(|end| end > now)) {
        return Some(repeat(facts, stored, commit, again));
    }
    for part in &commit.streams {
        let actual = facts.versions.get(&part.stream).copied().unwrap_or(0);
        if actual != part.expected {
            let (stream, expected) = (part.stream.clone(), part.expected);
            return Some(Err(AppendError::Conflict { stream, expected, actual }));
        }
    }
    for claim in &commit.claims {
        let owner = facts.owners.get(&(claim.kind, claim.digest.clone()));
        // Only its owner can give a value back.
        let given_back = |owner: &String| {
            commit.releases.iter().any(|r| r.kind == claim.kind && r.digest == claim.digest && r.owner == *owner)
        };
        if let Some(owner) = owner.filter(|owner| **owner != claim.owner && !given_back(owner)) {
            return Some(Err(AppendError::ClaimTaken { kind: claim.kind.to_owned(), owner: owner.clone() }));
        }
    }
    None
}

fn repeat(facts: &Facts, stored: &StoredCommand, commit: &Prepared, again: bool) -> Verdict {
    if stored.request_digest != commit.request_digest {
        return Err(AppendError::CommandReused);
    }
    Ok(Appended {
        position: stored.position.unwrap_or(facts.head.position),
        replayed: !again,
        outcome: stored.outcome.clone(),
    })
}
