//! How a row of a log becomes an entry: the bytes that a leaf is the hash of.
//!
//! The place of a row is the place of its leaf, so the position is not among the bytes; every other column is. A value
//! that is long stands as its digest, so that every entry fits into the 65,535 bytes that C2SP tlog-tiles allows.

use ring::digest::{Context, SHA256};

use crate::hash::Hash;

/// The first byte of every entry: the format of what follows.
pub const FORMAT: u8 = 1;

/// The columns, in the order in which they are written.
pub const COLUMNS: [&str; 11] = [
    "aggregate_type",
    "aggregate_id",
    "sequence",
    "event_type",
    "event_version",
    "payload",
    "metadata",
    "event_id",
    "command_id",
    "occurred_at",
    "recorded_at",
];

/// A value of more bytes stands as its SHA-256. Six texts of this length and the rest are below 65,535 bytes.
pub const INLINE_BYTES: usize = 8192;

/// Instead of a length: there is no value.
pub const NULL: u32 = 0xFFFF_FFFF;
/// Instead of a length: the SHA-256 of a long value follows.
pub const DIGEST: u32 = 0xFFFF_FFFE;

/// The values of a row, in the order of [`COLUMNS`]: texts and JSON as their bytes; `sequence` as 8 bytes, big-endian;
/// ids as their 16 bytes; times as microseconds since 1970 in 8 bytes, big-endian.
pub type Row<'a> = [Option<&'a [u8]>; COLUMNS.len()];

/// The entry of a row.
pub fn encode(row: &Row<'_>) -> Vec<u8> {
    let mut entry = vec![];
    write(row, &mut |bytes| entry.extend_from_slice(bytes));
    entry
}

/// The hash of a row's entry, without making the entry.
pub fn leaf(row: &Row<'_>) -> Hash {
    let mut context = Context::new(&SHA256);
    context.update(&[0]);
    write(row, &mut |bytes| context.update(bytes));
    let mut bytes = [0; Hash::BYTES];
    bytes.copy_from_slice(context.finish().as_ref());
    Hash(bytes)
}

fn write(row: &Row<'_>, out: &mut impl FnMut(&[u8])) {
    out(&[FORMAT]);
    for value in row {
        match value {
            None => out(&NULL.to_be_bytes()),
            Some(value) if value.len() > INLINE_BYTES => {
                out(&DIGEST.to_be_bytes());
                out(&Hash::of(value).0);
            }
            Some(value) => {
                out(&u32::try_from(value.len()).unwrap_or(DIGEST).to_be_bytes());
                out(value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row<'a>() -> Row<'a> {
        let mut row = [Some(&b"x"[..]); COLUMNS.len()];
        row[6] = None;
        row
    }

    #[test]
    fn every_value_its_absence_and_its_border_change_the_entry() {
        let base = encode(&row());
        assert_eq!(Hash::leaf(&base), leaf(&row()));
        for column in 0..COLUMNS.len() {
            for other in [None, Some(&b""[..]), Some(&b"y"[..]), Some(&b"xx"[..])] {
                let mut changed = row();
                changed[column] = other;
                assert_eq!(encode(&changed) == base, changed == row(), "{}", COLUMNS[column]);
            }
        }
        let beginning_with = |first: &'static [u8], second: &'static [u8]| {
            let mut row = row();
            (row[0], row[1]) = (Some(first), Some(second));
            encode(&row)
        };
        assert_ne!(beginning_with(b"ab", b"c"), beginning_with(b"a", b"bc"), "a border that moves");
    }

    #[test]
    fn the_longest_entry_fits_into_a_bundle_of_tiles_and_long_values_still_count() {
        let long = vec![b'a'; INLINE_BYTES];
        let longer = vec![b'a'; INLINE_BYTES + 1];
        let mut other = longer.clone();
        other[0] = b'b';
        let of = |value| encode(&[Some(value); COLUMNS.len()]);
        let mut worst = [Some(&long[..]); COLUMNS.len()];
        for (column, bytes) in [(2, &[0; 8][..]), (9, &[0; 8]), (10, &[0; 8]), (7, &[0; 16]), (8, &[0; 16])] {
            worst[column] = Some(bytes);
        }
        assert!(u16::try_from(encode(&worst).len()).is_ok());
        assert!(of(&longer).len() < of(&long).len());
        assert_ne!(of(&longer), of(&other));
    }
}
