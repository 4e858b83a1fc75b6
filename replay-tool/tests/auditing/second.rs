//! A second verifier, in another language and made from docs/proof-format.md alone, comes to the same verdicts.

use std::fs;

use event_store::proof::bundle::{self, Problem, Trust, Verdict};
use serde_json::{Value, json};
use tests::{SeededRandom, tools};

use crate::Audited;

/// How a bundle is changed: at a byte, so many are taken away and others put there.
type Change = (usize, usize, Vec<u8>);

fn changed(bytes: &[u8], changes: &[Change]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (at, taken, put) in changes {
        bytes.splice(at..&(at + taken), put.iter().copied());
    }
    bytes
}

/// Single bytes that are changed, removed, put in or swapped with the next, lines that are swapped, repeated or removed, and what was cut.
fn tampering(bytes: &[u8], random: &SeededRandom) -> Vec<Vec<Change>> {
    let mut all = vec![];
    for _ in 0..60 {
        let at = random.below(bytes.len());
        all.push(vec![(at, 1, vec![bytes[at] ^ (1 << random.below(8))])]);
        all.push(vec![(at, 1, vec![])]);
        all.push(vec![(at, 0, vec![b'0' + u8::from(bytes[at] == b'0')])]);
        all.push(vec![(at, bytes.len() - at, vec![])]);
        if let [first, second, ..] = bytes[at..]
            && first != second
        {
            all.push(vec![(at, 2, vec![second, first])]);
        }
    }
    let mut starts: Vec<usize> = vec![0];
    starts.extend(bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1));
    let line = |index: usize| starts[index]..starts[index + 1];
    for _ in 0..30 {
        let (first, second) = (random.below(starts.len() - 1), random.below(starts.len() - 1));
        let (first, second) = (line(first.min(second)), line(first.max(second)));
        if first != second {
            // The later one first, so that places do not move.
            all.push(vec![
                (second.start, second.len(), bytes[first.clone()].to_vec()),
                (first.start, first.len(), bytes[second.clone()].to_vec()),
            ]);
        }
        all.push(vec![(first.start, first.len(), vec![])]);
        all.push(vec![(first.start, 0, bytes[second].to_vec())]);
    }
    all
}

/// The first line that is wrong. None: it is the page around the bundle, in which nobody knows the lines.
fn place(verdict: &Verdict) -> Option<u64> {
    let of_page = ["the page around the bundle", "there is no bundle in this file"];
    let within = |problem: &&Problem| !of_page.iter().any(|words| problem.problem.contains(words));
    verdict.problems.iter().find(within).and_then(|problem| problem.place.line)
}

#[tokio::test]
async fn both_verifiers_agree_on_every_bundle_and_on_every_way_to_change_it() {
    let audited = Audited::new("second").await;
    let kept = audited.world.acme.log.checkpoints(0, 1).await.unwrap().remove(0);
    fs::write(audited.path("kept.txt"), &kept.note).unwrap();
    let random = SeededRandom::named("tampering");
    let trust = Trust { keys: vec![audited.key.parse().unwrap()], ..Trust::default() };
    let kept_note = Trust { checkpoint: Some(kept.note.parse().unwrap()), ..trust.clone() };
    let (mut cases, mut expected) = (vec![], vec![]);
    for (name, arguments) in [
        ("all", vec![]),
        ("range", vec!["--positions", "4-9"]),
        ("ticket", vec!["--ticket", "T-002", "--checkpoint", "kept.txt"]),
        ("page", vec!["--ticket", "T-001", "--html"]),
        ("time", vec!["--from", "2026-11-22T09:00:10Z", "--to", "2026-11-22T09:00:20Z"]),
    ] {
        audited.export(name, &arguments);
        let bytes = fs::read(audited.path(name)).unwrap();
        let file = audited.path(name);
        let mut case = |changes: &[Change], with: &Trust<'_>, checkpoint: Option<&str>| {
            let bytes = changed(&bytes, changes);
            let verdict = bundle::verify(&bytes[..], with, &mut |_| {}).unwrap();
            let put = |(at, taken, put): &Change| json!([at, taken, base64(put)]);
            let changes: Vec<Value> = changes.iter().map(put).collect();
            cases.push(
                json!({"file": file, "keys": [audited.key], "checkpoint": checkpoint, "changes": changes}).to_string(),
            );
            expected.push((verdict.holds(), place(&verdict)));
        };
        case(&[], &trust, None);
        case(&[], &kept_note, Some(&kept.note));
        for changes in tampering(&bytes, &random) {
            case(&changes, &trust, None);
        }
    }
    let mut command = tools::python("verify_bundle.py");
    command.arg("--batch");
    let verdicts = tools::output(command, &cases.join("\n")).await;
    let verdicts: Vec<Value> = verdicts.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(verdicts.len(), expected.len());
    let mut refused = 0;
    for ((verdict, (holds, line)), case) in verdicts.iter().zip(&expected).zip(&cases) {
        assert_eq!(verdict["verified"], json!(holds), "{verdict} {case}");
        // Where something was cut between two lines, one names the last that is there and the other, too.
        let same = line.is_none() || verdict["line"] == json!(line);
        assert!(*holds || same, "{verdict}, and the first says line {line:?}: {case}");
        refused += usize::from(!holds);
    }
    assert!(refused > 1000 && expected.len() - refused >= 6, "{refused} of {}", expected.len());
}

fn base64(bytes: &[u8]) -> String {
    use ::base64::{Engine, engine::general_purpose::STANDARD};
    STANDARD.encode(bytes)
}
