//! What the pages for auditors name exists: each test by its path, each page that is linked, each row of the checklist.

use std::{
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn page(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Where the tests of a crate are, in the order in which they are looked for.
fn places(of: &str) -> Vec<PathBuf> {
    let inside = match of {
        "tests" => vec!["tests/tests/all".to_owned()],
        "api" => vec!["api/src".to_owned(), "api/tests".to_owned()],
        other => vec![format!("{other}/src"), format!("{other}/tests")],
    };
    inside.into_iter().map(|place| root().join(place)).collect()
}

/// Whether `a::b` is a folder, a file, or a module within the file of what stands before it.
fn is_there(place: &Path, path: &str) -> bool {
    let mut here = place.to_owned();
    for part in path.split("::") {
        let file = here.with_extension("rs");
        if here.join(part).is_dir() || here.join(part).with_extension("rs").is_file() {
            here.push(part);
        } else {
            return fs::read_to_string(file).is_ok_and(|text| text.contains(&format!("mod {part} ")));
        }
    }
    true
}

/// What stands between backticks as `crate: path`.
fn named(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let spans = text.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
    spans.filter_map(|span| span.split_once(": ")).filter(|(of, path)| {
        let is_name = |text: &str| {
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b"-_:0123456789".contains(&b))
        };
        is_name(of) && is_name(path) && root().join(of).join("Cargo.toml").is_file()
    })
}

#[test]
fn every_test_that_a_page_names_exists() {
    for (name, at_least) in [("docs/security.md", 40), ("docs/compliance.md", 40), ("ARCHITECTURE.md", 20)] {
        let text = page(name);
        let all: Vec<_> = named(&text).collect();
        assert!(all.len() >= at_least, "{name} names only {} tests", all.len());
        for (of, path) in all {
            assert!(places(of).iter().any(|place| is_there(place, path)), "{name}: there is no `{of}: {path}`");
        }
    }
}

#[test]
fn every_row_of_the_checklist_says_where_it_is_and_what_holds_it() {
    let text = page("docs/compliance.md");
    let rows: Vec<Vec<&str>> = text
        .lines()
        .filter(|line| line.starts_with("| C"))
        .map(|line| line.split('|').skip(1).map(str::trim).collect())
        .collect();
    for (number, row) in rows.iter().enumerate() {
        let [id, _, state, place, held, ..] = &row[..] else { panic!("{row:?}: six columns") };
        assert_eq!(*id, format!("C{:02}", number + 1));
        let missing = row.get(5).copied().unwrap_or_default();
        match *state {
            "there" => assert!(!place.is_empty() && !held.is_empty(), "{id}: where, and held by"),
            "partly" => assert!(!held.is_empty() && !missing.is_empty(), "{id}: held by, and what is missing"),
            "not yet" => assert!(held.is_empty() && !missing.is_empty(), "{id}: what is missing"),
            other => panic!("{id}: {other} is no state"),
        }
    }
    assert_eq!(rows.len(), 32);
}

#[test]
fn every_page_that_the_pages_link_exists() {
    let folder = root().join("docs");
    let mut links = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            let is_page =
                !target.contains("://") && Path::new(target).extension().is_some_and(|extension| extension == "md");
            assert!(!is_page || folder.join(target).is_file(), "{}: there is no {target}", path.display());
            links += usize::from(is_page);
        }
    }
    assert!(links > 50, "only {links} links");
}
