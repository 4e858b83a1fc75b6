//! One JSON object, written in pieces.

use projections::person::{Part, Profile};
use serde::Serialize;
use serde_json::json;

use super::{About, Section};

/// Nothing is kept as a file yet, and says so.
pub const END: &str = ",\"files\":[]}\n";

pub fn begin(about: &About, profile: &Profile) -> String {
    let About { kind, id, tenant, exported_at, position } = about;
    let mut text = json!({
        "kind": kind, "id": id, "tenant": tenant, "exported_at": exported_at, "position": position, "profile": profile,
    })
    .to_string();
    text.truncate(text.len() - 1);
    text
}

pub const fn section(section: Section) -> &'static str {
    match section {
        Section::History => ",\"history\":[",
        Section::Tickets => ",\"tickets\":[",
        Section::Acts => ",\"acts\":[",
    }
}

pub fn part(part: &Part, first: bool) -> String {
    match part {
        Part::History(events) => items(events, first),
        Part::Ticket(ticket) => items(std::slice::from_ref(ticket), first),
        Part::Acts(acts) => items(acts, first),
    }
}

fn items<T: Serialize>(items: &[T], first: bool) -> String {
    let texts: Vec<String> = items.iter().filter_map(|item| serde_json::to_string(item).ok()).collect();
    let comma = if first || texts.is_empty() { "" } else { "," };
    format!("{comma}{}", texts.join(","))
}
