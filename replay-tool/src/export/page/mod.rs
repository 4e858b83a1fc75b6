//! The page that a bundle may stand in. Its policy admits this script and this style, and nothing from anywhere.

use base64::{Engine, engine::general_purpose::STANDARD};
use event_store::proof::Hash;

const FRAME: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = concat!(include_str!("format.js"), "\n", include_str!("walk.js"), "\n", include_str!("show.js"));

/// The page, with the place for the bundle in it.
pub fn template() -> String {
    let hash = |content: &str| format!("sha256-{}", STANDARD.encode(Hash::of(content.as_bytes()).0));
    FRAME
        .replacen("SCRIPT-HASH", &hash(SCRIPT), 1)
        .replacen("STYLE-HASH", &hash(STYLE), 1)
        .replacen("/* SCRIPT */", SCRIPT, 1)
        .replacen("/* STYLE */", STYLE, 1)
}

#[cfg(test)]
mod tests {
    use event_store::proof::bundle::Page;

    use super::*;

    #[test]
    fn the_page_has_a_place_for_the_bundle_and_lets_nothing_in() {
        let page = template();
        assert!(Page::of(&page).is_some());
        assert!(page.contains("default-src 'none'; script-src 'sha256-"));
        assert!(!page.contains("-HASH'") && !page.contains("/* S"), "every place is filled");
        assert_eq!(page.matches("</script>").count(), 2, "no script ends early");
        for outside in [
            "http://",
            "https://",
            "src=",
            "href=",
            "url(",
            "@import",
            "fetch(",
            "XMLHttpRequest",
            "innerHTML",
            "eval(",
        ] {
            assert!(!page.contains(outside), "{outside}");
        }
    }
}
