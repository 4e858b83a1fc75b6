//! What can have happened to a service account: the storage format.

use serde::{Deserialize, Serialize};

use crate::{aggregate::events, role::RoleId};

/// A service account was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServiceAccountCreated {
    /// What it is called.
    pub name: String,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub description: Option<String>,
    /// What its keys may do at most.
    pub role: RoleId,
}

/// It is called differently now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServiceAccountRenamed {
    /// Now.
    pub name: String,
    /// Before.
    pub previous: String,
}

/// It is for something else, as far as its description says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServiceAccountDescribed {
    /// Now.
    pub description: Option<String>,
    /// Before.
    pub previous: Option<String>,
}

/// Its keys may do other things now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceAccountRoleChanged {
    /// Now.
    pub role: RoleId,
    /// Before.
    pub previous: RoleId,
}

/// Its keys open nothing any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceAccountDeactivated {}

/// They open again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceAccountReactivated {}

events!(
    /// What can have happened to a service account.
    ServiceAccountEvent {
        "service_account.created" v 1 => ServiceAccountCreated;
        "service_account.renamed" v 1 => ServiceAccountRenamed;
        "service_account.described" v 1 => ServiceAccountDescribed;
        "service_account.role_changed" v 1 => ServiceAccountRoleChanged;
        "service_account.deactivated" v 1 => ServiceAccountDeactivated;
        "service_account.reactivated" v 1 => ServiceAccountReactivated;
    }
);
