//! What every bench needs: the product over a durable private PostgreSQL of its own, counters, and tables of results.
//!
//! Rates swing on a shared machine, so rounds of the two sides take turns and the medians of their ratios count.

mod counters;
mod history;
mod report;
mod rig;
mod wishes;

pub use counters::{Counters, resident_mib};
pub use history::{EVENTS_OF_A_TICKET, Historian};
pub use report::{Quantiles, Target, median};
pub use rig::{MASTER_KEY, Rig};
pub use wishes::{customer, open, request, text};
