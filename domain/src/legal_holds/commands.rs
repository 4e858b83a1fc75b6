//! What may be wished of legal holds.

use crate::{
    ids::LegalHoldId,
    legal_holds::events::HeldThings,
    text::{Name, Reason},
};

/// A new hold.
#[derive(Clone, Debug)]
pub struct PlaceLegalHold {
    /// The id that it gets.
    pub hold: LegalHoldId,
    /// The matter that it belongs to.
    pub matter: Name,
    /// Why it is placed.
    pub reason: Reason,
    /// What it is about. That it exists was read from its streams.
    pub about: HeldThings,
}

/// What may be wished of legal holds.
#[derive(Clone, Debug)]
pub enum LegalHoldsCommand {
    /// Let nothing of it be destroyed.
    Place(PlaceLegalHold),
    /// Let what is due happen again.
    Release {
        /// Which.
        hold: LegalHoldId,
        /// Why.
        reason: Reason,
    },
}
