//! Restriction of processing (GDPR Article 18): what is known of a customer is kept, and not used.

use serde::{Deserialize, Serialize};

/// Why what is known of a customer may be kept and not used: the cases of Article 18(1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RestrictionGround {
    /// They say that it is not true, and that is being looked at (a).
    AccuracyContested,
    /// It was unlawful to use it, and they do not want it erased (b).
    UnlawfulProcessing,
    /// Nobody needs it any more but they, for a legal claim (c).
    LegalClaims,
    /// They objected (Article 21(1)), and whose reasons weigh more is being looked at (d).
    Objection,
}

impl RestrictionGround {
    /// Every ground.
    pub const ALL: [Self; 4] = [Self::AccuracyContested, Self::UnlawfulProcessing, Self::LegalClaims, Self::Objection];

    /// The text that stands for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AccuracyContested => "accuracy_contested",
            Self::UnlawfulProcessing => "unlawful_processing",
            Self::LegalClaims => "legal_claims",
            Self::Objection => "objection",
        }
    }
}
