//! The OpenAPI document as others read it: a linter, and a fuzzer that holds the running program to it.
//!
//! `LEDGERDESK_FUZZ_EXAMPLES` makes the fuzzer look longer: so many examples per operation and phase.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use crate::server::{Scratch, Server};

const EMAIL: &str = "fuzz@example.com";
const PASSWORD: &str = "correct horse battery";
/// Few: most of what is tried is not drawn, but enumerated.
const EXAMPLES: &str = "4";

/// The configuration of the tools, and what is run with it.
fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/tools")
}

/// Where `./test` installs them: beside what cargo builds.
fn installed(name: &str) -> PathBuf {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name(name);
    assert!(place.join("stamp").exists(), "the programs that tests run are not installed: run ./test once");
    place
}

fn tools() -> PathBuf {
    installed("test-tools")
}

/// Node, for a script.
pub fn node() -> Command {
    Command::new(installed("node").join("bin/node"))
}

fn document(scratch: &Scratch) -> PathBuf {
    let file = scratch.path().join("openapi.json");
    std::fs::write(&file, serde_json::to_string_pretty(&api::document()).unwrap()).unwrap();
    file
}

pub fn must_succeed(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}\n{}", text(&output.stdout), text(&output.stderr));
}

#[test]
fn the_document_lints_clean() {
    let scratch = Scratch::new("lint");
    must_succeed(
        node()
            .arg(tools().join("node_modules/@redocly/cli/bin/cli.js"))
            .args(["lint", "--max-problems", "20", "--config"])
            .arg(sources().join("redocly.yaml"))
            .arg(document(&scratch))
            .env("REDOCLY_TELEMETRY", "off")
            .env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true"),
    );
}

#[test]
fn the_types_of_the_console_are_made_of_the_document() {
    let scratch = Scratch::new("types");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/scripts/schema.mjs");
    let read = File::open(document(&scratch)).unwrap();
    let output = node().arg(script).arg("--check").stdin(read).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fuzzer_finds_no_fault_and_nothing_that_is_not_documented() {
    let scratch = Scratch::new("fuzz");
    let server = Server::start(&scratch, &[]).await;
    let acme = bystander(&server).await;
    join(&server).await;
    let before = server.get_as(&acme, "/api/events?limit=1000").await;

    let examples = std::env::var("LEDGERDESK_FUZZ_EXAMPLES").unwrap_or_else(|_| EXAMPLES.to_owned());
    let mut fuzzer = Command::new(tools().join("venv/bin/schemathesis"));
    fuzzer
        .arg("--config-file")
        .arg(sources().join("schemathesis.toml"))
        .args(["run", "--no-color", "--max-examples", &examples])
        .arg(document(&scratch))
        // What it remembers for the next time goes with the rest: each run begins alike.
        .current_dir(scratch.path())
        .env("PYTHONPATH", sources())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("LEDGERDESK_BASE", server.base())
        .env("LEDGERDESK_KEY", server.key())
        .env("LEDGERDESK_TENANT", "demo")
        .env("LEDGERDESK_EMAIL", EMAIL)
        .env("LEDGERDESK_PASSWORD", PASSWORD);
    tokio::task::spawn_blocking(move || must_succeed(&mut fuzzer)).await.unwrap();

    let after = server.get_as(&acme, "/api/events?limit=1000").await;
    assert_eq!(before["data"], after["data"], "another tenant has seen none of it");
    server.stop().await;
}

/// A tenant whose world must stay as it is, and its key.
pub async fn bystander(server: &Server) -> String {
    server.run(&["tenant", "create", "acme", "--name", "Acme Ltd", "--plan", "enterprise"]);
    let key = server.run(&["key", "create", "--tenant", "acme", "--name", "CRM", "--scopes", "*"]);
    let ticket = json!({"title": "Printer", "customer": {"email": "ann@acme.example"}});
    let _: Value = server.post_as(&key, "/api/tickets", &ticket).await;
    key
}

/// Somebody for the fuzzer to log in as, as an operator brings in the first of a company.
async fn join(server: &Server) {
    let token = server.run(&["agent", "invite", EMAIL, "--name", "Fuzz", "--role", "owner"]);
    let acceptance = json!({"tenant": "demo", "token": token, "password": PASSWORD});
    let _: Value = server.post_as("", "/api/invitations/accept", &acceptance).await;
}
