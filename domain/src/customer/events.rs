//! What can have happened to a customer: the storage format.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    aggregate::events,
    customer::{Purpose, RestrictionGround},
    personal::Personal,
};

/// A customer became known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CustomerCreated {
    /// What they are called.
    pub name: Personal,
    /// Where they read mail.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub email: Option<Personal>,
    /// Where they can be called.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub phone: Option<Personal>,
    /// Their id in another system.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub external_id: Option<String>,
}

/// They are called differently now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CustomerRenamed {
    /// Now.
    pub name: Personal,
}

/// They read mail elsewhere now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CustomerEmailChanged {
    /// Now; none when it was removed.
    pub email: Option<Personal>,
}

/// They can be called elsewhere now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CustomerPhoneChanged {
    /// Now; none when it was removed.
    pub phone: Option<Personal>,
}

/// They have this id in another system now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CustomerExternalIdChanged {
    /// Now.
    pub external_id: Option<String>,
    /// Before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub previous: Option<String>,
}

/// What is known of them is kept from now on, and not used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CustomerRestricted {
    /// Why.
    pub ground: RestrictionGround,
    /// What else is to be said of it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<Personal>,
}

/// What is known of them is used again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerRestrictionLifted {}

/// They allow a use of their data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConsentGiven {
    /// For what.
    pub purpose: Purpose,
    /// The version of the text that they agreed to.
    pub text_version: String,
    /// Where they said so: a form, a letter.
    pub source: String,
    /// When they said so.
    pub given_at: DateTime<Utc>,
    /// What shows it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub evidence: Option<Personal>,
}

/// They allow it no more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConsentWithdrawn {
    /// For what.
    pub purpose: Purpose,
    /// Where they said so.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub source: Option<String>,
}

/// They were forgotten: their keys were destroyed by the commit that says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerErased {}

/// Somebody was given a copy of everything that is known about them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerExported {}

events!(
    /// What can have happened to a customer.
    CustomerEvent {
        "customer.created" v 1 => CustomerCreated;
        "customer.renamed" v 1 => CustomerRenamed;
        "customer.email_changed" v 1 => CustomerEmailChanged;
        "customer.phone_changed" v 1 => CustomerPhoneChanged;
        "customer.external_id_changed" v 1 => CustomerExternalIdChanged;
        "customer.restricted" v 1 => CustomerRestricted;
        "customer.restriction_lifted" v 1 => CustomerRestrictionLifted;
        "consent.given" v 1 => ConsentGiven;
        "consent.withdrawn" v 1 => ConsentWithdrawn;
        "customer.exported" v 1 => CustomerExported;
        "customer.erased" v 1 => CustomerErased;
    }
);
