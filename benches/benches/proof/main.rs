//! Proof: what sealing costs those who append, and how fast and in how much memory a long log is sealed, exported and
//! verified. `LEDGERDESK_BENCH_EVENTS` says how long (200,000 by default).

mod cost;
mod length;

use std::path::PathBuf;

use benches::{Report, Rig};
use event_store::tree::{SealSettings, Sealer};

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let rig = Rig::start().await;
        let mut report = Report::begin("proof", &rig).await;
        cost::measure(&rig, &mut report).await;
        rig.stop().await;
        length::measure(&mut report).await;
        report.finish();
    });
}

/// The sealer of the rig's process.
fn sealer(rig: &Rig, directory: Option<PathBuf>) -> Sealer {
    let settings = SealSettings { origin: "bench".to_owned(), directory, witnesses: vec![] };
    Sealer::new(rig.desk.store().clone(), settings)
}
