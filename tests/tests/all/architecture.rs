//! The picture in ARCHITECTURE.md, held by `cargo metadata`: who may know whom.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

/// Which members of the workspace each may depend on. What is not listed is forbidden.
const MAY_KNOW: [(&str, &[&str]); 13] = [
    // The ground: neither knows the other.
    ("domain", &[]),
    ("proof", &[]),
    ("event-store", &["proof"]),
    ("installation", &["proof"]),
    ("files", &[]),
    // What is saved of a tenant is tables and files: no ticket.
    ("backups", &["event-store", "files"]),
    ("migrations", &["event-store"]),
    // The two sides never see each other.
    ("commands", &["domain", "event-store", "files"]),
    ("projections", &["domain", "event-store"]),
    ("reports", &["domain", "projections"]),
    ("reactions", &["commands", "domain", "event-store", "projections"]),
    // It links neither commands nor reactions: a replay cannot send a mail because the code is not in it.
    ("replay-tool", &["domain", "event-store", "installation", "migrations", "projections", "proof"]),
    (
        "api",
        &[
            "backups",
            "commands",
            "domain",
            "event-store",
            "files",
            "installation",
            "migrations",
            "projections",
            "proof",
            "reactions",
            "reports",
        ],
    ),
];

/// They may use everything; nobody may use them.
const OUTSIDE: [&str; 2] = ["tests", "benches"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every member, with the names of all that it depends on, but for its tests.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let name = |value: &Value| value["name"].as_str().unwrap().to_owned();
    let of = |package: &Value| {
        let all = package["dependencies"].as_array().unwrap();
        all.iter().filter(|dependency| dependency["kind"] != "dev").map(name).collect()
    };
    metadata["packages"].as_array().unwrap().iter().map(|package| (name(package), of(package))).collect()
}

#[test]
fn every_crate_knows_only_those_that_it_may_know() {
    let found = dependencies();
    let members: BTreeSet<&String> = found.keys().collect();
    for (member, dependencies) in &found {
        if OUTSIDE.contains(&member.as_str()) {
            continue;
        }
        let (_, allowed) = MAY_KNOW
            .iter()
            .find(|(name, _)| name == member)
            .unwrap_or_else(|| panic!("say in tests/all/architecture.rs whom {member} may know"));
        let wrong: Vec<_> =
            dependencies.iter().filter(|name| members.contains(name) && !allowed.contains(&name.as_str())).collect();
        assert!(wrong.is_empty(), "{member} must not know {wrong:?}");
    }
}

#[test]
fn the_rules_have_no_way_to_the_outside() {
    let found = dependencies();
    let outside = [
        "tokio",
        "futures-util",
        "reqwest",
        "hyper",
        "axum",
        "tokio-postgres",
        "deadpool-postgres",
        "rustix",
        "ring",
        "rand",
    ];
    for name in outside {
        assert!(!found["domain"].contains(name), "domain must not know {name}");
    }
    for (member, dependencies) in &found {
        let may_speak_http = ["api", "files", "tests", "benches", "reactions"].contains(&member.as_str());
        for name in ["axum", "reqwest", "hyper", "tower-http"] {
            assert!(may_speak_http || !dependencies.contains(name), "{member} must not know {name}");
        }
    }
}

#[test]
fn the_read_and_the_written_side_handle_every_event_by_name() {
    for library in ["domain/src/lib.rs", "projections/src/lib.rs"] {
        let text = std::fs::read_to_string(root().join(library)).unwrap();
        for lint in ["clippy::wildcard_enum_match_arm", "clippy::match_wildcard_for_single_variants"] {
            assert!(text.contains("#![deny(") && text.contains(lint), "{library} must deny {lint}");
        }
    }
}

#[test]
fn time_chance_and_waiting_come_from_outside_everywhere() {
    let clippy = std::fs::read_to_string(root().join("clippy.toml")).unwrap();
    for banned in [
        "chrono::Utc::now",
        "chrono::Local::now",
        "std::time::SystemTime::now",
        "uuid::Uuid::now_v7",
        "std::thread::sleep",
    ] {
        assert!(clippy.contains(&format!("path = \"{banned}\"")), "clippy.toml must ban {banned}");
    }
    let workspace = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(workspace.contains("unsafe_code = \"forbid\""));
    for member in dependencies().keys() {
        let manifest = std::fs::read_to_string(root().join(member).join("Cargo.toml")).unwrap();
        assert!(manifest.contains("[lints]\nworkspace = true"), "{member} must take the lints of the workspace");
    }
}
