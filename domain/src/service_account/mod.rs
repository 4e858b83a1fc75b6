//! A service account: whom the keys of a program belong to, when no person is to answer for what it does.
//!
//! What it protects: a service account has one role, which is never that of the owner; one that is deactivated has no
//! rights, and neither have its keys.

mod commands;
mod events;
mod rejection;
mod state;

pub use commands::{CreateServiceAccount, ServiceAccountCommand};
pub use events::{
    ServiceAccountCreated, ServiceAccountDeactivated, ServiceAccountDescribed, ServiceAccountEvent,
    ServiceAccountReactivated, ServiceAccountRenamed, ServiceAccountRoleChanged,
};
pub use rejection::ServiceAccountRejection;
pub use state::{ServiceAccount, ServiceAccountState};
