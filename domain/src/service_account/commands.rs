//! What may be wished of a service account.

use crate::{
    role::RoleId,
    text::{Description, Name},
};

/// A new service account.
#[derive(Clone, Debug)]
pub struct CreateServiceAccount {
    /// What it is called.
    pub name: Name,
    /// What it is for.
    pub description: Option<Description>,
    /// What its keys may do at most. That the role exists was read from its stream.
    pub role: RoleId,
}

/// What may be wished of a service account.
#[derive(Clone, Debug)]
pub enum ServiceAccountCommand {
    /// Make it.
    Create(CreateServiceAccount),
    /// Call it differently.
    Rename(Name),
    /// Say what it is for, or clear that.
    Describe(Option<Description>),
    /// Let its keys do other things.
    SetRole(RoleId),
    /// Let its keys open nothing.
    Deactivate,
    /// Let them open again.
    Reactivate,
}
