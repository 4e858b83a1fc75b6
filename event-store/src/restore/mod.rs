//! Another world for a tenant: a schema is filled beside the one in use, and takes its place in one transaction.
//!
//! - A tenant is **closed** while that goes on ([`Store::close_for_restore`](crate::Store::close_for_restore)), in every process, within seconds. What runs
//!   is listed in `control.restores` ([`RestoreRecord`]).
//! - A [`Filling`] is a schema that nobody else knows: whoever begins another one for the same tenant drops it first. It
//!   is filled by COPY, and cut to a position.
//! - The **switch** ([`Filling::switch`]) is the fence. It locks the old head against every append, sees that nothing was
//!   recorded that was not saved, gives the new schema its name, and takes the old head away. A process that still
//!   believes in the old schema fails with its next statement, and asks where the tenant is now.
//!
//! It knows tables only by their names: what is to become of those of others, they say.

mod claims;
mod closing;
mod cut;
mod drill;
mod filling;
mod record;
mod rewrap;
mod switch;

pub use claims::ClaimDifferences;
pub use cut::{Cut, Until};
pub use drill::DrillRecord;
pub use filling::{Copying, Filling, Purpose};
pub use record::{NewRestore, RestoreRecord, RestoreStep};
pub use switch::Switched;

/// Copying and dropping a large schema takes longer than any other statement may.
const PATIENCE: &str = "SET LOCAL statement_timeout TO '6h'";
