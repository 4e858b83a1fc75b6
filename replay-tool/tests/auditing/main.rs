//! What an auditor does: the real program, on a real database, and on files without one.
#![expect(clippy::unwrap_used, reason = "this is a test; what it sets up must work")]

mod bundles;
mod forgetting;
mod page;
mod rows;
mod second;
mod tampering;
mod telling;

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use event_store::tree::{SealSettings, Sealer};
use serde_json::{Value, json};
use tests::World;

/// A world with a sealed history of several tickets in each tenant, and a directory of its own.
#[derive(Debug)]
pub struct Audited {
    pub world: World,
    pub sealer: Sealer,
    pub directory: PathBuf,
    /// The key of acme's log.
    pub key: String,
}

impl Audited {
    pub async fn new(name: &str) -> Self {
        let directory = std::env::temp_dir().join(format!("ledgerdesk-audit-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&directory);
        std::fs::create_dir_all(&directory).unwrap();
        let world = World::new().await;
        let settings = SealSettings {
            origin: "desk.example.com".to_owned(),
            directory: Some(directory.join("checkpoints")),
            witnesses: vec![],
        };
        let sealer = Sealer::new(world.app.desk.store().clone(), settings);
        let mut audited = Self { world, sealer, directory, key: String::new() };
        for title in ["one", "two", "three"] {
            for tenant in [&audited.world.acme, &audited.world.globex] {
                let ticket = tenant.ticket(title).await;
                let path = format!("/api/tickets/{}", ticket.id());
                let _ = tenant.api.post(&format!("{path}/messages"), json!({"body": "And more."})).await.expect(201);
                let _ = tenant.api.patch(&path, json!({"priority": "high"})).await.expect(200);
            }
            audited.world.pass(chrono::TimeDelta::seconds(10));
            audited.seal().await;
        }
        audited.key = audited.world.acme.log.log_keys().await.unwrap()[0].public.to_string();
        audited
    }

    pub async fn seal(&self) {
        for tenant in [&self.world.acme, &self.world.globex] {
            self.sealer.settle(&tenant.log).await.unwrap();
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// The program, with an installation.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_replay-tool"));
        command
            .envs(self.world.database.environment())
            .current_dir(&self.directory)
            .env("LEDGERDESK_DATA", &self.directory)
            .args(["--tenant", "acme"])
            .args(arguments);
        command
    }

    /// Its exit code and its answer in JSON.
    pub fn run(&self, arguments: &[&str]) -> (i32, Value) {
        finish(self.command(arguments).arg("--json"))
    }

    /// An export to this file; what the program says of it.
    pub fn export(&self, file: &str, arguments: &[&str]) -> Value {
        let (code, answer) = self.run(&[&["export", "--out", file], arguments].concat());
        assert_eq!(code, 0, "{answer}");
        answer
    }

    /// The program without an installation, as an auditor has it.
    pub fn verify(&self, file: &str, arguments: &[&str]) -> (i32, Value) {
        verify(&self.path(file), &self.key, arguments)
    }
}

impl Drop for Audited {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

/// Verifies a bundle in a place where there is nothing else.
pub fn verify(file: &Path, key: &str, arguments: &[&str]) -> (i32, Value) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_replay-tool"));
    command.env_clear().current_dir(std::env::temp_dir()).args(["--json", "verify"]).arg(file).args(["--key", key]);
    finish(command.args(arguments))
}

fn finish(command: &mut Command) -> (i32, Value) {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let answer = serde_json::from_slice(&output.stdout).unwrap_or(Value::String(said));
    (output.status.code().unwrap(), answer)
}
