//! `ledgerdesk doctor`, with things broken.

use std::process::Output;

use crate::server::{Scratch, Server, program};

fn doctor(scratch: &Scratch, environment: &[(&str, &str)]) -> Output {
    program(&scratch.data()).arg("doctor").envs(environment.iter().copied()).output().unwrap()
}

/// What it says on stderr when it fails.
fn complaint(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn where_there_is_no_installation_none_is_made() {
    let scratch = Scratch::new("doctor-nowhere");
    let text = complaint(&doctor(&scratch, &[]));
    assert!(text.contains("there is no installation in") && text.contains("ledgerdesk serve"), "{text}");
    assert!(!scratch.data().exists());
    let text = complaint(&doctor(&scratch, &[("DATABASE_URL", "postgresql://ann:secret@127.0.0.1:1/desk")]));
    assert!(text.contains("PostgreSQL cannot be reached on 127.0.0.1, port 1"), "{text}");
    assert!(text.contains("DATABASE_URL") && !text.contains("secret"), "{text}");
    assert_eq!(text.matches("Connection refused").count(), 1, "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_healthy_installation_is_told_from_one_whose_key_is_wrong_or_missing() {
    let scratch = Scratch::new("doctor");
    let server = Server::start(&scratch, &[]).await;
    let said = server.run(&["doctor"]);
    for line in ["tenant demo: webhooks at position", "events without holes", "the clocks of server and database"] {
        assert!(said.contains(line), "{line}: {said}");
    }
    assert!(!said.contains("BAD") && !said.contains("odd "), "{said}");
    let text = complaint(&doctor(&scratch, &[("LEDGERDESK_MASTER_KEY", &"ab".repeat(32))]));
    assert!(text.contains("and the one that was given is"), "{text}");

    let key = scratch.data().join("keys/master.key");
    let elsewhere = scratch.data().join("mislaid");
    std::fs::rename(&key, &elsewhere).unwrap();
    let text = complaint(&doctor(&scratch, &[]));
    assert!(text.contains("the master key is missing") && text.contains("master.key is not there"), "{text}");
    assert!(!key.exists(), "a new one would hide that");
    std::fs::rename(&elsewhere, &key).unwrap();
    assert!(server.run(&["doctor"]).contains("tenant demo"));
    server.stop().await;
}
