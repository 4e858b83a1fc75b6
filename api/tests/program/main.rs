//! The program `ledgerdesk` as its users have it: a process on a data directory of its own, spoken to over HTTP and the
//! command line.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod backup;
mod console;
mod contract;
mod doctor;
mod export_memory;
mod forgetting;
mod kill9;
mod master_key;
mod resume;
mod server;
mod tls;
mod tour;
