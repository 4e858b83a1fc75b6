//! What the write side does when a tenant is restored from a backup: claims are folded anew, what never enters the log is
//! cut to where the log is, and the fact is recorded.

mod claims;
mod fact;
mod trim;

pub use claims::{check_claims, claims_of, refold_claims};
pub use fact::RecordRestore;
pub use trim::{Access, trim};
