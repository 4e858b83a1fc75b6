//! From where people get in: as the access policy of their tenant says, at log-in and at every request.

use std::net::IpAddr;

use domain::{RoleId, access_policy::AccessPolicyState};

use crate::error::CommandError;

/// Refuses somebody who is known, and may not come from there.
pub(super) fn admit(policy: &AccessPolicyState, role: RoleId, address: Option<IpAddr>) -> Result<(), CommandError> {
    if policy.admits(&role, address) { Ok(()) } else { Err(CommandError::AddressNotAllowed { address }) }
}
