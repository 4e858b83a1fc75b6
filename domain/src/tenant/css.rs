//! Style sheets from outside: what is let through loads nothing from elsewhere, and cannot end the element that it stands
//! in. None of the browsers that we support runs anything from a style sheet. Whether it is CSS at all is the browser's to say: what it does not understand it passes over.

/// The longest that is accepted, in characters.
const MAX_CHARS: usize = 65_536;

/// What loads without `url(`.
const REFUSED: &[&str] = &["@import", "image-set(", "src("];

/// Whether it may be shown to customers.
pub fn is_harmless(text: &str) -> bool {
    if text.is_empty() || text.chars().count() > MAX_CHARS || text.contains(['<', '\0']) {
        return false;
    }
    // Both ways that a browser may read it: what a comment hides, and what it only seems to hide within a string.
    [plain(text), plain(&without_comments(text))].iter().all(|text| {
        let loads = text.match_indices("url(").any(|(at, word)| !is_inline(&text[at + word.len()..]));
        !loads && !text.contains('<') && !REFUSED.iter().any(|word| text.contains(word))
    })
}

/// A picture that is in the text itself.
fn is_inline(argument: &str) -> bool {
    argument.trim_start_matches(['"', '\'']).starts_with("data:image/")
}

fn without_comments(text: &str) -> String {
    let mut rest = text;
    let mut kept = String::with_capacity(text.len());
    while let Some((before, comment)) = rest.split_once("/*") {
        kept.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    kept + rest
}

/// In lower case, without white space, and with escapes (`\69`) as the letters that they stand for.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if character != '\\' {
            plain.extend(character.to_lowercase().filter(|c| !c.is_whitespace()));
            continue;
        }
        let mut digits = String::new();
        while let Some(digit) = characters.next_if(|c| digits.len() < 6 && c.is_ascii_hexdigit()) {
            digits.push(digit);
        }
        let meant = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
        plain.extend(meant.or_else(|| characters.next()).into_iter().flat_map(char::to_lowercase));
        if !digits.is_empty() {
            characters.next_if(|c| c.is_whitespace());
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_loads_or_breaks_out_is_refused_however_it_is_written() {
        for harmless in [
            "/* Custom styles */",
            ".button { color: #fff; margin: 0 auto }",
            "a { background: url( \"data:image/png;base64,AAAA\" ) }",
            ".a::before { content: '\\201C' }",
        ] {
            assert!(is_harmless(harmless), "{harmless}");
        }
        for harmful in [
            "",
            "</style><script>",
            "@import 'https://evil.example/x.css';",
            "@\\69mport 'x';",
            "@im/**/port 'x';",
            "a { background: url(https://evil.example/?) }",
            "a { background: URL ( //evil.example ) }",
            "a { background: u\\72l(//evil.example) }",
            "a { background: u\\000072 l(//evil.example) }",
            "a { background: image-set('https://evil.example/x' 1x) }",
            "a { content: '\\3c/style' }",
            &"a".repeat(MAX_CHARS + 1),
        ] {
            assert!(!is_harmless(harmful), "{harmful:.60}");
        }
    }
}
