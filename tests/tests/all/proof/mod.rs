//! What was recorded is sealed, and whoever changes it afterwards is found out.

pub mod asking;
mod sealing;
mod thinning;

use std::path::PathBuf;

use event_store::tree::{SealSettings, Sealer};
use tests::World;

/// A directory for the checkpoints of one test.
fn directory(name: &str) -> PathBuf {
    let directory = std::env::temp_dir().join(format!("ledgerdesk-checkpoints-{}-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&directory);
    directory
}

/// A process that seals, and keeps its checkpoints in this directory.
fn sealer(world: &World, directory: &std::path::Path) -> Sealer {
    let settings = SealSettings {
        origin: "desk.example.com".to_owned(),
        directory: Some(directory.to_owned()),
        witnesses: vec![],
    };
    Sealer::new(world.app.desk.store().clone(), settings)
}
