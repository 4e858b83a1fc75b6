//! Two logs of which one goes on from the other: a log that was restored from a backup is another log, sealed anew under
//! another name. What both have must be the same, and where they part is shown.

use serde::Serialize;

use super::verdict::{Restored, Verdict};

/// Where a restored log parts from the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Break {
    /// So many events both have, the same.
    pub kept: u64,
    /// The first and the last event that only the earlier log has; none if it had no more.
    pub discarded: Option<(u64, u64)>,
    /// The position of the event that says so, in the later log.
    pub restored_at: u64,
}

/// Why two logs are not such a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PairError {
    /// One of them does not hold by itself.
    #[error("one of the bundles does not verify by itself")]
    NotVerified,
    /// Nothing in the later one says that it was restored from what the earlier one has.
    #[error("no event of the later log says that it was restored within the first {0} events and one")]
    NotRestored(u64),
    /// A bundle with a part of a log does not tell.
    #[error("a bundle does not show all of the first {0} events: export both whole")]
    NotShown(u64),
    /// The later log begins with something else than the earlier one.
    #[error("the first {0} events of the two logs are not the same: the past was changed")]
    Changed(u64),
}

/// The event with which `after` goes on from a log of `size` events: the last one that such a log could have led to.
pub fn restored_from(after: &Verdict, size: u64) -> Option<&Restored> {
    after.restored.iter().rfind(|restored| restored.position <= size + 1)
}

/// Compares a log with one that goes on from it. `before` was verified with [`super::Trust::root_at`] one less than the
/// position of `restored`, an event of `after`.
pub fn pair(before: &Verdict, after: &Verdict, restored: &Restored) -> Result<Break, PairError> {
    if !before.holds() || !after.holds() {
        return Err(PairError::NotVerified);
    }
    let kept = restored.position - 1;
    let (Some(earlier), Some(later)) = (before.root_at, restored.root_before) else {
        return Err(PairError::NotShown(kept));
    };
    if earlier != later {
        return Err(PairError::Changed(kept));
    }
    let discarded = (before.size > kept).then_some((kept + 1, before.size));
    Ok(Break { kept, discarded, restored_at: restored.position })
}
