//! What a search asks for.

/// At most so many words and phrases in one search.
pub const MAX_TERMS: usize = 16;

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
}
