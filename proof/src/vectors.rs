//! The vectors of docs/proof-format.md, computed anew.

use crate::{
    Checkpoint, Cosignature, Hash, Signer,
    bundle::{Instant, StoredEvent},
    entry::{self, Row},
};

const DOCUMENT: &str = include_str!("../../docs/proof-format.md");

/// The value of a line `name: value` in a code block of the document.
fn vector(name: &str) -> &'static str {
    let line = DOCUMENT.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    line.unwrap_or_else(|| panic!("docs/proof-format.md has no vector {name}"))
}

fn row<'a>() -> Row<'a> {
    [
        Some(b"ticket"),
        Some(b"tkt_1"),
        Some(&[0, 0, 0, 0, 0, 0, 0, 1]),
        Some(b"ticket.opened"),
        Some(b"1"),
        Some(b"{\"number\": 1}"),
        None,
        Some(&[1; 16]),
        Some(&[2; 16]),
        // 2026-11-22T09:00:00.000000Z, and a microsecond later.
        Some(&[0, 6, 0x60, 0xD9, 0xB3, 0xBD, 0xE4, 0]),
        Some(&[0, 6, 0x60, 0xD9, 0xB3, 0xBD, 0xE4, 1]),
    ]
}

#[test]
fn the_entries_of_the_document_come_out() {
    assert_eq!(hex::encode(entry::encode(&row())), vector("entry-1"));
    assert_eq!(Hash::leaf(&entry::encode(&row())).to_string(), vector("leaf-1"));
    let long = "a".repeat(entry::INLINE_BYTES + 1);
    let mut other = row();
    other[2] = Some(&[0, 0, 0, 0, 0, 0, 0, 2]);
    other[5] = Some(long.as_bytes());
    assert_eq!(hex::encode(entry::encode(&other)), vector("entry-2"));
    assert_eq!(Hash::leaf(&entry::encode(&other)).to_string(), vector("leaf-2"));
    let root = Hash::node(Hash::leaf(&entry::encode(&row())), Hash::leaf(&entry::encode(&other)));
    assert_eq!(root.to_string(), vector("root"));
    let event = StoredEvent::of(1, &row()).unwrap();
    assert_eq!(event.occurred_at, Instant::of_micros(1_795_338_000_000_000));
}

#[test]
fn the_keys_and_notes_of_the_document_come_out() {
    let log = Signer::try_new("desk.example.com/acme", &[1; 32]).unwrap();
    let witness = Signer::try_new("witness.example/w1", &[9; 32]).unwrap();
    assert_eq!(log.key().to_string(), vector("log-key"));
    assert_eq!(witness.witness_key().to_string(), vector("witness-key"));
    let root = vector("root").parse().unwrap();
    let note = Checkpoint { origin: "desk.example.com/acme".to_owned(), size: 2, root }.sign([&log]);
    assert_eq!(note.signatures[0].to_string(), vector("log-signature"));
    let cosignature = Cosignature::sign(&witness, &note.text, 1_795_338_000);
    assert_eq!(cosignature.to_string(), vector("witness-signature"));
}
