//! Full text: what rows are found by, and what a search asks for.
//!
//! The configuration is `simple` throughout: a help desk holds many languages in one list, and stems of the wrong one
//! hide what was typed.

/// At most so many words and phrases in one search.
pub const MAX_TERMS: usize = 16;

/// Of a text, so many bytes can be searched. PostgreSQL refuses vectors beyond 1 MB, and an address yields up to
/// about four times its bytes; a message of plain ASCII fits as a whole.
const MAX_BYTES: usize = 128 * 1024;

/// One text of several parts, cut to what can be indexed.
pub(crate) fn searchable<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for part in parts {
        if !text.is_empty() {
            text.push(' ');
        }
        let mut end = part.len().min(MAX_BYTES.saturating_sub(text.len()));
        while !part.is_char_boundary(end) {
            end -= 1;
        }
        text.push_str(&part[..end]);
    }
    text
}

/// An address also by its parts: a search for `ann` finds `ann@example.com`.
pub(crate) fn address_parts(address: &str) -> String {
    address.replace(['@', '.'], " ")
}

/// A search as people type it: words that must all be found, `"quoted phrases"`, and `-words` that must not.
///
/// Each word may be found in another place (one in the title, one in a message, one in the requester's name); a
/// word with a minus is in none of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextQuery {
    pub(crate) required: Vec<String>,
    pub(crate) excluded: Vec<String>,
}

/// A text that asks for nothing, or for too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextQueryError {
    /// Not a letter or a digit in it.
    #[error("expected at least one word to search for")]
    Empty,
    /// More than [`MAX_TERMS`].
    #[error("expected at most {MAX_TERMS} words and phrases to search for")]
    TooManyTerms,
}

impl TextQuery {
    /// Reads what was typed.
    pub fn parse(text: &str) -> Result<Self, TextQueryError> {
        let mut query = Self { required: vec![], excluded: vec![] };
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let (excluded, from) = match rest.strip_prefix('-') {
                Some(from) => (true, from),
                None => (false, rest),
            };
            let (term, after) = match from.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
                None => from.split_once(char::is_whitespace).unwrap_or((from, "")),
            };
            if term.chars().any(char::is_alphanumeric) {
                let terms = if excluded { &mut query.excluded } else { &mut query.required };
                terms.push(term.to_owned());
            }
            rest = after.trim_start();
        }
        match query.required.len() + query.excluded.len() {
            0 => Err(TextQueryError::Empty),
            1..=MAX_TERMS => Ok(query),
            _ => Err(TextQueryError::TooManyTerms),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> (Vec<String>, Vec<String>) {
        let query = TextQuery::parse(text).unwrap();
        (query.required, query.excluded)
    }

    #[test]
    fn words_phrases_and_minus_words() {
        let (required, excluded) = parse(r#"login "not possible" -proxy  -"old phone" T-001 a-b"#);
        assert_eq!(required, ["login", "not possible", "T-001", "a-b"]);
        assert_eq!(excluded, ["proxy", "old phone"]);
        assert_eq!(parse(r#""never closed"#).0, ["never closed"]);
        assert_eq!(parse("! - word ?").0, ["word"]);
    }

    #[test]
    fn nothing_to_search_for_is_an_error() {
        assert_eq!(TextQuery::parse(" -- !"), Err(TextQueryError::Empty));
        assert_eq!(TextQuery::parse(&"a ".repeat(17)), Err(TextQueryError::TooManyTerms));
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(searchable(["ü".repeat(MAX_BYTES).as_str(), "more"]).len(), MAX_BYTES + 1);
        assert_eq!(searchable(["a", "b"]), "a b");
    }
}
