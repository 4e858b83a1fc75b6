//! `ledgerdesk master-key`: another key takes the place of the one before, while a server runs.

use std::fs;

use serde_json::json;

use crate::server::{Scratch, Server, program};

#[tokio::test]
async fn another_master_key_takes_effect_while_a_server_runs_and_the_old_one_opens_nothing() {
    let scratch = Scratch::new("master-key");
    let mut server = Server::start(&scratch, &[]).await;
    let file = scratch.data().join("keys/master.key");
    let old = fs::read_to_string(&file).unwrap();
    let ticket = json!({"title": "Before", "customer": {"email": "ann@example.com"}});
    let before = server.post("/api/tickets", "one", &ticket).await;

    let id = server.run(&["master-key", "rotate"]);
    let new = fs::read_to_string(&file).unwrap();
    assert_ne!(new, old);
    let shown = server.run(&["master-key", "show"]);
    assert_eq!(shown, format!("given    {id}\nexpected {id}"));
    // The server goes on, also with what it has not opened yet.
    let after = json!({"title": "After", "customer": {"email": "bob@example.com"}});
    let _ = server.post("/api/tickets", "two", &after).await;
    let _ = server.run(&["tenant", "create", "another", "--name", "Another"]);
    server.terminate().await;

    // Killed between the database and the file: the old key stands there, and the new one waits beside it.
    fs::write(file.with_extension("key.next"), &new).unwrap();
    fs::set_permissions(file.with_extension("key.next"), fs::metadata(&file).unwrap().permissions()).unwrap();
    fs::write(&file, &old).unwrap();
    server.restart().await;
    assert_eq!(fs::read_to_string(&file).unwrap(), new, "the start finished it");
    let path = format!("/api/tickets/{}", before["id"].as_str().unwrap());
    assert_eq!(server.get(&path).await["title"], "Before");
    server.terminate().await;

    let refused = program(&scratch.data()).arg("doctor").env("LEDGERDESK_MASTER_KEY", old.trim()).output().unwrap();
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success() && said.contains(&format!("is under the master key {id}")), "{said}");
    assert!(said.contains("master-key rotate") && !said.contains(old.trim()), "{said}");
}

#[tokio::test]
async fn a_key_of_the_environment_is_changed_for_one_that_is_given_there() {
    let scratch = Scratch::new("master-key-environment");
    let server = Server::start(&scratch, &[("LEDGERDESK_MASTER_KEY", "07".repeat(32))]).await;
    server.stop().await;
    let rotate = |old: &str, new: Option<&str>| {
        let mut command = program(&scratch.data());
        command.args(["master-key", "rotate"]).env("LEDGERDESK_MASTER_KEY", old.repeat(32));
        command.envs(new.map(|new| ("LEDGERDESK_NEW_MASTER_KEY", new.repeat(32))));
        let output = command.output().unwrap();
        (output.status.success(), String::from_utf8(output.stderr).unwrap())
    };
    let (done, said) = rotate("07", None);
    assert!(!done && said.contains("LEDGERDESK_NEW_MASTER_KEY"), "{said}");
    let (done, said) = rotate("07", Some("07"));
    assert!(!done && said.contains("the key that is in use"), "{said}");
    let (done, said) = rotate("07", Some("08"));
    assert!(done, "{said}");
    let (done, said) = rotate("07", Some("09"));
    assert!(!done && said.contains("under the master key"), "{said}");
    let server = Server::start(&scratch, &[("LEDGERDESK_MASTER_KEY", "08".repeat(32))]).await;
    assert!(!scratch.data().join("keys/master.key").exists());
    server.stop().await;
}
