//! The text form of tables taken apart as it comes: for those who bring it back, and those who see whether they could.

use bytes::{Bytes, BytesMut};
use files::Content;
use futures_util::TryStreamExt as _;

use crate::error::BackupError;

const END: &[u8] = b"\\.\n";

/// A part of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A section begins.
    Table {
        /// The table, quoted where it needs it.
        name: String,
        /// Its columns, likewise, with commas between them.
        columns: String,
    },
    /// Rows of it, whole lines each.
    Rows(Bytes),
    /// It ends.
    End,
}

/// Sections, part by part. No more than one row, or one piece of the object, is in memory.
pub struct Sections {
    object: String,
    content: Content,
    waiting: BytesMut,
    inside: bool,
}

impl std::fmt::Debug for Sections {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sections({})", self.object)
    }
}

impl Sections {
    /// Of what is in this object.
    pub fn new(object: impl Into<String>, content: Content) -> Self {
        Self { object: object.into(), content, waiting: BytesMut::new(), inside: false }
    }

    /// The next part; none after the last one. What ends within a section is refused.
    pub async fn next(&mut self) -> Result<Option<Part>, BackupError> {
        loop {
            if let Some(part) = self.take()? {
                return Ok(Some(part));
            }
            match self.content.try_next().await? {
                Some(bytes) => self.waiting.extend_from_slice(&bytes),
                None if self.waiting.is_empty() && !self.inside => return Ok(None),
                None => return Err(self.malformed("it ends within a section")),
            }
        }
    }

    fn take(&mut self) -> Result<Option<Part>, BackupError> {
        if !self.inside {
            let Some(end) = self.waiting.iter().position(|byte| *byte == b'\n') else { return Ok(None) };
            let line = self.waiting.split_to(end + 1);
            let table = table(&line).ok_or_else(|| self.malformed("a section does not begin with COPY"))?;
            self.inside = true;
            return Ok(Some(table));
        }
        if self.waiting.starts_with(END) {
            let _ = self.waiting.split_to(END.len());
            self.inside = false;
            return Ok(Some(Part::End));
        }
        // Within a row every line feed is written as \n: one that stands there ends a row.
        let rows = match self.waiting.windows(END.len() + 1).position(|window| window == b"\n\\.\n") {
            Some(before) => Some(before),
            None => self.waiting.iter().rposition(|byte| *byte == b'\n'),
        };
        Ok(rows.map(|last| Part::Rows(self.waiting.split_to(last + 1).freeze())))
    }

    fn malformed(&self, reason: &str) -> BackupError {
        BackupError::Malformed { object: self.object.clone(), reason: reason.to_owned() }
    }
}

fn table(line: &[u8]) -> Option<Part> {
    let line = std::str::from_utf8(line).ok()?;
    let (name, columns) = line.strip_prefix("COPY ")?.strip_suffix(") FROM stdin;\n")?.split_once(" (")?;
    Some(Part::Table { name: name.to_owned(), columns: columns.to_owned() })
}

#[cfg(test)]
mod tests {
    use futures_util::{StreamExt as _, stream};

    use super::*;

    const TEXT: &str = "COPY head (one, position) FROM stdin;\nt\t7\n\\.\nCOPY \"order\" (a) FROM stdin;\n\\.\n\
                        COPY files (a) FROM stdin;\n\\\\.\nx\\n\\\\.\\ny\n\\.\n";

    async fn parts(text: &str, step: usize) -> Result<Vec<Part>, BackupError> {
        let pieces: Vec<_> = text.as_bytes().chunks(step).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
        let mut sections = Sections::new("states/1", stream::iter(pieces).boxed());
        let mut parts = vec![];
        while let Some(part) = sections.next().await? {
            match (parts.last_mut(), part) {
                (Some(Part::Rows(before)), Part::Rows(rows)) => *before = [&before[..], &rows].concat().into(),
                (_, part) => parts.push(part),
            }
        }
        Ok(parts)
    }

    #[tokio::test]
    async fn sections_are_the_same_in_whatever_pieces_they_come() {
        let table = |name: &str, columns: &str| Part::Table { name: name.to_owned(), columns: columns.to_owned() };
        let rows = |rows: &'static str| Part::Rows(Bytes::from_static(rows.as_bytes()));
        let expected = [
            table("head", "one, position"),
            rows("t\t7\n"),
            Part::End,
            table("\"order\"", "a"),
            Part::End,
            table("files", "a"),
            rows("\\\\.\nx\\n\\\\.\\ny\n"),
            Part::End,
        ];
        for step in 1..=TEXT.len() {
            assert_eq!(parts(TEXT, step).await.unwrap(), expected, "in pieces of {step}");
        }
    }

    #[tokio::test]
    async fn what_is_cut_or_begins_otherwise_is_refused() {
        for wrong in [&TEXT[..TEXT.len() - 1], &TEXT[..30], "DROP TABLE head;\n", "COPY head FROM stdin;\n"] {
            assert!(matches!(parts(wrong, 10).await, Err(BackupError::Malformed { .. })), "{wrong}");
        }
    }
}
