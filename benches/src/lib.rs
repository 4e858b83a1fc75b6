//! What every bench needs: the product over a durable private PostgreSQL of its own, counters, and tables of results.
//!
//! Rates swing on a shared machine, so rounds of the two sides take turns and the medians of their ratios count.

#[cfg(feature = "http")]
mod caller;
mod counters;
mod history;
pub mod peer;
mod report;
mod rig;
mod round;
mod wishes;

use mimalloc::MiMalloc;

#[cfg(feature = "http")]
pub use caller::Caller;
pub use counters::{Counters, cpu_us_of, resident_mib, resident_mib_of};
pub use history::{EVENTS_OF_A_TICKET, Historian};
pub use report::{Quantiles, Report, Wanted, count, median, millis, number};
pub use rig::{MASTER_KEY, Rig};
pub use round::{per_second, round};
pub use wishes::{EVENTS_OF_A_STREAM, Writer, customer, open, request, text};

/// That of the server.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;
