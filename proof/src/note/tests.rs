use super::*;
use crate::{Checkpoint, Cosignature};

/// The example of C2SP signed-note and tlog-cosignature.
const PUBLISHED: &str = "example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

\u{2014} example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
\u{2014} witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
";

#[test]
fn the_published_example_parses_and_prints_the_same() {
    let note: Note = PUBLISHED.parse().unwrap();
    assert_eq!(note.to_string(), PUBLISHED);
    assert_eq!(note.signatures[0].id, 0x033d_e0ae);
    let checkpoint: Checkpoint = note.text.parse().unwrap();
    assert_eq!((checkpoint.origin.as_str(), checkpoint.size), ("example.com/behind-the-sofa", 20_852_163));
    let cosignature = Cosignature::of(&note.signatures[1]).unwrap();
    assert_eq!(cosignature.time, 1_679_315_147);
}

fn signer(seed: u8) -> Signer {
    Signer::try_new("log.example/acme", &[seed; 32]).unwrap()
}

fn signed(text: &str, signer: &Signer) -> Note {
    Note { text: text.to_owned(), signatures: vec![signer.sign(text)] }
}

#[test]
fn a_note_verifies_with_its_key_only() {
    let note = signed("a\n\nb\n", &signer(1));
    let read: Note = note.to_string().parse().unwrap();
    assert_eq!(read, note);
    assert_eq!(signer(1).key().verify(&read), Ok(()));
    assert_eq!(signer(2).key().verify(&read), Err(NoteError::Unsigned("log.example/acme".to_owned())));
    let other = Note { text: "a\n\nc\n".to_owned(), ..note };
    assert_eq!(signer(1).key().verify(&other), Err(NoteError::Forged("log.example/acme".to_owned())));
}

#[test]
fn no_byte_of_a_note_can_be_changed_and_nothing_put_in_or_taken_out() {
    let text = signed("log.example/acme\n7\nx\n", &signer(1)).to_string().into_bytes();
    let holds = |bytes: &[u8]| {
        let note = std::str::from_utf8(bytes).ok().and_then(|text| text.parse::<Note>().ok());
        note.is_some_and(|note| signer(1).key().verify(&note).is_ok())
    };
    assert!(holds(&text));
    for at in 0..text.len() {
        for bit in 0..8 {
            let mut changed = text.clone();
            changed[at] ^= 1 << bit;
            assert!(!holds(&changed), "byte {at}, bit {bit}");
        }
        let mut shorter = text.clone();
        shorter.remove(at);
        assert!(!holds(&shorter) && !holds(&text[..at]), "byte {at}");
        for byte in [b'a', b'A', b'=', b'\n', b' '] {
            let mut longer = text.clone();
            longer.insert(at, byte);
            assert!(!holds(&longer), "{byte} at {at}");
        }
    }
}

#[test]
fn a_key_parses_only_as_it_was_printed() {
    let key = signer(1).key();
    let text = key.to_string();
    assert_eq!(text.parse(), Ok(key));
    for at in 0..text.len() {
        let mut changed = text.clone().into_bytes();
        changed[at] = if changed[at] == b'1' { b'2' } else { b'1' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(changed.parse::<VerifierKey>().is_err(), "{changed}");
        assert!(text[..at].parse::<VerifierKey>().is_err());
    }
    assert_ne!(signer(1).key().id(), signer(1).witness_key().id());
}

#[test]
fn what_is_no_note_says_why() {
    for wrong in [
        "",
        "\n",
        "a\n",
        "a\n\n",
        "a\n\nb\n",
        "a\n\n\u{2014} b\n",
        "a\n\n\u{2014} b AAAA\n",
        "a\n\n\u{2014} b AAAAAA==",
        "a\t\n\n\u{2014} b AAAAAA==\n",
    ] {
        assert!(matches!(wrong.parse::<Note>(), Err(NoteError::Malformed(_))), "{wrong:?}");
    }
}
