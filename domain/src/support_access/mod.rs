//! Who of the operator's staff sees a tenant, and what of it.
//!
//! What it protects: they see it by a grant of the tenant's, until that ends; without one only for an emergency, and to
//! look only. Whoever comes says who they are and why, and each request that they make is here.

mod commands;
mod events;
mod rejection;
mod state;

pub use commands::{EnterSupport, GrantSupport, SupportAccessCommand, SupportRequest};
pub use events::{
    SupportAccessEvent, SupportBreakGlass, SupportEntered, SupportGranted, SupportRevoked, SupportViewed,
};
pub use rejection::SupportAccessRejection;
pub use state::{SupportAccess, SupportAccessState, SupportGrant, SupportSession, support_ceiling};
