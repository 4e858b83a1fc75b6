//! Reading the lines of a file, each with its number, bounded.

use std::io::{self, BufRead, Read};

use super::page::{BEGIN, END, Page, PageDigest};
use crate::hash::Hash;

/// No line of a bundle is longer: a commit has at most 8 MiB, and JSON may make seven of one byte.
const MAX_LINE_BYTES: u64 = 64 * 1024 * 1024;

/// A line of the file.
#[derive(Debug, Default)]
pub(super) struct Lines<R> {
    source: R,
    number: u64,
    buffer: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(source: R) -> Self {
        Self { source, number: 0, buffer: vec![] }
    }

    /// Its number, and its bytes with their newline, if they have one.
    pub(super) fn next(&mut self) -> io::Result<Option<(u64, &[u8])>> {
        self.buffer.clear();
        self.number += 1;
        let read = (&mut self.source).take(MAX_LINE_BYTES).read_until(b'\n', &mut self.buffer)?;
        Ok((read > 0).then_some((self.number, &self.buffer)))
    }
}

/// The page around a bundle, as far as it was read.
pub(super) struct Around {
    digest: PageDigest,
    /// What this program would have written, line by line.
    known: Option<(Hash, Vec<String>)>,
    at: usize,
    /// The first line that is another.
    differs: Option<u64>,
}

impl Around {
    pub(super) fn new(known: Option<Page<'_>>) -> Self {
        let lines = |page: &Page<'_>| {
            let text = format!("{}{}", page.before(), page.after());
            (page.digest(), text.split_inclusive('\n').map(str::to_owned).collect())
        };
        Self { digest: PageDigest::default(), known: known.as_ref().map(lines), at: 0, differs: None }
    }

    /// Takes a line of the page.
    pub(super) fn take(&mut self, number: u64, line: &[u8]) {
        self.digest.add(line);
        if let Some((_, known)) = &self.known
            && self.differs.is_none()
            && known.get(self.at).map(String::as_bytes) != Some(line)
        {
            self.differs = Some(number);
        }
        self.at += 1;
    }

    /// Whether it is the page that the manifest names, or without a manifest the one of this program. If not: where it
    /// differs, as far as that is known, and its digest.
    pub(super) fn finish(mut self, expected: Option<Hash>, last: u64) -> Result<(), (Option<u64>, Hash)> {
        let known = self.known.as_ref().map(|(digest, _)| *digest);
        if self.known.as_ref().is_some_and(|(_, lines)| lines.len() != self.at) {
            self.differs.get_or_insert(last);
        }
        let found = self.digest.finish();
        if Some(found) == expected.or(known) {
            return Ok(());
        }
        Err((self.differs.filter(|_| expected.is_none() || expected == known), found))
    }
}

pub(super) fn begins(line: &[u8]) -> bool {
    line == BEGIN.as_bytes()
}

pub(super) fn ends(line: &[u8]) -> bool {
    line == END.as_bytes()
}
