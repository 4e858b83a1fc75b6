//! Who was erased is in no bundle, and every bundle verifies.

use serde_json::{Value, json};

use crate::Audited;

const WORDS: [&str; 2] = ["zebediah", "flamingo"];

fn assert_silent(audited: &Audited, file: &str) {
    let text = std::fs::read_to_string(audited.path(file)).unwrap().to_lowercase();
    for word in WORDS {
        assert!(!text.contains(word), "{word} is in {file}");
    }
}

#[tokio::test]
async fn a_bundle_from_before_an_erasure_and_one_from_after_verify_and_say_nothing_of_the_person() {
    let audited = Audited::new("forgetting").await;
    let api = &audited.world.acme.api;
    let customer = json!({"name": "Zebediah", "email": "zebediah@example.com"});
    let ticket = api.post("/api/tickets", json!({"title": "Flamingo", "body": "Flamingo!", "customer": customer}));
    let ticket = ticket.await.expect(201);
    audited.seal().await;
    for file in ["before.ndjson", "before.html"] {
        let arguments: &[&str] = if file.ends_with("html") { &["--html"] } else { &[] };
        audited.export(file, arguments);
    }
    let id = ticket["customer"]["id"].as_str().unwrap();
    let erased = api.post(&format!("/api/customers/{id}/erase"), json!({})).await.expect(200);
    audited.seal().await;
    for file in ["after.ndjson", "after.html"] {
        let arguments: &[&str] = if file.ends_with("html") { &["--html"] } else { &[] };
        audited.export(file, arguments);
    }
    for file in ["before.ndjson", "before.html", "after.ndjson", "after.html"] {
        assert_silent(&audited, file);
        let (code, answer) = audited.verify(file, &[]);
        assert_eq!(code, 0, "{file}: {answer}");
    }
    let (code, live) = audited.run(&["verify", "--live"]);
    assert_eq!(code, 0, "{live}");
    let (code, shown) = audited.run(&["show", ticket["ticket_id"].as_str().unwrap()]);
    assert_eq!((code, &shown["title"]), (0, &Value::Null), "{shown}");
    assert!(erased["certificate"].is_string());
}
