//! What a file is: by its first bytes, and by what was said of it where the bytes do not say otherwise.

/// So many bytes from the beginning tell.
pub(super) const HEAD: usize = 8 * 1024;

/// Of what nobody knows better.
const UNKNOWN: &str = "application/octet-stream";
/// What programs say that were told nothing: it says nothing.
const SAYS_NOTHING: [&str; 2] = [UNKNOWN, "application/x-www-form-urlencoded"];
/// Types that are written in another one, which is all that their first bytes show.
const WITHIN: [(&str, &[&str]); 3] = [
    ("application/zip", &["+zip", "openxmlformats", "opendocument", "application/java-archive"]),
    ("text/xml", &["+xml", "application/xml", "text/"]),
    ("text/html", &["+xml", "text/"]),
];
/// Two names of one thing.
const SAME: [(&str, &str); 3] = [
    ("application/gzip", "application/x-gzip"),
    ("application/zip", "application/x-zip-compressed"),
    ("image/vnd.microsoft.icon", "image/x-icon"),
];

/// The type of a file that begins with `head`, and of which it was said that it is `claimed`.
pub(super) fn of(claimed: Option<&str>, head: &[u8]) -> String {
    let claimed = claimed.and_then(essence).filter(|claimed| !SAYS_NOTHING.contains(&claimed.as_str()));
    match (claimed, infer::get(head).map(|kind| kind.mime_type())) {
        (Some(claimed), Some(found)) if fits(&claimed, found) => claimed,
        (_, Some(found)) => found.to_owned(),
        // One that its first bytes would show: they do not.
        (Some(claimed), None) if infer::is_mime_supported(&claimed) => UNKNOWN.to_owned(),
        (Some(claimed), None) => claimed,
        (None, None) => UNKNOWN.to_owned(),
    }
}

fn fits(claimed: &str, found: &str) -> bool {
    let within = WITHIN.iter().any(|(outer, inner)| *outer == found && inner.iter().any(|word| claimed.contains(word)));
    let same = SAME.iter().any(|(one, other)| [(one, other), (other, one)].contains(&(&claimed, &found)));
    claimed == found || within || same
}

/// `type/subtype` without parameters, in lower case; none when it is no media type (RFC 9110, 8.3.1).
fn essence(text: &str) -> Option<String> {
    let essence = text.split(';').next()?.trim().to_ascii_lowercase();
    let token = |part: &str| {
        (1..=64).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    let (kind, subtype) = essence.split_once('/')?;
    (token(kind) && token(subtype)).then_some(essence)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    const PDF: &[u8] = b"%PDF-1.7\n";
    const ZIP: &[u8] = b"PK\x03\x04\x14\0\0\0\0\0";
    const HTML: &[u8] = b"<!DOCTYPE html><html><script>";

    #[test]
    fn a_claim_is_kept_only_where_the_bytes_do_not_contradict_it() {
        let docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
        for (claimed, head, expected) in [
            (Some("image/png"), PNG, "image/png"),
            (Some("image/jpeg"), PNG, "image/png"),
            (Some("image/png"), HTML, "text/html"),
            (Some("image/png"), b"plain words", UNKNOWN),
            (Some("text/html"), PDF, "application/pdf"),
            (Some("text/plain; charset=utf-8"), b"plain words", "text/plain"),
            (Some("text/plain"), HTML, "text/plain"),
            (Some("TEXT/CSV"), b"a,b", "text/csv"),
            (Some(docx), ZIP, docx),
            (Some("application/pdf"), ZIP, "application/zip"),
            (Some("application/x-zip-compressed"), ZIP, "application/x-zip-compressed"),
            (Some("application/octet-stream"), PNG, "image/png"),
            (Some("application/x-www-form-urlencoded"), b"a=b", UNKNOWN),
            (None, PNG, "image/png"),
            (None, b"plain words", UNKNOWN),
            (None, b"", UNKNOWN),
            (Some("no type"), b"plain words", UNKNOWN),
            (Some("text/\r\nx: y"), b"plain words", UNKNOWN),
        ] {
            assert_eq!(of(claimed, head), expected, "{claimed:?} over {head:?}");
        }
    }
}
