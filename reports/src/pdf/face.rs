//! The two faces: what they have signs for, and how wide a text is.

use std::sync::LazyLock;

use printpdf::{FontId, ParsedFont};

/// `DejaVu` Sans Condensed, without what is not Latin, Greek or Cyrillic: see `reports/fonts/README.md`.
static PLAIN: LazyLock<Option<ParsedFont>> = LazyLock::new(|| parse(include_bytes!("../../fonts/plain.ttf")));
static STRONG: LazyLock<Option<ParsedFont>> = LazyLock::new(|| parse(include_bytes!("../../fonts/strong.ttf")));

/// Stands for what there is no sign for.
const MISSING: char = '▯';

/// How a text looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// As texts do.
    Plain,
    /// As headings do.
    Strong,
}

fn parse(bytes: &[u8]) -> Option<ParsedFont> {
    ParsedFont::from_bytes(bytes, 0, &mut vec![])
}

impl Face {
    pub const ALL: [Self; 2] = [Self::Plain, Self::Strong];

    /// None: the program was built with a file that is no font, which a test sees.
    pub fn font(self) -> Option<&'static ParsedFont> {
        match self {
            Self::Plain => PLAIN.as_ref(),
            Self::Strong => STRONG.as_ref(),
        }
    }

    /// What it is called within a file.
    pub fn id(self) -> FontId {
        FontId(match self {
            Self::Plain => "plain".to_owned(),
            Self::Strong => "strong".to_owned(),
        })
    }

    /// The text as it can be shown.
    pub fn shown(self, text: &str) -> String {
        let has = |sign: char| self.font().is_some_and(|font| font.lookup_glyph_index(u32::from(sign)).is_some());
        text.chars().map(|sign| if has(sign) { sign } else { MISSING }).collect()
    }

    /// How wide a sign is, in points.
    pub fn width_of(self, sign: char, size: f32) -> f32 {
        let Some(font) = self.font() else { return 0.0 };
        let glyph = font.lookup_glyph_index(u32::from(sign)).unwrap_or(0);
        f32::from(font.get_glyph_width(glyph).unwrap_or(0)) * size / f32::from(font.units_per_em)
    }

    /// How wide a text is, in points.
    pub fn width(self, text: &str, size: f32) -> f32 {
        text.chars().map(|sign| self.width_of(sign, size)).sum()
    }
}
