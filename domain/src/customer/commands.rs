//! What may be wished of a customer.

use chrono::{DateTime, Utc};

use crate::{
    customer::{ConsentGiven, ConsentWithdrawn, RestrictionGround},
    ids::CustomerId,
    text::{Email, ExternalId, Name, Phone, Reason},
};

/// A new customer.
#[derive(Clone, Debug)]
pub struct CreateCustomer {
    /// The id that they get.
    pub id: CustomerId,
    /// What they are called.
    pub name: Name,
    /// Where they read mail.
    pub email: Option<Email>,
    /// Where they can be called.
    pub phone: Option<Phone>,
    /// Their id in another system.
    pub external_id: Option<ExternalId>,
}

/// What may be wished of a customer.
#[derive(Clone, Debug)]
pub enum CustomerCommand {
    /// Make them known.
    Create(CreateCustomer),
    /// Call them differently.
    Rename(Name),
    /// Set or clear where they read mail.
    SetEmail(Option<Email>),
    /// Set or clear where they can be called.
    SetPhone(Option<Phone>),
    /// Set or clear their id in another system.
    SetExternalId(Option<ExternalId>),
    /// Keep what is known of them, and do not use it.
    Restrict {
        /// Why.
        ground: RestrictionGround,
        /// What else is to be said of it.
        note: Option<Reason>,
    },
    /// Use it again.
    LiftRestriction,
    /// Note that they allow a use of their data.
    GiveConsent {
        /// Which, with which words, where and when.
        consent: ConsentGiven,
        /// When it is noted.
        now: DateTime<Utc>,
    },
    /// Note that they allow it no more.
    WithdrawConsent(ConsentWithdrawn),
    /// Note that somebody is given a copy of everything that is known about them.
    Export,
    /// Forget them for ever.
    Erase,
}
