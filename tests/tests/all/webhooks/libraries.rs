//! The official libraries of Standard Webhooks verify what we send.

use event_store::{Clock, SystemClock};
use serde_json::{Value, json};
use tests::{Receiver, World, tools};
use tokio::process::Command;

use super::{reply, settle, webhook};

async fn check(verifier: Command) {
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
    let verdicts = tools::output(verifier, &Value::Array(cases).to_string()).await;
    assert_eq!(verdicts.lines().collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn python_verifies_what_we_send() {
    check(tools::python("verify_webhooks.py")).await;
}

#[tokio::test]
async fn node_verifies_what_we_send() {
    check(tools::node("verify_webhooks.mjs")).await;
}
