//! `Content-Disposition` (RFC 6266): what a file is called, in both directions.

use std::fmt::Write as _;

use axum::http::HeaderValue;

/// The name that a header gives: `filename*` (RFC 8187, UTF-8 only) before `filename`.
pub(super) fn file_name(value: &HeaderValue) -> Option<String> {
    let text = std::str::from_utf8(value.as_bytes()).ok()?;
    let (mut plain, mut extended) = (None, None);
    for (name, value) in parameters(text) {
        match name.to_ascii_lowercase().as_str() {
            "filename" => plain = plain.or(Some(value)),
            "filename*" => extended = extended.or_else(|| decoded(&value)),
            _ => {}
        }
    }
    extended.or(plain)
}

/// The parameters behind the first semicolon, quoted ones without their quotes.
fn parameters(text: &str) -> Vec<(String, String)> {
    let mut found = vec![];
    let mut rest = text.split_once(';').map_or("", |(_, rest)| rest);
    while let Some((name, after)) = rest.split_once('=') {
        let (value, left) = if let Some(quoted) = after.trim_start().strip_prefix('"') {
            unquoted(quoted)
        } else {
            let (value, left) = after.split_once(';').unwrap_or((after, ""));
            (value.trim().to_owned(), left)
        };
        found.push((name.trim_matches([' ', '\t', ';']).to_owned(), value));
        rest = left;
    }
    found
}

/// The text up to the closing quote, and what stands behind it.
fn unquoted(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (value, &text[at + 1..]),
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            other => value.push(other),
        }
    }
    (value, "")
}

/// `UTF-8''na%20me`.
fn decoded(text: &str) -> Option<String> {
    let (charset, rest) = text.split_once('\'')?;
    let (_language, encoded) = rest.split_once('\'')?;
    if !charset.eq_ignore_ascii_case("utf-8") {
        return None;
    }
    let mut bytes = vec![];
    let mut rest = encoded.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// The header for a file of this name: a plain form for old programs, and the exact one.
pub(super) fn of(name: &str, shown: bool) -> HeaderValue {
    let plain: String =
        name.chars().map(|c| if matches!(c, ' '..='~') && !matches!(c, '"' | '\\' | '%') { c } else { '_' }).collect();
    let exact = name.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
        text
    });
    let how = if shown { "inline" } else { "attachment" };
    let value = HeaderValue::from_str(&format!("{how}; filename=\"{plain}\"; filename*=UTF-8''{exact}"));
    value.unwrap_or(HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_in_every_form() {
        for (value, expected) in [
            ("attachment; filename=a.png", Some("a.png")),
            ("attachment; filename=\"two words.png\"", Some("two words.png")),
            (r#"attachment; filename="a\"b;c.png"; size=3"#, Some("a\"b;c.png")),
            ("attachment; filename=\"EUR.txt\"; filename*=UTF-8''%e2%82%ac%20rates.txt", Some("€ rates.txt")),
            ("attachment; filename*=ISO-8859-1''%A3.txt; filename=x", Some("x")),
            ("attachment; filename*=UTF-8''%zz; filename=x", Some("x")),
            ("attachment; filename*=UTF-8''%a", None),
            ("attachment; FILENAME = a.png", Some("a.png")),
            ("attachment; filename=\"open", Some("open")),
            ("attachment", None),
            ("", None),
        ] {
            let value = HeaderValue::from_str(value).unwrap();
            assert_eq!(file_name(&value).as_deref(), expected, "{value:?}");
        }
    }

    #[test]
    fn what_is_written_is_read_again_and_never_ends_the_header() {
        for name in ["a.png", "€ rates.txt", "quo\"te\\.txt", "a%20b", "x\r\ny: z", "; filename=b"] {
            let written = of(name, false);
            assert_eq!(file_name(&written).as_deref(), Some(name), "{written:?}");
        }
        assert!(of("a.png", true).to_str().unwrap().starts_with("inline; "));
    }
}
