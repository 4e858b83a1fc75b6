//! `ledgerdesk`: serves the help desk, and does an operator's work on it.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// With the C library's allocator a request costs this process a third more (docs/performance.md): futures of handlers are large, and do not live
/// long.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    api::cli::run().await
}
