//! The lines of a bundle, and the digest that ends each of them.

use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};
use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};

use super::event::{Instant, StoredEvent};
use crate::{hash::Hash, note::VerifierKey};

/// The version of the format.
pub const FORMAT: u32 = 1;

/// What a line says. The name of its only member but `chain` tells which kind it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Line {
    /// The first one.
    Bundle(Head),
    /// Positions that are not shown.
    Gap(Gap),
    /// A position that is shown.
    Event(Shown),
    /// A signed checkpoint of what was walked over so far.
    Checkpoint(String),
    /// The last one.
    Manifest(String),
}

/// What a bundle says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// [`FORMAT`].
    pub format: u32,
    /// The log.
    pub origin: String,
    /// Whose log it is.
    pub tenant: String,
    /// How many events the log had.
    pub size: u64,
    /// Which of them are shown.
    pub selection: Selection,
    /// The keys of the log (C2SP vkeys). Nobody trusts them because they are here.
    pub keys: Vec<String>,
    /// The keys of the witnesses that cosigned. Nobody trusts them because they are here.
    pub witnesses: Vec<String>,
}

/// Which events a bundle shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Selection {
    /// All of them.
    All,
    /// Those at positions `from` to `to`, both included.
    Positions {
        /// The first.
        from: u64,
        /// The last.
        to: u64,
    },
    /// Those recorded at or after `from` and before `to`, and one more at each end, which shows that these are all.
    Time {
        /// None: from the beginning.
        from: Option<Instant>,
        /// None: to the end.
        to: Option<Instant>,
    },
    /// All that happened to some things, named so.
    Streams {
        /// `ticket`, `customer`, …
        of: String,
        /// For instance `T-001`.
        name: String,
    },
}

impl fmt::Display for Selection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let written = |at: &Option<Instant>, open: &str| at.map_or_else(|| open.to_owned(), |at| at.at().to_rfc3339());
        match self {
            Self::All => f.write_str("the whole log"),
            Self::Positions { from, to } => write!(f, "positions {from} to {to}"),
            Self::Time { from, to } => {
                write!(f, "recorded from {} to {}", written(from, "the beginning"), written(to, "the end"))
            }
            Self::Streams { of, name } => write!(f, "{of} {name}"),
        }
    }
}

/// Positions that are not shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Gap {
    pub from: u64,
    pub to: u64,
    /// Of the fewest perfect subtrees that cover them, from left to right.
    pub hashes: Vec<Text<Hash>>,
}

/// An event, and the leaf that was sealed for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Shown {
    pub leaf: Text<Hash>,
    pub row: StoredEvent,
}

/// What has a text, as a JSON string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Text<T>(pub T);

impl<T: fmt::Display> Serialize for Text<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de, T: std::str::FromStr<Err: fmt::Display>> Deserialize<'de> for Text<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map(Self).map_err(serde::de::Error::custom)
    }
}

/// The digest over all lines so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chain(pub Hash);

/// `,"chain":"` and sixteen digits and `"}`
pub(super) const TAIL_BYTES: usize = 28;

impl Chain {
    pub(super) fn begin() -> Self {
        Self(Hash::of(format!("ledgerdesk bundle {FORMAT}").as_bytes()))
    }

    /// Behind a line that begins with `body`.
    pub(super) fn after(self, body: &[u8]) -> Self {
        let mut context = Context::new(&SHA256);
        context.update(&self.0.0);
        context.update(body);
        let mut bytes = [0; Hash::BYTES];
        bytes.copy_from_slice(context.finish().as_ref());
        Self(Hash(bytes))
    }

    /// What stands at the end of the line.
    pub(super) fn tail(self) -> String {
        let digits = self.0.0[..8].iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
        format!(",\"chain\":\"{digits}\"}}")
    }
}

/// A line up to its chain. `<` is escaped, so that a bundle can stand in an HTML page.
pub(super) fn body(line: &Line) -> Vec<u8> {
    let mut json = serde_json::to_string(line).unwrap_or_default().replace('<', "\\u003c");
    json.pop();
    json.into_bytes()
}

/// What the last line signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The log.
    pub origin: String,
    /// Lines before the manifest.
    pub lines: u64,
    /// Events among them.
    pub events: u64,
    /// The digest over these lines.
    pub chain: Hash,
    /// When it was exported.
    pub exported: DateTime<Utc>,
    /// The digest of the page that the bundle stands in, if it does.
    pub page: Option<Hash>,
}

impl fmt::Display for Manifest {
    /// The text of a signed note. It cannot be taken for a checkpoint: its first line is no origin, its second no size.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { origin, lines, events, chain, exported, page } = self;
        let exported = exported.to_rfc3339_opts(SecondsFormat::Micros, true);
        writeln!(f, "ledgerdesk bundle {FORMAT}\n{origin}\nlines {lines}\nevents {events}\nchain {chain}")?;
        writeln!(f, "exported {exported}")?;
        page.iter().try_for_each(|page| writeln!(f, "page {page}"))
    }
}

impl std::str::FromStr for Manifest {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut lines = text.lines().skip(1);
        let mut next = |name: &str| lines.next().and_then(|line| line.strip_prefix(name)).map(str::to_owned);
        let manifest = Self {
            origin: next("").ok_or(())?,
            lines: next("lines ").and_then(|text| text.parse().ok()).ok_or(())?,
            events: next("events ").and_then(|text| text.parse().ok()).ok_or(())?,
            chain: next("chain ").and_then(|text| text.parse().ok()).ok_or(())?,
            exported: next("exported ").and_then(|text| text.parse().ok()).ok_or(())?,
            page: next("page ").map(|text| text.parse().map_err(|_| ())).transpose()?,
        };
        // As it is written, and in no other way.
        if manifest.to_string() == text { Ok(manifest) } else { Err(()) }
    }
}

/// Keys of a head that are keys; what is not, is found where they are needed.
pub(super) fn keys(texts: &[String]) -> Vec<VerifierKey> {
    texts.iter().filter_map(|text| text.parse().ok()).collect()
}
