//! `docs/permissions.md` from the marker on.

use std::{collections::BTreeMap, env, fmt::Write as _, fs, path::PathBuf};

use domain::{permission::Permission, role::BuiltInRole};

use super::{Cell, Takes};
use crate::operations::{document, operations};

const MARKER: &str = "<!-- What follows is made from the code: LEDGERDESK_WRITE_PAGES=1 cargo test -p tests permissions::page writes it anew. -->";

fn row(cells: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    cells.into_iter().fold("|".to_owned(), |row, cell| format!("{row} {} |", cell.as_ref())) + "\n"
}

fn head(first: &[&str]) -> String {
    let roles = BuiltInRole::ALL.map(|role| role.as_str().replace('_', " "));
    let names: Vec<&str> = first.iter().copied().chain(roles.iter().map(String::as_str)).collect();
    row(&names) + &row(names.iter().map(|_| "---"))
}

fn permissions() -> String {
    let mut page = "## Permissions\n\n".to_owned() + &row(["permission", "what it allows", "reach"]) + &row(["---"; 3]);
    for right in Permission::ALL {
        let reach = if right.takes_reach() { "own, assigned, team, all" } else { "all" };
        page += &row([&format!("`{right}`"), right.description(), reach]);
    }
    page
}

fn roles() -> String {
    let mut page =
        "\n## What the built-in roles may\n\nAll of it with reach `all`.\n\n".to_owned() + &head(&["permission"]);
    for right in Permission::ALL {
        let has = BuiltInRole::ALL.map(|role| if role.permissions().allow(*right) { "yes" } else { "" });
        page += &row([format!("`{right}`").as_str()].into_iter().chain(has));
    }
    page
}

fn table() -> String {
    let mut page = "\n## Who may call what\n\nWhere two permissions stand, the first is for all of it, and the other for the part that its name says.\n".to_owned();
    let mut by_tag: BTreeMap<usize, String> = BTreeMap::new();
    let tags = document()["tags"].as_array().unwrap();
    for operation in operations() {
        let tag = operation.document["tags"][0].as_str().unwrap();
        let place = tags
            .iter()
            .position(|known| known["name"] == tag)
            .unwrap_or_else(|| panic!("say in api/src/openapi/mod.rs what the tag {tag} is"));
        let section =
            by_tag.entry(place).or_insert_with(|| format!("\n### {tag}\n\n{}", head(&["operation", "takes"])));
        let name = format!("`{} {}`", operation.method, operation.path);
        let (takes, cells) = match Takes::of(&operation) {
            Takes::Nothing => ("nothing".to_owned(), BuiltInRole::ALL.map(|_| "yes".to_owned())),
            Takes::Session => ("a session".to_owned(), BuiltInRole::ALL.map(|_| "yes".to_owned())),
            Takes::AnyOf(rights) => {
                let texts: Vec<String> = rights.iter().map(|right| format!("`{right}`")).collect();
                let cell = |role| match Cell::of(role, &rights) {
                    Cell::Allowed => "yes".to_owned(),
                    Cell::Partly(right) => format!("`{right}`"),
                    Cell::Denied => String::new(),
                };
                (texts.join(" or "), BuiltInRole::ALL.map(cell))
            }
        };
        let _ = write!(section, "{}", row([name, takes].into_iter().chain(cells)));
    }
    page.extend(by_tag.into_values());
    page
}

#[test]
fn the_page_says_what_the_code_does() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/permissions.md");
    let page = fs::read_to_string(&path).unwrap();
    let (told, made) = page.split_once(MARKER).expect("the marker is in docs/permissions.md");
    let now = format!("\n\n{}{}{}", permissions(), roles(), table());
    if env::var_os("LEDGERDESK_WRITE_PAGES").is_some() {
        fs::write(&path, format!("{told}{MARKER}{now}")).unwrap();
    } else {
        assert!(
            made == now,
            "docs/permissions.md is not what the code does any more: write it anew by LEDGERDESK_WRITE_PAGES=1 cargo test \
             -p tests permissions::page, and read what changed"
        );
    }
}
