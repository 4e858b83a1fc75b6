//! Pages, filled from above.

use chrono::{DateTime, Utc};
use printpdf::{
    Color, Line, LinePoint, Mm, OffsetDateTime, Op, PdfDocument, PdfFont, PdfFontHandle, PdfPage, PdfSaveOptions,
    Point, Pt, Rgb, TextItem,
};

use super::{face::Face, wrap};

/// A4, lying, in points.
const WIDTH: f32 = 841.89;
const HEIGHT: f32 = 595.28;
const MARGIN: f32 = 40.0;
/// Below this is the foot.
const BOTTOM: f32 = HEIGHT - 48.0;
const TEXT: f32 = 8.0;
const SMALL: f32 = 7.0;
/// From line to line, as a part of the size.
const LEADING: f32 = 1.3;
/// Between a cell and the rule above it, and between columns.
const GAP: f32 = 4.0;
const BLACK: f32 = 0.1;
const GREY: f32 = 0.45;
const PALE: f32 = 0.8;

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// What stands above it.
    pub title: &'static str,
    /// How wide it is, beside the others.
    pub share: f32,
}

/// A cell of a table.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    /// What is said first, in bold.
    pub strong: String,
    /// And below it.
    pub text: String,
}

impl Cell {
    /// Without anything bold.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { strong: String::new(), text: text.into() }
    }
}

/// Pages, filled from above.
#[derive(Debug)]
pub struct Sheet {
    pages: Vec<Vec<Op>>,
    /// Where the next line begins, from the top.
    y: f32,
}

impl Sheet {
    /// With one empty page.
    pub fn new() -> Self {
        Self { pages: vec![vec![]], y: MARGIN }
    }

    /// A heading, at most as far from what follows as a table's first row is high.
    pub fn heading(&mut self, text: &str, size: f32) {
        self.y += if self.y > MARGIN { size } else { 0.0 };
        self.keep_together(size * 4.0);
        for line in wrap::lines(text, Face::Strong, size, WIDTH - 2.0 * MARGIN) {
            self.line(&line, MARGIN, Face::Strong, size, BLACK);
            self.y += size * LEADING;
        }
        self.y += GAP;
    }

    /// A text over the whole width.
    pub fn paragraph(&mut self, text: &str) {
        for line in wrap::lines(text, Face::Plain, TEXT, WIDTH - 2.0 * MARGIN) {
            self.keep_together(TEXT * LEADING);
            self.line(&line, MARGIN, Face::Plain, TEXT, BLACK);
            self.y += TEXT * LEADING;
        }
        self.y += GAP;
    }

    /// What each of some things is.
    pub fn facts(&mut self, facts: &[(&str, String)]) {
        let columns = [Column { title: "", share: 1.0 }, Column { title: "", share: 6.0 }];
        for (name, value) in facts {
            self.row(&columns, &[Cell { strong: (*name).to_owned(), ..Cell::default() }, Cell::plain(value)], false);
        }
    }

    /// A table; on each page its titles stand anew.
    pub fn table(&mut self, columns: &[Column], rows: impl IntoIterator<Item = Vec<Cell>>) {
        self.titles(columns);
        for row in rows {
            self.row(columns, &row, true);
        }
    }

    fn titles(&mut self, columns: &[Column]) {
        for (column, (x, _)) in columns.iter().zip(places(columns)) {
            self.line(column.title, x, Face::Strong, SMALL, GREY);
        }
        self.y += SMALL * LEADING;
    }

    /// Stays together where a page has room for it; what is higher than a page goes on on the next.
    fn row(&mut self, columns: &[Column], cells: &[Cell], ruled: bool) {
        let leading = TEXT * LEADING;
        let lines: Vec<Vec<(String, Face)>> =
            cells.iter().zip(places(columns)).map(|(cell, (_, width))| cell.lines(width)).collect();
        let most = lines.iter().map(Vec::len).max().unwrap_or(0);
        let mut drawn = 0;
        loop {
            let wanted = f32::from(u16::try_from(most - drawn).unwrap_or(u16::MAX)) * leading + 2.0 * GAP;
            let is_new = self.y + wanted > BOTTOM && (wanted <= BOTTOM - 2.0 * MARGIN || self.y + leading > BOTTOM);
            if is_new {
                self.new_page();
                if ruled {
                    self.titles(columns);
                }
            }
            if ruled {
                self.rule(PALE);
                self.y += GAP;
            }
            let from = drawn;
            while drawn < most && (self.y + leading <= BOTTOM || drawn == from) {
                for (lines, (x, _)) in lines.iter().zip(places(columns)) {
                    if let Some((line, face)) = lines.get(drawn) {
                        self.line(line, x, *face, TEXT, BLACK);
                    }
                }
                self.y += leading;
                drawn += 1;
            }
            self.y += if ruled { GAP } else { 0.0 };
            if drawn >= most {
                return;
            }
        }
    }

    fn keep_together(&mut self, height: f32) {
        if self.y + height > BOTTOM {
            self.new_page();
        }
    }

    fn new_page(&mut self) {
        self.pages.push(vec![]);
        self.y = MARGIN;
    }

    fn line(&mut self, text: &str, x: f32, face: Face, size: f32, grey: f32) {
        let y = self.y;
        self.text_at(self.pages.len() - 1, text, (x, y), face, size, grey);
    }

    fn text_at(&mut self, page: usize, text: &str, (x, y): (f32, f32), face: Face, size: f32, grey: f32) {
        let Some(ops) = self.pages.get_mut(page).filter(|_| !text.is_empty()) else { return };
        ops.extend([
            Op::StartTextSection,
            Op::SetTextCursor { pos: Point { x: Pt(x), y: Pt(HEIGHT - y - size) } },
            Op::SetFont { font: PdfFontHandle::External(face.id()), size: Pt(size) },
            Op::SetFillColor { col: shade(grey) },
            Op::ShowText { items: vec![TextItem::Text(text.to_owned())] },
            Op::EndTextSection,
        ]);
    }

    fn rule(&mut self, grey: f32) {
        let y = Pt(HEIGHT - self.y);
        let point = |x: f32| LinePoint { p: Point { x: Pt(x), y }, bezier: false };
        let line = Line { points: vec![point(MARGIN), point(WIDTH - MARGIN)], is_closed: false };
        let Some(ops) = self.pages.last_mut() else { return };
        ops.extend([
            Op::SetOutlineColor { col: shade(grey) },
            Op::SetOutlineThickness { pt: Pt(0.5) },
            Op::DrawLine { line },
        ]);
    }

    /// The file: `foot` stands below each page, beside its number.
    pub fn finish(mut self, title: &str, foot: &str, made_at: DateTime<Utc>) -> Vec<u8> {
        let count = self.pages.len();
        for page in 0..count {
            let number = format!("Page {} of {count}", page + 1);
            let x = WIDTH - MARGIN - Face::Plain.width(&number, SMALL);
            self.text_at(page, &number, (x, BOTTOM + GAP * 2.0), Face::Plain, SMALL, GREY);
            self.text_at(page, &Face::Plain.shown(foot), (MARGIN, BOTTOM + GAP * 2.0), Face::Plain, SMALL, GREY);
        }
        let (width, height) = (Mm::from(Pt(WIDTH)), Mm::from(Pt(HEIGHT)));
        let pages = self.pages.into_iter().map(|ops| PdfPage::new(width, height, ops)).collect();
        let mut document = PdfDocument::new(title);
        for face in Face::ALL {
            // Under a name of ours: theirs are made by chance.
            document.resources.fonts.map.extend(face.font().map(|font| (face.id(), PdfFont::new(font.clone()))));
        }
        let info = &mut document.metadata.info;
        if let Ok(at) = OffsetDateTime::from_unix_timestamp(made_at.timestamp()) {
            (info.creation_date, info.modification_date, info.metadata_date) = (at, at, at);
        }
        "Ledgerdesk".clone_into(&mut info.producer);
        document.with_pages(pages);
        document.save(&PdfSaveOptions::default(), &mut vec![])
    }
}

impl Cell {
    fn lines(&self, width: f32) -> Vec<(String, Face)> {
        let lines = [(&self.strong, Face::Strong), (&self.text, Face::Plain)];
        let lines =
            lines.map(|(text, face)| wrap::lines(text, face, TEXT, width).into_iter().map(move |line| (line, face)));
        lines.into_iter().flatten().collect()
    }
}

/// Where each column begins, and how wide its texts may be.
fn places(columns: &[Column]) -> impl Iterator<Item = (f32, f32)> {
    let all: f32 = columns.iter().map(|column| column.share).sum();
    let point = (WIDTH - 2.0 * MARGIN) / all;
    columns.iter().scan(MARGIN, move |x, column| {
        let begins = *x;
        *x += column.share * point;
        Some((begins, column.share * point - 2.0 * GAP))
    })
}

fn shade(grey: f32) -> Color {
    Color::Rgb(Rgb { r: grey, g: grey, b: grey, icc_profile: None })
}
