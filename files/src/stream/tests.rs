use proptest::prelude::*;

use super::*;

const NAME: Name<'_> = Name::file("acme", "fil_1");

fn key() -> FileKey {
    FileKey::new([7; 32])
}

/// Sealed, with the bytes coming in steps of this length.
fn sealed(plain: &[u8], step: usize) -> Vec<u8> {
    let mut sealing = Sealing::new(&key(), NAME);
    let mut out: Vec<u8> = plain.chunks(step).flat_map(|data| sealing.push(data)).flatten().collect();
    out.extend(sealing.finish());
    out
}

fn opened_as(name: Name<'_>, key: &FileKey, sealed: &[u8], step: usize) -> Result<Vec<u8>, NotSealed> {
    let mut opening = Opening::new(key, name);
    let mut out = vec![];
    for data in sealed.chunks(step) {
        out.extend(opening.push(data)?);
    }
    out.extend(opening.finish()?);
    Ok(out)
}

fn opened(sealed: &[u8]) -> Result<Vec<u8>, NotSealed> {
    opened_as(NAME, &key(), sealed, 10_000)
}

fn plain(length: usize) -> Vec<u8> {
    (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect()
}

#[test]
fn what_is_sealed_opens_again_whatever_its_length() {
    for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 17] {
        let sealed = sealed(&plain(length), 9_999);
        let pieces = length.div_ceil(PIECE).max(1);
        assert_eq!(sealed.len(), length + pieces * OVERHEAD, "{length}");
        assert_eq!(sealed.len() as u64, sealed_length(length as u64), "{length}");
        assert_eq!(opened(&sealed).unwrap(), plain(length), "{length}");
    }
}

#[test]
fn nothing_of_it_can_be_read() {
    let sealed = sealed(&b"the secret ".repeat(20_000), 4096);
    assert!(!sealed.windows(10).any(|window| window == b"the secret"));
}

#[test]
fn a_file_opens_for_its_tenant_its_id_and_its_key_only() {
    let sealed = sealed(b"the secret", 4096);
    let others = [Name::file("globex", "fil_1"), Name::file("acme", "fil_2"), Name::of("acme", "log", "fil_1")];
    for name in others.into_iter().chain([NAME.sealed_as("globex")]) {
        assert_eq!(opened_as(name, &key(), &sealed, 100), Err(NotSealed), "{name:?}");
    }
    let moved = Name::file("globex", "fil_1").sealed_as("acme");
    assert_eq!(opened_as(moved, &key(), &sealed, 100).unwrap(), b"the secret");
    assert_eq!(opened_as(NAME, &FileKey::new([8; 32]), &sealed, 100), Err(NotSealed));
}

#[test]
fn a_file_cannot_be_cut_lengthened_or_reordered() {
    let whole = sealed(&plain(2 * PIECE + 5), 4096);
    let piece = PIECE + OVERHEAD;
    for cut in [0, 1, OVERHEAD, piece, 2 * piece, whole.len() - 1] {
        assert_eq!(opened(&whole[..cut]), Err(NotSealed), "cut at {cut}");
    }
    assert_eq!(opened(&[&whole[..], b"x"].concat()), Err(NotSealed));
    assert_eq!(opened(&[&whole[..], &whole[..]].concat()), Err(NotSealed));
    let swapped = [&whole[piece..2 * piece], &whole[..piece], &whole[2 * piece..]].concat();
    assert_eq!(opened(&swapped), Err(NotSealed));
    // A last piece that is full is still no other's beginning.
    let full = sealed(&plain(PIECE), 4096);
    assert_eq!(opened(&[&full[..], &whole[piece..]].concat()), Err(NotSealed));
}

#[test]
fn one_changed_bit_anywhere_is_found() {
    let whole = sealed(&plain(100), 4096);
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        assert_eq!(opened(&changed), Err(NotSealed), "at {at}");
    }
}

proptest! {
    #[test]
    fn steps_do_not_matter(length in 0..3 * PIECE, into in 1_000..200_000_usize, out in 1_000..200_000_usize) {
        let sealed = sealed(&plain(length), into);
        prop_assert_eq!(opened_as(NAME, &key(), &sealed, out).unwrap(), plain(length));
    }
}
