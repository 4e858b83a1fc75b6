//! The programs of other languages that tests run: what `tests/tools` names, where `./test` installs it.

use std::{
    env,
    path::{Path, PathBuf},
    process::Stdio,
};

use tokio::{io::AsyncWriteExt, process::Command};

/// A script of `tests/scripts` for Python, with the packages of `requirements.txt`.
pub fn python(script: &str) -> Command {
    run(program("python"), script)
}

/// A script of `tests/scripts` for Node, in the directory that has the packages of `package.json`.
pub fn node(script: &str) -> Command {
    let mut command = run(Command::new(installed("node").join("bin/node")), script);
    command.current_dir(installed("test-tools"));
    command
}

/// A program that came with those packages.
pub fn program(name: &str) -> Command {
    Command::new(installed("test-tools").join("venv/bin").join(name))
}

fn run(mut command: Command, script: &str) -> Command {
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts").join(script));
    command
}

/// Beside what cargo built, wherever that is.
fn installed(name: &str) -> PathBuf {
    let this = env::current_exe().expect("a program's path");
    let found = this.ancestors().map(|place| place.join(name)).find(|place| place.join("stamp").exists());
    found.expect("the programs that tests run are not installed: run ./test once, which does that")
}

/// What a command prints when it is given `input`; it must succeed.
pub async fn output(mut command: Command, input: &str) -> String {
    let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = spawned.expect("a running program");
    // One that does not read its input breaks the pipe, and says why itself.
    let _ = child.stdin.take().expect("its input").write_all(input.as_bytes()).await;
    let output = child.wait_with_output().await.expect("its output");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}
