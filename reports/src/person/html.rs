//! One page that can be read, printed and kept: no script, nothing from elsewhere.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use projections::person::{Act, OwnEvent, OwnTicket, Part, Profile};
use serde_json::Value;

use super::{About, Section};

/// Where a section has nothing to tell.
pub const NOTHING: &str = "<p class=\"none\">Nothing.</p>\n";
pub const END: &str = "<h2>Files</h2>\n<p class=\"none\">No files are kept here yet.</p>\n</main></body></html>\n";

/// Of a profile, in the order in which people look for them.
const FIELDS: [&str; 8] = ["name", "email", "phone", "external_id", "active", "id", "created_at", "updated_at"];

const STYLE: &str = "
body{margin:0;background:#f5f6f8;color:#1c2430;font:16px/1.5 system-ui,sans-serif}
main{max-width:56rem;margin:0 auto;padding:2rem 1.5rem;background:#fff;min-height:100vh;box-sizing:border-box}
h1{margin:0 0 .25rem;font-size:1.75rem}h2{margin:2.25rem 0 .75rem;font-size:1.25rem;border-bottom:2px solid #d8dde5}
h3{margin:1.75rem 0 .5rem;font-size:1.05rem}.about,.none,time,.who{color:#5a6675}.about{margin:0 0 1.5rem}
table{border-collapse:collapse;width:100%}th,td{padding:.3rem .75rem .3rem 0;text-align:left;vertical-align:top}
th{width:11rem;font-weight:600}article{border-left:3px solid #d8dde5;padding:.1rem 0 .1rem .9rem;margin:.7rem 0}
article header{font-size:.9rem}article .what{font-weight:600}article dl{margin:.2rem 0;font-size:.9rem}
article dt{float:left;clear:left;margin-right:.5rem;color:#5a6675}article dd{margin:0;overflow-wrap:anywhere}
.said{white-space:pre-wrap;overflow-wrap:anywhere;margin:.3rem 0}
@media print{body,main{background:none;padding:0}article{break-inside:avoid}}
";

pub fn begin(about: &About, profile: &Profile) -> String {
    let About { kind, id, tenant, exported_at, position } = about;
    let fields = serde_json::to_value(profile).unwrap_or_default();
    let name = fields["name"].as_str().unwrap_or(id);
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>What {tenant} holds about {name}</title><style>{STYLE}</style></head>\n\
         <body><main>\n<h1>{name}</h1>\n<p class=\"about\">Everything that the help desk of {tenant} holds about this {kind}, \
         {id}, as of {at} (position {position} of its log). All times are UTC.</p>\n<h2>Profile</h2>\n<table>\n",
        tenant = escaped(tenant),
        name = escaped(name),
        at = moment(*exported_at),
    );
    for field in FIELDS {
        if let Some(value) = fields.get(field).filter(|value| !value.is_null()) {
            let _ = writeln!(page, "<tr><th>{}</th><td>{}</td></tr>", words(field), shown(value));
        }
    }
    page.push_str("</table>\n");
    page
}

pub const fn section(section: Section) -> &'static str {
    match section {
        Section::History => "<h2>What happened to them</h2>\n",
        Section::Tickets => "<h2>Tickets</h2>\n",
        Section::Acts => "<h2>What they did, and from where</h2>\n",
    }
}

pub fn part(part: &Part) -> String {
    match part {
        Part::History(events) => events.iter().map(event).collect(),
        Part::Ticket(ticket) => self::ticket(ticket),
        Part::Acts(acts) => acts.iter().map(act).collect(),
    }
}

fn ticket(ticket: &OwnTicket) -> String {
    let OwnTicket { ticket_id, status, created_at, events, .. } = ticket;
    let title = events.iter().rev().find_map(|event| event.data["title"].as_str()).unwrap_or_default();
    let head = format!(
        "<h3>{} {}</h3>\n<p class=\"who\">{}; it came in {}</p>\n",
        escaped(ticket_id),
        escaped(title),
        words(status),
        moment(*created_at)
    );
    events.iter().map(event).fold(head, |page, event| page + &event)
}

fn event(event: &OwnEvent) -> String {
    let mut entry = begun(&event.event_type, event.occurred_at);
    let _ = writeln!(
        entry,
        " <span class=\"who\">by {} {}</span></header>",
        words(&event.actor.kind),
        escaped(&event.actor.id)
    );
    if let Some(said) = event.data["body"].as_str() {
        let _ = writeln!(entry, "<p class=\"said\">{}</p>", escaped(said));
    }
    let fields = event.data.as_object().into_iter().flatten();
    entry + &list(fields.filter(|(field, _)| *field != "body")) + "</article>\n"
}

fn act(act: &Act) -> String {
    let mut entry = begun(&act.action, act.occurred_at);
    let _ = writeln!(entry, " <span class=\"who\">{} {}</span></header>", act.target.kind, escaped(&act.target.id));
    let client = act.client.as_ref().and_then(Value::as_object);
    entry + &list(client.into_iter().flatten()) + "</article>\n"
}

fn begun(what: &str, at: DateTime<Utc>) -> String {
    format!("<article><header><span class=\"what\">{}</span> <time>{}</time>", words(what), moment(at))
}

fn list<'a>(fields: impl Iterator<Item = (&'a String, &'a Value)>) -> String {
    let mut lines = String::new();
    for (field, value) in fields {
        let _ = writeln!(lines, "<dt>{}</dt><dd>{}</dd>", words(field), shown(value));
    }
    if lines.is_empty() { lines } else { format!("<dl>{lines}</dl>\n") }
}

/// `customer.email_changed` as people write it.
fn words(name: &str) -> String {
    escaped(&name.replace(['.', '_'], " "))
}

fn moment(at: DateTime<Utc>) -> String {
    at.format("%-d %B %Y, %H:%M").to_string()
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "<span class=\"none\">–</span>".to_owned(),
        Value::String(text) => match text.parse::<DateTime<Utc>>() {
            Ok(at) => moment(at),
            Err(_) => escaped(text),
        },
        Value::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join(", "),
        Value::Object(members) => {
            let members: Vec<String> =
                members.iter().map(|(name, value)| format!("{} {}", words(name), shown(value))).collect();
            members.join(", ")
        }
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}
