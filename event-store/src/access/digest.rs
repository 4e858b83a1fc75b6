//! A chain over the entries: each digest holds all that came before it.

use std::fmt;

use ring::digest::{Context, SHA256};

use super::StoredAccess;
use crate::{error::StoreError, log::Log, read::unsigned};

/// Entries that are read at a time.
const PAGE: u32 = 1_000;

/// SHA-256 over the digest of the entry before and the line of this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessDigest(pub [u8; 32]);

/// Before the first entry.
pub const NO_DIGEST: AccessDigest = AccessDigest([0; 32]);

impl AccessDigest {
    fn with(self, entry: &StoredAccess) -> Self {
        let mut context = Context::new(&SHA256);
        context.update(&self.0);
        context.update(&entry.line());
        let mut digest = [0; 32];
        digest.copy_from_slice(context.finish().as_ref());
        Self(digest)
    }
}

impl fmt::Display for AccessDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A text of 64 hexadecimal digits.
impl std::str::FromStr for AccessDigest {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut digest = [0; 32];
        for (index, byte) in digest.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(index * 2..index * 2 + 2).unwrap_or_default(), 16)?;
        }
        Ok(Self(digest))
    }
}

impl Log {
    /// The last number of the access log.
    pub async fn last_access(&self) -> Result<u64, StoreError> {
        let rows = self.query("SELECT number FROM access_log_head", &[]).await?;
        Ok(rows.first().map_or(0, |row| unsigned(row.get(0))))
    }

    /// The digest with all entries after `after` up to `through`, going on from the one at `after`; none where one of them
    /// is not here.
    pub async fn access_digest(
        &self,
        (mut after, mut digest): (u64, AccessDigest),
        through: u64,
    ) -> Result<Option<AccessDigest>, StoreError> {
        while after < through {
            let limit = u32::try_from(through - after).unwrap_or(PAGE).min(PAGE);
            let entries = self.read_accesses(after, limit).await?;
            if entries.is_empty() {
                return Ok(None);
            }
            for entry in &entries {
                after += 1;
                if entry.number != after {
                    return Ok(None);
                }
                digest = digest.with(entry);
            }
        }
        Ok(Some(digest))
    }
}
