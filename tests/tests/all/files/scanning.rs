use api::App;
use commands::files::FileSettings;
use files::Vault;
use serde_json::{Value, json};
use tests::{Api, World};

use super::{content, upload};
use crate::read_models::assert_true;

/// What every scanner finds (EICAR), in two parts, so that none finds it here.
const FOUND: [&str; 2] = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"];

/// The product with a scanner: a shell's line.
async fn scanning(world: &World, vault: &Vault, line: &str) -> (App, Api) {
    let scan_command = ["sh", "-c", line].map(str::to_owned).into();
    let app = world.app.clone().with_files(vault.clone(), FileSettings { scan_command, ..FileSettings::default() });
    (app.clone(), world.acme_through(app).await)
}

async fn eicar(api: &Api) -> tests::Answer {
    upload(api, "invoice.txt", "text/plain", FOUND.concat()).await
}

#[tokio::test]
async fn what_a_scanner_finds_something_in_is_given_to_nobody_and_attached_to_nothing() {
    let world = World::new().await;
    let (_, acme) = scanning(&world, &Vault::in_memory(), "! grep -q EICAR").await;
    let clean = upload(&acme, "a", "text/plain", "harmless").await;
    assert_eq!((&clean["status"], content(&acme, &path(&clean.id(), "/content")).await.0), (&json!("clean"), 200));
    let infected = eicar(&acme).await;
    assert_eq!(infected["status"], "infected");
    let id = infected.id();
    let _ = acme.get(&path(&id, "/content")).await.refused(403, "file_infected");
    let _ = acme.post(&path(&id, "/link"), json!({})).await.refused(403, "file_infected");
    assert_eq!(acme.get(&path(&id, "")).await.expect(200)["status"], "infected");
    let ticket = json!({"title": "x", "body": "y", "customer": {"email": "a@b.c"}, "attachments": [id]});
    let refused = acme.post("/api/tickets", ticket).await.refused(422, "validation_failed");
    assert!(refused.names("/attachments", "file_infected"), "{}", refused.text);
}

#[tokio::test]
async fn a_file_waits_for_a_scanner_that_gives_no_answer_and_its_ticket_says_what_was_found() {
    let world = World::new().await;
    let vault = Vault::in_memory();
    let (broken, acme) = scanning(&world, &vault, "exit 2").await;
    let waiting = eicar(&acme).await;
    let id = waiting.id();
    assert_eq!(waiting["status"], "pending");
    let later = acme.get(&path(&id, "/content")).await.refused(409, "file_pending");
    assert_eq!(later.header("retry-after"), Some("60"));
    let ticket = json!({"title": "x", "body": "y", "customer": {"email": "a@b.c"}, "attachments": [id]});
    let ticket = acme.post("/api/tickets", ticket).await.expect(201).id();
    assert_eq!(broken.files.scan_pending(&world.acme.log).await.unwrap(), 0);

    let (app, acme) = scanning(&world, &vault, "! grep -q EICAR").await;
    assert_eq!(app.files.scan_pending(&world.acme.log).await.unwrap(), 1);
    assert_eq!(app.files.scan_pending(&world.acme.log).await.unwrap(), 0);
    world.settle().await;
    let timeline = acme.all(&format!("/api/tickets/{ticket}/timeline")).await;
    let message = &timeline[0]["message"];
    let attachment = &message["attachments"][0];
    assert_eq!((&attachment["infected"], &attachment["url"]), (&json!(true), &Value::Null));
    let told = timeline.last().unwrap();
    assert_eq!((&told["type"], &told["actor"]["id"]), (&json!("ticket.attachment_found_infected"), &json!("scanner")));
    assert_eq!(told["changes"], json!({"message_id": message["id"], "file_id": id}));
    let _ = acme.get(&path(&id, "/content")).await.refused(403, "file_infected");
    assert_true(&world.acme).await;
}

fn path(file: &str, rest: &str) -> String {
    format!("/api/files/{file}{rest}")
}
