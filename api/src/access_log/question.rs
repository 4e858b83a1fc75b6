//! What was asked for, as it may be kept for years: what somebody typed is a digest, which tells who knows the words
//! whether they were asked for, and nobody else what they were. So no erasure has to look for a name in here.

use event_store::Log;

use super::seen::is_named;

/// What nobody types names into.
const PLAIN: [&str; 20] = [
    "after",
    "filter[active]",
    "filter[action]",
    "filter[actor]",
    "filter[channel]",
    "filter[deleted]",
    "filter[imported]",
    "filter[kind]",
    "filter[operation]",
    "filter[priority]",
    "filter[status]",
    "filter[ticket_id]",
    "filter[type]",
    "format",
    "from",
    "include",
    "limit",
    "report",
    "sort",
    "to",
];
/// What says nothing about what is shown.
const LEFT_OUT: [&str; 2] = ["cursor", "min_position"];
/// Of the digest: enough to tell texts apart.
const BYTES: usize = 8;
/// A query is no longer than this.
const LONGEST: usize = 1_000;

/// The query of a request as it is kept; none where it has none.
pub fn kept(log: &Log, query: &str) -> Option<String> {
    let pairs = form_urlencoded::parse(query.as_bytes());
    let pairs = pairs.filter(|(name, _)| is_name(name) && !LEFT_OUT.contains(&&**name));
    let kept: Vec<String> = pairs
        .map(|(name, value)| {
            let is_plain = PLAIN.contains(&&*name) || name.contains("_at]") || value.split(',').all(is_named);
            if is_plain && is_tame(&value) {
                format!("{name}={value}")
            } else {
                format!("{name}=~{}", digest(log, &value))
            }
        })
        .collect();
    let mut kept = kept.join("&");
    // All of it is ASCII.
    kept.truncate(LONGEST);
    (!kept.is_empty()).then_some(kept)
}

/// What a typed text is kept as: the same for the same text, in one tenant.
pub fn digest(log: &Log, text: &str) -> String {
    let signed = log.sign("access log question", text.trim().to_lowercase().as_str());
    signed.iter().take(BYTES).fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

fn is_name(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_lowercase() || b"_[]".contains(&byte))
}

fn is_tame(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-:.,*+".contains(&byte))
}
