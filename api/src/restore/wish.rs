//! What is wished of a restore.

use backups::BackupId;
use event_store::{TenantId, restore::Until};
use serde_json::{Value, json};

/// How long a sandbox may be.
pub const SANDBOX_DAYS: std::ops::RangeInclusive<u16> = 1..=365;

/// A restore, as it is wished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestoreWish {
    /// Whose backup.
    pub tenant: TenantId,
    /// Which; none: the one that fits best.
    pub backup: Option<BackupId>,
    /// How far its log is kept.
    pub until: Until,
    /// The tenant that is made of it; none: it is restored in place.
    pub into: Option<TenantId>,
    /// Whether it is made a sandbox, and for how many days. Only of a new tenant.
    pub sandbox_days: Option<u16>,
    /// Why, in words for the log.
    pub reason: Option<String>,
}

impl RestoreWish {
    /// The tenant that is restored, or made.
    pub fn target(&self) -> &TenantId {
        self.into.as_ref().unwrap_or(&self.tenant)
    }

    /// As it is written down: the same wish is the same text.
    pub(super) fn described(&self) -> Value {
        let until = match self.until {
            Until::End => json!("end"),
            Until::Position(position) => json!({"position": position}),
            Until::Instant(instant) => json!({"instant": instant.to_rfc3339()}),
        };
        json!({
            "tenant": self.tenant.as_str(),
            "backup": self.backup.map(|backup| backup.to_string()),
            "until": until,
            "into": self.into.as_ref().map(TenantId::as_str),
            "sandbox_days": self.sandbox_days,
            "reason": self.reason,
        })
    }
}
