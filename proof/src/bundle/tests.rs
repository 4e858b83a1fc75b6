//! Every way to change a bundle, and where it is found.

use chrono::DateTime;
use proptest::prelude::*;

use super::{event::Instant, *};
use crate::{Checkpoint, Cosignature, Frontier, Hash, Nodes, Note, Signer, merkle};

const ORIGIN: &str = "desk.example.com/acme";
const PAGE: &str = "<!doctype html>\n<title>A bundle</title>\n<script type=\"application/x-ledgerdesk-bundle\" \
                    id=\"bundle\">\n</script>\n<p>The end.\n";

fn signer(seed: u8) -> Signer {
    Signer::try_new(ORIGIN, &[seed; 32]).unwrap()
}

fn witness() -> Signer {
    Signer::try_new("witness.example/w1", &[9; 32]).unwrap()
}

fn instant(position: u64) -> Instant {
    Instant::of_micros(1_795_338_000_000_000 + i64::try_from(position / 2).unwrap() * 1_000_000).unwrap()
}

/// Two streams whose events take turns.
fn event(position: u64) -> StoredEvent {
    let text = |text: &str| Some(text.to_owned());
    let id = |kind: u64| Some(uuid::Uuid::from_u64_pair(kind, position));
    StoredEvent {
        position,
        aggregate_type: text("ticket"),
        aggregate_id: Some(format!("tkt_{}", position % 2)),
        sequence: Some(i64::try_from(position.div_ceil(2)).unwrap()),
        event_type: text("ticket.replied"),
        event_version: text("1"),
        payload: Some(format!("{{\"body\": \"</script> \\u00fc ü {position}\"}}")),
        metadata: text("{\"actor\":\"system:test\"}"),
        event_id: id(1),
        command_id: id(2),
        occurred_at: Some(instant(position)),
        recorded_at: Some(instant(position)),
    }
}

struct Leaves(Vec<Hash>);

impl Nodes for Leaves {
    type Error = std::convert::Infallible;

    fn node(&mut self, node: merkle::Node) -> Result<Hash, Self::Error> {
        let at = |place| usize::try_from(place).unwrap();
        let mut frontier = Frontier::default();
        self.0[at(node.from())..at(node.to())].iter().for_each(|leaf| frontier.push(*leaf));
        Ok(frontier.root())
    }
}

/// A log, and what is exported of it.
struct Export {
    size: u64,
    selection: Selection,
    shown: Vec<u64>,
    checkpoints: Vec<u64>,
    page: bool,
}

impl Export {
    fn of(size: u64, selection: Selection, shown: impl IntoIterator<Item = u64>) -> Self {
        Self { size, selection, shown: shown.into_iter().collect(), checkpoints: vec![], page: false }
    }

    fn whole(size: u64) -> Self {
        Self { checkpoints: (1..size).step_by(3).collect(), ..Self::of(size, Selection::All, 1..=size) }
    }

    fn root(size: u64) -> Hash {
        let mut frontier = Frontier::default();
        (1..=size).for_each(|position| frontier.push(event(position).leaf()));
        frontier.root()
    }

    fn note(size: u64) -> Note {
        let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size, root: Self::root(size) };
        let mut note = checkpoint.sign([&signer(1)]);
        note.signatures.push(Cosignature::sign(&witness(), &note.text, 1_795_338_000));
        note
    }

    /// As an exporter writes it; `rows` gives the events as the database has them.
    fn write(&self, rows: impl Fn(u64) -> StoredEvent) -> Vec<u8> {
        let head = Head {
            format: FORMAT,
            origin: ORIGIN.to_owned(),
            tenant: "acme".to_owned(),
            size: self.size,
            selection: self.selection.clone(),
            keys: vec![signer(1).key().to_string()],
            witnesses: vec![witness().witness_key().to_string()],
        };
        let page = Page::of(PAGE).filter(|_| self.page);
        let mut leaves = Leaves((1..=self.size).map(|position| event(position).leaf()).collect());
        let mut writer = Writer::begin(vec![], head, page).unwrap();
        let mut hidden_from = None;
        for position in 1..=self.size {
            let shown = self.shown.contains(&position);
            let sealed = position == self.size || self.checkpoints.contains(&position);
            if !shown {
                hidden_from.get_or_insert(position);
            }
            if let Some(from) = hidden_from.take_if(|_| sealed || self.shown.contains(&(position + 1)))
                && !shown
            {
                let nodes = merkle::cover(from - 1, position);
                let hashes = nodes.into_iter().map(|node| leaves.node(node).unwrap()).collect();
                writer.gap(from, position, hashes).unwrap();
            }
            if shown {
                writer.event(rows(position), event(position).leaf()).unwrap();
            }
            if sealed {
                writer.checkpoint(&Self::note(position).to_string()).unwrap();
            }
        }
        if self.size == 0 {
            writer.checkpoint(&Self::note(0).to_string()).unwrap();
        }
        let exported = DateTime::from_timestamp(1_795_338_000, 0).unwrap();
        let text = writer.manifest(exported).to_string();
        writer.finish(&Note { signatures: vec![signer(1).sign(&text)], text }).unwrap()
    }

    fn bytes(&self) -> Vec<u8> {
        self.write(event)
    }
}

fn trust<'a>() -> Trust<'a> {
    Trust { keys: vec![signer(1).key()], page: Page::of(PAGE), ..Trust::default() }
}

fn check(bytes: &[u8], trust: &Trust<'_>) -> Verdict {
    verify(bytes, trust, &mut |_| {}).unwrap()
}

fn line_of(bytes: &[u8], at: usize) -> u64 {
    bytes[..at].split(|byte| *byte == b'\n').count() as u64
}

/// The first problem is in this line.
fn found(bytes: &[u8], line: u64, what: &str) {
    let verdict = check(bytes, &trust());
    let first = verdict.problems.first().unwrap_or_else(|| panic!("{what}: not found"));
    assert_eq!(first.place.line, Some(line), "{what}: {first}");
}

fn exports() -> Vec<Export> {
    let time = |from, to| Selection::Time { from, to };
    vec![
        Export::of(0, Selection::All, []),
        Export::whole(1),
        Export::whole(9),
        Export { page: true, ..Export::whole(3) },
        Export::of(13, Selection::Positions { from: 4, to: 9 }, 4..=9),
        Export { checkpoints: vec![6, 11], ..Export::of(13, Selection::Positions { from: 4, to: 9 }, 4..=9) },
        Export::of(13, Selection::Streams { of: "ticket".to_owned(), name: "T-001".to_owned() }, (2..=13).step_by(2)),
        Export::of(13, time(Some(instant(4)), Some(instant(8))), 3..=8),
        Export::of(13, time(None, Some(instant(8))), 1..=8),
        Export::of(13, time(Some(instant(4)), None), 3..=13),
    ]
}

#[test]
fn a_bundle_of_any_part_of_a_log_verifies() {
    for export in exports() {
        let verdict = check(&export.bytes(), &trust());
        assert!(verdict.holds(), "{}: {:#?}", export.selection, verdict.problems);
        assert_eq!(verdict.events, export.shown.len() as u64);
        assert_eq!((verdict.size, verdict.origin.as_str()), (export.size, ORIGIN));
        let shown: u64 = verdict.shown.iter().map(|(from, to)| to - from + 1).sum();
        assert_eq!(shown, verdict.events);
        let cosigned = &verdict.cosigned[0];
        assert_eq!(
            (cosigned.witness.as_str(), cosigned.size, cosigned.trusted),
            ("witness.example/w1", export.size, false)
        );
    }
}

#[test]
fn every_single_byte_that_is_changed_swapped_removed_or_put_in_is_found_in_its_line() {
    // A whole one, one in a page, one with gaps; the others are sampled below.
    for export in [1, 3, 5].map(|which| exports().swap_remove(which)) {
        let bytes = export.bytes();
        for at in 0..bytes.len() {
            let line = line_of(&bytes, at);
            let what = format!("{}, byte {at}", export.selection);
            let mut changed = bytes.clone();
            changed[at] ^= 1 << (at % 8);
            found(&changed, line, &what);
            // All of the smallest one, a fifth of the others.
            if (export.size == 1 || at % 5 == 0) && bytes.get(at + 1) != Some(&bytes[at]) {
                let mut swapped = bytes.clone();
                if at + 1 < bytes.len() {
                    swapped.swap(at, at + 1);
                    found(&swapped, line, &what);
                }
                let mut removed = bytes.clone();
                removed.remove(at);
                found(&removed, line, &what);
                let mut put_in = bytes.clone();
                put_in.insert(at, b'0' + u8::from(bytes[at] == b'0'));
                found(&put_in, line, &what);
            }
        }
    }
}

#[test]
fn a_bundle_that_is_cut_anywhere_is_found_where_it_was_cut() {
    for export in exports() {
        let bytes = export.bytes();
        for at in 1..bytes.len() {
            found(&bytes[..at], line_of(&bytes, at - 1), &format!("{}, cut at {at}", export.selection));
        }
        assert!(!check(&[], &trust()).holds());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_byte_anywhere_in_any_bundle_counts(which in 0..10_usize, at in any::<proptest::sample::Index>(), other in any::<u8>()) {
        let bytes = exports()[which].bytes();
        let at = at.index(bytes.len());
        let mut changed = bytes.clone();
        changed[at] = other;
        if changed != bytes {
            found(&changed, line_of(&bytes, at), "another byte");
        }
    }

    #[test]
    fn lines_that_are_swapped_repeated_or_removed_are_found(which in 0..10_usize, first in 0..40_usize, second in 0..40_usize) {
        let export = &exports()[which];
        let bytes = export.bytes();
        let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
        let (first, second) = (first % lines.len(), second % lines.len());
        // Without its first line a page is no page, but a bundle with something behind its head.
        let least = usize::from(export.page);
        let (first, second) = (first.min(second).max(least), first.max(second).max(least));
        if lines[first] != lines[second] {
            let mut swapped = lines.clone();
            swapped.swap(first, second);
            found(&swapped.concat(), first as u64 + 1, "swapped");
            let mut repeated = lines.clone();
            repeated.insert(first, lines[second]);
            found(&repeated.concat(), first as u64 + 1, "repeated");
        }
        let mut removed = lines.clone();
        removed.remove(first);
        let last = removed.len() as u64;
        if last > 0 && lines.get(first + 1) != Some(&lines[first]) {
            found(&removed.concat(), (first as u64 + 1).min(last), "removed");
        }
    }
}

/// Writes the bundle anew, as somebody would who has everything but the key.
fn forged(export: &Export, rows: impl Fn(u64) -> StoredEvent) -> Verdict {
    check(&export.write(rows), &trust())
}

#[test]
fn an_event_that_was_changed_before_the_export_is_found_with_its_position() {
    let changes: [fn(&mut StoredEvent); 12] = [
        |event| event.aggregate_type = Some("customer".to_owned()),
        |event| event.aggregate_id = None,
        |event| event.sequence = event.sequence.map(|sequence| sequence + 1),
        |event| event.event_type = Some("ticket.closed".to_owned()),
        |event| event.event_version = Some("2".to_owned()),
        |event| event.payload = event.payload.as_ref().map(|payload| payload.replace(": ", ":")),
        |event| event.payload = None,
        |event| event.metadata = Some("{}".to_owned()),
        |event| event.event_id = Some(uuid::Uuid::nil()),
        |event| event.command_id = Some(uuid::Uuid::nil()),
        |event| event.occurred_at = Some(instant(99)),
        |event| event.recorded_at = Some(instant(99)),
    ];
    for export in exports() {
        for position in &export.shown {
            for change in changes {
                let row = |at: u64| {
                    let mut row = event(at);
                    if at == *position {
                        change(&mut row);
                    }
                    row
                };
                let verdict = forged(&export, row);
                let first = &verdict.problems[0];
                assert_eq!(first.place.position, Some(*position), "{first}");
                assert!(first.problem.contains("not the one that was sealed"), "{first}");
            }
        }
    }
}

#[test]
fn a_leaf_that_was_changed_with_its_event_leads_to_another_root() {
    let export = Export::whole(9);
    let text = String::from_utf8(export.bytes()).unwrap();
    let (old, mut other) = (event(5), event(5));
    other.payload = Some("{}".to_owned());
    let row = |event: &StoredEvent| serde_json::to_string(event).unwrap().replace('<', "\\u003c");
    let text = text.replace(&old.leaf().to_string(), &other.leaf().to_string()).replace(&row(&old), &row(&other));
    let verdict = check(text.as_bytes(), &trust());
    let root = verdict.problems.iter().find(|problem| problem.problem.contains("root")).unwrap();
    assert_eq!((root.place.position, root.place.to_position), (Some(5), Some(7)), "between two checkpoints: {root}");
}

#[test]
fn only_the_key_that_was_given_counts() {
    let bytes = Export::whole(9).bytes();
    let stranger = Trust { keys: vec![signer(2).key()], ..Trust::default() };
    let verdict = check(&bytes, &stranger);
    let texts: Vec<&str> = verdict.problems.iter().map(|problem| problem.problem.as_str()).collect();
    assert!(texts.iter().any(|text| text.contains("no key that was given signed the manifest")), "{texts:?}");
    assert!(texts.iter().any(|text| text.contains("the last checkpoint is not signed by a key that was given")));
    assert!(!check(&bytes, &Trust::default()).holds(), "no key, no verdict");
}

#[test]
fn an_earlier_checkpoint_must_be_a_part_of_it() {
    let with = |note: Note| Trust { checkpoint: Some(note), ..trust() };
    for export in exports().iter().filter(|export| export.selection == Selection::All) {
        for size in 0..=export.size {
            let verdict = check(&export.bytes(), &with(Export::note(size)));
            assert_eq!((verdict.holds(), verdict.consistent_with), (true, Some(size)), "{:?}", verdict.problems);
            let other = Checkpoint { origin: ORIGIN.to_owned(), size, root: Hash::of(b"other") }.sign([&signer(1)]);
            let verdict = check(&export.bytes(), &with(other));
            assert!(verdict.problems[0].problem.contains("changed since"), "{:?}", verdict.problems);
        }
        let verdict = check(&export.bytes(), &with(Export::note(export.size + 1)));
        assert!(verdict.problems[0].problem.contains("some were taken away"), "{:?}", verdict.problems);
    }
    let part =
        Export { checkpoints: vec![2], ..Export::of(13, Selection::Positions { from: 4, to: 9 }, 4..=9) }.bytes();
    for (size, holds) in [(1, false), (2, true), (3, true), (4, true), (9, true), (10, false), (13, true)] {
        let verdict = check(&part, &with(Export::note(size)));
        assert_eq!(verdict.holds(), holds, "{size}: {:?}", verdict.problems);
    }
    let mut unsigned = Export::note(2);
    unsigned.signatures[0] = signer(2).sign(&unsigned.text);
    assert!(check(&part, &with(unsigned)).problems[0].problem.contains("not signed by a key that was given"));
}

#[test]
fn a_witness_that_was_asked_for_must_have_cosigned() {
    let bytes = Export::whole(9).bytes();
    let with = |seed| {
        let signer = Signer::try_new("witness.example/w1", &[seed; 32]).unwrap();
        check(&bytes, &Trust { witnesses: vec![signer.witness_key()], ..trust() })
    };
    let verdict = with(9);
    assert!(verdict.holds() && verdict.cosigned[0].trusted, "{:?}", verdict.problems);
    assert!(with(8).problems[0].problem.contains("cosigned none"));
}

#[test]
fn a_part_that_is_less_than_it_says_is_found() {
    let streams = || Selection::Streams { of: "ticket".to_owned(), name: "T-001".to_owned() };
    let time = |from: u64, to: u64| Selection::Time { from: Some(instant(from)), to: Some(instant(to)) };
    for (export, why) in [
        (Export::of(9, Selection::All, 1..=8), "whole log"),
        (Export::of(9, Selection::Positions { from: 2, to: 8 }, [2, 3, 5, 6, 7, 8]), "positions 2 to 8"),
        (Export::of(13, time(4, 8), 4..=8), "every event of the time"),
        (Export::of(13, time(4, 8), 3..=7), "every event of the time"),
        (Export::of(13, time(4, 8), [3, 4, 6, 7, 8]), "every event of the time"),
        (Export::of(13, streams(), [2, 6, 8]), "event 2 of tkt_0 is missing"),
        (Export::of(13, streams(), [4, 6, 8]), "event 1 of tkt_0 is missing"),
    ] {
        let verdict = check(&export.bytes(), &trust());
        assert!(verdict.problems.iter().any(|problem| problem.problem.contains(why)), "{why}: {:?}", verdict.problems);
    }
}

#[test]
fn a_bundle_that_was_taken_out_of_its_page_is_told() {
    let text = String::from_utf8(Export { page: true, ..Export::whole(3) }.bytes()).unwrap();
    let bundle: String = text.lines().filter(|line| line.starts_with('{')).map(|line| [line, "\n"].concat()).collect();
    let verdict = check(bundle.as_bytes(), &trust());
    assert!(verdict.problems[0].problem.contains("taken out of its page"), "{:?}", verdict.problems);
    // A page of another version: it is found, and where is not known.
    let other = Trust { page: None, ..trust() };
    let verdict = check(text.replace("The end.", "The End.").as_bytes(), &other);
    assert!(verdict.problems[0].problem.contains("page around"), "{:?}", verdict.problems);
    assert!(check(text.as_bytes(), &other).holds());
}

/// What bundles of format 1 look like for ever: docs/proof-format.md and other verifiers stand on these files.
#[test]
fn the_fixtures_are_written_byte_for_byte() {
    let part = Export { checkpoints: vec![2], ..Export::of(7, Selection::Positions { from: 4, to: 5 }, 4..=5) };
    for (name, export) in [("whole.bundle", Export { checkpoints: vec![1], ..Export::whole(3) }), ("part.bundle", part)]
    {
        let path = format!("{}/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
        let fixture = std::fs::read(&path).unwrap_or_default();
        let bytes = export.bytes();
        assert!(fixture == bytes, "{path} is not:\n{}", String::from_utf8_lossy(&bytes));
    }
}

/// The log from which it goes on, and the one that was restored: that keeps `kept` events, says so, and has others.
fn restored(kept: u64, size: u64) -> impl Fn(u64) -> StoredEvent {
    move |position| {
        let mut row = event(position);
        if position > kept {
            row.payload = Some(format!("{{\"other\": {position}}}"));
        }
        if position == kept + 1 {
            row.event_type = Some(RESTORED.to_owned());
            row.payload = Some("{\"epoch\": 2}".to_owned());
        }
        assert!(position <= size);
        row
    }
}

fn whole_of(size: u64, shown: impl IntoIterator<Item = u64>, rows: impl Fn(u64) -> StoredEvent) -> Vec<u8> {
    let leaves: Vec<Hash> = (1..=size).map(|position| rows(position).leaf()).collect();
    let root = leaves.iter().fold(Frontier::default(), |mut frontier, leaf| {
        frontier.push(*leaf);
        frontier
    });
    let head = Head {
        format: FORMAT,
        origin: ORIGIN.to_owned(),
        tenant: "acme".to_owned(),
        size,
        selection: Selection::All,
        keys: vec![],
        witnesses: vec![],
    };
    let mut writer = Writer::begin(vec![], head, None).unwrap();
    for position in shown {
        writer.event(rows(position), rows(position).leaf()).unwrap();
    }
    let note = Checkpoint { origin: ORIGIN.to_owned(), size, root: root.root() }.sign([&signer(1)]);
    writer.checkpoint(&note.to_string()).unwrap();
    let text = writer.manifest(DateTime::from_timestamp(1_795_338_000, 0).unwrap()).to_string();
    writer.finish(&Note { signatures: vec![signer(1).sign(&text)], text }).unwrap()
}

fn compared(before: &[u8], after: &[u8]) -> Result<Break, PairError> {
    let (after, size) = (check(after, &trust()), check(before, &trust()).size);
    let restored = restored_from(&after, size).ok_or(PairError::NotRestored(size))?;
    let before = check(before, &Trust { root_at: Some(restored.position - 1), ..trust() });
    pair(&before, &after, restored)
}

#[test]
fn a_restored_log_goes_on_from_the_one_before_it_and_shows_where() {
    let before = Export::whole(9).bytes();
    for (kept, size) in [(0, 3), (1, 2), (5, 12), (8, 9), (9, 12)] {
        let after = whole_of(size, 1..=size, restored(kept, size));
        let discarded = (kept < 9).then_some((kept + 1, 9));
        assert_eq!(compared(&before, &after), Ok(Break { kept, discarded, restored_at: kept + 1 }));
    }
}

#[test]
fn a_log_that_begins_otherwise_or_does_not_say_that_it_was_restored_is_no_pair() {
    let before = Export::whole(9).bytes();
    let changed = |position| {
        let mut row = restored(5, 12)(position);
        if position == 3 {
            row.payload = Some("{}".to_owned());
        }
        row
    };
    assert_eq!(compared(&before, &whole_of(12, 1..=12, changed)), Err(PairError::Changed(5)));
    assert_eq!(compared(&before, &Export::whole(13).bytes()), Err(PairError::NotRestored(9)));
    let beyond = whole_of(14, 1..=14, restored(11, 14));
    assert_eq!(compared(&before, &beyond), Err(PairError::NotRestored(9)), "it kept more than there was");
    let part = Export::of(13, Selection::Positions { from: 4, to: 9 }, 4..=9).bytes();
    assert_eq!(
        compared(&part, &whole_of(12, 1..=12, restored(5, 12))),
        Ok(Break { kept: 5, discarded: Some((6, 13)), restored_at: 6 }),
        "hashes of what is not shown are enough"
    );
    assert_eq!(compared(&part, &whole_of(12, 1..=12, restored(2, 12))), Err(PairError::NotShown(2)));
    let mut broken = before.clone();
    let middle = broken.len() / 2;
    broken[middle] ^= 1;
    assert_eq!(compared(&broken, &whole_of(12, 1..=12, restored(5, 12))), Err(PairError::NotVerified));
}
