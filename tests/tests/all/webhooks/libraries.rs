//! The official libraries of Standard Webhooks verify what we send. Skipped, with a line that says so, where an
//! interpreter or its package is missing: `tests/webhook-receivers/README.md` says how to get them.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
};

use event_store::{Clock, SystemClock};
use serde_json::{Value, json};
use tests::{Receiver, World};
use tokio::io::AsyncWriteExt;

use super::{reply, settle, webhook};

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("webhook-receivers")
}

/// What a receiver's program says of deliveries: none when it cannot run here.
async fn verdicts(program: &str, script: &str, input: &Value) -> Option<Vec<String>> {
    let directory = directory();
    let own = directory.join(".venv/bin").join(program);
    let program = if own.exists() { own } else { PathBuf::from(program) };
    let child = tokio::process::Command::new(program)
        .arg(script)
        .current_dir(&directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = child.ok()?;
    let _ = child.stdin.take().unwrap().write_all(input.to_string().as_bytes()).await;
    let output = child.wait_with_output().await.unwrap();
    // 77: the package is missing.
    if output.status.code() == Some(77) {
        return None;
    }
    assert!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect())
}

async fn check(program: &str, script: &str) {
    let world = World::new().await;
    // The libraries look at the machine's clock: signatures are good for five minutes.
    world.pass(SystemClock.now() - world.clock.now());
    let receiver = Receiver::start().await;
    let hook = webhook(&world, &receiver, &["*"]).await;
    let ticket = world.acme.ticket("Login issues: ünïcödé 💬").await;
    reply(&world, &ticket, "Zeile\nZwei \"quoted\"").await;
    let rotated = world.acme().post(&format!("/api/webhooks/{}/rotate-secret", hook.id()), json!({})).await.expect(200);
    reply(&world, &ticket, "After the rotation").await;
    settle(&world).await;
    let mut cases = vec![];
    let mut expected = vec![];
    for one in receiver.take() {
        let headers = json!({
            "webhook-id": one.header("webhook-id"),
            "webhook-timestamp": one.header("webhook-timestamp"),
            "webhook-signature": one.header("webhook-signature"),
        });
        let body = String::from_utf8(one.raw.to_vec()).unwrap();
        let type_name = one.body["type"].as_str().unwrap().to_owned();
        for secret in [&hook["secret"], &rotated["secret"]] {
            cases.push(json!({"secret": secret, "headers": headers, "body": body}));
            expected.push(format!("ok {type_name}"));
        }
        cases.push(json!({"secret": hook["secret"], "headers": headers, "body": format!("{body} ")}));
        expected.push("refused".to_owned());
        cases.push(json!({"secret": "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "headers": headers, "body": body}));
        expected.push("refused".to_owned());
    }
    assert!(cases.len() >= 16);
    match verdicts(program, script, &Value::Array(cases)).await {
        Some(verdicts) => assert_eq!(verdicts, expected),
        None => println!("skipped: {program} or its package standardwebhooks is missing"),
    }
}

#[tokio::test]
async fn python_verifies_what_we_send() {
    check("python3", "verify.py").await;
}

#[tokio::test]
async fn node_verifies_what_we_send() {
    check("node", "verify.mjs").await;
}
