//! The result of a review as CSV (RFC 4180, CRLF), a line per item.

use chrono::{DateTime, SecondsFormat, Utc};
use csv::{Terminator, WriterBuilder};

use crate::{
    access_review::result::{ItemResult, ReviewResult},
    spreadsheet::harmless,
};

const COLUMNS: [&str; 19] = [
    "review",
    "kind",
    "principal",
    "name",
    "role",
    "permissions",
    "scopes",
    "owner",
    "joined",
    "second_factors",
    "created_at",
    "last_log_in_at",
    "last_used_at",
    "ends_at",
    "decision",
    "new_role",
    "decided_at",
    "decided_by",
    "note",
];

pub fn write(result: &ReviewResult) -> String {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(vec![]);
    writer.write_record(COLUMNS).expect("writing into memory does not fail");
    for item in &result.items {
        writer.write_record(cells(result, item)).expect("every line has a cell per column");
    }
    let bytes = writer.into_inner().expect("writing into memory does not fail");
    String::from_utf8(bytes).expect("what was written are texts")
}

fn cells(result: &ReviewResult, of: &ItemResult) -> [String; 19] {
    let item = &of.item;
    let role = item.role.and_then(|role| result.roles.get(&role));
    let rights = role.map(|role| role.permissions.iter().map(|(right, reach)| format!("{right} ({reach})")));
    let listed = |texts: &mut dyn Iterator<Item = String>| texts.collect::<Vec<_>>().join(", ");
    let note = match (&of.note, of.own_access) {
        (note, false) => note.clone().unwrap_or_default(),
        (None, true) => "own access".to_owned(),
        (Some(note), true) => format!("own access: {note}"),
    };
    [
        result.review.clone(),
        item.principal.kind().as_str().to_owned(),
        item.principal.to_string(),
        harmless(item.name.as_deref().unwrap_or_default()).into_owned(),
        text(item.role),
        rights.map(|mut rights| listed(&mut rights)).unwrap_or_default(),
        listed(&mut item.scopes.iter().cloned()),
        text(item.owner),
        text(item.joined),
        text(item.second_factors),
        instant(Some(item.created_at)),
        instant(item.last_log_in_at),
        instant(item.last_used_at),
        instant(item.ends_at),
        of.decision.unwrap_or_default().to_owned(),
        text(of.new_role),
        instant(of.decided_at),
        of.decided_by.clone().unwrap_or_default(),
        harmless(&note).into_owned(),
    ]
}

fn text(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn instant(at: Option<DateTime<Utc>>) -> String {
    at.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true)).unwrap_or_default()
}
