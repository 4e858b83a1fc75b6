//! What can have happened to legal holds: the storage format.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    aggregate::events,
    ids::{CustomerId, LegalHoldId, TicketId},
};

/// What a hold is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "of", rename_all = "snake_case")]
pub enum HeldThings {
    /// Everything.
    Tenant,
    /// Every ticket that has this tag, now or later.
    Tag(String),
    /// These tickets.
    Tickets(BTreeSet<TicketId>),
    /// These customers, with every ticket that they asked about.
    Customers(BTreeSet<CustomerId>),
}

/// Nothing that it is about is destroyed from here on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegalHoldPlaced {
    /// The hold.
    pub hold: LegalHoldId,
    /// The matter that it belongs to.
    pub matter: String,
    /// Why it was placed.
    pub reason: String,
    /// What it is about.
    pub about: HeldThings,
}

/// It holds nothing any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegalHoldReleased {
    /// The hold.
    pub hold: LegalHoldId,
    /// Why.
    pub reason: String,
}

events!(
    /// What can have happened to legal holds.
    LegalHoldsEvent {
        "legal_hold.placed" v 1 => LegalHoldPlaced;
        "legal_hold.released" v 1 => LegalHoldReleased;
    }
);
