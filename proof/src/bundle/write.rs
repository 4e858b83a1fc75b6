//! Writing a bundle, line by line.

use std::io::{self, Write};

use chrono::{DateTime, Utc};

use super::{
    event::StoredEvent,
    line::{Chain, Gap, Head, Line, Manifest, Shown, Text, body},
    page::Page,
};
use crate::{hash::Hash, note::Note};

/// Writes a bundle. The order of the lines is the caller's to keep: positions from the first to the last, a checkpoint
/// where its size is reached, and at last the checkpoint of the whole size.
#[derive(Debug)]
pub struct Writer<'a, W> {
    out: W,
    origin: String,
    page: Option<Page<'a>>,
    chain: Chain,
    lines: u64,
    events: u64,
}

impl<'a, W: Write> Writer<'a, W> {
    /// Begins one; with `page`, inside of it.
    pub fn begin(mut out: W, head: Head, page: Option<Page<'a>>) -> io::Result<Self> {
        if let Some(page) = &page {
            out.write_all(page.before().as_bytes())?;
        }
        let origin = head.origin.clone();
        let mut writer = Self { out, origin, page, chain: Chain::begin(), lines: 0, events: 0 };
        writer.line(&Line::Bundle(head))?;
        Ok(writer)
    }

    /// Positions `from` to `to` (both included) are not shown; `hashes` are of [`crate::merkle::cover`].
    pub fn gap(&mut self, from: u64, to: u64, hashes: Vec<Hash>) -> io::Result<()> {
        self.line(&Line::Gap(Gap { from, to, hashes: hashes.into_iter().map(Text).collect() }))
    }

    /// An event, and the leaf that was sealed for it.
    pub fn event(&mut self, event: StoredEvent, leaf: Hash) -> io::Result<()> {
        self.events += 1;
        self.line(&Line::Event(Shown { leaf: Text(leaf), row: event }))
    }

    /// A checkpoint of what was written so far.
    pub fn checkpoint(&mut self, note: &str) -> io::Result<()> {
        self.line(&Line::Checkpoint(note.to_owned()))
    }

    /// What is to be signed, when nothing more is written.
    pub fn manifest(&self, exported: DateTime<Utc>) -> Manifest {
        Manifest {
            origin: self.origin.clone(),
            lines: self.lines,
            events: self.events,
            chain: self.chain.0,
            exported,
            page: self.page.map(|page| page.digest()),
        }
    }

    /// Ends it with the signed manifest.
    pub fn finish(mut self, manifest: &Note) -> io::Result<W> {
        self.line(&Line::Manifest(manifest.to_string()))?;
        if let Some(page) = &self.page {
            self.out.write_all(page.after().as_bytes())?;
        }
        self.out.flush()?;
        Ok(self.out)
    }

    fn line(&mut self, line: &Line) -> io::Result<()> {
        let body = body(line);
        self.chain = self.chain.after(&body);
        self.lines += 1;
        self.out.write_all(&body)?;
        self.out.write_all(self.chain.tail().as_bytes())?;
        self.out.write_all(b"\n")
    }
}
