//! From a tenant's history to a verdict.

use std::fs;

use serde_json::{Value, json};

use crate::{Audited, verify};

#[tokio::test]
async fn every_kind_of_export_verifies_with_the_public_key_alone() {
    let audited = Audited::new("kinds").await;
    let size = audited.world.acme.log.head().await.unwrap().position;
    let customer = audited.world.acme().get("/api/tickets/T-002").await.expect(200)["customer"]["id"].clone();
    let customer = customer.as_str().unwrap().to_owned();
    for (name, arguments, shown) in [
        ("all", vec![], size),
        ("range", vec!["--positions", "3-7"], 5),
        ("ticket", vec!["--ticket", "T-002"], 3),
        ("customer", vec!["--customer", &customer], 4),
        ("day", vec!["--from", "2026-11-22", "--to", "2026-11-22"], size),
        // The second ticket and its customer, and one more at each end.
        ("time", vec!["--from", "2026-11-22T09:00:10Z", "--to", "2026-11-22T09:00:20Z"], 6),
    ] {
        let exported = audited.export(&format!("{name}.bundle"), &arguments);
        assert_eq!((&exported["events"], &exported["not_sealed"]), (&json!(shown), &json!(0)), "{name}: {exported}");
        let (code, verdict) = audited.verify(&format!("{name}.bundle"), &[]);
        assert_eq!((code, &verdict["verified"]), (0, &json!(true)), "{name}: {verdict:#}");
        assert_eq!((&verdict["events"], &verdict["size"]), (&json!(shown), &json!(size)), "{name}");
        assert_eq!(verdict["origin"], "desk.example.com/acme");
        let text = fs::read_to_string(audited.path(&format!("{name}.bundle"))).unwrap();
        assert!(!text.contains("Ann Other") && !text.contains("And more."), "personal fields are ciphertext");
        assert!(text.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "every line is JSON");
    }
    let (code, said) = audited.run(&["export", "--out", "all.bundle"]);
    assert_eq!((code, said.as_str().unwrap().contains("exists already")), (3, true), "{said}");
    for wrong in [&["--positions", "7-3"][..], &["--positions", "0-3"], &["--ticket", "T-001", "--from", "2026-11-22"]]
    {
        assert_eq!(audited.run(&[&["export", "--out", "x.bundle"], wrong].concat()).0, 2, "{wrong:?}");
    }
    let (code, said) = audited.run(&["export", "--out", "x.bundle", "--positions", "1-999"]);
    assert_eq!((code, said.as_str().unwrap().contains("not sealed yet")), (3, true), "{said}");
    assert!(!audited.path("x.bundle").exists() && !audited.path("x.bundle.part").exists());
}

#[tokio::test]
async fn trust_comes_from_the_key_that_was_given_and_not_from_the_bundle() {
    let audited = Audited::new("trust").await;
    audited.export("all.bundle", &[]);
    let globex = audited.world.globex.log.log_keys().await.unwrap()[0].public.to_string();
    let (code, verdict) = verify(&audited.path("all.bundle"), &globex, &[]);
    assert_eq!((code, &verdict["verified"]), (1, &json!(false)));
    assert_eq!(verify(&audited.path("all.bundle"), "nonsense", &[]).0, 3);
    assert_eq!(verify(&audited.path("nothing.bundle"), &audited.key, &[]).0, 3);
    fs::write(audited.path("acme.key"), format!("{}  signs from 2026\n", audited.key)).unwrap();
    let key = audited.path("acme.key");
    assert_eq!(verify(&audited.path("all.bundle"), key.to_str().unwrap(), &[]).0, 0, "a key in a file");
}

#[tokio::test]
async fn an_earlier_checkpoint_is_found_in_a_later_bundle() {
    let audited = Audited::new("earlier").await;
    let kept = audited.world.acme.log.last_checkpoint().await.unwrap().unwrap();
    fs::write(audited.path("kept.txt"), &kept.note).unwrap();
    audited.world.acme.ticket("later").await;
    audited.seal().await;
    let kept_file = audited.path("kept.txt");
    let kept_file = kept_file.to_str().unwrap();
    audited.export("all.bundle", &[]);
    audited.export("ticket.bundle", &["--ticket", "T-001", "--checkpoint", kept_file]);
    audited.export("without.bundle", &["--ticket", "T-001"]);
    for (file, expected) in [("all.bundle", 0), ("ticket.bundle", 0), ("without.bundle", 1)] {
        let (code, verdict) = audited.verify(file, &["--checkpoint", kept_file]);
        assert_eq!(code, expected, "{file}: {verdict:#}");
        assert_eq!(verdict["consistent_with"] == json!(kept.checkpoint.size), expected == 0, "{file}");
    }
    let (code, verdict) = audited.run(&["verify", "--live", "--log-only", "--checkpoint", kept_file]);
    assert_eq!(code, 0, "{verdict:#}");
}

#[tokio::test]
async fn a_changed_bundle_exits_with_one_and_names_line_and_position() {
    let audited = Audited::new("changed").await;
    audited.export("all.bundle", &[]);
    let text = fs::read_to_string(audited.path("all.bundle")).unwrap();
    let line = text.lines().position(|line| line.contains("\"position\":7,")).unwrap();
    fs::write(audited.path("changed.bundle"), text.replace("\"position\":7,", "\"position\":8,")).unwrap();
    let (code, verdict) = audited.verify("changed.bundle", &[]);
    assert_eq!((code, &verdict["verified"]), (1, &json!(false)));
    let first = &verdict["problems"][0];
    assert_eq!((&first["line"], &first["position"]), (&json!(line + 1), &json!(7)), "{first}");
}
