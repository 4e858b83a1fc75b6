//! The bundle that verifies itself: opened from a file in a real browser, without a network.

use std::fs;

use serde_json::{Value, json};
use tests::tools;

use crate::Audited;

async fn browse(audited: &Audited, cases: &[Value]) -> Vec<Value> {
    let input = json!({"chromium": "chromium", "profile": audited.path("profile"), "cases": cases}).to_string();
    let shown = tools::output(tools::node("browse_page.mjs"), &input).await;
    shown.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn a_page_checks_itself_in_a_browser_and_shows_what_is_in_it() {
    let audited = Audited::new("page").await;
    for (name, arguments) in [("all.html", &[][..]), ("ticket.html", &["--ticket", "T-002"])] {
        audited.export(name, &[&["--html"], arguments].concat());
        assert_eq!(audited.verify(name, &[]).0, 0, "the program verifies a page, too");
    }
    let text = fs::read_to_string(audited.path("all.html")).unwrap();
    let change = |name: &str, old: &str, new: &str| {
        assert!(text.contains(old), "{old} is not in it");
        fs::write(audited.path(name), text.replacen(old, new, 1)).unwrap();
    };
    change("tampered.html", "\"position\":7,\"aggregate_type\":\"", "\"position\":7,\"aggregate_type\":\"x");
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    lines.retain(|line| !line.starts_with("{\"manifest\""));
    fs::write(audited.path("cut.html"), lines.concat()).unwrap();
    let other = audited.world.globex.log.log_keys().await.unwrap()[0].public.to_string();
    let case = |file: &str, key: &str, width: u32| json!({"file": audited.path(file), "key": key, "width": width});
    let cases = [
        case("all.html", &audited.key, 1440),
        case("ticket.html", &audited.key, 390),
        case("all.html", "", 1440),
        case("all.html", &other, 1440),
        case("tampered.html", &audited.key, 1440),
        case("cut.html", &audited.key, 1440),
    ];
    let shown = browse(&audited, &cases).await;
    for (one, case) in shown.iter().zip(&cases) {
        assert_eq!((&one["requests"], &one["errors"]), (&json!([]), &json!([])), "{one:#}");
        assert!(one["width"].as_u64() <= case["width"].as_u64(), "wider than its window: {one:#}");
    }
    let says = |index: usize, state: &str, words: &str| {
        let one = &shown[index];
        assert_eq!(one["state"], state, "{one:#}");
        assert!(one["text"].as_str().unwrap().contains(words), "{words}: {one:#}");
    };
    says(0, "verified", &audited.key);
    says(1, "verified", &audited.key);
    says(2, "open", "Paste the log's public key");
    says(3, "refused", "Not verified");
    says(4, "refused", "position 7");
    says(5, "refused", "manifest is missing");
    for (index, holds) in
        [(0, "the whole log"), (1, "3 events: ticket T-002"), (4, "it says that it shows the whole log")]
    {
        assert!(shown[index]["about"].as_str().unwrap().contains(holds), "{holds}: {:#}", shown[index]);
    }
    let events = |index: usize| shown[index]["events"].as_array().unwrap();
    let size = audited.world.acme.log.head().await.unwrap().position;
    assert_eq!((events(0).len() as u64, events(1).len()), (size, 3));
    assert!(events(1)[0].as_str().unwrap().contains("ticket.opened"));
    assert!(shown[1]["open"].as_str().unwrap().contains("\"$sealed\""), "an event opens, with its ciphertext");
    // What the browser cannot see, the program does: the page around the bundle.
    change("around.html", "A history that proves itself", "A history that proves Itself");
    let (code, verdict) = audited.verify("around.html", &[]);
    assert_eq!(code, 1);
    let line = text.lines().position(|line| line.contains("A history that proves itself")).unwrap() + 1;
    assert_eq!(verdict["problems"][0]["line"], json!(line), "{verdict:#}");
}
