//! A customer's words in a spreadsheet must not become a formula (CWE-1236).

use std::borrow::Cow;

/// What a spreadsheet begins a formula, a command or another cell with; the last four as East Asian input methods
/// write them.
const BEGINNINGS: [char; 9] = ['=', '+', '-', '@', '|', '＝', '＋', '－', '＠'];
/// At the very beginning these shift what follows into a cell of its own.
const SHIFTS: [char; 3] = ['\t', '\r', '\n'];

/// The text with a `'` in front if a spreadsheet would take it for more than text. Spreadsheets pass over white space
/// and what cannot be seen, so this does, too.
pub fn harmless(text: &str) -> Cow<'_, str> {
    let unseen = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}');
    let dangerous = text.starts_with(SHIFTS) || text.trim_start_matches(unseen).starts_with(BEGINNINGS);
    if dangerous { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_would_be_a_formula_gets_a_quote_in_front() {
        for text in [
            "=1+1",
            "=HYPERLINK(\"http://evil.example\",\"Click\")",
            "+41 44 765 43 21",
            "-1",
            "@SUM(A1)",
            "|calc",
            "\tx",
            "\rx",
            "\n=x",
            "  =cmd|' /C calc'!A0",
            "\u{a0}=1",
            "\u{feff}=1",
            "\u{200b}=1",
            "＝1+1",
            "＋1",
            "－1",
            "＠x",
            " ＝1",
        ] {
            assert_eq!(harmless(text), format!("'{text}"), "{text:?}");
        }
    }

    #[test]
    fn any_other_text_stays_as_it_is() {
        for text in ["", "Login issues", "a=b", "T-001", "'=1", "1+1", "#1", "  leading", "5 - 3", "ann@example.com"] {
            assert_eq!(harmless(text), text, "{text:?}");
        }
    }
}
