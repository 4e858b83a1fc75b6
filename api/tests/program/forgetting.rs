//! Who was erased is in nothing that the running program wrote beside the database.

use std::path::Path;

use serde_json::json;

use crate::server::{Scratch, Server};

const WORDS: [&str; 4] = ["zebediah", "quackenbush", "flamingo", "obsidian"];

/// Every file but those of PostgreSQL, whose tables are searched elsewhere.
fn files(directory: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "postgres") {
                files(&path, found);
            }
        } else {
            found.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
}

#[tokio::test]
async fn neither_its_log_nor_a_file_of_the_program_tells_of_an_erased_person() {
    let scratch = Scratch::new("forgetting");
    let server = Server::start(&scratch, &[("LEDGERDESK_LOG", "debug".to_owned())]).await;
    let customer = json!({"name": "Zebediah Quackenbush", "email": "zebediah@quackenbush.example"});
    let body = json!({"title": "Flamingo", "body": "It is obsidian.", "customer": customer});
    let ticket = server.post("/api/tickets", "one", &body).await;
    let id = ticket["customer"]["id"].as_str().unwrap();
    let _ = server.get("/api/customers?filter[email]=zebediah@quackenbush.example").await;
    let _ = server.get("/api/tickets?q=flamingo").await;
    let page = server.run(&["export-person", "--subject", id, "--format", "html"]);
    assert!(WORDS.iter().all(|word| page.to_lowercase().contains(word)), "{page}");
    let certificate = server.run(&["erase", "--subject", id]);
    assert!(certificate.starts_with("ledgerdesk erasure 1\n") && certificate.contains(id), "{certificate}");
    assert_eq!(server.get(&format!("/api/tickets/{}", ticket["id"].as_str().unwrap())).await["title"], json!(null));
    server.stop().await;

    let mut found = vec![];
    files(scratch.path(), &mut found);
    assert!(found.iter().any(|(name, bytes)| name.ends_with("data.log") && !bytes.is_empty()));
    assert!(found.iter().any(|(name, _)| name.ends_with("erasures.txt")));
    for (name, bytes) in found {
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        let words: Vec<_> = WORDS.iter().filter(|word| text.contains(**word)).collect();
        assert!(words.is_empty(), "{words:?} in {name}");
    }
}
