//! Who may get in, and as what: the roles that a tenant made, who its owners are, and from where, how and for how long
//! people get in.
//!
//! What it protects: a tenant that has an owner never loses the last one; roles have names of their own, and no right
//! that cannot be had, and stay while somebody has them; every list is bounded; of the reviews of access that it has opened by
//! themselves, each is opened once. Who may change it, and that nobody shuts themselves out, is judged where it is known who
//! asks.

mod addresses;
mod commands;
mod events;
mod masking;
mod origin;
mod rejection;
mod schedule;
mod state;

pub use addresses::{AddressRange, admit};
pub use commands::{AccessPolicyCommand, RoleDefinition, RoleRules, SessionLimits};
pub use events::{
    AccessPolicyAddressesChanged, AccessPolicyEvent, AccessPolicyMfaChanged, AccessPolicyOriginsChanged,
    AccessPolicyOwnersChanged, AccessPolicyReviewOpened, AccessPolicyReviewsScheduled, AccessPolicyReviewsUnscheduled,
    AccessPolicyRoleRulesChanged, AccessPolicySessionsChanged, RoleChanged, RoleCreated, RoleDeleted, RoleGiven,
    RoleTaken,
};
pub use masking::{MaskedFields, PersonalField};
pub use origin::Origin;
pub use rejection::AccessPolicyRejection;
pub use schedule::{ReviewSchedule, ScheduledReviews, WishedSchedule};
pub use state::{AccessPolicy, AccessPolicyState};
